/*
 * graphrag: a question answered by sentences of the archive, with the way that led to them.
 */
#ifndef TOOL_GRAPHRAG_H
#define TOOL_GRAPHRAG_H

#include "tool/tool.h"

extern const struct tool graphrag;

#endif
