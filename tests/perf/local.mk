# Comparisons by measurement; each needs some minutes and a quiet machine, so none is in make check.
EXTRA_PROGRAMS += %D%/bare_fcgi
tests_perf_bare_fcgi_LDADD = $(FCGI_LIBS) -lpthread
EXTRA_DIST += %D%/hello.py %D%/hello.sh %D%/search.sh %D%/search_load.c %D%/load.c %D%/load.h %D%/chroma.sh %D%/chroma.py %D%/chroma_load.c %D%/storage.sh %D%/graph.sh %D%/graph.py %D%/mentions.sh %D%/retrieval.sh %D%/retrieval.py
EXTRA_DIST += %D%/sqltool.sh %D%/sqltool.py %D%/sqltool_load.c
EXTRA_DIST += %D%/explore.sh %D%/explore.c %D%/explore.py
EXTRA_DIST += %D%/listeners.sh %D%/listeners.c
EXTRA_DIST += %D%/mcp.sh %D%/mcp.py %D%/mcp_server.mjs

.PHONY: perf-hello
perf-hello: kvasir-fcgi %D%/bare_fcgi$(EXEEXT)
	srcdir=$(srcdir) python3 $(srcdir)/%D%/hello.py

# The encoder against the bare matrix products inside it; some seconds. MODELS: a model_dir.
EXTRA_PROGRAMS += %D%/perf_embed
MODELS = /var/lib/kvasir/models
.PHONY: perf-embed
perf-embed: %D%/perf_embed$(EXEEXT)
	%D%/perf_embed$(EXEEXT) $(MODELS)

# What reading a record for the graph costs, beside walking its text.
EXTRA_PROGRAMS += %D%/perf_mentions
.PHONY: perf-mentions
perf-mentions: %D%/perf_mentions$(EXEEXT)
	%D%/perf_mentions$(EXEEXT)
