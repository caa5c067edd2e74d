# app: the programs and their tables.
bin_PROGRAMS += kvasir
kvasir_SOURCES  = %D%/kvasir.c
kvasir_SOURCES += %D%/command.c %D%/command.h %D%/command_table.h
kvasir_SOURCES += %D%/cmd_config.c
kvasir_SOURCES += %D%/cmd_doctor.c %D%/doctor.c %D%/doctor.h
kvasir_SOURCES += %D%/doctor_db.c %D%/doctor_host.c %D%/doctor_net.c
kvasir_SOURCES += %D%/cmd_eval.c
kvasir_SOURCES += %D%/eval_report.c %D%/eval_report.h
kvasir_SOURCES += %D%/cmd_help.c
kvasir_SOURCES += %D%/cmd_key.c
kvasir_SOURCES += %D%/cmd_ingest.c
kvasir_SOURCES += %D%/ingest_report.c %D%/ingest_report.h
kvasir_SOURCES += %D%/cmd_lint.c
kvasir_SOURCES += %D%/cmd_migrate.c
kvasir_SOURCES += %D%/cmd_reference.c
kvasir_SOURCES += %D%/reference_tools.c %D%/reference_tools.h
kvasir_SOURCES += %D%/cmd_model.c
kvasir_SOURCES += %D%/cmd_search.c
kvasir_SOURCES += %D%/cmd_tenant.c
kvasir_SOURCES += %D%/cmd_audit.c
kvasir_SOURCES += %D%/cmd_usage.c
kvasir_SOURCES += %D%/visit.c %D%/visit.h
kvasir_LDADD    = libkvasir.a $(LIB_LIBS)
libkvasir_a_SOURCES += %D%/notify.c %D%/notify.h
libkvasir_a_SOURCES += %D%/openapi.c %D%/openapi.h
libkvasir_a_SOURCES += %D%/options.c %D%/options.h
libkvasir_a_SOURCES += %D%/routes.c %D%/routes.h

EXTRA_PROGRAMS += kvasir-fcgi
bin_PROGRAMS += kvasir-fcgi
kvasir_fcgi_SOURCES = %D%/fcgi.c
libkvasir_a_SOURCES += %D%/crew.c %D%/crew.h
libkvasir_a_SOURCES += %D%/jobs.c %D%/jobs.h

bin_PROGRAMS += kvasir-engine
kvasir_engine_SOURCES = %D%/engine.c
