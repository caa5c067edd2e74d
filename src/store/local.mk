# store: collections and their records.
libkvasir_a_SOURCES += %D%/where.c %D%/where.h
libkvasir_a_SOURCES += %D%/collection.c %D%/collection.h
libkvasir_a_SOURCES += %D%/filter.c %D%/filter.h
libkvasir_a_SOURCES += %D%/record.c %D%/record_call.c %D%/record.h
libkvasir_a_SOURCES += %D%/uri.c %D%/uri.h
