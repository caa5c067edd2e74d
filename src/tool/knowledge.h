/*
 * knowledge: the archive of texts that agents add to and search, in namespaces.
 *
 * A namespace is a collection: it is made when something is first added, and whatever else
 * writes or reads that collection sees the same records.  A namespace that nobody has added to
 * is empty, not an error.
 */
#ifndef TOOL_KNOWLEDGE_H
#define TOOL_KNOWLEDGE_H

#include "store/record.h"
#include "tool/result.h"
#include "tool/tool.h"

extern const struct tool knowledge_search, knowledge_add, knowledge_batch_add,
    knowledge_related, knowledge_list, knowledge_stats;

#define KNOWLEDGE_NAMESPACE "vidensarkiv" /* when none is named */

/* For the schemas of these tools. */
#define KNOWLEDGE_NAMESPACE_SCHEMA                                                             \
    "\"namespace\":{\"type\":\"string\",\"minLength\":3,\"maxLength\":512,"                    \
    "\"default\":\"" KNOWLEDGE_NAMESPACE "\",\"description\":\"Which part of the archive. "    \
    "Letters, digits, '.', '_' and '-'; a ':' is taken as '.'.\"}"

/* The name of the collection behind the argument `namespace`. */
struct str knowledge_namespace(struct ctx *ctx, struct json_object *args);

/* The arguments `where` (as in Chroma) and `filters` ([{field, operator, value}]) together. */
bool knowledge_where(struct ctx *ctx, struct json_object *args, const char **jsonpath_out);

/* Puts records into a namespace, which is made when it is not there, and commits. */
bool knowledge_put(struct ctx *ctx, const struct tool *tool, struct json_object *args,
                   struct records *records, struct call **put_out);

/* Members that tell of texts that only words can find, when there are any. */
void knowledge_emit_unembedded(struct ctx *ctx, const struct records *records,
                               struct emit *out);

/* For their results: one found text, and what tells of texts that only words find. */
#define KNOWLEDGE_HIT_RESULT                                                                   \
    RESULT("\"id\",\"content\",\"metadata\",\"score\"",                                        \
           "\"id\":" RESULT_TEXT ",\"content\":" RESULT_TEXT_NULL                              \
           ",\"metadata\":" RESULT_ANY_NULL ",\"score\":" RESULT_NUMBER                        \
           ",\"relation\":" RESULT_TEXT)
#define KNOWLEDGE_UNEMBEDDED_RESULT                                                            \
    "\"degraded\":" RESULT_FLAG ",\"unembedded\":" RESULT_COUNT ",\"reason\":" RESULT_TEXT

#endif
