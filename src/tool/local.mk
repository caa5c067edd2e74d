# tool: what agents may call, one file each.
libkvasir_a_SOURCES += %D%/cma.h %D%/cma_context.c %D%/cma_ingest.c
libkvasir_a_SOURCES += %D%/cma_relate.c %D%/cma_relations.c
libkvasir_a_SOURCES += %D%/cma_retrieve.c %D%/cma_store.c %D%/cma_tag.c
libkvasir_a_SOURCES += %D%/invoke.c %D%/invoke.h
libkvasir_a_SOURCES += %D%/knowledge.c %D%/knowledge.h
libkvasir_a_SOURCES += %D%/knowledge_add.c
libkvasir_a_SOURCES += %D%/knowledge_batch_add.c
libkvasir_a_SOURCES += %D%/knowledge_hit.c %D%/knowledge_hit.h
libkvasir_a_SOURCES += %D%/knowledge_list.c
libkvasir_a_SOURCES += %D%/knowledge_related.c
libkvasir_a_SOURCES += %D%/knowledge_search.c
libkvasir_a_SOURCES += %D%/knowledge_stats.c
libkvasir_a_SOURCES += %D%/schema.c %D%/schema.h
libkvasir_a_SOURCES += %D%/table.c %D%/table.h %D%/tool.h
