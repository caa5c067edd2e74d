# db: everything that is said to Postgres.
libkvasir_a_SOURCES += %D%/array.c
libkvasir_a_SOURCES += %D%/call.c %D%/call.h
libkvasir_a_SOURCES += %D%/claims.h
libkvasir_a_SOURCES += %D%/conn.c %D%/conn.h
libkvasir_a_SOURCES += %D%/dial.c %D%/dial.h
libkvasir_a_SOURCES += %D%/exec.c %D%/exec.h
libkvasir_a_SOURCES += %D%/migrate.c %D%/migrate.h
libkvasir_a_SOURCES += %D%/notify.c %D%/notify.h
libkvasir_a_SOURCES += %D%/pipe.c %D%/pipe.h
libkvasir_a_SOURCES += %D%/refit.c %D%/refit.h
libkvasir_a_SOURCES += %D%/schema.c %D%/schema.h
libkvasir_a_SOURCES += %D%/sqlstate.c %D%/sqlstate.h
libkvasir_a_SOURCES += %D%/stmt.c %D%/stmt.h
libkvasir_a_SOURCES += %D%/wire.c %D%/wire.h
