# What ./test and ./demo need of a machine beside git and Maven. Sourced by both, with their own name in $me.
# What is missing is put there, and said, where that takes no more than root; otherwise it is said what to do.

readonly NEEDED_JAVA=22

say() {
	printf '%s: %s\n' "$me" "$*" >&2
}

die() {
	say "$*"
	exit 1
}

is_root() {
	[ "$(id -u)" = 0 ]
}

is_linux() {
	[ "$(uname -s)" = Linux ]
}

# java_version JAVA_HOME: 22 of "22.0.1"; 0 where there is no JDK
java_version() {
	local version=0
	if [ -x "$1/bin/javac" ] && [ -x "$1/bin/java" ]; then
		version=$("$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')
	fi
	echo "${version:-0}"
}

# Prints the home of a JDK that is new enough: of JAVA_HOME, of the PATH, of where packages put theirs.
find_jdk() {
	local home javac
	javac=$(command -v javac || true)
	[ -z "$javac" ] || javac=$(dirname "$(dirname "$(readlink -f "$javac")")")
	for home in "${JAVA_HOME:-}" "$javac" /usr/lib/jvm/* /opt/java/* /opt/jdk* "$HOME"/.sdkman/candidates/java/* \
		/Library/Java/JavaVirtualMachines/*/Contents/Home; do
		if [ -n "$home" ] && [ "$(java_version "$home")" -ge "$NEEDED_JAVA" ]; then
			echo "$home"
			return
		fi
	done
	return 1
}

need_jdk() {
	JDK=$(find_jdk) || die "no JDK $NEEDED_JAVA or newer in JAVA_HOME, on the PATH or in /usr/lib/jvm;" \
		"install one (on Debian 12: package temurin-25-jdk from https://adoptium.net/installation/linux)"
}

need_maven() {
	command -v mvn >/dev/null || die "no Maven on the PATH; install it (package maven)"
}

has_libbpf() {
	local folder
	if PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null | grep -q 'libbpf\.so\.1 '; then
		return
	fi
	for folder in /lib /usr/lib /lib64 /usr/lib64 /usr/local/lib; do # no such cache in Alpine
		[ ! -e "$folder/libbpf.so.1" ] || return 0
	done
	return 1
}

# install_package DEBIAN_PACKAGE FEDORA_PACKAGE SUSE_PACKAGE ARCH_PACKAGE ALPINE_PACKAGE
install_package() {
	if command -v apt-get >/dev/null; then
		export DEBIAN_FRONTEND=noninteractive
		# a fresh machine has no lists of packages yet, or old ones
		apt-get update -qq && apt-get install -qq -y --no-install-recommends "$1"
	elif command -v dnf >/dev/null; then
		dnf install -q -y "$2"
	elif command -v zypper >/dev/null; then
		zypper -q -n install "$3"
	elif command -v pacman >/dev/null; then
		pacman -Sy --noconfirm "$4"
	elif command -v apk >/dev/null; then
		apk add -q "$5"
	else
		return 1
	fi
}

want_libbpf() {
	! is_linux || has_libbpf && return
	if is_root; then
		say "libbpf.so.1 is missing: installing it with the system's package manager"
		install_package libbpf1 libbpf libbpf1 libbpf libbpf >&2 || say "that failed"
		has_libbpf && return
	fi
	say "without libbpf.so.1 no program can be loaded; install package libbpf1 (Debian 12, Ubuntu 24.04, openSUSE)" \
		"or libbpf (Fedora, Arch, Alpine)"
}

has_bpftool() {
	[ -n "$(PATH=$PATH:/sbin:/usr/sbin:/usr/local/sbin command -v bpftool)" ]
}

want_bpftool() {
	! is_linux || has_bpftool && return
	if is_root; then
		say "bpftool is missing: installing it with the system's package manager"
		install_package bpftool bpftool bpftool bpf bpftool >&2 || say "that failed"
		has_bpftool && return
	fi
	say "without bpftool types are not compared with what it reads; install package bpftool"
}

# want_mount TYPE FOLDER WHAT_FOR
want_mount() {
	! is_linux || grep -q " $2 $1 " /proc/mounts && return
	if is_root && [ -d "$2" ] && mount -t "$1" "$1" "$2" 2>/dev/null; then
		say "mounted $1 at $2, for $3"
	else
		say "$1 is not mounted at $2, for $3; as root: mount -t $1 $1 $2"
	fi
}

want_kernel() {
	want_libbpf
	want_mount tracefs /sys/kernel/tracing "tracepoints"
	want_mount bpf /sys/fs/bpf "pinned maps"
}
