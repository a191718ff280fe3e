#!/bin/sh
# Writes src/main/java/io/ebpf4j/libbpf/gen anew from C headers; README.md tells which headers and which jextract.
#
#   regenerate.sh <include dir>...
#
# The directories hold libbpf's headers (bpf/libbpf.h) and the kernel's user API of at least the same age
# (linux/bpf.h, asm/types.h). They are searched in this order, before the system's own.
set -eu

if [ $# -eq 0 ]; then
    sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
command -v jextract >/dev/null || { echo "regenerate.sh: no jextract on the PATH, see README.md" >&2; exit 1; }
command -v java >/dev/null || { echo "regenerate.sh: no java on the PATH" >&2; exit 1; }

module=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
package=io.ebpf4j.libbpf.gen
target=$module/src/main/java/io/ebpf4j/libbpf/gen
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

found=
for dir; do
    [ -d "$dir" ] || { echo "regenerate.sh: not a directory: $dir" >&2; exit 1; }
    [ -f "$dir/bpf/libbpf.h" ] && found=$dir
done
[ -n "$found" ] || { echo "regenerate.sh: none of the directories has bpf/libbpf.h" >&2; exit 1; }

cat > "$work/libbpf.h" <<'H'
#include <bpf/libbpf.h>
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <linux/if_link.h>
#include <linux/netfilter.h>
#include <linux/perf_event.h>
H

cat > "$work/libc.h" <<'H'
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
// GNU makes of an address a union of pointers, which jextract cannot pass.
#undef __USE_GNU
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
H

# generate <class> <include list> <header> <jextract option>...
generate() {
    class=$1 list=$2 header=$3
    shift 3
    sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$list" > "$work/$class.args"
    # An opaque struct (bpf_object, bpf_map, ...) is "skipped" with a warning, and is a plain MemorySegment: as wanted.
    jextract --output "$work/out" --target-package "$package" --header-class-name "$class" \
        --symbols-class-name CTypes "$@" "@$work/$class.args" "$header" 2> "$work/$class.log" || {
        cat "$work/$class.log" >&2
        exit 1
    }
    grep -v 'warning: Skipping' "$work/$class.log" >&2 || true
}

for dir; do
    shift
    set -- "$@" --include-dir "$dir"
done
generate Libbpf "$module/libbpf.includes" "$work/libbpf.h" "$@"
generate Libc "$module/libc.includes" "$work/libc.h"

java "$module/RewriteBindings.java" "$work/out/$(echo $package | tr . /)" "$work/Libbpf.args" "$work/Libc.args"

mkdir -p "$target"
find "$target" -name '*.java' ! -name package-info.java -exec rm -f {} +
cp "$work/out/$(echo $package | tr . /)"/*.java "$target/"
echo "wrote $(ls "$target"/*.java | wc -l) files to $target"
