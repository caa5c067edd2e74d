# task: the engine's work at tasks.
libkvasir_a_SOURCES += %D%/lane.c %D%/lane.h
libkvasir_a_SOURCES += %D%/run.c %D%/run.h
libkvasir_a_SOURCES += %D%/slot.c %D%/slot.h
