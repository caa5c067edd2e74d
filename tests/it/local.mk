# Tests of whole programs, with servers of their own.
dist_check_SCRIPTS += %D%/dev.sh
TESTS              += %D%/dev.sh
