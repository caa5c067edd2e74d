# expand.awk: put the program's own tables where a page asks for them.
#
# A line "@reference WORDS@" becomes what `kvasir reference WORDS` prints; -v program= names it.
/^@reference .*@$/ {
	command = program " " substr($0, 2, length($0) - 2)
	while ((got = (command | getline line)) > 0) print line
	if (got < 0 || close(command) != 0) { print FILENAME ": " command " failed" >"/dev/stderr"; exit 1 }
	next
}
{ print }
