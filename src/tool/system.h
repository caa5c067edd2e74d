/*
 * system: the tools about this server itself.
 */
#ifndef TOOL_SYSTEM_H
#define TOOL_SYSTEM_H

#include "tool/tool.h"

extern const struct tool search_tools, system_health, system_events;

#endif
