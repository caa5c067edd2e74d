# embed: text to vector.
libkvasir_a_SOURCES += %D%/embed.h
libkvasir_a_SOURCES += %D%/service.h
