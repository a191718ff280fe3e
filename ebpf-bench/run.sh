#!/usr/bin/env bash
# Measures this library beside libbpf, in turns, and prints Markdown tables.
#
#   ebpf-bench/run.sh [ROUNDS]     build, measure 5 rounds or ROUNDS, print the tables
#   ebpf-bench/run.sh build        only build
#   ebpf-bench/run.sh measure [ROUNDS]   only measure, with what is built; appends to the results there are
#   ebpf-bench/run.sh report       only print
#   ebpf-bench/run.sh jmh [ARGUMENTS]    what needs no peer, under JMH, with the bytes allocated a call
#   ebpf-bench/run.sh objects      builds the committed BPF objects anew; needs clang-14 and llvm-strip-14
#
# In the environment: WORK, which workloads (all: "types drain flow iterate single exec"); FLOW, a pattern for the
# cases of flow; PERF_MS, the milliseconds a figure is measured for (200); COLD, how often a round starts each process
# (7); JAVA_OPTIONS, "-XX:+UseSerialGC" by default; CLANG; EXTRA='LABEL=COMMAND', one more harness; PERF_PINS, the
# folder for what is pinned (/sys/fs/bpf/ebpf4j-bench).
#
# Needs a JDK, Maven, gcc, clang, bpftool, libbpf-dev and python3, and a kernel that shows its types in
# /sys/kernel/btf. An AOT cache takes JDK 25. All but `types` load programs, and so take root, a BPF file system in
# /sys/fs/bpf and Linux 5.19; without that they are left out, and that is said. What was pinned is taken away at the end.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
me=bench
source ../.ci/machine.sh
need_jdk
need_maven

readonly BIN=target/bin OBJECTS=target/objects RESULTS=target/results.tsv
readonly CACHE=target/bench.aot EXEC_CACHE=target/exec.aot
readonly LOADED=src/main/resources/io/ebpf4j/bench # the objects that both C and Java load
readonly SAMPLE=../ebpf-samples/src/main/resources/io/ebpf4j/samples/tcpconnect.bpf.o
readonly FIRST_JDK_WITH_CACHE=25
readonly BASELINE=(c/baseline.c c/types.c c/object.c c/pins.c c/drain.c c/consumer.c c/flow.c c/tables.c c/exec.c)
export PERF_MS=${PERF_MS:-200} PERF_PINS=${PERF_PINS:-/sys/fs/bpf/ebpf4j-bench}
read -ra java_options <<<"${JAVA_OPTIONS--XX:+UseSerialGC}"
readonly JAVA=("$JDK/bin/java" "${java_options[@]}" -jar target/bench.jar)
readonly JAVA_CACHED=("$JDK/bin/java" "${java_options[@]}" "-XX:AOTCache=$CACHE" -jar target/bench.jar)
readonly JAVA_EXEC_CACHED=("$JDK/bin/java" "${java_options[@]}" "-XX:AOTCache=$EXEC_CACHE" -jar target/bench.jar)
readonly C=("$BIN/baseline")

build() {
	(cd .. && mvn -q -pl ebpf-bench -am package -Dmaven.test.skip=true)
	mkdir -p "$BIN" "$OBJECTS"
	gcc -O2 -Wall -Wextra -Werror -o "$BIN/baseline" "${BASELINE[@]}" -lbpf -lpthread
	gcc -O2 -Wall -Wextra -Werror -o "$BIN/spawn" c/spawn.c
	build_objects
	rm -f "$CACHE" "$EXEC_CACHE"
	if [ "$(java_version "$JDK")" -ge "$FIRST_JDK_WITH_CACHE" ]; then
		"$JDK/bin/java" "${java_options[@]}" "-XX:AOTCacheOutput=$CACHE" -jar target/bench.jar btf-once \
			>target/aot.log 2>&1 || die "no AOT cache was made, see target/aot.log"
		if can_load; then
			"$BIN/spawn" -e 1 training -- exec java "$JDK/bin/java" "${java_options[@]}" \
				"-XX:AOTCacheOutput=$EXEC_CACHE" -jar target/bench.jar exec-once "$LOADED/exec.bpf.o" \
				>target/exec-aot.log 2>&1 || die "no AOT cache was made, see target/exec-aot.log"
		fi
	fi
}

