/*
 * table: every tool of this program.
 */
#include "tool/table.h"

#include "tool/cma.h"
#include "tool/documents.h"
#include "tool/entities.h"
#include "tool/evolution.h"
#include "tool/graph_tools.h"
#include "tool/graphrag.h"
#include "tool/ingestion.h"
#include "tool/knowledge.h"
#include "tool/note.h"
#include "tool/project.h"
#include "tool/server.h"
#include "tool/srag.h"
#include "tool/task_recorder.h"
#include "tool/task_tools.h"

#include <assert.h>
#include <stdio.h>

/* clang-format off */
static const struct tool *const tools[] = {
    &knowledge_search, &knowledge_add, &knowledge_batch_add,
    &knowledge_related, &knowledge_list, &knowledge_stats,
    &graphrag,
    &cma_store, &cma_ingest, &cma_retrieve, &cma_context,
    &cma_relate, &cma_relations, &cma_tag,
    &note_list, &note_get, &note_create, &note_update, &note_delete,
    &project_log_event, &project_get_events,
    &project_add_feature, &project_update_feature, &project_get_features,
    &srag_query, &srag_add_fact, &srag_governance,
    &evolution_report, &evolution_get_prompt, &evolution_analyze, &evolution_add_prompt,
    &task_list, &task_show, &task_stop,
    &documents_search, &documents_fetch, &documents_add, &documents_update, &documents_delete,
    &collections_list_tool, &collections_describe_tool,
    &collections_create_tool, &collections_change_tool, &collections_delete_tool,
    &graph_tools_query, &graph_tools_explore, &graph_tools_entities, &graph_tools_entity,
    &graph_tools_neighbours, &graph_tools_path, &graph_tools_related,
    &create_entities, &create_relations, &add_observations,
    &delete_entities, &delete_observations, &delete_relations,
    &read_graph, &search_nodes, &open_nodes,
    &search_tools, &server_health, &server_events,
    &ingestion_status, &ingestion_start, &ingestion_configure,
    &task_recorder_suggestions, &task_recorder_patterns, &task_recorder_approve,
    &task_recorder_reject, &task_recorder_execute,
};
/* clang-format on */
#define TOOLS      (sizeof tools / sizeof tools[0])
#define ADDED_MOST 100
#define NAMES                                                                                  \
    ((TOOLS + ADDED_MOST) * (1 + sizeof tools[0]->aliases / sizeof tools[0]->aliases[0]))

static const struct tool *const *added;
static size_t added_count;

void
tool_table_add(const struct tool *const *more, size_t count)
{
    assert(added == NULL && count <= ADDED_MOST);
    added = more;
    added_count = count;
}

const struct tool *
tool_table_row(size_t index)
{
    if (index < added_count)
        return added[index];
    index -= added_count;
    return index < TOOLS ? tools[index] : NULL;
}

static bool
goes_by(const struct tool *tool, struct str name)
{
    if (str_is(name, tool->name))
        return true;
    for (size_t i = 0; tool->aliases[i] != NULL; i++)
        if (str_is(name, tool->aliases[i]))
            return true;
    return false;
}

static const char *
nearest(const char *name)
{
    const char *names[NAMES] = {NULL};
    const struct tool *tool;
    size_t count = 0;

    for (size_t i = 0; (tool = tool_table_row(i)) != NULL; i++) {
        names[count++] = tool->name;
        for (size_t j = 0; tool->aliases[j] != NULL; j++)
            names[count++] = tool->aliases[j];
    }
    return str_nearest(name, names, count);
}

const struct tool *
tool_table_find(struct str name, struct err *err)
{
    const struct tool *tool;
    const char *near;
    char text[80];

    for (size_t i = 0; (tool = tool_table_row(i)) != NULL; i++)
        if (goes_by(tool, name))
            return tool;
    if (err == NULL)
        return NULL;
    snprintf(text, sizeof text, "%.*s", (int)(name.len < 79 ? name.len : 79), name.at);
    near = nearest(text);
    if (near == NULL)
        err_set(err, ERR_MISSING, "there is no tool %s", text);
    else
        err_set(err, ERR_MISSING, "there is no tool %s (did you mean %s?)", text, near);
    return NULL;
}

const char *
tool_table_risk(const struct tool *tool)
{
    if (tool->read_only)
        return "read";
    return tool->destructive ? "destructive" : "write";
}

void
tool_table_emit(const struct tool *tool, const char *name, struct emit *emit)
{
    emit_object(emit, NULL);
    emit_text(emit, "name", name);
    emit_text(emit, "title", tool->title);
    emit_text(emit, "description", tool->says);
    emit_raw(emit, "inputSchema", tool->schema);
    if (tool->result != NULL)
        emit_raw(emit, "outputSchema", tool->result);
    emit_object(emit, "annotations");
    emit_bool(emit, "readOnlyHint", tool->read_only);
    emit_bool(emit, "destructiveHint", tool->destructive);
    emit_bool(emit, "idempotentHint", tool->read_only || tool->idempotent);
    emit_bool(emit, "openWorldHint", tool->open_world);
    emit_object_end(emit);
    emit_object_end(emit);
}
