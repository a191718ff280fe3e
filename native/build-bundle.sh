#!/usr/bin/env bash
# Builds a libbpf.so that needs nothing but the C library, from Debian's source packages, for the jars `linux-x86_64` and
# `linux-aarch64` of ebpf-native. Nobody has to: README.md says who wants them.
#
#   native/build-bundle.sh [--suite SUITE] [x86_64|aarch64]...    by default each that there is a compiler for
#
# SUITE is Debian's, trixie (13) unless given: that is libbpf 1.5; its sources are fetched over apt (signed), with lists of
# its own, so that neither the running system's suites matter nor anything is installed. Sources once fetched are used
# again until `mvn clean`. The mirrors are those that apt uses on this machine, or the one in MIRROR.
#
# Writes   native/target/bundle/linux-ARCH/META-INF/native/linux-ARCH/{libbpf.so,libbpf.so.sha256,NOTICE,licences}
#          native/target/bundle/sources/META-INF/sources/    what it was made from, which the LGPL wants beside it
# and the next `mvn verify` packs each of the two as a jar. The same sources and compiler give the same bytes.
#
# Exit status: 0 built, 1 not so, 2 it could not be tried.
#
# Needs apt, dpkg-dev and make, and ARCH-linux-gnu-gcc: packages build-essential, gcc-aarch64-linux-gnu. To try
# a library of another architecture it also needs qemu-user-static; it says so when it cannot.
set -euo pipefail
export LC_ALL=C
umask 022

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here bundle=$here/target/bundle
# The C libraries of Ubuntu 22.04 (2.35), Debian 12 (2.36) and RHEL 9 (2.34) have all that a library wants which stays below:
readonly NEWEST_GLIBC=2.34
suite=trixie

die() {
	echo "build-bundle: $*" >&2
	exit 1
}

# What is no fault of the library's.
cannot() {
	echo "build-bundle: $*" >&2
	exit 2
}

need() {
	command -v "$1" >/dev/null || cannot "no $1: apt-get install $2"
}

# Where apt would have its lists from. `indextargets` knows those alone whose lists are there, and a fresh machine has none.
mirrors() {
	apt-get --print-uris update | sed -n "s|^'\(.*\)/dists/.*|\1|p" | sort -u
}

# The mirrors that apt uses on this machine, or the one in MIRROR; the security updates where it has such a mirror.
sources_list() {
	local site dist
	for site in ${MIRROR:-$(mirrors)}; do
		case ${site%/} in
		*/debian) dist=$suite ;;
		*/debian-security) dist=$suite-security ;;
		*) continue ;;
		esac
		echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${site%/} $dist main"
	done
}

# Apt with lists and cache of its own, as the running system may be of another suite.
fetch_sources() {
	local into=$1 apt=$work/apt package
	mkdir -p "$apt/parts" "$apt/lists/partial" "$apt/cache/archives/partial" "$into"
	: >"$apt/status"
	sources_list >"$apt/sources.list"
	[ -s "$apt/sources.list" ] || cannot "apt knows no mirror of Debian on this machine; name one in MIRROR"
	local options=(-qq -o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts="$apt/parts"
		-o Dir::State::lists="$apt/lists" -o Dir::State::status="$apt/status" -o Dir::Cache="$apt/cache"
		-o APT::Sandbox::User=root)
	apt-get "${options[@]}" update || cannot "apt cannot read the lists of Debian $suite"
	for package in libbpf elfutils zlib; do
		fetch_source "$package"
	done
	echo "$suite" >"$into/SUITE"
}

# Within fetch_sources. The newest version that the mirror has, as some list updates and do not have their files.
fetch_source() {
	local version newest=
	for version in $(apt-cache "${options[@]}" showsrc --only-source "$1" | sed -n 's/^Version: //p' | sort -urV); do
		(cd "$into" && apt-get "${options[@]}" source --download-only "$1=$version" >"$work/log" 2>&1) || {
			rm -f "$into/$1"_*
			newest=${newest:-$version}
			continue
		}
		[ -z "$newest" ] || echo "build-bundle: $1: $version, as the mirror lists $newest and does not have it"
		return
	done
	cannot "no source of $1 in Debian $suite: $(head -n 1 "$work/log" 2>/dev/null)"
}

# unpack PACKAGE: to $work/PACKAGE, with Debian's patches
unpack() {
	dpkg-source --no-check -x "$sources/$1"_*.dsc "$work/$1" >"$work/$1.log" 2>&1 || { cat "$work/$1.log" >&2; die "cannot unpack $1"; }
}

# version PACKAGE: Debian's
version() {
	sed -n 's/^Version: //p' "$sources/$1"_*.dsc | head -n 1
}

# run COMMAND...: its output only when it fails
run() {
	"$@" >"$work/log" 2>&1 || { tail -n 40 "$work/log" >&2; die "failed: $*"; }
}

