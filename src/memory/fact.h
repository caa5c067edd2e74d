/*
 * fact: structured facts, found by typed conditions and added up; their texts are records.
 */
#ifndef MEMORY_FACT_H
#define MEMORY_FACT_H

#include "memory/given.h"
#include "store/record.h"
#include "web/ctx.h"

#define FACT_COLLECTION "facts" /* holds the texts of facts */

/* For schemas: what asks for facts by conditions; `type` and `group_by` are named by the wire.
 */
#define FACT_PATH_SCHEMA "{\"type\":\"string\",\"minLength\":1,\"maxLength\":500}"
#define FACT_ASKS_SCHEMA                                                                       \
    "\"where\":{\"type\":\"array\",\"maxItems\":50,\"items\":{\"type\":\"object\","            \
    "\"required\":[\"path\",\"op\",\"value\"],\"additionalProperties\":false,"                 \
    "\"properties\":{\"path\":" FACT_PATH_SCHEMA ",\"op\":{\"type\":\"string\",\"enum\":["     \
    "\"eq\",\"ne\",\"gt\",\"gte\",\"lt\",\"lte\",\"in\"]},\"value\":{}}}},"                    \
    "\"aggregates\":{\"type\":\"array\",\"maxItems\":20,\"items\":{\"type\":\"object\","       \
    "\"required\":[\"fn\"],\"additionalProperties\":false,\"properties\":{\"fn\":{\"type\":"   \
    "\"string\",\"enum\":[\"count\",\"sum\",\"avg\",\"min\",\"max\"]},"                        \
    "\"path\":" FACT_PATH_SCHEMA "}}},"                                                        \
    "\"limit\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":1000,\"default\":50},"          \
    "\"offset\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":1000000000}"
#define FACT_PATHS_SCHEMA                                                                      \
    "{\"type\":\"array\",\"minItems\":1,\"maxItems\":10,\"items\":" FACT_PATH_SCHEMA "}"

/* type, payload, occurred_at, document, text: adds the statements; *id_out is new. */
bool fact_add_call(struct ctx *ctx, struct pipe *pipe, struct json_object *args,
                   struct str *id_out);

/* Are groups asked for, not facts themselves? */
bool fact_is_grouped(struct json_object *args);
/* type, where, aggregates, group_by, limit, offset.  Row 0: facts or groups as JSON, how many
   there are. */
struct call *fact_query_call(struct ctx *ctx, struct pipe *pipe, struct json_object *args,
                             bool legacy);
/* ERR_INPUT for what no schema can say: a sum needs a path. */
bool fact_query_check(struct ctx *ctx, struct json_object *args);

#endif
