# eval: judged questions.
libkvasir_a_SOURCES += %D%/judged.c %D%/judged.h
libkvasir_a_SOURCES += %D%/measure.c %D%/measure.h
libkvasir_a_SOURCES += %D%/bootstrap.c %D%/bootstrap.h
libkvasir_a_SOURCES += %D%/way.c %D%/way.h
libkvasir_a_SOURCES += %D%/trial.c %D%/trial.h
libkvasir_a_SOURCES += %D%/summary.c %D%/summary.h