build() {
	local arch=$1 host=$1-linux-gnu out=$work/$1 jobs
	local zlib=$out/zlib elf=$out/elfutils bpf=$out/libbpf
	jobs=$(nproc)
	# Sections of their own let the linker drop what libbpf never calls: a third of libelf.
	local flags="-O2 -fPIC -ffunction-sections -fdata-sections -fstack-protector-strong -ffile-prefix-map=$work=."
	mkdir -p "$zlib" "$elf" "$bpf" "$out/lib"

	(cd "$zlib" && CHOST=$host CC=$host-gcc CFLAGS=$flags run "$work/zlib/configure" --static && run make -j"$jobs" libz.a)
	cp "$zlib/libz.a" "$out/lib/"

	(
		cd "$elf"
		run "$work/elfutils/configure" --host="$host" --disable-debuginfod --disable-libdebuginfod --disable-demangler --disable-nls \
			--without-bzlib --without-lzma --without-zstd CC="$host-gcc" CFLAGS="$flags" \
			CPPFLAGS="-I$work/zlib -I$zlib" LDFLAGS="-L$out/lib"
		run make -C lib -j"$jobs"
		run make -C libelf -j"$jobs" libelf_pic.a
	)
	echo "GROUP($elf/libelf/libelf_pic.a $elf/lib/libeu.a)" >"$out/lib/libelf.a"

	# The version script of libbpf exports what is libbpf's, and nothing of the other two.
	run make -C "$work/libbpf/src" OBJDIR="$bpf" NO_PKG_CONFIG=1 CC="$host-gcc" -j"$jobs" \
		CFLAGS="-g0 $flags -D_LARGEFILE64_SOURCE -D_FILE_OFFSET_BITS=64 -I$work/elfutils/libelf" \
		LDFLAGS="-L$out/lib -Wl,--gc-sections -Wl,-z,relro,-z,now -Wl,--build-id=sha1"
	"$host-strip" --strip-unneeded -o "$out/libbpf.so" "$bpf"/libbpf.so.?.*
	check "$arch" "$out/libbpf.so"
	install_bundle "$arch" "$out/libbpf.so"
}

