# MCP's official suite as a measure; tools/dev/conform.sh brings it.
EXTRA_DIST += %D%/clients.mjs %D%/conform.py %D%/expected.txt %D%/package.json

# KVASIR_TEST_MCP names the folder of the suite; SCENARIOS="name ..." runs some and tells all of them.
.PHONY: mcp-conform
mcp-conform: all
	srcdir=$(srcdir) python3 -B $(srcdir)/%D%/conform.py $(SCENARIOS)
