# Fuzz targets, one line each: `make check` replays corpus/NAME through fuzz_NAME; with clang and
# -fsanitize=fuzzer (and without replay.c) the same source hunts for more.
fuzz_programs =
fuzz_programs += %D%/fuzz_extract
check_PROGRAMS += $(fuzz_programs)
EXTRA_DIST += %D%/corpus

tests_fuzz_fuzz_extract_SOURCES = %D%/fuzz_extract.c %D%/replay.c

dist_check_SCRIPTS += %D%/replay.sh
TESTS += %D%/replay.sh
