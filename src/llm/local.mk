# llm: a language model behind an endpoint of somebody else's, asked for JSON and paid for.
libkvasir_a_SOURCES += %D%/address.c %D%/address.h
libkvasir_a_SOURCES += %D%/completion.c %D%/completion.h
libkvasir_a_SOURCES += %D%/http.c %D%/http.h
libkvasir_a_SOURCES += %D%/ledger.c %D%/ledger.h
libkvasir_a_SOURCES += %D%/llm.c %D%/llm.h
libkvasir_a_SOURCES += %D%/endpoint.c %D%/endpoint.h
libkvasir_a_SOURCES += %D%/quote.c %D%/quote.h
libkvasir_a_SOURCES += %D%/shape.c %D%/shape.h
