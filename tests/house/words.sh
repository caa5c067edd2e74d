#!/bin/sh
# words.sh: each file begins with its name and a sentence, and none holds a promise for later.
set -eu
cd "${srcdir:-.}"
bad=0

# C: "/*", then " * name: a sentence" that ends before the first empty line of the comment.
find src tests tools -name '*.[ch]' -exec awk '
function say(what) { print FILENAME ": " what; bad = 1 }
FNR == 1 {
	name = FILENAME; sub(/.*\//, "", name); sub(/\.[ch]$/, "", name)
	short = name; sub(/^test_/, "", short)
	state = $0 == "/*" ? 1 : 0
	if (!state) say("does not begin with a comment")
	next
}
state == 1 {
	if (index($0, " * " name ": ") != 1 && index($0, " * " short ": ") != 1)
		say("the first comment does not begin with \"" name ": \"")
	state = 2; last = $0
	next
}
state == 2 && /^ \*\/?$/ {
	if (last !~ /[.:]$/) say("the first sentence does not end")
	state = 0
}
state == 2 { last = $0 }
END { exit bad }' {} + || bad=1

# Scripts: the same after '#'.
find src tests tools sql docs \( -name '*.sh' -o -name '*.awk' \) -exec awk '
FNR <= 2 && index($0, "# ") == 1 && !(FILENAME in told) {
	name = FILENAME; sub(/.*\//, "", name)
	if (index($0, "# " name ": ") == 1) told[FILENAME] = 1
}
FNR == 3 || FNR == 1 { files[FILENAME] = 1 }
END {
	for (file in files)
		if (!(file in told)) { print file ": does not begin with its name and a sentence"; bad = 1 }
	exit bad
}' {} + || bad=1

for dir in src tests tools sql docs nginx m4; do
    [ -d "$dir" ] || continue
    grep -rnwE --exclude-dir=corpus --exclude-dir=data 'TO''DO|FIX''ME|X''XX|HA''CK' "$dir" && bad=1
done
exit "$bad"
