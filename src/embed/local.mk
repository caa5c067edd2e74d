# embed: text to vector.
libkvasir_a_SOURCES += %D%/embed.c %D%/embed.h
libkvasir_a_SOURCES += %D%/bert.c %D%/bert.h
libkvasir_a_SOURCES += %D%/blas.c %D%/blas.h
libkvasir_a_SOURCES += %D%/codepoint.c %D%/codepoint.h
libkvasir_a_SOURCES += %D%/curl.c %D%/curl.h
libkvasir_a_SOURCES += %D%/folder.c %D%/folder.h
libkvasir_a_SOURCES += %D%/hub.c %D%/hub.h
libkvasir_a_SOURCES += %D%/install.c %D%/install.h
libkvasir_a_SOURCES += %D%/manifest.c %D%/manifest.h
libkvasir_a_SOURCES += %D%/model.c %D%/model.h %D%/model_table.h
libkvasir_a_SOURCES += %D%/stage.c %D%/stage.h
libkvasir_a_SOURCES += %D%/wheel.c %D%/wheel.h
libkvasir_a_SOURCES += %D%/pooling.c %D%/pooling.h
libkvasir_a_SOURCES += %D%/safetensors.c %D%/safetensors.h
libkvasir_a_SOURCES += %D%/vecmath.c %D%/vecmath.h
libkvasir_a_SOURCES += %D%/wordpiece.c %D%/wordpiece.h
libkvasir_a_SOURCES += %D%/service.h
