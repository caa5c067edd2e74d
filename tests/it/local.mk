# Tests of whole programs, with servers of their own.
dist_check_SCRIPTS += %D%/dev.sh
TESTS              += %D%/dev.sh
dist_check_SCRIPTS += %D%/relay.py %D%/index.py
TESTS              += %D%/relay.py %D%/index.py
dist_check_SCRIPTS += %D%/ingest.py
TESTS              += %D%/ingest.py
EXTRA_DIST         += %D%/stage.py %D%/seed.py
dist_check_SCRIPTS += %D%/api.py %D%/tenants.py %D%/trips.py %D%/crash.py %D%/nearest.py
TESTS              += %D%/api.py %D%/tenants.py %D%/trips.py %D%/crash.py %D%/nearest.py
EXTRA_DIST         += %D%/stack.py
EXTRA_DIST         += %D%/chroma_where.txt
check_PROGRAMS     += %D%/judge_schema
dist_check_SCRIPTS += %D%/schemas.py
TESTS              += %D%/schemas.py
dist_check_SCRIPTS += %D%/registry.py
TESTS              += %D%/registry.py
dist_check_SCRIPTS += %D%/entities.py
TESTS              += %D%/entities.py
EXTRA_DIST         += %D%/entities.mjs
dist_check_SCRIPTS += %D%/web.py
TESTS              += %D%/web.py
dist_check_SCRIPTS += %D%/graph.py
TESTS              += %D%/graph.py
dist_check_SCRIPTS += %D%/explore.py
TESTS              += %D%/explore.py
dist_check_SCRIPTS += %D%/communities.py
TESTS              += %D%/communities.py
dist_check_SCRIPTS += %D%/relations.py
TESTS              += %D%/relations.py
dist_check_SCRIPTS += %D%/answers.py %D%/extraction.py
TESTS              += %D%/answers.py %D%/extraction.py
EXTRA_DIST         += %D%/fake_llm.py
dist_check_SCRIPTS += %D%/rank.py %D%/foreign.py
TESTS              += %D%/rank.py %D%/foreign.py
check_PROGRAMS     += %D%/move_words
dist_check_SCRIPTS += %D%/words.py
TESTS              += %D%/words.py
dist_check_SCRIPTS += %D%/chroma_commit.py
TESTS              += %D%/chroma_commit.py
dist_check_SCRIPTS += %D%/chroma_records.py %D%/chroma_find.py
TESTS              += %D%/chroma_records.py %D%/chroma_find.py
dist_check_SCRIPTS += %D%/tools.py
TESTS              += %D%/tools.py
EXTRA_DIST         += %D%/front.py

# Run by tests/house/sql.sh, which has the server that it needs.
if HAVE_CUNIT
check_PROGRAMS += %D%/test_db
endif
dist_check_SCRIPTS += %D%/ready.py
TESTS              += %D%/ready.py

dist_check_SCRIPTS += %D%/doctor.py %D%/docs.py
TESTS              += %D%/doctor.py %D%/docs.py

dist_check_SCRIPTS += %D%/chroma_collections.py
TESTS              += %D%/chroma_collections.py
# Chroma's routes as its own clients use them, and against a model.
dist_check_SCRIPTS += %D%/chroma_py.py %D%/chroma_js.py %D%/chroma_model.py
TESTS              += %D%/chroma_py.py %D%/chroma_js.py %D%/chroma_model.py
dist_check_SCRIPTS += %D%/importing.py
TESTS              += %D%/importing.py
dist_check_SCRIPTS += %D%/chroma_search.py
TESTS              += %D%/chroma_search.py
dist_check_SCRIPTS += %D%/tasks.py %D%/http_tools.py
TESTS              += %D%/tasks.py %D%/http_tools.py
dist_check_SCRIPTS += %D%/stream.py
TESTS              += %D%/stream.py
dist_check_SCRIPTS += %D%/offer.py %D%/sqlkept.py %D%/sqltools.py
TESTS              += %D%/offer.py %D%/sqlkept.py %D%/sqltools.py
dist_check_SCRIPTS += %D%/memory.py %D%/notes.py %D%/facts.py %D%/prompts.py
TESTS              += %D%/memory.py %D%/notes.py %D%/facts.py %D%/prompts.py
dist_check_SCRIPTS += %D%/mcp.py %D%/calls.py %D%/legacy.py
TESTS              += %D%/mcp.py %D%/calls.py %D%/legacy.py
dist_check_SCRIPTS += %D%/rounds.py %D%/mcp_js.py
TESTS              += %D%/rounds.py %D%/mcp_js.py
dist_check_SCRIPTS += %D%/remake.py
TESTS              += %D%/remake.py
check_PROGRAMS     += %D%/write_model
%C%_write_model_SOURCES = %D%/write_model.c $(tiny_model)
dist_check_SCRIPTS += %D%/proof.py %D%/weighed.py
TESTS              += %D%/proof.py %D%/weighed.py

# Databases that tests have made for each other.
clean-local:
	rm -rf %D%/seeds
