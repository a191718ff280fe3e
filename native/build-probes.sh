#!/usr/bin/env bash
# Builds the committed BPF objects from their sources, byte for byte the same in any folder.
#
#   native/build-probes.sh [--check] [samples|fixtures|live]...      all by default
#
#   samples    ebpf-samples/src/main/bpf/*.bpf.c -> ebpf-samples/src/main/resources/io/ebpf4j/samples/
#   fixtures   native/fixtures/src/*.bpf.c       -> native/fixtures/{clang14-el,clang19-el,clang19-eb}/
#              native/fixtures/src/*.c (not BPF) -> native/fixtures/foreign/
#   live       native/fixtures/live/src/*.bpf.c  -> native/fixtures/live/
#
# --check builds beside and compares; it changes nothing. A folder that another clang or libbpf has
# built is skipped, and that is said. Exit status: 0 the same or skipped, 1 different or no build.
#
# Needs clang and llvm-strip of the same version, and the headers of libbpf-dev and linux-libc-dev.
# Samples are built by clang-14 unless CLANG names another; fixtures by CLANG14 and CLANG19, live ones by CLANG14.
#
# Flags
#   -mcpu=v2        Kernel 5.8 takes v3 too, but v3 lets atomics through that only 5.12 can run
#                   (those that return a value); with v2 clang refuses them.
#   -g, then strip  BTF is made from debug information; the DWARF beside it is then thrown away.
#   -ffile-compilation-dir=.   No folder of this machine gets into the object, and BTF still quotes the source.
#   no __TARGET_ARCH_x         The objects fit every architecture of their byte order.
# A source that needs other flags says so in a line `// build-flags: ...`.
#
# MANIFEST, in each folder of objects: UTF-8, LF, one `key value` a line, one block an object, an empty
# line after each block, `#` begins a comment line. Blocks are sorted by object. Keys, in this order:
#   object NAME            file name in this folder
#   sha256 HEX             of the object
#   clang TEXT             first line of `clang --version`, without a source address in parentheses
#   libbpf VERSION         of the headers
#   flags TEXT             what decides the code; include paths left out
#   source HEX PATH        sha256 and path (from the root of the repository, with `/`) of each file of
#                          this repository that went in: the source itself first, then its headers. Repeats.
# So an object has drifted from its source when a `source` line no longer fits the file it names.
set -euo pipefail
export LC_ALL=C

cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly SAMPLES=ebpf-samples/src/main/resources/io/ebpf4j/samples
readonly FIXTURES=native/fixtures
readonly BASE_FLAGS=(-g -O2 -Wall -Wextra -Werror -Wno-unused-parameter)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
check=false
status=0

die() {
	printf 'build-probes: %s\n' "$*" >&2
	exit 1
}

clang_version() {
	"$1" --version | sed 's/ *(http[^)]*)//;q'
}

libbpf_version() {
	printf '#include <bpf/libbpf_version.h>\nLIBBPF_MAJOR_VERSION.LIBBPF_MINOR_VERSION\n' |
		"$1" -E -P - 2>/dev/null | tr -d ' ' | tail -n 1
}

# With -target bpf clang does not look where Debian keeps <asm/types.h>.
system_includes() {
	"$1" -v -E - </dev/null 2>&1 |
		sed -n '/<...> search starts here:/,/End of search list./{ s|^ \(/.*\)|-idirafter\n\1|p }'
}

