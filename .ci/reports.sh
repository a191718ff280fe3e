# Reads reports of JUnit. Sourced.

# sum ATTRIBUTE REPORT...: over the <testsuite> of each report
sum() {
	local attribute=$1
	shift
	[ $# -gt 0 ] || { echo 0; return; }
	sed -n '/<testsuite /,/>/p' "$@" | grep -o " $attribute=\"[0-9]*\"" | tr -dc '0-9\n' |
		awk '{ sum += $1 } END { print sum + 0 }'
}
