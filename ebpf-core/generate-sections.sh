#!/bin/sh
# Writes src/main/java/io/ebpf4j/internal/spec/SectionTable.java anew from libbpf's table of sections.
#
#   generate-sections.sh <clone of https://github.com/libbpf/libbpf> [<revision>]
#
# The revision's src/libbpf.c gives the rows, in its order, for the first that matches wins. The tags of the clone give
# the release that brought each: from 1.0 on, where names began to be matched as strictly as they are today.
# Attach types and program types are constants of AttachType and ProgramType: a new one has to be added there by hand.
set -eu

if [ $# -lt 1 ] || [ $# -gt 2 ]; then
    sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
clone=$1
revision=${2:-HEAD}
module=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
target=$module/src/main/java/io/ebpf4j/internal/spec/SectionTable.java
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

show() { git -C "$clone" show "$1"; }
release() { show "$1:src/Makefile" | sed -n 's/^LIBBPF_\(MAJOR\|MINOR\)_VERSION := //p' | paste -sd.; }

# One row a line: section|program type|attach type|flags|attach function
rows() {
    show "$1:src/libbpf.c" | sed -n '/ section_defs\[\] = {/,/^};/p' | tr -d '\n\t' | grep -o 'SEC_DEF([^)]*)' |
        sed 's/^SEC_DEF("\([^"]*\)",/\1,/; s/)$//; s/ *, */|/g'
}

for tag in $(git -C "$clone" tag --list 'v[1-9]*.0' | sort -V) "$revision"; do
    rows "$tag" | while IFS='|' read -r section _; do echo "${section%+} $(release "$tag")"; done
done | awk '!($1 in first) { first[$1] = $2; print }' > "$work/releases"

rows "$revision" > "$work/rows"
rows=$(wc -l < "$work/rows")
definitions=$(show "$revision:src/libbpf.c" | grep -c '^[[:blank:]]*SEC_DEF("')
[ "$rows" -eq "$definitions" ] || { echo "generate-sections.sh: read $rows of $definitions definitions" >&2; exit 1; }
commit=$(git -C "$clone" rev-parse --short=12 "$revision^{commit}")
awk -F'|' -v version="$(release "$revision")" -v commit="$commit" -v releases="$work/releases" '
function fail(message) { print "generate-sections.sh: " $1 ": " message > "/dev/stderr"; failed = 1; exit 1 }
function flags(text,    parts, count, i, name, list) {
    count = split(text, parts, / *\| */)
    for (i = 1; i <= count; i++) {
        name = parts[i]
        sub(/^SEC_/, "", name)
        if (name == "NONE" || name == "0") continue
        if (name == "ATTACHABLE_OPT") name = "ATTACHABLE, ATTACH_TYPE_OPTIONAL"
        else if (name !~ /^(ATTACHABLE|ATTACH_BTF|SLEEPABLE|XDP_FRAGS|USDT)$/) fail("unknown flag " parts[i])
        list = list ", " name
    }
    return list
}
BEGIN {
    while ((getline line < releases) > 0) { split(line, part, " "); since[part[1]] = part[2] }
}
{
    # A flag is written with a bar as well: put the fields in between together again.
    handler = ""
    last = NF
    if ($NF ~ /^attach_/) { handler = toupper(substr($NF, 8)); last-- }
    text = $4
    for (i = 5; i <= last; i++) text = text "|" $i
    name = $1
    if (name ~ /\/$/) fail("must be followed by something, a form that SectionKind does not know")
    sub(/\+$/, "", name)
    if (!(name in since)) fail("is in no release")
    attach = $3 == "0" ? "null" : $3
    sub(/^BPF_/, "AttachType.", attach)
    lines[NR] = sprintf("row(\"%s\", \"%s\", %s, %s, %s%s)", $1, since[name], $2, attach,
            handler == "" ? "null" : "AutoAttach." handler, flags(text))
}
END {
    if (failed) exit 1
    print "package io.ebpf4j.internal.spec;\n"
    split("ATTACHABLE ATTACH_BTF ATTACH_TYPE_OPTIONAL SLEEPABLE USDT XDP_FRAGS", flag, " ")
    print "import static io.ebpf4j.ProgramType.*;"
    for (i = 1; i <= 6; i++) print "import static io.ebpf4j.SectionKind.Flag." flag[i] ";"
    print "\nimport io.ebpf4j.AttachType;\nimport io.ebpf4j.ProgramType;\nimport io.ebpf4j.SectionKind;"
    print "import io.ebpf4j.SectionKind.AutoAttach;\nimport io.ebpf4j.SectionKind.Flag;"
    print "import java.util.List;\nimport java.util.Optional;\nimport java.util.Set;"
    print "import org.jspecify.annotations.Nullable;\n"
    print "/**\n * {@code section_defs} of libbpf " version ", commit " commit ". Written by {@code generate-sections.sh}, not by hand.\n */"
    print "final class SectionTable {"
    print "    /** In libbpf\047s order. */"
    print "    // @formatter:off one row a line"
    print "    static final List<SectionKind> ROWS = List.of("
    for (i = 1; i <= NR; i++) print "            " lines[i] (i < NR ? "," : ");")
    print "    // @formatter:on"
    print "\n    private SectionTable() {}\n"
    print "    /** A plus at the end of the section says that a slash and a target may follow. */"
    print "    private static SectionKind row(String section, String since, ProgramType program, @Nullable AttachType attach,"
    print "            @Nullable AutoAttach autoAttach, Flag... flags) {"
    print "        boolean takesTarget = section.endsWith(\"+\");"
    print "        return new SectionKind(takesTarget ? section.substring(0, section.length() - 1) : section, takesTarget,"
    print "                program, Optional.ofNullable(attach), Set.of(flags), Optional.ofNullable(autoAttach), since);"
    print "    }\n}"
}' "$work/rows" > "$work/SectionTable.java"
mv "$work/SectionTable.java" "$target"
echo "$rows sections of libbpf $(release "$revision") ($commit) in $target"
