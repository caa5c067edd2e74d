# chroma: the v2 API of Chroma, for its unmodified clients.
libkvasir_a_SOURCES += %D%/attributes.c %D%/attributes.h
libkvasir_a_SOURCES += %D%/collections.c %D%/collections.h
libkvasir_a_SOURCES += %D%/config.c %D%/config.h
libkvasir_a_SOURCES += %D%/names.c %D%/names.h
libkvasir_a_SOURCES += %D%/payload.c %D%/payload.h
libkvasir_a_SOURCES += %D%/records.c %D%/records.h
libkvasir_a_SOURCES += %D%/schema.c %D%/schema.h
libkvasir_a_SOURCES += %D%/sparse.c %D%/sparse.h
libkvasir_a_SOURCES += %D%/system.c %D%/system.h
libkvasir_a_SOURCES += %D%/tenancy.c %D%/tenancy.h
libkvasir_a_SOURCES += %D%/title.c %D%/title.h
libkvasir_a_SOURCES += %D%/typed.c %D%/typed.h
libkvasir_a_SOURCES += %D%/vector64.c %D%/vector64.h
libkvasir_a_SOURCES += %D%/where.c %D%/where.h
libkvasir_a_SOURCES += %D%/group.c %D%/group.h
libkvasir_a_SOURCES += %D%/rank.c %D%/rank.h %D%/rank_scan.c
libkvasir_a_SOURCES += %D%/wire.c %D%/wire.h
