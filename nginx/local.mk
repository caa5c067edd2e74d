# The site of kvasir.conf.in by itself, for an nginx that already runs.
nginxdir = $(docdir)/nginx
nodist_nginx_DATA = %D%/kvasir-site.conf
CLEANFILES += %D%/kvasir-site.conf

%D%/kvasir-site.conf: %D%/kvasir.conf.in
	$(AM_V_GEN)$(MKDIR_P) %D% && \
	$(SED) -n -e '/# SITE/,/# END OF SITE/{/# SITE/d;/# END OF SITE/d;s/^    //;s|@RUN_DIR@|/run/kvasir|;s|@PORT@|8787|;p;}' \
	    $(srcdir)/%D%/kvasir.conf.in >$@.tmp && mv $@.tmp $@
