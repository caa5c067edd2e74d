# graph: what records speak of, and how they hang together by it.
libkvasir_a_SOURCES += %D%/token.c %D%/token.h
libkvasir_a_SOURCES += %D%/entity.c %D%/entity.h
libkvasir_a_SOURCES += %D%/mention.c %D%/mention.h
libkvasir_a_SOURCES += %D%/span.c %D%/span.h
libkvasir_a_SOURCES += %D%/gram.c %D%/gram.h
libkvasir_a_SOURCES += %D%/link.c %D%/link.h
libkvasir_a_SOURCES += %D%/relation.c %D%/relation.h
libkvasir_a_SOURCES += %D%/push.c %D%/push.h
libkvasir_a_SOURCES += %D%/net.c %D%/net.h
libkvasir_a_SOURCES += %D%/ways.c %D%/ways.h
libkvasir_a_SOURCES += %D%/cache.c %D%/cache.h
libkvasir_a_SOURCES += %D%/fill.c %D%/fill.h
libkvasir_a_SOURCES += %D%/community.c %D%/community.h
libkvasir_a_SOURCES += %D%/gather.c %D%/gather.h
libkvasir_a_SOURCES += %D%/grounding.c %D%/grounding.h
libkvasir_a_SOURCES += %D%/extraction.c %D%/extraction.h
