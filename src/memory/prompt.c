/*
 * prompt: versions of agents' prompts, and their measured runs.
 */
#include "memory/prompt.h"

static void
call_version(struct call *call, long version)
{
    if (version == 0)
        call_null(call);
    else
        call_long(call, version);
}

struct call *
prompt_add_call(struct pipe *pipe, struct str agent, struct json_object *args, bool legacy)
{
    struct call *call = pipe_add(pipe, STMT_prompt_add);

    call_str(call, agent);
    given_call_str(call, args, "text", "promptText");
    call_bool(call, js_bool(js_find(args, "active"), true));
    given_call_str(call, args, "created_by", "createdBy");
    call_bool(call, legacy);
    return call;
}

static struct call *
of_version(struct pipe *pipe, enum stmt_id stmt, struct str agent, long version, bool legacy)
{
    struct call *call = pipe_add(pipe, stmt);

    call_str(call, agent);
    call_version(call, version);
    call_bool(call, legacy);
    return call;
}

struct call *
prompt_get_call(struct pipe *pipe, struct str agent, long version, bool legacy)
{
    return of_version(pipe, STMT_prompt_get, agent, version, legacy);
}

struct call *
prompt_activate_call(struct pipe *pipe, struct str agent, long version, bool legacy)
{
    return of_version(pipe, STMT_prompt_activate, agent, version, legacy);
}

struct call *
prompt_list_call(struct pipe *pipe, struct str agent, long limit, bool legacy)
{
    struct call *call = pipe_add(pipe, STMT_prompt_list);

    call_str(call, agent);
    call_long(call, limit);
    call_bool(call, legacy);
    return call;
}

struct call *
prompt_report_call(struct pipe *pipe, struct arena *arena, struct str agent,
                   struct json_object *args)
{
    struct call *call = pipe_add(pipe, STMT_prompt_report);

    call_str(call, agent);
    call_version(call, js_long(given_value(args, "version", "promptVersion"), 0));
    given_call_str(call, args, "kpi", "kpiName");
    call_double(call, js_double(given_value(args, "delta", "kpiDelta"), 0));
    given_call_str(call, args, "input_summary", "inputSummary");
    given_call_str(call, args, "output_summary", "outputSummary");
    given_call_json(call, arena, args, "context", "runContext");
    return call;
}

struct call *
prompt_page_call(struct pipe *pipe, struct str after, long how_many)
{
    struct call *call = pipe_add(pipe, STMT_prompt_page);

    call_str(call, after);
    call_long(call, how_many);
    return call;
}

struct call *
prompt_fill_call(struct pipe *pipe, struct arena *arena, struct str name,
                 struct json_object *args)
{
    struct call *call = pipe_add(pipe, STMT_prompt_fill);

    call_str(call, name);
    call_text(call, args == NULL ? "{}" : js_text(arena, args));
    return call;
}