# What it must not be: in want of more than the C library, or of a newer one; without a function of the bindings; with
# functions that would stand in for the process's own libelf and zlib.
check() {
	local arch=$1 library=$2 minor needed newest missing foreign
	needed=$("$arch-linux-gnu-readelf" -d "$library" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' |
		grep -vxE 'libc\.so\.6|ld-linux-[a-z0-9-]+\.so\.[0-9]' || true)
	[ -z "$needed" ] || die "$arch: needs more than the C library: $needed"
	newest=$("$arch-linux-gnu-readelf" -V "$library" | grep -oE 'GLIBC_[0-9.]+' | sort -uV | tail -n 1)
	[ "$(printf '%s\n' "$NEWEST_GLIBC" "${newest#GLIBC_}" | sort -V | tail -n 1)" = "$NEWEST_GLIBC" ] ||
		die "$arch: needs $newest, newer than $NEWEST_GLIBC"

	"$arch-linux-gnu-nm" -D --defined-only "$library" | awk '$2 ~ /[TWi]/ { sub(/@.*/, "", $3); print $3 }' | sort -u >"$work/has"
	minor=$(sed -n 's/^#define LIBBPF_MINOR_VERSION //p' "$work/libbpf/src/libbpf_version.h")
	grep -oE 'entry\("\w+", "1\.[0-9]+"' "$here/src/main/java/io/ebpf4j/libbpf/FunctionVersions.java" |
		tr -d '",' | sed 's/^entry(//' | awk -v minor="$minor" '{ sub(/^1\./, "", $2); if ($2 > minor + 0) print $1 }' |
		sort -u >"$work/newer"
	missing=$(sed -n 's/^--include-function //p' "$here/libbpf.includes" | sort -u |
		comm -23 - "$work/has" | comm -23 - "$work/newer" | tr '\n' ' ')
	[ -z "$missing" ] || die "$arch: libbpf 1.$minor lacks functions: $missing"
	foreign=$(grep -oE '^\s+\w+;' "$work/libbpf/src/libbpf.map" | tr -d '\t ;' | sort -u | comm -13 - "$work/has" | tr '\n' ' ')
	[ -z "$foreign" ] || die "$arch: exports what is not libbpf's: $foreign"
	try "$arch" "$library"
	echo "build-bundle: $arch: libbpf $(version libbpf), $(($(stat -c %s "$library") / 1024)) KB, newest symbol $newest"
}

# Reads an object with it: that takes libelf as well, and no kernel.
try() {
	local arch=$1 library=$2 emulator=() said
	cat >"$work/try.c" <<-'C'
		#include <bpf/libbpf.h>
		#include <dlfcn.h>
		#include <stdio.h>
		#define FUNCTION(name) __typeof__(&name) p_##name = (__typeof__(&name)) dlsym(library, #name)
		int main(int count, char **arguments) {
		    void *library = count == 3 ? dlopen(arguments[1], RTLD_NOW) : NULL;
		    if (!library) {
		        puts(count == 3 ? dlerror() : "usage: try LIBRARY OBJECT");
		        return 1;
		    }
		    FUNCTION(libbpf_version_string);
		    FUNCTION(bpf_object__open);
		    FUNCTION(bpf_object__find_map_by_name);
		    struct bpf_object *object = p_bpf_object__open(arguments[2]);
		    printf("%s %s\n", p_libbpf_version_string(), object && p_bpf_object__find_map_by_name(object, "by_size") ? "reads" : "fails");
		    return 0;
		}
	C
	mkdir -p "$work/include/bpf"
	cp "$work"/libbpf/src/*.h "$work/include/bpf/"
	run "$arch-linux-gnu-gcc" -I"$work/include" -o "$work/try-$arch" "$work/try.c" -ldl
	if [ "$arch" != "$(uname -m)" ]; then
		command -v "qemu-$arch-static" >/dev/null || {
			echo "build-bundle: $arch: NOT TRIED, no qemu-$arch-static: apt-get install qemu-user-static"
			return
		}
		emulator=("qemu-$arch-static" -L "/usr/$arch-linux-gnu")
	fi
	said=$("${emulator[@]}" "$work/try-$arch" "$library" "$here/fixtures/clang14-el/maps_all.bpf.o")
	[ "$said" = "v$(version libbpf | sed 's/^[0-9]*://; s/\.[0-9]*-.*//') reads" ] || die "$arch: does not work: $said"
}

install_bundle() {
	local arch=$1 library=$2 into=$bundle/linux-$1/META-INF/native/linux-$1
	rm -rf "$bundle/linux-$arch"
	mkdir -p "$into"
	notice >"$into/NOTICE"
	cp "$work/libbpf/LICENSE" "$into/LICENSE.libbpf"
	cp "$work/libbpf/LICENSE.LGPL-2.1" "$work/libbpf/LICENSE.BSD-2-Clause" "$into/"
	cp "$work/elfutils/COPYING-LGPLV3" "$into/LICENSE.LGPL-3"
	cp "$work/elfutils/COPYING" "$into/LICENSE.GPL-3"
	cp "$work/elfutils/COPYING-GPLV2" "$into/LICENSE.GPL-2"
	cp "$work/zlib/LICENSE" "$into/LICENSE.zlib"
	(cd "$(dirname "$library")" && sha256sum libbpf.so) >"$into/libbpf.so.sha256"
	cp "$library" "$into/libbpf.so" # last: what Maven looks for
}

notice() {
	cat <<-NOTICE
		libbpf.so of this jar is libbpf with libelf (of elfutils) and zlib linked in, built by native/build-bundle.sh of
		ebpf4j from the source packages of Debian $(cat "$sources/SUITE"), as patched there:

		  libbpf    $(version libbpf)
		            LGPL-2.1 or BSD-2-Clause (LICENSE.libbpf, LICENSE.LGPL-2.1, LICENSE.BSD-2-Clause)
		            Copyright (c) Facebook and the other authors of libbpf
		  elfutils  $(version elfutils), its libelf
		            LGPL-3.0-or-later or GPL-2.0-or-later (LICENSE.LGPL-3, LICENSE.GPL-3, LICENSE.GPL-2)
		            Copyright (c) Red Hat, Inc. and the other authors of elfutils
		  zlib      $(version zlib)
		            Zlib (LICENSE.zlib)
		            Copyright (c) Jean-loup Gailly and Mark Adler

		Their complete sources, with the script that builds this file from them, are in the jar of the same artifact and
		version with the classifier bundle-sources, at the same place that you have this one from. You may change them and
		use the result instead: name it to the JVM with -Debpf4j.libbpf=/path/libbpf.so, or put it into this jar with
		its checksum. ebpf4j itself calls it as a shared library and contains nothing of it.
	NOTICE
}

archs=()
while [ $# -gt 0 ]; do
	case $1 in
	--suite)
		suite=${2:?build-bundle: --suite wants a name}
		shift
		;;
	x86_64 | aarch64) archs+=("$1") ;;
	*) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
	esac
	shift
done
need apt-get apt
need dpkg-source dpkg-dev
need make make
if [ ${#archs[@]} -eq 0 ]; then
	for arch in x86_64 aarch64; do
		if command -v "$arch-linux-gnu-gcc" >/dev/null; then
			archs+=("$arch")
		else
			echo "build-bundle: $arch: left out, no $arch-linux-gnu-gcc"
		fi
	done
fi
[ ${#archs[@]} -gt 0 ] || die "no compiler: apt-get install gcc"
for arch in "${archs[@]}"; do
	need "$arch-linux-gnu-gcc" "gcc-${arch/_/-}-linux-gnu"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sources=$bundle/sources/META-INF/sources
if [ "$(cat "$sources/SUITE" 2>/dev/null)" != "$suite" ]; then
	rm -rf "$bundle/sources"
	fetch_sources "$work/sources"
	mkdir -p "$(dirname "$sources")"
	mv "$work/sources" "$sources"
fi
cp "$here/build-bundle.sh" "$sources/"
for package in libbpf elfutils zlib; do
	unpack "$package"
done
for arch in "${archs[@]}"; do
	build "$arch"
done
