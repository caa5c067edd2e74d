# The developer's command is part of what ships: a release can be tried like a checkout.
EXTRA_DIST += dev nginx/kvasir.conf.in \
	%D%/dev/base.sh %D%/dev/build.sh %D%/dev/check.sh %D%/dev/chroma.sh %D%/dev/conform.sh %D%/dev/data.sh %D%/dev/engine.sh \
	%D%/dev/fetch.sh %D%/dev/nginx.sh %D%/dev/packages.sh %D%/dev/packages.txt %D%/dev/pgvector.sh \
	%D%/dev/memory.sh %D%/dev/pool.sh %D%/dev/postgres.sh %D%/dev/proc.sh %D%/dev/redis.sh %D%/dev/schemas.sh %D%/dev/verbs.sh
EXTRA_DIST += %D%/lint.sh %D%/codespell.txt %D%/cppcheck.txt .ci/run .clang-format .clang-tidy

# Reads the sources instead of running them; `make lint LINT=tidy` makes one check of lint.sh.
LINT = format tidy cppcheck shell mandoc spell blanks house
.PHONY: lint format
lint: all
	@srcdir='$(srcdir)' CC='$(CC)' LINT='$(LINT)' \
	LINT_CFLAGS='$(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) -std=gnu11' sh $(srcdir)/%D%/lint.sh

# Lays out all C sources as lint wants them.
format:
	cd $(srcdir) && find src tests -name '*.[ch]' | xargs clang-format -i
