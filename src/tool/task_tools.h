/*
 * task_tools: what agents may do with their tasks.
 */
#ifndef TOOL_TASK_TOOLS_H
#define TOOL_TASK_TOOLS_H

#include "tool/tool.h"

extern const struct tool task_list, task_show, task_stop;

/* A schema for tools that name one task. */
#define TASK_ID_SCHEMA                                                                         \
    "{\"type\":\"object\",\"required\":[\"id\"],\"additionalProperties\":false,"               \
    "\"properties\":{\"id\":{\"type\":\"string\",\"maxLength\":36,"                            \
    "\"description\":\"the task's id\"}}}"

#endif
