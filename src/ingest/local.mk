# ingest: sources into documents.
libkvasir_a_SOURCES += %D%/chunk.c %D%/chunk.h
libkvasir_a_SOURCES += %D%/document.c %D%/document.h
libkvasir_a_SOURCES += %D%/extract.c %D%/extract.h
libkvasir_a_SOURCES += %D%/extract_html.c
libkvasir_a_SOURCES += %D%/extract_markdown.c
libkvasir_a_SOURCES += %D%/extract_text.c
libkvasir_a_SOURCES += %D%/piece.c %D%/piece.h
