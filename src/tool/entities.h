/*
 * entities: the nine tools of MCP's reference memory server, under its names and in its shapes.
 *
 * So that whoever uses @modelcontextprotocol/server-memory can change its address and go on.
 * Where it keeps a file of its own, these keep entities as records of the memory and relations
 * in the graph: sql/functions/entity.sql.
 */
#ifndef TOOL_ENTITIES_H
#define TOOL_ENTITIES_H

#include "db/pipe.h"
#include "tool/result.h"
#include "tool/tool.h"

extern const struct tool create_entities, create_relations, add_observations, delete_entities,
    delete_observations, delete_relations, read_graph, search_nodes, open_nodes;

/* Runs a statement with one JSON text (absent: it takes none) and commits; its answer is JSON
   that lives as long as the request. */
bool entities_run(struct ctx *ctx, const struct tool *tool, enum stmt_id stmt, struct str given,
                  struct str *told_out);

/* The same for what changes the texts of the entities that `given` names: they get embeddings
   where this process makes them.  That is a transaction of its own, because what the texts are
   is found out by writing them; when it fails, the entities are found by words. */
bool entities_write(struct ctx *ctx, const struct tool *tool, enum stmt_id stmt,
                    struct str given, struct str *told_out);

/* Results as the reference server writes them: as text the value alone, and structured. */
void entities_emit_list(struct ctx *ctx, const char *name, struct str list, struct emit *out);
void entities_emit_graph(struct ctx *ctx, struct str graph, struct emit *out);
void entities_emit_done(struct ctx *ctx, const char *says, struct emit *out);

/* For the schemas of these tools: names become ids of records, so they have a limit. */
#define ENTITIES_NAME(says)                                                                    \
    "{\"type\":\"string\",\"maxLength\":250,\"description\":\"" says "\"}"
#define ENTITIES_TEXT(says)                                                                    \
    "{\"type\":\"string\",\"maxLength\":100000,\"description\":\"" says "\"}"
#define ENTITIES_TEXTS(says)                                                                   \
    "{\"type\":\"array\",\"maxItems\":1000,\"items\":{\"type\":\"string\",\"maxLength\":"      \
    "100000},"                                                                                 \
    "\"description\":\"" says "\"}"
#define ENTITIES_NAMES(says)                                                                   \
    "{\"type\":\"array\",\"maxItems\":1000,\"items\":{\"type\":\"string\"},\"description\":"   \
    "\"" says "\"}"
#define ENTITIES_LIST(name, item)                                                              \
    "{\"type\":\"object\",\"required\":[\"" name "\"],\"properties\":{\"" name                 \
    "\":{\"type\":\"array\",\"maxItems\":1000,\"items\":" item "}}}"
#define ENTITIES_RELATION                                                                      \
    "{\"type\":\"object\",\"required\":[\"from\",\"to\",\"relationType\"],\"properties\":{"    \
    "\"from\":" ENTITIES_NAME(                                                                 \
        "The name of the entity where the relation starts") ",\"to\":" ENTITIES_NAME("The "    \
                                                                                     "name "   \
                                                                                     "of the " \
                                                                                     "entity " \
                                                                                     "where "  \
                                                                                     "the "    \
                                                                                     "relatio" \
                                                                                     "n ends") ",\"relationType\":" ENTITIES_NAME("The type of the relation") "}}"

/* For their results. */
#define ENTITIES_ENTITY_RESULT                                                                 \
    RESULT("\"name\",\"entityType\",\"observations\"",                                         \
           "\"name\":" RESULT_TEXT ",\"entityType\":" RESULT_TEXT                              \
           ",\"observations\":" RESULT_TEXTS)
#define ENTITIES_RELATION_RESULT                                                               \
    RESULT("\"from\",\"to\",\"relationType\"",                                                 \
           "\"from\":" RESULT_TEXT ",\"to\":" RESULT_TEXT ",\"relationType\":" RESULT_TEXT)
#define ENTITIES_GRAPH_RESULT                                                                  \
    RESULT("\"entities\",\"relations\"",                                                       \
           "\"entities\":" RESULT_LIST(ENTITIES_ENTITY_RESULT) ",\"relations\":" RESULT_LIST(  \
               ENTITIES_RELATION_RESULT))
#define ENTITIES_DONE_RESULT                                                                   \
    RESULT("\"success\",\"message\"", "\"success\":" RESULT_FLAG ",\"message\":" RESULT_TEXT)

#endif
