/*
 * knowledge_hit: one found text as the tools of the archive give it back.
 */
#ifndef TOOL_KNOWLEDGE_HIT_H
#define TOOL_KNOWLEDGE_HIT_H

#include "search/search.h"
#include "tool/tool.h"

/* {id, content, metadata, score} and, when given, the name of its relation. */
void knowledge_hit_emit(const struct search *search, const struct call *call, size_t index,
                        const char *relation, struct emit *out);

#endif
