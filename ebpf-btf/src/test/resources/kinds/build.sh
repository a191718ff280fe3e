#!/bin/sh
# Makes the objects and the dumps beside this script; needs clang-14, clang-19, llvm-strip of both and bpftool.
# The compilation directory is set, so that objects made anywhere are the same.
set -eu
cd "$(dirname "$0")"
for version in 14 19; do
    for order in el eb; do
        object="clang$version-$order.bpf.o"
        "clang-$version" -O2 -g -Wall -Werror -fdebug-compilation-dir=. -target "bpf$order" -c kinds.bpf.c -o "$object"
        "llvm-strip-$version" -g "$object"
        bpftool btf dump file "$object" format raw >"clang$version-$order.raw.txt"
    done
done
