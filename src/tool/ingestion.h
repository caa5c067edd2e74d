/*
 * ingestion: the tools that tell what has been read from files.
 *
 * Files are read by `kvasir ingest`, not by the server: what would start or set up a reader
 * here says so and fails.
 */
#ifndef TOOL_INGESTION_H
#define TOOL_INGESTION_H

#include "tool/tool.h"

extern const struct tool ingestion_start, ingestion_status, ingestion_configure;

#endif
