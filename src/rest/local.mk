# rest: our own wire.
libkvasir_a_SOURCES += %D%/health.c %D%/health.h
