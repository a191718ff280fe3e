#!/bin/sh
# Makes the .btf files and the dumps beside this script: LIBBPF=folder ./build.sh
# Needs clang-19, llvm-objcopy-19, a C compiler, bpftool, and in $LIBBPF the sources of libbpf from 1.5 on with their
# static library built (make -C src BUILD_STATIC_ONLY=1).
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir "$work/include"
ln -s "$LIBBPF/src" "$work/include/bpf"
cc -O2 -Wall -Werror -I"$work/include" -I"$LIBBPF/include/uapi" split.c "$LIBBPF/src/libbpf.a" -lelf -lz -o "$work/split"

compile() {
	clang-19 -O2 -g -Wall -Werror -fdebug-compilation-dir=. -target bpfel -c "$@"
}
compile kernel.c -o "$work/kernel.o"
compile -DLATER kernel.c -o "$work/later.o"
compile module.c -o "$work/module.o"
for order in el eb; do
	"$work/split" "$work/kernel.o" "$work/later.o" "$work/module.o" "$order"
done
# the dumps are the same in both byte orders; bpftool 7.1 reads the newest header in its own only
for name in kernel later distilled_base; do
	bpftool btf dump file "$name.el.btf" format raw >"$name.raw.txt"
done
bpftool btf dump -B kernel.el.btf file module.el.btf format raw >module.raw.txt
bpftool btf dump -B distilled_base.el.btf file distilled.el.btf format raw >distilled.raw.txt
bpftool btf dump -B later.el.btf file relocated.el.btf format raw >relocated.raw.txt

head -c 300 module.el.btf >cut.el.btf

# what a file of a module looks like: an object with both sections
echo 'void only(void) {}' | clang-19 -O2 -fno-asynchronous-unwind-tables -target x86_64 -x c -c - -o "$work/plain.o"
llvm-objcopy-19 --strip-all --add-section .BTF=distilled.el.btf --add-section .BTF.base=distilled_base.el.btf "$work/plain.o" module.ko
