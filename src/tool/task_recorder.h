/*
 * task_recorder: the tools that tell which calls are made again and again.
 *
 * What they know is the audit's: tool and digest of the arguments.  A call that was made three
 * times with the same arguments, and went well in seven of ten, is suggested until somebody
 * decides.
 */
#ifndef TOOL_TASK_RECORDER_H
#define TOOL_TASK_RECORDER_H

#include "tool/tool.h"

extern const struct tool task_recorder_suggestions, task_recorder_patterns,
    task_recorder_approve, task_recorder_reject, task_recorder_execute;

#endif
