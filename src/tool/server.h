/*
 * server: the tools about this server itself.
 */
#ifndef TOOL_SERVER_H
#define TOOL_SERVER_H

#include "tool/tool.h"

extern const struct tool search_tools, server_health, server_events;

#endif
