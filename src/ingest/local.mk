# ingest: documents into records.
libkvasir_a_SOURCES += \
	%D%/chunk.c %D%/chunk.h \
	%D%/document.c %D%/document.h \
	%D%/extract.c %D%/extract.h \
	%D%/extract_html.c %D%/extract_markdown.c %D%/extract_text.c
