# db: everything that is said to Postgres.
libkvasir_a_SOURCES += %D%/claims.h
libkvasir_a_SOURCES += %D%/conn.h
libkvasir_a_SOURCES += %D%/pipe.h
libkvasir_a_SOURCES += %D%/stmt.c %D%/stmt.h
