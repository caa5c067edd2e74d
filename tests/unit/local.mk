# One line per module: the source of each program is the file of its name.
EXTRA_DIST += %D%/suite.h %D%/peer.h
EXTRA_DIST += %D%/suite.h %D%/data
EXTRA_DIST += %D%/suite.h %D%/folder.h %D%/data
unit_tests  =
if HAVE_CUNIT
unit_tests += %D%/test_arena
unit_tests += %D%/test_buf
unit_tests += %D%/test_str
unit_tests += %D%/test_utf8
unit_tests += %D%/test_digits
unit_tests += %D%/test_emit
unit_tests += %D%/test_scan
unit_tests += %D%/test_js
unit_tests += %D%/test_where
unit_tests += %D%/test_payload
unit_tests += %D%/test_chroma_where
unit_tests += %D%/test_pattern
unit_tests += %D%/test_rank
unit_tests += %D%/test_group
unit_tests += %D%/test_trail
unit_tests += %D%/test_mention
unit_tests += %D%/test_schema
unit_tests += %D%/test_config
unit_tests += %D%/test_title
unit_tests += %D%/test_table
unit_tests += %D%/test_clock
unit_tests += %D%/test_uuid
unit_tests += %D%/test_digest
unit_tests += %D%/test_event
unit_tests += %D%/test_publish
unit_tests += %D%/test_redis
unit_tests += %D%/test_redis_url
unit_tests += %D%/test_extract
unit_tests += %D%/test_chunk
unit_tests += %D%/test_walk
unit_tests += %D%/test_plan
unit_tests += %D%/test_ingest
unit_tests += %D%/test_spread
unit_tests += %D%/test_conf
unit_tests += %D%/test_log
unit_tests += %D%/test_metric
unit_tests += %D%/test_array
unit_tests += %D%/test_pipe
unit_tests += %D%/test_sqlstate
unit_tests += %D%/test_route
unit_tests += %D%/test_request
unit_tests += %D%/test_reply
unit_tests += %D%/test_fcgi
unit_tests += %D%/test_keys
unit_tests += %D%/test_who
unit_tests += %D%/test_wordpiece
unit_tests += %D%/test_safetensors
unit_tests += %D%/test_embed
unit_tests += %D%/test_embed_reference
unit_tests += %D%/test_install
unit_tests += %D%/test_signals
unit_tests += %D%/test_judged
unit_tests += %D%/test_measure
check_PROGRAMS += $(unit_tests)
TESTS          += $(unit_tests)
endif

# These speak to a scripted server: no libpq, so that nothing of it is left unscripted.
fake_pq       = %D%/fake_pq.c %D%/fake_pq.h
fake_pq_LDADD = libkvasir.a $(CRYPTO_LIBS) $(UTF8PROC_LIBS) $(CUNIT_LIBS)
%C%_test_array_SOURCES    = %D%/test_array.c $(fake_pq)
%C%_test_array_LDADD      = $(fake_pq_LDADD)
%C%_test_pipe_SOURCES     = %D%/test_pipe.c $(fake_pq)
%C%_test_pipe_LDADD       = $(fake_pq_LDADD)
%C%_test_sqlstate_SOURCES = %D%/test_sqlstate.c $(fake_pq)
%C%_test_sqlstate_LDADD   = $(fake_pq_LDADD)

# These write a small model and work on it.
tiny_model = %D%/tiny_model.c %D%/tiny_model.h
%C%_test_embed_SOURCES   = %D%/test_embed.c $(tiny_model)
%C%_test_install_SOURCES = %D%/test_install.c $(tiny_model)
%C%_test_spread_SOURCES  = %D%/test_spread.c $(tiny_model)
