# bus: tell others what happened, even while Redis is away.
libkvasir_a_SOURCES += %D%/event.c %D%/event.h
libkvasir_a_SOURCES += %D%/limit.c %D%/limit.h
libkvasir_a_SOURCES += %D%/publish.c %D%/publish.h
libkvasir_a_SOURCES += %D%/redis.c %D%/redis.h
libkvasir_a_SOURCES += %D%/redis_url.c %D%/redis_url.h
libkvasir_a_SOURCES += %D%/relay.c %D%/relay.h
