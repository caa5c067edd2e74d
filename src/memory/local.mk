# memory: what agents remember and report, for tools and for our own wire.
libkvasir_a_SOURCES += %D%/fact.c %D%/fact.h
libkvasir_a_SOURCES += %D%/given.c %D%/given.h
libkvasir_a_SOURCES += %D%/note.c %D%/note.h
libkvasir_a_SOURCES += %D%/memory.c %D%/memory_emit.c %D%/memory.h
libkvasir_a_SOURCES += %D%/prompt.c %D%/prompt.h
