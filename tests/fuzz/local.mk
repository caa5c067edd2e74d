# Fuzz targets, one line each: fuzz_NAME.c, with found and chosen inputs in corpus/NAME.
# `make check` replays each corpus; `make fuzz FUZZ=NAME SECONDS=30` hunts for more (needs clang).
fuzz_programs =
fuzz_programs += %D%/fuzz_ask
fuzz_programs += %D%/fuzz_chroma_where
fuzz_programs += %D%/fuzz_event_id
fuzz_programs += %D%/fuzz_extract
fuzz_programs += %D%/fuzz_json_schema
fuzz_programs += %D%/fuzz_mention
fuzz_programs += %D%/fuzz_pattern
fuzz_programs += %D%/fuzz_rank
fuzz_programs += %D%/fuzz_search
fuzz_programs += %D%/fuzz_payload
fuzz_programs += %D%/fuzz_posting
fuzz_programs += %D%/fuzz_query
fuzz_programs += %D%/fuzz_redis_url
fuzz_programs += %D%/fuzz_reply
fuzz_programs += %D%/fuzz_request
fuzz_programs += %D%/fuzz_route
fuzz_programs += %D%/fuzz_rpc
fuzz_programs += %D%/fuzz_scan
fuzz_programs += %D%/fuzz_sealed
fuzz_programs += %D%/fuzz_schema
fuzz_programs += %D%/fuzz_template
fuzz_programs += %D%/fuzz_uri
fuzz_programs += %D%/fuzz_where
fuzz_programs += %D%/fuzz_safetensors
fuzz_programs += %D%/fuzz_wordpiece
check_PROGRAMS += $(fuzz_programs)

# main() of the replaying programs; LDADD names it, and only what has no main() takes it.
check_LIBRARIES += %D%/libreplay.a
tests_fuzz_libreplay_a_SOURCES = %D%/replay.c

EXTRA_DIST += %D%/corpus

dist_check_SCRIPTS += %D%/replay.sh
TESTS += %D%/replay.sh

# A build of its own under fuzz/, whose finds stay in fuzz/found until they join the corpus.
FUZZ    =
SECONDS = 30
.PHONY: fuzz
fuzz:
	@test -f $(srcdir)/tests/fuzz/fuzz_$(FUZZ).c || \
	{ echo "say which: make fuzz FUZZ=NAME, one of: $(fuzz_programs:tests/fuzz/fuzz_%=%)"; exit 2; }
	@command -v clang >/dev/null || { echo "fuzzing needs clang (package clang)"; exit 2; }
	$(MKDIR_P) fuzz/found/$(FUZZ)
	test -f fuzz/Makefile || (cd fuzz && $(abs_srcdir)/configure -q CC=clang \
	    CFLAGS='-g -O1' --enable-sanitize=fuzzer-no-link,address,undefined)
	cd fuzz && $(MAKE) $(BUILT_SOURCES) && \
	    $(MAKE) libkvasir.a tests/fuzz/fuzz_$(FUZZ).o && \
	    clang -fsanitize=fuzzer,address,undefined -o fuzz_$(FUZZ) tests/fuzz/fuzz_$(FUZZ).o \
	        libkvasir.a $(LIB_LIBS)
	cd fuzz && ./fuzz_$(FUZZ) -max_total_time=$(SECONDS) -print_final_stats=1 \
	    -artifact_prefix=found/ found/$(FUZZ) $(abs_srcdir)/tests/fuzz/corpus/$(FUZZ)
