# One line per module: the source of each program is the file of its name.
EXTRA_DIST += %D%/suite.h
unit_tests  =
if HAVE_CUNIT
unit_tests += %D%/test_arena
check_PROGRAMS += $(unit_tests)
TESTS          += $(unit_tests)
endif
