# Comparisons by measurement; each needs some minutes and a quiet machine, so none is in make check.
EXTRA_PROGRAMS += %D%/bare_fcgi
tests_perf_bare_fcgi_LDADD = $(FCGI_LIBS) -lpthread
EXTRA_DIST += %D%/hello.py

.PHONY: perf-hello
perf-hello: kvasir-fcgi %D%/bare_fcgi$(EXEEXT)
	srcdir=$(srcdir) python3 $(srcdir)/%D%/hello.py
