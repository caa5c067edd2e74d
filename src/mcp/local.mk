# mcp: the Model Context Protocol.
libkvasir_a_SOURCES += %D%/era.c %D%/era.h
libkvasir_a_SOURCES += %D%/listen.c
libkvasir_a_SOURCES += %D%/method.h
libkvasir_a_SOURCES += %D%/notice.c %D%/notice.h
libkvasir_a_SOURCES += %D%/origin.c %D%/origin.h
libkvasir_a_SOURCES += %D%/rpc.c %D%/rpc.h
libkvasir_a_SOURCES += %D%/sse.c %D%/sse.h
libkvasir_a_SOURCES += %D%/subscribe.c
libkvasir_a_SOURCES += %D%/mcp.c %D%/mcp.h
libkvasir_a_SOURCES += %D%/tools.c
libkvasir_a_SOURCES += %D%/complete.c
libkvasir_a_SOURCES += %D%/cursor.c %D%/cursor.h
libkvasir_a_SOURCES += %D%/prompts.c
libkvasir_a_SOURCES += %D%/resources.c
