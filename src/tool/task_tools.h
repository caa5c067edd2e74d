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

/* A schema of what task_emit() writes. */
#define TASK_TEXT   "{\"type\":\"string\"}"
#define TASK_OBJECT "{\"type\":\"object\"}"
#define TASK_RESULT_SCHEMA                                                                     \
    "{\"type\":\"object\",\"required\":[\"id\",\"kind\",\"name\",\"status\",\"attempt\","      \
    "\"created_at\",\"updated_at\",\"ttl_ms\"],\"properties\":{\"id\":" TASK_TEXT              \
    ",\"kind\":" TASK_TEXT ",\"name\":" TASK_TEXT ",\"status\":" TASK_TEXT                     \
    ",\"message\":" TASK_TEXT ",\"progress\":" TASK_OBJECT                                     \
    ",\"attempt\":{\"type\":\"integer\"},\"created_at\":" TASK_TEXT                            \
    ",\"updated_at\":" TASK_TEXT ",\"ttl_ms\":{\"type\":[\"integer\",\"null\"]},"              \
    "\"questions\":" TASK_OBJECT ",\"result\":" TASK_OBJECT ",\"error\":" TASK_OBJECT "}}"

#endif
