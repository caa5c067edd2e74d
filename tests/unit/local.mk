# One line per module: the source of each program is the file of its name.
EXTRA_DIST += %D%/suite.h %D%/peer.h
EXTRA_DIST += %D%/suite.h %D%/data
unit_tests  =
if HAVE_CUNIT
unit_tests += %D%/test_arena
unit_tests += %D%/test_buf
unit_tests += %D%/test_str
unit_tests += %D%/test_utf8
unit_tests += %D%/test_emit
unit_tests += %D%/test_scan
unit_tests += %D%/test_js
unit_tests += %D%/test_clock
unit_tests += %D%/test_uuid
unit_tests += %D%/test_digest
unit_tests += %D%/test_event
unit_tests += %D%/test_publish
unit_tests += %D%/test_redis
unit_tests += %D%/test_redis_url
unit_tests += %D%/test_extract
unit_tests += %D%/test_chunk
unit_tests += %D%/test_conf
unit_tests += %D%/test_log
unit_tests += %D%/test_metric
check_PROGRAMS += $(unit_tests)
TESTS          += $(unit_tests)
endif
