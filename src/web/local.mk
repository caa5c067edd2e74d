# web: FastCGI in, HTTP out; knows no business.
libkvasir_a_SOURCES += %D%/ctx.c %D%/ctx.h
libkvasir_a_SOURCES += %D%/percent.c %D%/percent.h
libkvasir_a_SOURCES += %D%/reply.h
libkvasir_a_SOURCES += %D%/request.h
libkvasir_a_SOURCES += %D%/route.c %D%/route.h
libkvasir_a_SOURCES += %D%/serve.h
