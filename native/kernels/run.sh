#!/usr/bin/env bash
# Runs the live tests in other kernels: boots Debian's in QEMU, all at once, with the file system of this machine,
# read-only.
#
#   native/kernels/run.sh [option]... [KERNEL]...      6.1 and 6.12 by default
#
#   --module MODULE    only the tests of this module; repeats; ebpf-core, ebpf-metrics and ebpf-samples by default
#   --test CLASS       only this test class, or those that match this regular expression; repeats
#   --stress           those tests too that take long, and are tagged so: 12 minutes more
#   --libbpf FILE      this libbpf; by default that of native/build-bundle.sh if it was built, else this machine's
#   --no-build         what Maven has compiled before, as it is
#   --limit SECONDS    a kernel that takes longer is ended; 1500 by default
#   --shell            no tests but a shell in the first kernel, on this terminal; `exit` ends it
#   --check            says why this machine cannot do it, and fails; or says nothing
#
# Needs a JDK, Maven and, on the first run, packages of Debian: QEMU, which is installed if we are root, and the
# kernels, which are put into a cache folder. What is fetched is said, with its size.
#
# Leaves target/KERNEL/: reports of JUnit as XML, output of each module's tests, console.log, dmesg, attach.tsv.
# Exit status: 0 all tests passed, 1 not so, 2 it could not be tried.
set -euo pipefail
me=kernels
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
cd "$root"
source .ci/machine.sh
source .ci/reports.sh
source "$here/packages.sh"

readonly MEMORY_MB=2560
readonly CPUS=2
readonly CPU=Nehalem # with no registers wider than 128 bits: QEMU would emulate those in pieces

kernels=()
runs=() # a process each, that waits for a guest
modules=()
tests=()
build=true
shell=false
check=false
stress=false
limit=1500
qemu=
libbpf=$root/native/target/bundle/linux-x86_64/META-INF/native/linux-x86_64/libbpf.so
[ -f "$libbpf" ] || libbpf=

usage() {
	sed -n '2,/^set /{ /^#/s/^# \{0,1\}//p }' "${BASH_SOURCE[0]}"
}

cannot() {
	say "$*"
	exit 2
}

while [ $# -gt 0 ]; do
	case $1 in
	--module) modules+=("$2") && shift ;;
	--test) tests+=("$2") && shift ;;
	--limit) limit=$2 && shift ;;
	--stress) stress=true ;;
	--libbpf) libbpf=$(realpath -e -- "$2") && shift ;;
	--no-build) build=false ;;
	--shell) shell=true ;;
	--check) check=true ;;
	--help | -h) usage && exit ;;
	-*) cannot "unknown option $1; see $0 --help" ;;
	*) kernels+=("$1") ;;
	esac
	shift
