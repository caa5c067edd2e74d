/*
 * server_events: what happened lately in the caller's tenant.
 */
#include "tool/server.h"

#include "base/js.h"
#include "tool/invoke.h"
#include "tool/result.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct json_object *before = js_find(args, "before");
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call = pipe_add(pipe, STMT_tool_events);

    call_str(call, js_str(js_find(args, "type")));
    if (before == NULL)
        call_null(call);
    else
        call_long(call, js_long(before, 0));
    call_long(call, js_long(js_find(args, "limit"), 20));
    if (!invoke_commit(ctx, &server_events, pipe))
        return false;
    emit_object(out, NULL);
    emit_raw(out, "events", call_cell(call, 0, 0).at);
    emit_object_end(out);
    return true;
}

const struct tool server_events = {
    .name = "system.events",
    .title = "What happened lately",
    .says = "Lists the newest events: documents put or deleted, notes written, tools called "
            "and the like. Type "
            "chooses by the beginning of their type, as kvasir.records; before goes on below a "
            "number.",
    .scope = "read",
    .read_only = true,
    .schema = "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"
              "\"type\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":200},"
              "\"before\":{\"type\":\"integer\",\"minimum\":1},"
              "\"limit\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":200,\"default\":20}}}",
    .result = RESULT("\"events\"", "\"events\":" RESULT_LIST(RESULT(
                                       "\"number\",\"id\",\"type\",\"time\",\"data\"",
                                       "\"number\":" RESULT_COUNT ",\"id\":" RESULT_TEXT
                                       ",\"type\":" RESULT_TEXT ",\"subject\":" RESULT_TEXT_NULL
                                       ",\"time\":" RESULT_TEXT ",\"data\":" RESULT_ANY))),
    .toolsets = "system",
    .run = run,
};