# With -target bpf clang does not look where Debian keeps <asm/types.h>.
system_includes() {
	printf '/usr/include/%s' "$(gcc -print-multiarch)"
}

build_objects() {
	local clang includes
	clang=${CLANG:-$(command -v clang-14 || command -v clang)} || die "no clang on the PATH; or name one in CLANG"
	includes=(-I "$OBJECTS" -idirafter "$(system_includes)")
	bpftool btf dump file /sys/kernel/btf/vmlinux format c >"$OBJECTS/vmlinux.h"
	"$clang" -target bpf -O2 -g -Wall "${includes[@]}" -c bpf/exec.bpf.c -o "$OBJECTS/small.bpf.o"
	"$clang" -target bpf -O2 -g -Wall "${includes[@]}" -DWHOLE_KERNEL -c bpf/exec.bpf.c -o "$OBJECTS/large.bpf.o"
}

# As native/build-probes.sh does, which says what the flags are for.
commit_objects() {
	local name
	for name in ring maps walk events exec; do
		clang-14 -target bpfel -mcpu=v2 -g -O2 -Wall -Wextra -Werror -Wno-unused-parameter \
			-ffile-compilation-dir=. -I../native/include -idirafter "$(system_includes)" \
			-c "bpf/$name.bpf.c" -o "$LOADED/$name.bpf.o"
		llvm-strip-14 -g "$LOADED/$name.bpf.o"
	done
}

can_load() {
	is_root && [ "$(stat -f -c %T "$(dirname "$PERF_PINS")" 2>/dev/null)" = bpf_fs ]
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

# command_of HARNESS: into the array `command`
command_of() {
	case $1 in
	c) command=("${C[@]}") ;;
	java) command=("${JAVA[@]}") ;;
	extra) read -ra command <<<"${EXTRA#*=}" ;;
	esac
}

label_of() {
	[ "$1" = extra ] && echo "${EXTRA%%=*}" || echo "$1"
}

# The types of the kernel and opening objects, all that needs no root.
types() {
	local harness=$1
	run "$harness" "${command[@]}" btf
	run "$harness" "${command[@]}" heap
	run "$harness" "${command[@]}" elf small "$OBJECTS/small.bpf.o"
	run "$harness" "${command[@]}" elf large "$OBJECTS/large.bpf.o"
	# libbpf opens no object that has sections of its own for its outputs
	[ "$harness" = c ] || run "$harness" "${command[@]}" elf "tcpconnect of the samples" "$SAMPLE"
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

attached() {
	local what="tracepoint with CO-RE" file="$LOADED/exec.bpf.o" cached=()
	[ ! -e "$EXEC_CACHE" ] || cached=(-- "$what" "ebpf4j, AOT cache" "${JAVA_EXEC_CACHED[@]}" exec-once "$file")
	run all "$BIN/spawn" -e "${COLD:-7}" E.exec \
		-- "$what" libbpf "${C[@]}" exec-once "$file" \
		-- "$what" ebpf4j "${JAVA[@]}" exec-once "$file" \
		"${cached[@]}"
	run all "$BIN/spawn" "${COLD:-7}" E.exec \
		-- "start and exit" ebpf4j "${JAVA[@]}" noop
}

# flow CASE FUNCTION BYTES RATE [stamped|idle]: one producer, and each consumer in its turn
flow() {
	local name=$1 function=$2 bytes=$3 rate=$4 figures=${5:-} harness policy
	[[ $name =~ ${FLOW:-.} ]] || return 0
	for harness in "${order[@]}"; do
		command_of "$harness"
		case $harness in
		c)
			[ "$figures" != idle ] || continue # its loop ends its window by waking up
			flow_once c "libbpf poll" poll
			flow_once c "libbpf, 50 us naps" naps
			;;
		java)
			for policy in latency adaptive throughput; do
				flow_once java "ebpf4j $policy" "$policy"
			done
			;;
		extra) [ -n "$figures" ] || flow_once "${EXTRA%%=*}" "${EXTRA%%=*}" ;;
		esac
	done
}

