# search: find records.
libkvasir_a_SOURCES += %D%/index_job.c %D%/index_job.h
libkvasir_a_SOURCES += %D%/direct.c %D%/direct.h
libkvasir_a_SOURCES += %D%/hint.c %D%/hint.h
libkvasir_a_SOURCES += %D%/rerank.c %D%/rerank.h
libkvasir_a_SOURCES += %D%/highlight.c %D%/highlight.h
libkvasir_a_SOURCES += %D%/search.c %D%/search_emit.c %D%/search_scan.c %D%/search.h %D%/search_emit.h
libkvasir_a_SOURCES += %D%/search_embed.c %D%/search_embed.h
libkvasir_a_SOURCES += %D%/grams.c %D%/grams.h
libkvasir_a_SOURCES += %D%/explore.c %D%/explore.h
libkvasir_a_SOURCES += %D%/search_graph.c %D%/search_words.c
libkvasir_a_SOURCES += %D%/answer.c %D%/answer.h
libkvasir_a_SOURCES += %D%/synthesis.c %D%/synthesis.h
