# ingest: sources into documents.
libkvasir_a_SOURCES += %D%/chunk.c %D%/chunk.h
libkvasir_a_SOURCES += %D%/document.c %D%/document.h
libkvasir_a_SOURCES += %D%/extract.c %D%/extract.h
libkvasir_a_SOURCES += %D%/extract_html.c
libkvasir_a_SOURCES += %D%/extract_markdown.c
libkvasir_a_SOURCES += %D%/extract_text.c
libkvasir_a_SOURCES += %D%/piece.c %D%/piece.h
libkvasir_a_SOURCES += %D%/ingest.c %D%/ingest.h
libkvasir_a_SOURCES += %D%/known.c %D%/known.h
libkvasir_a_SOURCES += %D%/plan.c %D%/plan.h
libkvasir_a_SOURCES += %D%/walk.c %D%/walk.h
libkvasir_a_SOURCES += %D%/spread.c %D%/spread.h
libkvasir_a_SOURCES += %D%/sink.c %D%/sink.h
