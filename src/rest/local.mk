# rest: our own wire.
libkvasir_a_SOURCES += %D%/health.c %D%/health.h
libkvasir_a_SOURCES += %D%/body.c %D%/body.h
libkvasir_a_SOURCES += %D%/collections.c %D%/collections.h
libkvasir_a_SOURCES += %D%/facts.c %D%/facts.h
libkvasir_a_SOURCES += %D%/find.c %D%/find.h
libkvasir_a_SOURCES += %D%/graph.c %D%/graph.h
libkvasir_a_SOURCES += %D%/answer.c %D%/answer.h
libkvasir_a_SOURCES += %D%/notes.c %D%/notes.h
libkvasir_a_SOURCES += %D%/prompts.c %D%/prompts.h
libkvasir_a_SOURCES += %D%/records.c %D%/records.h
libkvasir_a_SOURCES += %D%/relations.c %D%/relations.h
libkvasir_a_SOURCES += %D%/args.c %D%/args.h
libkvasir_a_SOURCES += %D%/memories.c %D%/memories.h
libkvasir_a_SOURCES += %D%/extraction.c %D%/extraction.h
libkvasir_a_SOURCES += %D%/tasks.c %D%/tasks.h
libkvasir_a_SOURCES += %D%/toolbox.c %D%/toolbox.h
libkvasir_a_SOURCES += %D%/usage.c %D%/usage.h
