# tool: what agents may call, one file each.
libkvasir_a_SOURCES += %D%/schema.c %D%/schema.h
