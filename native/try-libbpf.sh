#!/usr/bin/env bash
# Runs the tests that call libbpf with another one than the system's:
#
#   native/try-libbpf.sh LIBBPF.so [MAVEN ARGUMENT]...
#
#   native/try-libbpf.sh ~/libbpf/src/libbpf.so.1.0.0
#   native/try-libbpf.sh native/target/bundle/linux-x86_64/META-INF/native/linux-x86_64/libbpf.so -o
#
# A libbpf of any version is built from its sources with `make -C src`; it needs libelf-dev and zlib1g-dev.
# Needs root on Linux, a JDK from 22 on and Maven. Exit status: 0 all passed.
set -euo pipefail

if [ $# -eq 0 ]; then
	sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$0" >&2
	exit 2
fi
library=$(realpath -e -- "$1") || { echo "try-libbpf: no such file: $1" >&2; exit 1; }
shift
cd "$(dirname "${BASH_SOURCE[0]}")/.."

rm -rf {native,ebpf-core}/target/surefire-reports ebpf-core/target/attach-report.tsv
# A test that fails must not hide what comes after it.
EBPF_LIVE=require mvn -pl native,ebpf-core -am verify -Dmaven.test.failure.ignore=true \
	-Dtest='BindingsTest,LibcTest,LibbpfLogTest,*LiveTest' -Dsurefire.failIfNoSpecifiedTests=false \
	"-Dtest.jvm.args=-Debpf4j.libbpf=$library" "$@"
if failed=$(grep -lE '<(failure|error)\b' {native,ebpf-core}/target/surefire-reports/TEST-*.xml); then
	echo "try-libbpf: with $library these fail:" "$failed" >&2
	exit 1
fi
echo "try-libbpf: all pass with $library"
