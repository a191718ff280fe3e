#!/usr/bin/env bash
# Builds isa.bpf.o and records what bpftool says of it and of some fixtures when they are loaded: *.xlated.txt.
#
#   ebpf-core/src/test/resources/io/ebpf4j/insn/record.sh
#
# Needs root, clang-19 and llvm-strip-19 (CLANG, LLVM_STRIP), a kernel of 6.15 or newer, and a bpftool that knows version 4
# of the instruction set and takes "opcodes linum" together: 7.5 or newer (BPFTOOL). Ids and addresses are those of the
# machine, so each run changes them.
set -euo pipefail
export LC_ALL=C

cd "$(dirname "${BASH_SOURCE[0]}")"
root=$(git rev-parse --show-toplevel)
bpftool=${BPFTOOL:-bpftool}
pins=/sys/fs/bpf/ebpf4j_record_$$
trap 'rm -rf "$pins"' EXIT

# With -target bpf clang does not look where Debian keeps <asm/types.h>.
"${CLANG:-clang-19}" -target bpfel -mcpu=v4 -g -O2 -Wall -Werror -ffile-compilation-dir=. \
	-idirafter "/usr/include/$(uname -m)-linux-gnu" -c isa.bpf.c -o isa.bpf.o
"${LLVM_STRIP:-llvm-strip-19}" -g isa.bpf.o

rm -f ./*.xlated.txt
for object in isa.bpf.o "$root"/native/fixtures/clang14-el/{core_relocations,externs,same_section}.bpf.o; do
	name=$(basename "$object" .bpf.o)
	"$bpftool" prog loadall "$object" "$pins"
	for pin in "$pins"/*; do
		"$bpftool" prog dump xlated pinned "$pin" opcodes linum >"$name.$(basename "$pin").xlated.txt"
	done
	rm -rf "$pins"
done
wc -l ./*.xlated.txt
