# mcp: the Model Context Protocol.
libkvasir_a_SOURCES += %D%/cancel.c %D%/cancel.h
libkvasir_a_SOURCES += %D%/client.c %D%/client.h
libkvasir_a_SOURCES += %D%/era.c %D%/era.h
libkvasir_a_SOURCES += %D%/logging.c
libkvasir_a_SOURCES += %D%/listen.c
libkvasir_a_SOURCES += %D%/method.h
libkvasir_a_SOURCES += %D%/notice.c %D%/notice.h
libkvasir_a_SOURCES += %D%/origin.c %D%/origin.h
libkvasir_a_SOURCES += %D%/round.c
libkvasir_a_SOURCES += %D%/rpc.c %D%/rpc.h
libkvasir_a_SOURCES += %D%/sse.c %D%/sse.h
libkvasir_a_SOURCES += %D%/subscribe.c
libkvasir_a_SOURCES += %D%/mcp.c %D%/mcp.h
libkvasir_a_SOURCES += %D%/session.c %D%/session.h
libkvasir_a_SOURCES += %D%/tell.c
libkvasir_a_SOURCES += %D%/tools.c
libkvasir_a_SOURCES += %D%/talk.c %D%/talk.h
