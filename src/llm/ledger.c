/*
 * ledger: what asking the language model costs, reserved before each call and settled after.
 */
#include "llm/ledger.h"

#include "base/clock.h"
#include "db/pipe.h"

#define PATIENCE_US (5 * 1000000LL)

static struct call *
call_of(const struct ledger *ledger, struct pipe **pipe_out, enum stmt_id own, enum stmt_id any)
{
    struct call *call;

    *pipe_out = pipe_new(ledger->conn, ledger->arena, ledger->claims);
    call = pipe_add(*pipe_out, ledger->tenant.at == NULL ? own : any);
    call_str(call, ledger->tenant);
    return call;
}

bool
ledger_reserve(const struct ledger *ledger, struct ledger_call *made, bool *granted_out,
               struct err *err)
{
    struct pipe *pipe;
    struct call *call = call_of(ledger, &pipe, STMT_llm_reserve, STMT_llm_reserve_for);

    call_text(call, made->task);
    call_text(call, made->model);
    call_long(call, made->attempt);
    call_long(call, made->prompt_tokens);
    call_long(call, made->cost);
    call_long(call, made->budget);
    if (!pipe_run(pipe, clock_us() + PATIENCE_US, err))
        return false;
    made->id = call_cell(call, 0, 0);
    *granted_out = made->id.at != NULL;
    return true;
}

bool
ledger_settle(const struct ledger *ledger, const struct ledger_call *made, struct err *err)
{
    struct pipe *pipe;
    struct call *call = call_of(ledger, &pipe, STMT_llm_settle, STMT_llm_settle_for);
    bool settled;

    call_str(call, made->id);
    call_long(call, made->prompt_tokens);
    call_long(call, made->completion_tokens);
    call_long(call, made->cost);
    call_bool(call, made->estimated);
    call_long(call, made->us / 1000);
    call_text(call, made->outcome);
    conn_watch(ledger->conn, -1);
    settled = pipe_run(pipe, clock_us() + PATIENCE_US, err);
    conn_watch(ledger->conn, ledger->stop);
    return settled;
}