# flow_once HARNESS VARIANT [ARGUMENT]: of the consumer in `command`
flow_once() {
	local harness=$1 variant=$2
	shift 2
	run "$harness" "${C[@]}" flow "$name" "$variant" "$LOADED" "$function" "$bytes" "$rate" \
		"${command[@]}" consumer "$@" ${figures:+"$figures"}
}

flows() {
	local mib=$((1 << 20)) kib=$((1 << 10))
	flow "16B, flat out" fill16 $((16 * mib)) max
	flow "48B, flat out" fill48 $((16 * mib)) max
	flow "256B, flat out" fill256 $((16 * mib)) max
	flow "48B, 1 M/s spread" fill48 $((16 * mib)) spread
	flow "48B, 1 M/s in bursts" fill48 $((16 * mib)) bursts
	flow "48B with time, 1 M/s spread" stamp48 $((16 * mib)) spread stamped
	flow "48B with time, 1 M/s in bursts" stamp48 $((16 * mib)) bursts stamped
	PERF_WINDOW=$((10 * PERF_MS)) flow "48B with time, one each 20 ms" stamp48 $((16 * mib)) seldom stamped
	PERF_WINDOW=$((25 * PERF_MS)) flow "48B, none" fill48 $((16 * mib)) none idle
	flow "48B, flat out, 256 KiB ring" fill48 $((256 * kib)) max
}

each() {
	local harness
	for harness in "${order[@]}"; do
		command_of "$harness"
		run "$(label_of "$harness")" "${command[@]}" "$1"
	done
}

one_round() {
	local workload harness
	for workload in $work; do
		case $workload in
		types)
			for harness in "${order[@]}"; do
				command_of "$harness"
				types "$(label_of "$harness")"
			done
			cold
			;;
		drain | iterate | single) each "$workload" ;;
		flow) flows ;;
		exec) attached ;;
		*) die "no workload '$workload'; there are: types drain flow iterate single exec" ;;
		esac
	done
}

measure() {
	local rounds=$1 work=${WORK:-types drain flow iterate single exec} order=(c java) last=0 i command
	if [ "$work" != types ]; then
		if can_load; then
			"${C[@]}" setup "$LOADED"
			trap '"${C[@]}" teardown' EXIT
		else
			say "measuring \`types\` only: all else loads programs, which takes root and a BPF file system at" \
				"$(dirname "$PERF_PINS")"
			work=types
		fi
	fi
	[ -z "${EXTRA:-}" ] || order+=(extra)
	[ ! -s "$RESULTS" ] || last=$(tail -n 1 "$RESULTS" | cut -f 1)
	for ((i = 1; i <= rounds; i++)); do
		round=$((last + i))
		say "round $round, load $(cut -d ' ' -f 1 /proc/loadavg)"
		one_round
		mapfile -t order < <(printf '%s\n' "${order[@]}" | tac) # who was last is first in the next round
	done
}

jmh() {
	"$JDK/bin/java" --enable-native-access=ALL-UNNAMED -cp target/bench.jar org.openjdk.jmh.Main -prof gc "$@"
}

case ${1:-5} in
build) build ;;
measure) measure "${2:-5}" ;;
report) python3 report.py "$RESULTS" ;;
jmh)
	shift
	jmh "$@"
	;;
objects) commit_objects ;;
*[!0-9]*) die "unknown argument '$1'; see the head of this script" ;;
*)
	build
	rm -f "$RESULTS"
	measure "${1:-5}"
	python3 report.py "$RESULTS"
	;;
esac
