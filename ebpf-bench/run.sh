#!/usr/bin/env bash
# Measures this library beside libbpf, in turns, and prints a Markdown table.
#
#   ebpf-bench/run.sh [ROUNDS]     build, measure 5 rounds or ROUNDS, print the table
#   ebpf-bench/run.sh build        only build
#   ebpf-bench/run.sh measure [ROUNDS]   only measure, with what is built; appends to the results there are
#   ebpf-bench/run.sh report       only print
#
# In the environment: PERF_MS, the milliseconds a figure is measured for (200); COLD, how often a round starts
# each process (7); JAVA_OPTIONS, "-XX:+UseSerialGC" by default; CLANG; EXTRA='LABEL=COMMAND', one more harness.
#
# Needs a JDK, Maven, gcc, clang, bpftool, libbpf-dev and python3, and a kernel that shows its types in
# /sys/kernel/btf. An AOT cache takes JDK 25. No root: nothing is loaded.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
me=bench
source ../.ci/machine.sh
need_jdk
need_maven

readonly BIN=target/bin OBJECTS=target/objects RESULTS=target/results.tsv CACHE=target/bench.aot
readonly SAMPLE=../ebpf-samples/src/main/resources/io/ebpf4j/samples/tcpconnect.bpf.o
readonly FIRST_JDK_WITH_CACHE=25
export PERF_MS=${PERF_MS:-200}
read -ra java_options <<<"${JAVA_OPTIONS--XX:+UseSerialGC}"
readonly JAVA=("$JDK/bin/java" "${java_options[@]}" -jar target/bench.jar)
readonly JAVA_CACHED=("$JDK/bin/java" "${java_options[@]}" "-XX:AOTCache=$CACHE" -jar target/bench.jar)
readonly C=("$BIN/baseline")

build() {
	(cd .. && mvn -q -pl ebpf-bench -am package -Dmaven.test.skip=true)
	mkdir -p "$BIN" "$OBJECTS"
	gcc -O2 -Wall -Wextra -Werror -o "$BIN/baseline" c/baseline.c -lbpf
	gcc -O2 -Wall -Wextra -Werror -o "$BIN/spawn" c/spawn.c
	build_objects
	rm -f "$CACHE"
	if [ "$(java_version "$JDK")" -ge "$FIRST_JDK_WITH_CACHE" ]; then
		"$JDK/bin/java" "${java_options[@]}" "-XX:AOTCacheOutput=$CACHE" -jar target/bench.jar btf-once \
			>target/aot.log 2>&1 || die "no AOT cache was made, see target/aot.log"
	fi
}

# With -target bpf clang does not look where Debian keeps <asm/types.h>.
build_objects() {
	local clang includes
	clang=${CLANG:-$(command -v clang-14 || command -v clang)} || die "no clang on the PATH; or name one in CLANG"
	includes=(-I "$OBJECTS" -idirafter "/usr/include/$(gcc -print-multiarch)")
	bpftool btf dump file /sys/kernel/btf/vmlinux format c >"$OBJECTS/vmlinux.h"
	"$clang" -target bpf -O2 -g -Wall "${includes[@]}" -c bpf/exec.bpf.c -o "$OBJECTS/small.bpf.o"
	"$clang" -target bpf -O2 -g -Wall "${includes[@]}" -DWHOLE_KERNEL -c bpf/exec.bpf.c -o "$OBJECTS/large.bpf.o"
}

# run HARNESS COMMAND...: its lines into the results; a workload it does not know (exit status 2) is none to it
run() {
	local harness=$1 load status=0
	shift
	read -r load _ </proc/loadavg
	"$@" 2>target/errors |
		awk -v round="$round" -v harness="$harness" -v load="$load" '{ print round "\t" harness "\t" load "\t" $0 }' \
			>>"$RESULTS" || status=$?
	[ "$status" = 0 ] || [ "$status" = 2 ] || die "$harness: '$*' failed with $status: $(head -n 3 target/errors)"
}

# warm HARNESS COMMAND...: all that goes on in one process
warm() {
	local harness=$1
	shift
	run "$harness" "$@" btf
	run "$harness" "$@" heap
	run "$harness" "$@" elf small "$OBJECTS/small.bpf.o"
	run "$harness" "$@" elf large "$OBJECTS/large.bpf.o"
	# libbpf opens no object that has sections of its own for its outputs
	[ "$harness" = c ] || run "$harness" "$@" elf "tcpconnect of the samples" "$SAMPLE"
}

# Whole processes take turns one by one, for a difference of theirs is wanted.
cold() {
	local start="start and exit" find="find task_struct" open="open small object"
	local small="$OBJECTS/small.bpf.o" cached=()
	if [ -e "$CACHE" ]; then
		cached=(-- "$start" "ebpf4j, AOT cache" "${JAVA_CACHED[@]}" noop
			-- "$find" "ebpf4j, AOT cache" "${JAVA_CACHED[@]}" btf-once
			-- "$open" "ebpf4j, AOT cache" "${JAVA_CACHED[@]}" elf-once "$small")
	fi
	run all "$BIN/spawn" "${COLD:-7}" C.cold \
		-- "$start" libbpf "${C[@]}" noop \
		-- "$find" libbpf "${C[@]}" btf-once \
		-- "$open" libbpf "${C[@]}" elf-once "$small" \
		-- "$start" ebpf4j "${JAVA[@]}" noop \
		-- "$find" ebpf4j "${JAVA[@]}" btf-once \
		-- "$open" ebpf4j "${JAVA[@]}" elf-once "$small" \
		"${cached[@]}"
}

harness() {
	case $1 in
	c) warm c "${C[@]}" ;;
	java) warm java "${JAVA[@]}" ;;
	extra)
		local command
		read -ra command <<<"${EXTRA#*=}"
		warm "${EXTRA%%=*}" "${command[@]}"
		;;
	esac
}

measure() {
	local rounds=$1 order=(c java) last=0 i one
	[ -z "${EXTRA:-}" ] || order+=(extra)
	[ ! -s "$RESULTS" ] || last=$(tail -n 1 "$RESULTS" | cut -f 1)
	for ((i = 1; i <= rounds; i++)); do
		round=$((last + i))
		say "round $round, load $(cut -d ' ' -f 1 /proc/loadavg)"
		for one in "${order[@]}"; do
			harness "$one"
		done
		cold
		mapfile -t order < <(printf '%s\n' "${order[@]}" | tac) # who was last is first in the next round
	done
}

case ${1:-5} in
build) build ;;
measure) measure "${2:-5}" ;;
report) python3 report.py "$RESULTS" ;;
*[!0-9]*) die "unknown argument '$1'; see the head of this script" ;;
*)
	build
	rm -f "$RESULTS"
	measure "${1:-5}"
	python3 report.py "$RESULTS"
	;;
esac
