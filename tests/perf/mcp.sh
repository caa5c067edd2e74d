#!/bin/sh
# mcp.sh: calls of a tool that asks nothing of a database: Kvasir and the official Node.js SDK, in one run.
exec python3 -B "$(dirname "$0")/mcp.py" "$@"
