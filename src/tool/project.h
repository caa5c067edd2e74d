/*
 * project: the tools that follow a project: its events and its features.
 */
#ifndef TOOL_PROJECT_H
#define TOOL_PROJECT_H

#include "memory/given.h"
#include "tool/tool.h"

extern const struct tool project_log_event, project_get_events, project_add_feature,
    project_update_feature, project_get_features;

#define PROJECT_TYPE_SCHEMA                                                                    \
    "\"eventType\":{\"type\":\"string\",\"enum\":[\"build\",\"test\",\"deploy\",\"feature\","  \
    "\"other\"]}"
#define PROJECT_STATUS_SCHEMA                                                                  \
    "\"status\":{\"type\":\"string\",\"enum\":[\"success\",\"failure\",\"in_progress\"]}"
#define PROJECT_NAME_SCHEMA "\"name\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":256}"
#define PROJECT_STATE_SCHEMA                                                                   \
    "\"status\":{\"type\":\"string\",\"enum\":[\"planned\",\"in_progress\",\"completed\","     \
    "\"deprecated\"]}"

/* Adds a feature or changes the one of that name, and commits. */
bool project_add_feature_put(struct ctx *ctx, const struct tool *tool, struct json_object *args,
                             struct emit *out);

#endif
