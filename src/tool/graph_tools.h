/*
 * graph_tools: the tools for what the documents of a collection speak of.
 *
 * See docs/graph.md for what entities, paths and searches through the graph are.
 */
#ifndef TOOL_GRAPH_TOOLS_H
#define TOOL_GRAPH_TOOLS_H

#include "db/pipe.h"
#include "tool/result.h"
#include "tool/tool.h"

extern const struct tool graph_tools_query, graph_tools_explore, graph_tools_entities,
    graph_tools_entity, graph_tools_neighbours, graph_tools_path, graph_tools_related;

/* Begins the call of a statement: database and collection are its first parameters. */
struct call *graph_tools_call(struct pipe *pipe, enum stmt_id stmt, struct json_object *args);

/* The key of the name in an argument; ERR_SHAPE when it can be none. */
bool graph_tools_key(struct ctx *ctx, struct json_object *args, const char *argument,
                     struct str *key_out);

#define GRAPH_TOOLS_NAME(says)                                                                 \
    "{\"type\":\"string\",\"minLength\":1,\"maxLength\":1000,\"description\":\"" says "\"}"
#define GRAPH_TOOLS_LIMIT(otherwise)                                                           \
    "\"limit\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":1000,\"default\":" otherwise "}"

#endif
