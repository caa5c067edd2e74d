# web: FastCGI in, HTTP out; knows no business.
libkvasir_a_SOURCES += %D%/answer.c %D%/answer.h
libkvasir_a_SOURCES += %D%/ctx.c %D%/ctx.h
libkvasir_a_SOURCES += %D%/dispatch.c %D%/dispatch.h
libkvasir_a_SOURCES += %D%/fcgi.c %D%/fcgi.h
libkvasir_a_SOURCES += %D%/look.c %D%/look.h
libkvasir_a_SOURCES += %D%/news.c %D%/news.h
libkvasir_a_SOURCES += %D%/parcel.c %D%/parcel.h
libkvasir_a_SOURCES += %D%/percent.c %D%/percent.h
libkvasir_a_SOURCES += %D%/reply.c %D%/reply.h
libkvasir_a_SOURCES += %D%/request.c %D%/request.h
libkvasir_a_SOURCES += %D%/route.c %D%/route.h
libkvasir_a_SOURCES += %D%/serve.c %D%/serve.h
libkvasir_a_SOURCES += %D%/serve_listener.c
libkvasir_a_SOURCES += %D%/piece.c %D%/piece.h
libkvasir_a_SOURCES += %D%/stream.c %D%/stream.h
libkvasir_a_SOURCES += %D%/streams.c %D%/streams.h
