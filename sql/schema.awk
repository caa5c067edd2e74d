# schema.awk: turn the files that make the schema into the table of src/db/schema.c.
#
# Output: one SCHEMA(KIND, number, "file", "text") per file, in the order given.  The text is the
# file's, to the byte: its checksum and the line numbers in errors are the file's own.  Migrations
# are numbered 1, 2, 3 ... without a gap; functions stand in the order of their names.

function flush_file() { if (file != "") print "     \"\")" }
function fail(why) { print FILENAME ": " why >"/dev/stderr"; bad = 1; exit 1 }

BEGIN { print "/* Made by sql/schema.awk from sql/migrations and sql/functions; edit those. */" }
FNR == 1 {
	flush_file()
	n = split(FILENAME, path, "/"); file = path[n]; number = 0
	if (path[n - 1] == "migrations") {
		if (file !~ /^[0-9][0-9][0-9][0-9]_[a-z0-9_]+\.sql$/) fail("not named NNNN_name.sql")
		number = substr(file, 1, 4) + 0; kind = "MIGRATION"
		if (number != ++migrations) fail("migration " migrations " is missing, or this one is there twice")
	} else if (path[n - 1] == "functions") {
		if (file <= last) fail("functions are listed in the order of their names")
		last = file; kind = "FUNCTION"
	} else
		kind = "LEDGER"
	printf "SCHEMA(%s, %d, \"%s\",\n", kind, number, file
}
{ gsub(/\\/, "&&"); gsub(/"/, "\\\""); printf "     \"%s\\n\"\n", $0 }
END { if (!bad) flush_file() }
