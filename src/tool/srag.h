/*
 * srag: the tools for structured facts and for what documents say.
 */
#ifndef TOOL_SRAG_H
#define TOOL_SRAG_H

#include "memory/fact.h"
#include "tool/tool.h"

extern const struct tool srag_query, srag_add_fact, srag_governance;

#endif