# compile CLANG OUTDIR SOURCE FLAG...
compile() {
	local clang=$1 outdir=$2 source=$3 object includes flags extra deps file
	shift 3
	object=$(basename "${source%.c}").o
	read -ra extra < <(sed -n 's|^// build-flags: ||p' "$source"; echo)
	mapfile -t includes < <(system_includes "$clang")
	flags=("$@" "${BASE_FLAGS[@]}" "${extra[@]}")

	"$clang" "${flags[@]}" -ffile-compilation-dir=. -Inative/include "${includes[@]}" \
		-MMD -MF "$work/deps" -MT object -c "$source" -o "$outdir/$object"
	"$("$clang" -print-prog-name=llvm-strip)" -g "$outdir/$object"

	# the source is the first dependency; an absolute path is a header of the system
	mapfile -t deps < <(sed 's/^object://; s/\\$//' "$work/deps" | tr -s ' ' '\n' | grep '^[^/]')
	{
		echo "object $object"
		echo "sha256 $(sha256sum <"$outdir/$object" | cut -d' ' -f1)"
		echo "clang $(clang_version "$clang")"
		echo "libbpf $(libbpf_version "$clang")"
		echo "flags ${flags[*]}"
		for file in "${deps[@]}"; do
			echo "source $(sha256sum <"$file" | cut -d' ' -f1) $file"
		done
		echo
	} >>"$outdir/MANIFEST"
}

# build CLANG TARGETDIR FLAGS SOURCE...: one folder of objects
build() {
	local clang=$1 target=$2 outdir="$work/out/$2" source flags
	read -ra flags <<<"$3"
	shift 3

	if ! command -v "$clang" >/dev/null; then
		$check || die "$clang not found; it builds $target"
		echo "$target: skipped, there is no $clang"
		return
	fi
	[ -n "$(libbpf_version "$clang")" ] || die "bpf/libbpf_version.h not found; install libbpf-dev"
	if $check && [ -f "$target/MANIFEST" ] && ! same_tools "$clang" "$target/MANIFEST"; then
		echo "$target: skipped, built by $(sed -n 's/^clang //p' "$target/MANIFEST" | sort -u)," \
			"libbpf $(sed -n 's/^libbpf //p' "$target/MANIFEST" | sort -u)"
		return
	fi

	mkdir -p "$outdir"
	echo "# Written by native/build-probes.sh, which also says what this means." >"$outdir/MANIFEST"
	for source; do
		compile "$clang" "$outdir" "$source" "${flags[@]}"
	done

	if $check; then
		if diff -rq -x src "$target" "$outdir"; then
			echo "$target: $# objects, all the same"
		else
			status=1
		fi
	else
		mkdir -p "$target"
		rm -f "$target"/*.o
		cp "$outdir"/* "$target/"
		echo "$target: $# objects"
	fi
}

same_tools() {
	[ "$(sed -n 's/^clang //p' "$2" | sort -u)" = "$(clang_version "$1")" ] &&
		[ "$(sed -n 's/^libbpf //p' "$2" | sort -u)" = "$(libbpf_version "$1")" ]
}

samples() {
	build "${CLANG:-clang-14}" "$SAMPLES" "-target bpfel -mcpu=v2" ebpf-samples/src/main/bpf/*.bpf.c
}

fixtures() {
	local bpf=("$FIXTURES"/src/*.bpf.c) source foreign=()
	for source in "$FIXTURES"/src/*.c; do
		[[ $source == *.bpf.c ]] || foreign+=("$source")
	done
	build "${CLANG14:-clang-14}" "$FIXTURES/clang14-el" "-target bpfel -mcpu=v2" "${bpf[@]}"
	build "${CLANG19:-clang-19}" "$FIXTURES/clang19-el" "-target bpfel -mcpu=v2" "${bpf[@]}"
	build "${CLANG19:-clang-19}" "$FIXTURES/clang19-eb" "-target bpfeb -mcpu=v2" "${bpf[@]}"
	build "${CLANG14:-clang-14}" "$FIXTURES/foreign" "" "${foreign[@]}"
}

live() {
	build "${CLANG14:-clang-14}" "$FIXTURES/live" "-target bpfel -mcpu=v2" "$FIXTURES"/live/src/*.bpf.c
}

what=()
for arg; do
	case $arg in
	--check) check=true ;;
	samples | fixtures | live) what+=("$arg") ;;
	*) die "unknown argument '$arg'; see the head of this script" ;;
	esac
done
for part in "${what[@]:-samples fixtures live}"; do
	for one in $part; do "$one"; done
done
exit "$status"
