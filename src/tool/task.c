/*
 * task: work that outlives its request, as those who asked for it see it.
 */
#include "tool/task.h"

#include "base/conf.h"

/* The columns of kvasir.task_row(). */
enum {
    ID,
    KIND,
    NAME,
    STATUS,
    SAYS,
    DONE,
    TOTAL,
    REQUESTS,
    RESULT,
    ERROR,
    ATTEMPT,
    TTL,
    CREATED,
    UPDATED
};

struct task
task_read(const struct call *call, size_t row)
{
    struct task task = {
        .id = call_cell(call, row, ID),
        .kind = call_cell(call, row, KIND),
        .name = call_cell(call, row, NAME),
        .status = call_cell(call, row, STATUS),
        .says = call_cell(call, row, SAYS),
        .requests = call_cell(call, row, REQUESTS),
        .result = call_cell(call, row, RESULT),
        .error = call_cell(call, row, ERROR),
        .created = call_cell(call, row, CREATED),
        .updated = call_cell(call, row, UPDATED),
        .attempt = call_cell_long(call, row, ATTEMPT),
    };

    if (!call_is_null(call, row, DONE))
        task.done = call_cell_double(call, row, DONE);
    if (!call_is_null(call, row, TOTAL))
        task.total = call_cell_double(call, row, TOTAL);
    if (!call_is_null(call, row, TTL))
        task.ttl_ms = call_cell_long(call, row, TTL);
    return task;
}

struct call *
task_create(struct pipe *pipe, const char *kind, struct str name, const char *args,
            unsigned client, struct str state)
{
    struct call *call = pipe_add(pipe, STMT_task_create);

    call_text(call, kind);
    call_str(call, name);
    call_text(call, args);
    call_long(call, (long)client);
    call_long(call, conf_long(CONF_task_attempts));
    call_long(call, conf_long(CONF_task_ttl) * 1000);
    if (state.at == NULL)
        call_null(call);
    else
        call_bytes(call, state.at, state.len);
    return call;
}

static struct call *
by_id(struct pipe *pipe, enum stmt_id stmt, struct str id, bool everybody)
{
    struct call *call = pipe_add(pipe, stmt);

    call_str(call, id);
    call_bool(call, everybody);
    return call;
}

struct call *
task_get(struct pipe *pipe, struct str id, bool everybody)
{
    return by_id(pipe, STMT_task_get, id, everybody);
}

struct call *
task_cancel(struct pipe *pipe, struct str id, bool everybody)
{
    return by_id(pipe, STMT_task_cancel, id, everybody);
}

struct call *
task_answer(struct pipe *pipe, struct str id, const char *answers)
{
    struct call *call = pipe_add(pipe, STMT_task_answer);

    call_str(call, id);
    call_text(call, answers);
    return call;
}

struct call *
task_page(struct pipe *pipe, bool everybody, struct str status, struct str after, long limit)
{
    struct call *call = pipe_add(pipe, STMT_task_page);

    call_bool(call, everybody);
    call_str(call, status);
    call_str(call, after);
    call_long(call, limit);
    return call;
}

static void
progress(struct emit *json, const struct task *task)
{
    if (task->total <= 0)
        return;
    emit_object(json, "progress");
    emit_double(json, "done", task->done);
    emit_double(json, "total", task->total);
    emit_object_end(json);
}

void
task_emit(struct emit *json, const char *member, const struct task *task, bool brief)
{
    emit_object(json, member);
    emit_str(json, "id", task->id);
    emit_str(json, "kind", task->kind);
    emit_str(json, "name", task->name);
    emit_str(json, "status", task->status);
    if (task->says.at != NULL)
        emit_str(json, "message", task->says);
    progress(json, task);
    emit_long(json, "attempt", task->attempt);
    emit_str(json, "created_at", task->created);
    emit_str(json, "updated_at", task->updated);
    if (task->ttl_ms > 0)
        emit_long(json, "ttl_ms", task->ttl_ms);
    else
        emit_null(json, "ttl_ms");
    if (!brief && task->requests.at != NULL)
        emit_raw(json, "questions", task->requests.at);
    if (!brief && task->result.at != NULL)
        emit_raw(json, "result", task->result.at);
    if (!brief && task->error.at != NULL)
        emit_raw(json, "error", task->error.at);
    emit_object_end(json);
}
