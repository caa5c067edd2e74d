/*
 * cma: the tools by which agents remember.
 *
 * See memory/memory.h for what a memory is.  Who asks in whose name is told by userId: a user
 * finds his own memories and the shared ones.
 */
#ifndef TOOL_CMA_H
#define TOOL_CMA_H

#include "memory/memory.h"
#include "tool/result.h"
#include "tool/tool.h"

extern const struct tool cma_store, cma_ingest, cma_retrieve, cma_context, cma_relate,
    cma_relations, cma_tag;

/* For the schemas of these tools. */
#define CMA_USER_SCHEMA                                                                        \
    "\"userId\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":256,\"description\":\"In "  \
    "whose name: his own memories and the shared ones. None: the shared ones.\"}"
#define CMA_ID_SCHEMA "{\"type\":\"string\",\"minLength\":1,\"maxLength\":256}"
#define CMA_TEXTS_SCHEMA                                                                       \
    "{\"type\":\"array\",\"maxItems\":100,\"items\":{\"type\":\"string\",\"minLength\":1,"     \
    "\"maxLength\":256}}"
#define CMA_WEIGHT_SCHEMA "{\"type\":\"number\",\"minimum\":0,\"maximum\":1}"
#define CMA_SEARCH_SCHEMA                                                                      \
    "\"keywords\":" CMA_TEXTS_SCHEMA ",\"entityType\":" CMA_ID_SCHEMA                          \
    ",\"entityTypes\":" CMA_TEXTS_SCHEMA ",\"tags\":" CMA_TEXTS_SCHEMA ",\"limit\":{\"type\":" \
    "\"integer\",\"minimum\":1,\"maximum\":100},\"halfLifeDays\":{\"type\":\"number\","        \
    "\"minimum\":0.001,\"maximum\":100000,\"default\":30,\"description\":\"After how many "    \
    "days recency counts half.\"},\"weights\":{\"type\":\"object\","                           \
    "\"additionalProperties\":false,\"properties\":{\"relevance\":" CMA_WEIGHT_SCHEMA          \
    ",\"importance\":" CMA_WEIGHT_SCHEMA ",\"recency\":" CMA_WEIGHT_SCHEMA "}}"

/* The schema and the work of storing, which two tools share. */
extern const char cma_store_schema[];
bool cma_store_run(struct ctx *ctx, const struct tool *tool, struct json_object *args,
                   struct emit *out);

/* Finds memories, `limit` of them when the arguments say no number, and commits. */
bool cma_retrieve_fetch(struct ctx *ctx, const struct tool *tool, struct json_object *args,
                        long limit, struct search *search, struct call **call_out);

/* For their results. */
#define CMA_STORED_RESULT                                                                      \
    RESULT_DONE("\"id\",\"message\"", "\"id\":" RESULT_TEXT ",\"message\":" RESULT_TEXT        \
                                      ",\"degraded\":" RESULT_FLAG ",\"reason\":" RESULT_TEXT)
#define CMA_MEMORY_RESULT                                                                      \
    RESULT(                                                                                    \
        "\"id\",\"content\",\"metadata\",\"createdAt\",\"updatedAt\",\"score\",\"explain\"",   \
        "\"id\":" RESULT_TEXT ",\"content\":" RESULT_TEXT ",\"entityType\":" RESULT_TEXT       \
        ",\"importance\":" RESULT_NUMBER ",\"tags\":" RESULT_TEXTS ",\"userId\":" RESULT_TEXT  \
        ",\"metadata\":" RESULT_ANY ",\"createdAt\":" RESULT_TEXT                              \
        ",\"updatedAt\":" RESULT_TEXT ",\"score\":" RESULT_NUMBER ",\"explain\":" RESULT_ANY)

#endif
