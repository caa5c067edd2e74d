# mcp: the Model Context Protocol.
libkvasir_a_SOURCES += %D%/era.c %D%/era.h
libkvasir_a_SOURCES += %D%/method.h
libkvasir_a_SOURCES += %D%/origin.c %D%/origin.h
libkvasir_a_SOURCES += %D%/rpc.c %D%/rpc.h
libkvasir_a_SOURCES += %D%/mcp.c %D%/mcp.h
libkvasir_a_SOURCES += %D%/tasks.c %D%/tasks.h
libkvasir_a_SOURCES += %D%/tools.c
