# Where run.sh has its kernels from: packages of Debian, from where this machine has its own. Sourced by it.

cache=${XDG_CACHE_HOME:-$HOME/.cache}/ebpf4j/kernels

# Says why kernels cannot be run on this machine, and fails.
why_not() {
	local reason=
	if [ "$(uname -sm)" != "Linux x86_64" ]; then
		reason="the kernels are those of Linux x86_64, and this is $(uname -sm)"
	elif command -v qemu-system-x86_64 >/dev/null && has_kernels; then
		return 0
	elif ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
		reason="the kernels are packages of Debian, and this system has no apt-get"
	elif ! command -v qemu-system-x86_64 >/dev/null && ! is_root; then
		reason="no qemu-system-x86_64, and only root can install it; install package qemu-system-x86"
	else
		return 0
	fi
	echo "$reason"
	return 1
}

has_kernels() {
	local kernel
	for kernel in "${kernels[@]}"; do
		[ -f "$cache/$kernel/initramfs" ] || return 1
	done
}

need_qemu() {
	command -v qemu-system-x86_64 >/dev/null && return
	update_lists
	say "installing QEMU: qemu-system-x86 and what it needs," \
		"$(apt-get install -s -y --no-install-recommends qemu-system-x86 | grep -c ^Inst) packages"
	DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends qemu-system-x86 >&2 ||
		cannot "qemu-system-x86 could not be installed"
}

lists_updated=false

# The lists of a fresh machine are empty, and old ones name packages that are gone.
update_lists() {
	if ! $lists_updated && is_root; then
		apt-get update -qq >&2 || say "apt-get update failed; going on with the lists there are"
		lists_updated=true
	fi
}

# newest SERIES: the package of the newest kernel 6.1.x: of 6.1.0-56-amd64, not of 6.1.0-56-cloud-amd64
newest() {
	apt-cache pkgnames "linux-image-$1." | grep -E -- "-image-${1//./\\.}\.[0-9][^-]*(-[0-9]+)?-amd64\$" | sort -V | tail -n 1
}

# unpack PACKAGE FOLDER TAR_OPTION...: fetched beside the folder, unpacked into it
unpack() {
	local package=$1 folder=$2 fetched size
	shift 2
	size=$(apt-cache show --no-all-versions "$package" | sed -n 's/^Size: //p')
	say "fetching package $package ($(((size + 500000) / 1000000)) MB)"
	fetched=$(mktemp -d "$cache/fetched.XXXXXX")
	(cd "$fetched" && apt-get download -qq -o APT::Sandbox::User= "$package" >&2) ||
		cannot "package $package could not be fetched"
	mkdir -p "$folder"
	dpkg-deb --fsys-tarfile "$fetched"/*.deb | tar -x -C "$folder" "$@"
	rm -rf "$fetched"
}

need_busybox() {
	[ ! -x "$cache/bin/busybox" ] || return 0
	update_lists
	unpack busybox-static "$cache/busybox.new" --strip-components=2 ./bin/busybox
	mkdir -p "$cache/bin"
	mv "$cache/busybox.new/busybox" "$cache/bin/"
	rmdir "$cache/busybox.new"
	ln -sf busybox "$cache/bin/modprobe"
}

# fetch_kernel SERIES: into $cache/SERIES, unless it is there; of its drivers only those that a virtual machine has a use for
fetch_kernel() {
	local series=$1 new=$cache/$1.new package release modules
	[ ! -f "$cache/$series/initramfs" ] || return 0
	need_busybox
	update_lists
	package=$(newest "$series")
	[ -n "$package" ] || cannot "no package of Linux $series in the suites of this machine's apt;" \
		"Debian 12 has 6.1 and 6.12 in its security suite"
	release=${package#linux-image-}
	modules=./lib/modules/$release
	rm -rf "$new"
	unpack "$package" "$new" --wildcards "./boot/*-$release" "$modules/modules.*" "$modules/kernel/arch/*" \
		"$modules/kernel/crypto/*" "$modules/kernel/fs/*" "$modules/kernel/lib/*" "$modules/kernel/net/*" \
		"$modules/kernel/drivers/char/*" "$modules/kernel/drivers/net/*.ko*" "$modules/kernel/drivers/virtio/*"
	echo "$release" >"$new/release"
	# modprobe of busybox wants them so
	find "$new/lib" -name '*.ko.xz' -exec "$cache/bin/busybox" unxz {} +
	"$cache/bin/busybox" depmod -b "$new" "$release"
	initramfs "$new" "$release"
	rm -rf "${cache:?}/$series"
	mv "$new" "$cache/$series"
}

# initramfs FOLDER RELEASE: what the kernel needs until it has our file system: /init, busybox, and modules for 9p
initramfs() {
	local folder=$1 modules=lib/modules/$2 tree=$1/tree module
	mkdir -p "$tree/bin" "$tree/$modules"
	cp "$here/init" "$tree/"
	cp "$cache/bin/busybox" "$tree/bin/"
	cp "$folder/$modules"/modules.{dep,builtin} "$tree/$modules/"
	for module in virtio_pci 9pnet_virtio 9p overlay virtio-rng; do
		# one line: the module and all that it needs; none for what a kernel has built in
		grep "/$module\.ko:" "$folder/$modules/modules.dep" || true
	done | tr -d : | tr ' ' '\n' | sort -u | (cd "$folder/$modules" && xargs cp --parents -t "$tree/$modules")
	(cd "$tree" && find . | "$cache/bin/busybox" cpio -o -H newc 2>/dev/null | gzip -1) >"$folder/initramfs"
	rm -rf "$tree"
}
