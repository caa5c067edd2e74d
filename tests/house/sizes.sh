#!/bin/sh
# sizes.sh: a function has at most 60 lines, a .c file 500, a header 120.
#
# In tests, where a table of cases is one thought, half as much again and more: 120, 750, 200.
# Functions are found by the house's layout: name and '{' and '}' stand at the begin of a line.
# A table may have as many rows as it needs; the width of lines is clang-format's to judge.
set -eu
cd "${srcdir:-.}"
find src tests tools -name '*.[ch]' -exec awk '
function say(what) { print FILENAME ":" FNR ": " what; bad = 1 }
FNR == 1 {
	if (before) close_file()
	before = FILENAME; begin = 0
}
function close_file(limit) {
	limit = before ~ /_table\.h$/ ? 1000 : before ~ /^tests.*\.h$/ ? 200 : before ~ /\.h$/ ? 120 : before ~ /^tests/ ? 750 : 500
	if (lines > limit) { print before ": " lines " lines, more than " limit; bad = 1 }
}
{ lines = FNR }
/^[a-z_][a-zA-Z0-9_]*\(/ { name = $0; sub(/\(.*/, "", name); begin = FNR }
/^}/ && begin {
	most = FILENAME ~ /^tests/ ? 120 : 60
	if (FNR - begin + 1 > most) say(name " has " FNR - begin + 1 " lines, more than " most)
	begin = 0
}
END { if (before) close_file(); exit bad }' {} +