done
[ ${#kernels[@]} -gt 0 ] || kernels=(6.1 6.12)
[ ${#modules[@]} -gt 0 ] || modules=(ebpf-core ebpf-metrics ebpf-samples)

# A guest must not outlive us, however we end; it has no file it could damage by that.
end_guest() {
	[ -z "$qemu" ] || { kill -KILL "$qemu" && wait "$qemu"; } 2>/dev/null || true
	qemu=
}
end_runs() {
	[ ${#runs[@]} = 0 ] || { kill "${runs[@]}" && wait "${runs[@]}"; } 2>/dev/null || true
}
trap 'end_guest; end_runs' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# The class path of each module's tests goes to MODULE/target/live.path. Maven itself would be slow in there.
compile() {
	say "compiling the tests of ${modules[*]}"
	mvn -q test-compile dependency:build-classpath -Dmdep.outputFile=target/live.path -Dmdep.includeScope=test \
		-Dmdep.regenerateFile=true -pl "$(IFS=,; echo "${modules[*]}")" -am >&2 || die "the build failed"
}

# Prints where the jar is that runs tests without Maven; of the version that the tests are compiled with.
launcher() {
	local version artifact=junit-platform-console-standalone jar
	version=$(sed -n 's:.*<version\.junit>\(.*\)</version\.junit>.*:\1:p' pom.xml)
	jar=$cache/$artifact-$version.jar
	if [ ! -f "$jar" ]; then
		say "fetching $artifact $version (3 MB) from Maven's repository"
		mvn -q -N dependency:copy -Dartifact="org.junit.platform:$artifact:$version" -DoutputDirectory="$cache" >&2
	fi
	echo "$jar"
}

# boot KERNEL QEMU_OPTION...: starts it in the background, where bash would take its input away; so that is
# descriptor 3. Its process is $qemu
boot() {
	local kernel=$1 release
	shift
	release=$(<"$cache/$kernel/release")
	# TCG, as a machine that is itself virtual may have a /dev/kvm that hangs; in one thread, as the kernel patches its own
	# code, which one CPU may otherwise run while another has it half written, and panic; multidevs, as /proc, /sys and /dev have
	# inodes of the same numbers; panic=-1 with -no-reboot ends QEMU when the kernel is lost
	setpriv --pdeathsig KILL qemu-system-x86_64 -accel tcg,thread=single -cpu "$CPU" -smp "$CPUS" -m "$MEMORY_MB" \
		-nodefaults -no-user-config -display none -no-reboot \
		-kernel "$cache/$kernel/boot/vmlinuz-$release" -initrd "$cache/$kernel/initramfs" \
		-append "console=ttyS0 quiet panic=-1 nowatchdog mitigations=off" \
		-fsdev local,id=root,path=/,security_model=none,readonly=on,multidevs=remap \
		-device virtio-9p-pci,fsdev=root,mount_tag=root \
		-fsdev local,id=out,path="$out",security_model=none \
		-device virtio-9p-pci,fsdev=out,mount_tag=out \
		-device virtio-rng-pci "$@" <&3 &
	qemu=$!
}

# What guest.sh has to know; read by bash
job() {
	printf '%s=%q\n' ROOT "$root" JDK "$JDK" MODULES "${modules[*]}" TESTS "${tests[*]}" CACHE "$cache" \
		KERNEL "$1" LAUNCHER "$jar" SHELL_WANTED "$shell" LIBBPF "$libbpf" STRESS "$stress"
}

# Waits for the guest for as long as it may take.
await() {
	local end=$((SECONDS + limit))
	while kill -0 "$qemu" 2>/dev/null; do
		if [ "$SECONDS" -ge "$end" ]; then
			say "$1: not ready after $limit s, ended"
			end_guest
			return 1
		fi
		sleep 0.2
	done
	wait "$qemu" || true
	qemu=
}

show_tail() {
	say "$1: last lines of $2"
	tail -n 25 "$2" >&2
}

# run KERNEL: fails if a test did, or if not all could run
run() {
	local kernel=$1 release module status=0 begin=$SECONDS passed failed skipped reports
	release=$(<"$cache/$kernel/release")
	out=$here/target/$kernel
	rm -rf "$out"
	mkdir -p "$out"
	job "$kernel" >"$out/job"
	if $shell; then
		boot "$kernel" -serial mon:stdio 3<&0
		wait "$qemu" || true
		qemu=
		return
	fi
	boot "$kernel" -serial file:"$out/console.log" 3</dev/null
	await "$kernel" || status=1
	for module in "${modules[@]}"; do
		case $(cat "$out/$module/status" 2>/dev/null) in
		0) ;;
		1) status=1 ;; # tests failed, and are shown below
		*)
			status=1
			say "$kernel: $module did not come to its end"
			[ ! -f "$out/$module/output" ] || show_tail "$kernel" "$out/$module/output"
			;;
		esac
	done
	[ -f "$out/end" ] || show_tail "$kernel" "$out/console.log"

	reports=("$out"/*/TEST-*.xml)
	failed=$(($(sum failures "${reports[@]}") + $(sum errors "${reports[@]}")))
	skipped=$(sum skipped "${reports[@]}")
	passed=$(($(sum tests "${reports[@]}") - failed - skipped))
	for module in "${modules[@]}"; do
		sed -n '/^Failures (/,/^Test run finished/p' "$out/$module/output" 2>/dev/null || true
	done
	if [ "$passed" = 0 ]; then
		say "$kernel: no test passed"
		status=1
	fi
	echo "${release%-amd64}: $passed passed, $failed failed, $skipped skipped ($((SECONDS - begin)) s)" >"$out/result"
	return "$status"
}

why=$(why_not) || { say "$why"; exit 2; }
! $check || exit 0
need_jdk
need_maven
need_qemu
mkdir -p "$cache"
for kernel in "${kernels[@]}"; do
	fetch_kernel "$kernel"
done
jar=$(launcher)
if $build && ! $shell; then
	compile
fi
shopt -s nullglob
if $shell; then
	run "${kernels[0]}"
	exit
fi
# At once, for a test is busy in one CPU.
for kernel in "${kernels[@]}"; do
	(
		runs=()
		trap end_guest EXIT
		trap 'exit 143' TERM
		run "$kernel"
	) &
	runs+=($!)
done
status=0
for process in "${runs[@]}"; do
	wait "$process" || status=1
done
runs=()
for kernel in "${kernels[@]}"; do
	cat "$here/target/$kernel/result" || status=1
done
exit "$status"
