# legacy: the wires that older clients speak.
libkvasir_a_SOURCES += %D%/resources.c %D%/resources.h
libkvasir_a_SOURCES += %D%/direct.c %D%/direct.h
libkvasir_a_SOURCES += %D%/question.c %D%/question.h
libkvasir_a_SOURCES += %D%/tools.c %D%/tools.h
