#!/usr/bin/env bash
# Writes the names of the kernel's helper functions from the list in <linux/bpf.h>.
#
#   ebpf-core/helper-names.sh [HEADER]      HEADER: /usr/include/linux/bpf.h unless said
#
# Take the newest header there is: numbers never change, new ones come at the end. Since Linux 6.0 the list
# (___BPF_FUNC_MAPPER) says each number; before (__BPF_FUNC_MAPPER), they count from 0.
set -euo pipefail
export LC_ALL=C

header=${1:-/usr/include/linux/bpf.h}
cd "$(dirname "${BASH_SOURCE[0]}")"
target=src/main/java/io/ebpf4j/insn/HelperNames.java

# One "number name" a line, from the first list in the file.
list() {
	awk '/^#define _*BPF_FUNC_MAPPER\(/ { inside = 1 }
	     inside && match($0, /FN\([a-z0-9_]+/) {
		name = substr($0, RSTART + 3, RLENGTH - 3)
		number = count++
		if (match($0, /, *[0-9]+, *##ctx/)) {
			number = substr($0, RSTART + 1) + 0
		}
		print number, name
	     }
	     inside && !/\\$/ { exit }' "$header"
}

names=$(list)
[ "$(head -n 2 <<<"$names")" = $'0 unspec\n1 map_lookup_elem' ] || {
	echo "helper-names: found no list of helpers in $header" >&2
	exit 1
}

{
	cat <<-'JAVA'
		package io.ebpf4j.insn;

		import java.util.Optional;

		/** The kernel's helper functions by number. Written by {@code helper-names.sh} from {@code <linux/bpf.h>}. */
		final class HelperNames {
		    /** In the order of their numbers; without the {@code bpf_} that all begin with. */
		    private static final String[] NAMES = """
	JAVA
	expected=0
	while read -r number name; do
		[ "$number" = "$expected" ] || {
			echo "helper-names: $name has number $number, not $expected" >&2
			exit 1
		}
		expected=$((expected + 1))
		echo "            $name"
	done <<<"$names"
	cat <<-'JAVA'
		            """.split("\n");

		    private HelperNames() {}

		    static Optional<String> of(int number) {
		        return number < 0 || number >= NAMES.length ? Optional.empty() : Optional.of("bpf_" + NAMES[number]);
		    }
		}
	JAVA
} >"$target.new"
mv "$target.new" "$target"
echo "$target: $(wc -l <<<"$names") helpers"
