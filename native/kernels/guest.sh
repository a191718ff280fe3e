#!/bin/bash
# What the guest does once it has a file system; its first process, started by init. /out/job says what is wanted;
# what becomes of it is written to /out, which is a folder of the host.
set -u
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 EBPF_LIVE=require
source /out/job

mount_all() {
	mount -t proc proc /proc
	mount -t sysfs sysfs /sys
	mount -t devtmpfs devtmpfs /dev
	mkdir -p /dev/pts /dev/shm
	mount -t devpts devpts /dev/pts
	mount -t tmpfs tmpfs /dev/shm
	mount -t tmpfs tmpfs /run
	mount -t bpf bpf /sys/fs/bpf
	mount -t cgroup2 cgroup2 /sys/fs/cgroup
	mount -t debugfs debugfs /sys/kernel/debug
	mount -t tracefs tracefs /sys/kernel/tracing
	mount -t securityfs securityfs /sys/kernel/security
}

# Modules are found where run.sh has unpacked them, by whoever asks and by the kernel itself.
use_modules() {
	mkdir -p /lib/modules
	mount --bind "$CACHE/$KERNEL/lib/modules" /lib/modules
	echo "$CACHE/bin/modprobe" >/proc/sys/kernel/modprobe
	local module
	for module in veth dummy sch_ingress cls_bpf act_bpf nf_tables nf_conntrack nf_defrag_ipv4 nf_defrag_ipv6; do
		"$CACHE/bin/modprobe" "$module"
	done
}

# There libbpf looks for the kernel's configuration, as Debian's kernels have none in /proc.
use_config() {
	mkdir -p /boot
	cp "$CACHE/$KERNEL/boot/config-$(uname -r)" /boot/
}

loopback_up() {
	if command -v ip >/dev/null; then
		ip link set lo up
	else
		"$CACHE/bin/busybox" ip link set lo up
	fi
}

# test_module MODULE: as surefire does it, with tag `live`
test_module() {
	local module=$1 options=() only=(--include-classname '.*') test
	[ -z "$TESTS" ] || only=()
	"$STRESS" || only+=(--exclude-tag stress)
	[ -z "$LIBBPF" ] || options+=("-Debpf4j.libbpf=$LIBBPF")
	for test in $TESTS; do
		only+=(--include-classname "(.*\\.)?($test)")
	done
	mkdir -p "/out/$module"
	cd "$ROOT/$module" || return
	# C1 alone: without hardware support compiling costs more than it brings; and the collector that starts soonest
	"$JDK/bin/java" --enable-native-access=ALL-UNNAMED -Xshare:auto -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \
		-XX:-UsePerfData -Xmx1200m \
		-Debpf4j.root="$ROOT" -Debpf4j.attach.report=/out/attach.tsv "${options[@]}" \
		-cp "target/test-classes:target/classes:$(<target/live.path):$LAUNCHER" \
		org.junit.platform.console.ConsoleLauncher execute --scan-classpath target/test-classes \
		--include-tag live "${only[@]}" --reports-dir "/out/$module" --disable-banner --disable-ansi-colors \
		--details=testfeed >"/out/$module/output" 2>&1
	echo $? >"/out/$module/status"
	echo "guest: $module ended with $(<"/out/$module/status") at $(cut -d' ' -f1 /proc/uptime) s"
}

mount_all
use_modules
use_config
loopback_up
echo "guest: Linux $(uname -r) after $(cut -d' ' -f1 /proc/uptime) s"
if "$SHELL_WANTED"; then
	cd "$ROOT" || cd /
	# shellcheck disable=SC2016
	PS1='guest \w# ' setsid -c bash --norc -i </dev/ttyS0 >/dev/ttyS0 2>&1
else
	for module in $MODULES; do
		test_module "$module"
	done
	dmesg >/out/dmesg
fi
touch /out/end
sync
"$CACHE/bin/busybox" poweroff -f
