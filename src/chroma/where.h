/*
 * where: the filters of Chroma's clients, made into what Postgres evaluates.
 *
 *     where           {"lang": "en"}   {"year": {"$gte": 2020}}   {"$and": [..]}   {"$or":
 * [..]}
 *                     {"#document": {"$contains": ..}}            {"#id": {"$in": [..]}}
 *     where_document  {"$contains": text} {"$not_contains": text} {"$regex": pattern}
 *                     {"$not_regex": pattern} {"$and": [..]} {"$or": [..]}
 *
 * One object has one key, one field one operator; what is not so is refused.  Numbers compare
 * with numbers, whole or not; but $contains tells whole ones from others.  Negative operators
 * also match records without the key, or without a document.
 *
 * As much as possible becomes one jsonpath over metadata, which an index can answer.  The rest
 * is a tree of JSON lists, whose nodes are
 *     ["and", node ..]  ["or", node ..]  ["not", node]      of none: all, nothing
 *     ["path", jsonpath]                                    metadata matches
 *     ["contains", text]  ["regex", pattern of Postgres]    the document does
 *     ["id", [ids]]                                         the record is one of these
 *     ["in", key, [values]]                                 the single value is one of these
 *     ["float", key, boolean]                               what the list holds is float, or
 * not and kvasir.filter_sql() makes SQL of both.
 */
#ifndef CHROMA_WHERE_H
#define CHROMA_WHERE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "db/pipe.h"

#include <stdbool.h>

struct chroma_filter {
    const char *path; /* jsonpath; NULL: no condition */
    const char *tree; /* JSON; NULL: no condition */
};

/* Raw JSON texts, absent or null allowed; ERR_INPUT "Invalid where clause: ..." or
   "Invalid where document clause: ...", or that of chroma/pattern.h. */
bool where_read(struct arena *arena, struct str where, struct str where_document,
                struct chroma_filter *out, struct err *err);

/* Binds two parameters: jsonpath and jsonb. */
void where_bind(struct call *call, const struct chroma_filter *filter);

#endif
