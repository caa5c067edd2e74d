/*
 * log: one event, one JSON line, whole even when many threads write.
 *
 * Goes to standard error or to the file of log_file, which log_reopen() opens again (SIGUSR1),
 * so that rotation stays outside.  All text is escaped; control characters never reach a
 * terminal. Levels: error = a person should act; warn = we coped; info = one per request;
 * debug.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/err.h"

#include <stdbool.h>

enum log_level { LOG_DEBUG_LEVEL, LOG_INFO_LEVEL, LOG_WARN_LEVEL, LOG_ERROR_LEVEL };

bool log_open(const char *program, const char *path, enum log_level least, struct err *err);
void log_reopen(void); /* async-signal-safe: the next line opens the file again */
void log_close(void);
bool log_level_parse(const char *name, enum log_level *level_out);

/* {"time":"2026-01-02T03:04:05.678Z","level":"info","program":"kvasir-engine","event":EVENT,
   ...} fmt gives the further members as JSON made by base/emit or is a sentence: */
void log_line(enum log_level level, const char *event, const char *members_json);
void log_say(enum log_level level, const char *event, const char *fmt, ...)
    __attribute__((format(printf, 3, 4))); /* member "message" */

#endif
