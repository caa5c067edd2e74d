/*
 * evolution: the tools for prompts and their measured runs.
 */
#ifndef TOOL_EVOLUTION_H
#define TOOL_EVOLUTION_H

#include "memory/prompt.h"
#include "tool/result.h"
#include "tool/tool.h"

extern const struct tool evolution_report, evolution_get_prompt, evolution_analyze,
    evolution_add_prompt;

#define EVOLUTION_AGENT_SCHEMA                                                                 \
    "\"agentId\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":256}"
#define EVOLUTION_VERSION_SCHEMA                                                               \
    "{\"type\":\"integer\",\"minimum\":1,\"maximum\":1000000000,\"description\":\"None: the "  \
    "active one.\"}"

/* One version in a result. */
#define EVOLUTION_PROMPT_RESULT                                                                \
    RESULT("\"agentId\",\"version\",\"promptText\",\"active\",\"createdAt\"",                  \
           "\"agentId\":" RESULT_TEXT ",\"version\":" RESULT_COUNT                             \
           ",\"promptText\":" RESULT_TEXT ",\"active\":" RESULT_FLAG                           \
           ",\"createdBy\":" RESULT_TEXT_NULL ",\"createdAt\":" RESULT_TEXT)

#endif
