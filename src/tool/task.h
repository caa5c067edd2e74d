/*
 * task: work that outlives its request, as those who asked for it see it.
 *
 * A task belongs to the principal that made it: the API key, or everybody with open access.  It
 * is a row of kvasir.task; kvasir-engine works on it (task/lane.h).
 */
#ifndef TOOL_TASK_H
#define TOOL_TASK_H

#include "base/emit.h"
#include "db/pipe.h"

#include <stdbool.h>

/* A row of a statement below; the texts live as long as its pipe's arena. */
struct task {
    struct str id, kind, name, status;
    struct str says;                    /* absent: nothing is said */
    struct str requests, result, error; /* JSON text, or absent */
    struct str created, updated;        /* RFC 3339 */
    double done, total;                 /* total 0: not known */
    long ttl_ms;                        /* 0: kept */
    long attempt;
};

struct task task_read(const struct call *call, size_t row);

/* A statement of a pipe that makes a task of `kind` ("tool": the engine calls the tool `name`);
   `args` is JSON text, `client` what the caller can do (enum turn_client), and `state` what the
   first turn finds kept, or absent. */
struct call *task_create(struct pipe *pipe, const char *kind, struct str name, const char *args,
                         unsigned client, struct str state);

/* The same for what is there.  everybody: of the whole tenant, not of this caller alone. */
struct call *task_get(struct pipe *pipe, struct str id, bool everybody);
struct call *task_cancel(struct pipe *pipe, struct str id, bool everybody);
/* Answers by the names of their questions, as a JSON object. */
struct call *task_answer(struct pipe *pipe, struct str id, const char *answers);
/* Newest first; status and after (the last id of the page before) may be absent. */
struct call *task_page(struct pipe *pipe, bool everybody, struct str status, struct str after,
                       long limit);

/* One object {id, kind, name, status, ...} as our own wires have it; `brief`: without what it
   asks and ended with. */
void task_emit(struct emit *json, const char *member, const struct task *task, bool brief);

#endif
