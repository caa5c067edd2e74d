/*
 * documents: the tools for documents of any collection, and for collections themselves.
 *
 * They take and give what the routes below /v1 do, under the same names (docs/records.md,
 * docs/search.md).
 */
#ifndef TOOL_DOCUMENTS_H
#define TOOL_DOCUMENTS_H

#include "search/search.h"
#include "store/record.h"
#include "tool/result.h"
#include "tool/tool.h"

extern const struct tool documents_search, documents_fetch, documents_add, documents_update,
    documents_delete, collections_list_tool, collections_describe_tool, collections_create_tool,
    collections_change_tool, collections_delete_tool;

/* Members that tell of texts that only words can find, when there are any. */
void documents_emit_unembedded(struct ctx *ctx, long unembedded, struct emit *out);

/* The argument `collection`. */
struct str documents_collection(struct json_object *args);

/* The arguments as JSON text without the members that are null: for scanners of bodies. */
struct str documents_text(struct ctx *ctx, struct json_object *args);

/* Reads `documents`, [{id, text, metadata, uri}], makes ids that are missing, and embeds. */
bool documents_read(struct ctx *ctx, struct json_object *args, struct records *records);

/* A search by the arguments, in the mode that `search` has already; written and committed. */
bool documents_find(struct ctx *ctx, const struct tool *tool, struct json_object *args,
                    struct search *search, struct emit *out);

/* For the schemas of these tools. */
#define DOCUMENTS_COLLECTION                                                                   \
    "\"collection\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":512,\"description\":"   \
    "\"Name or "                                                                               \
    "id of a collection.\"}"
#define DOCUMENTS_ID "{\"type\":\"string\",\"minLength\":1,\"maxLength\":1024}"
#define DOCUMENTS_WHERE                                                                        \
    "\"where\":{\"type\":\"object\",\"description\":\"Only documents whose metadata fit: "     \
    "{field: "                                                                                 \
    "value} or {field: {$eq|$ne|$gt|$gte|$lt|$lte|$in|$nin|$contains|$not_contains: "          \
    "value}}, {$and: [..]}, {$or: [..]}.\"}"
#define DOCUMENTS_ASKED                                                                        \
    "\"query\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":10000,\"description\":"      \
    "\"What is "                                                                               \
    "asked, in plain language.\"},\"k\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":100,"  \
    "\"default\":10,\"description\":\"How many results.\"},\"explain\":{\"type\":\"boolean\"," \
    "\"description\":\"Tell the parts of every score.\"}"

/* For their results. */
#define DOCUMENTS_HITS                                                                         \
    "{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"id\",\"text\","        \
    "\"metadata\",\"score\"],"                                                                 \
    "\"properties\":{\"id\":" RESULT_TEXT ",\"text\":" RESULT_TEXT_NULL                        \
    ",\"metadata\":" RESULT_ANY_NULL ",\"uri\":" RESULT_TEXT_NULL                              \
    ",\"score\":{\"type\":[\"number\",\"null\"]},\"explain\":" RESULT_ANY "}}}"
#define DOCUMENTS_FOUND                                                                        \
    RESULT("\"mode\",\"degraded\",\"results\"", RESULT_HOW ",\"results\":" DOCUMENTS_HITS)
#define DOCUMENTS_COLLECTION_RESULT                                                            \
    "{\"type\":\"object\",\"required\":[\"id\",\"name\",\"count\"],\"properties\":{\"id\":{"   \
    "\"type\":\"string\"},\"name\":{\"type\":\"string\"},\"dimension\":{\"type\":["            \
    "\"integer\",\"null\"]},\"embedder\":{\"type\":[\"string\",\"null\"]},\"count\":{"         \
    "\"type\":\"integer\",\"minimum\":0},\"bytes\":{\"type\":\"integer\"},\"metadata\":{"      \
    "\"type\":[\"object\",\"null\"]}}}"
#define DOCUMENTS_UNEMBEDDED                                                                   \
    "\"degraded\":" RESULT_FLAG ",\"unembedded\":" RESULT_COUNT ",\"reason\":" RESULT_TEXT

#endif
