# words: BM25 over the words of records: what is asked, packed postings, runs, scores.
libkvasir_a_SOURCES += %D%/posting.c %D%/posting.h
libkvasir_a_SOURCES += %D%/lexeme.c %D%/lexeme.h
libkvasir_a_SOURCES += %D%/query.c %D%/query.h
libkvasir_a_SOURCES += %D%/bm25.c %D%/bm25.h
libkvasir_a_SOURCES += %D%/lookup.c %D%/lookup.h
libkvasir_a_SOURCES += %D%/pack.c %D%/pack.h
libkvasir_a_SOURCES += %D%/merge.c %D%/merge.h
libkvasir_a_SOURCES += %D%/move.c %D%/move.h
libkvasir_a_SOURCES += %D%/remake.c %D%/remake.h
