# chroma: the v2 API of Chroma, for its unmodified clients.
libkvasir_a_SOURCES += %D%/system.c %D%/system.h
libkvasir_a_SOURCES += %D%/wire.c %D%/wire.h
