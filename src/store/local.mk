# store: collections and their records.
libkvasir_a_SOURCES += %D%/where.c %D%/where.h
