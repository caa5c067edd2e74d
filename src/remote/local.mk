# remote: tools that are addresses.
libkvasir_a_SOURCES += %D%/declaration.c %D%/declaration.h
libkvasir_a_SOURCES += %D%/remote.c %D%/remote.h
libkvasir_a_SOURCES += %D%/secret.c %D%/secret.h
libkvasir_a_SOURCES += %D%/template.c %D%/template.h
