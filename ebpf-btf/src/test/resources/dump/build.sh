#!/bin/sh
# Makes the dumps in this folder from the objects of native/fixtures and of ../kinds, with bpftool 7.1 (Debian 12): newer
# ones sort the types in C. Each is the same for both byte orders, which is checked here, so one of them is kept.
set -eu
cd "$(dirname "$0")"
fixtures=../../../../../native/fixtures
for version in 14 19; do
    mkdir -p "clang$version"
    for object in "$fixtures/clang$version-el"/*.bpf.o "../kinds/clang$version-el.bpf.o"; do
        case $object in
        */no_btf.bpf.o) continue ;;
        */kinds/*) name=kinds other="../kinds/clang$version-eb.bpf.o" ;;
        *) name=$(basename "$object" .bpf.o) other="$fixtures/clang$version-eb/$name.bpf.o" ;;
        esac
        for form in c raw; do
            dump="clang$version/$name.$form.txt"
            bpftool btf dump file "$object" format "$form" >"$dump"
            if [ -e "$other" ]; then
                bpftool btf dump file "$other" format "$form" | cmp - "$dump"
            fi
        done
    done
done
