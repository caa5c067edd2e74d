/*
 * listen: responses that stay open for notifications: subscriptions/listen, and GET of the
 * older.
 *
 * A stateless client names what it wants to hear of in its request (2026-07-28,
 * "Subscriptions"); an older one hears of every list, and of the resources to which its session
 * has subscribed (2025-11-25, Transports, "Listening for Messages from the Server").
 */
#include "base/conf.h"
#include "base/js.h"
#include "mcp/mcp.h"
#include "mcp/method.h"
#include "mcp/notice.h"
#include "mcp/origin.h"
#include "mcp/session.h"
#include "mcp/sse.h"

#include <string.h>

#define TASKS_EXTENSION "io.modelcontextprotocol/tasks"
#define URI_MOST        2000
#define TASK_ID_MOST    200

/* What a request wants to hear of, and the notifications object of its acknowledgement. */
struct wishes {
    struct stream_topic *topics;
    size_t count;
    struct json_object *uris, *tasks; /* arrays, or NULL */
};

static const struct {
    const char *wish, *topic;
} lists[] = {
    {"toolsListChanged", "tools"},
    {"promptsListChanged", "prompts"},
    {"resourcesListChanged", "resources"},
};
#define LISTS (sizeof lists / sizeof lists[0])

static bool
is_list_of(struct json_object *list, size_t longest)
{
    if (js_type(list) != JS_ARRAY || js_count(list) > (size_t)conf_long(CONF_stream_resources))
        return false;
    for (size_t i = 0; i < js_count(list); i++) {
        struct str item = js_str(js_item(list, i));

        if (item.len == 0 || item.len > longest)
            return false;
    }
    return true;
}

static bool
has_tasks(const struct rpc *rpc)
{
    struct json_object *can = js_find(rpc->meta, "io.modelcontextprotocol/clientCapabilities");

    return js_has(js_find(can, "extensions"), TASKS_EXTENSION);
}

static bool
wishes_read(const struct rpc *rpc, struct wishes *wishes)
{
    struct json_object *said = js_find(rpc->params, "notifications");

    *wishes = (struct wishes){.uris = js_find(said, "resourceSubscriptions")};
    if (has_tasks(rpc))
        wishes->tasks = js_find(said, "taskIds");
    for (size_t i = 0; i < LISTS; i++)
        if (js_has(said, lists[i].wish) && js_type(js_find(said, lists[i].wish)) != JS_BOOL)
            return false;
    return js_type(said) == JS_OBJECT &&
           (wishes->uris == NULL || is_list_of(wishes->uris, URI_MOST)) &&
           (wishes->tasks == NULL || is_list_of(wishes->tasks, TASK_ID_MOST));
}

static void
topics_add(struct ctx *ctx, struct wishes *wishes, const char *prefix, struct json_object *list,
           struct json_object *versions)
{
    for (size_t i = 0; i < js_count(list); i++) {
        struct str item = js_str(js_item(list, i));

        wishes->topics[wishes->count++] = (struct stream_topic){
            .name = str_format(ctx->arena, "%s%.*s", prefix, (int)item.len, item.at),
            .version = js_long(js_item(versions, i), 0),
        };
    }
}

/* `versions` are those of the resources, in their order. */
static void
topics_fill(struct ctx *ctx, const struct rpc *rpc, struct wishes *wishes, struct str versions)
{
    struct json_object *said = js_find(rpc->params, "notifications"), *numbers = NULL;
    struct err err = {.kind = ERR_NONE};
    size_t most = LISTS + js_count(wishes->uris) + js_count(wishes->tasks);

    wishes->topics = arena_take(ctx->arena, most * sizeof *wishes->topics);
    for (size_t i = 0; i < LISTS; i++)
        if (js_bool(js_find(said, lists[i].wish), false))
            wishes->topics[wishes->count++] = (struct stream_topic){.name = lists[i].topic};
    js_parse(ctx->arena, versions, &numbers, &err);
    topics_add(ctx, wishes, STREAM_RESOURCE, wishes->uris, numbers);
    topics_add(ctx, wishes, "task ", wishes->tasks, NULL);
}

static void
acknowledge(struct ctx *ctx, const struct rpc *rpc, const struct wishes *wishes)
{
    struct json_object *said = js_find(rpc->params, "notifications");
    struct buf message;
    struct emit json;

    buf_start(&message, ctx->arena, 512);
    emit_start(&json, &message);
    emit_object(&json, NULL);
    emit_text(&json, "jsonrpc", "2.0");
    emit_text(&json, "method", "notifications/subscriptions/acknowledged");
    notice_params(&json, rpc->id);
    emit_object(&json, "notifications");
    for (size_t i = 0; i < LISTS; i++)
        if (js_bool(js_find(said, lists[i].wish), false))
            emit_bool(&json, lists[i].wish, true);
    if (wishes->uris != NULL)
        emit_raw(&json, "resourceSubscriptions", js_text(ctx->arena, wishes->uris));
    if (wishes->tasks != NULL)
        emit_raw(&json, "taskIds", js_text(ctx->arena, wishes->tasks));
    emit_object_end(&json);
    emit_object_end(&json);
    emit_object_end(&json);
    sse_add(ctx, message.data);
}

/* The result of the request, which ends it in good order. */
static const char *
farewell(struct ctx *ctx, const struct rpc *rpc)
{
    struct buf message, event;
    struct emit json;

    buf_start(&message, ctx->arena, 256);
    emit_start(&json, &message);
    emit_object(&json, NULL);
    emit_text(&json, "jsonrpc", "2.0");
    emit_raw(&json, "id", rpc->id);
    emit_object(&json, "result");
    emit_text(&json, "resultType", "complete");
    emit_object(&json, "_meta");
    emit_raw(&json, NOTICE_SUBSCRIPTION, rpc->id);
    emit_object_end(&json);
    emit_object_end(&json);
    emit_object_end(&json);
    buf_start(&event, ctx->arena, message.len + 64);
    stream_event(&event, NULL, -1, (struct str){message.data, message.len});
    return event.data;
}

bool
listen_subscriptions(struct ctx *ctx, const struct rpc *rpc)
{
    struct pipe *pipe = pipe_new(ctx->conn, ctx->arena, &ctx->claims);
    struct array *uris = array_new(pipe, ARRAY_TEXT);
    struct stream_plan *plan;
    struct array *ids = array_new(pipe, ARRAY_TEXT);
    struct wishes wishes;
    struct call *asked, *mine;

    if (!wishes_read(rpc, &wishes))
        return rpc_error(ctx, rpc, 200, RPC_PARAMS, NULL,
                         "notifications must be an object of {toolsListChanged, "
                         "promptsListChanged, resourcesListChanged: boolean, "
                         "resourceSubscriptions, taskIds: at most %ld strings each}",
                         conf_long(CONF_stream_resources));
    for (size_t i = 0; i < js_count(wishes.uris); i++)
        array_str(uris, js_str(js_item(wishes.uris, i)));
    for (size_t i = 0; i < js_count(wishes.tasks); i++)
        array_str(ids, js_str(js_item(wishes.tasks, i)));
    asked = sse_ask(ctx, pipe, uris);
    mine = pipe_add(pipe, STMT_task_mine);
    call_array(mine, ids);
    if (!pipe_run(pipe, ctx->deadline, &ctx->err))
        return false;
    if (wishes.tasks != NULL &&
        !js_parse(ctx->arena, call_cell(mine, 0, 0), &wishes.tasks, &ctx->err))
        return false;
    topics_fill(ctx, rpc, &wishes, call_cell(asked, 0, 2));
    plan = sse_open(ctx, asked);
    plan->topics = wishes.topics;
    plan->topics_count = wishes.count;
    plan->tag = rpc->id;
    plan->event = notice_event;
    plan->farewell = farewell(ctx, rpc);
    acknowledge(ctx, rpc, &wishes);
    return true;
}

/* What an older client hears of on a stream that it opens by itself. */
static bool
hear(struct ctx *ctx, struct session *session)
{
    static const struct stream_topic topics[] = {
        {.name = "tools"}, {.name = "prompts"}, {.name = "resources"}};
    struct pipe *pipe = pipe_new(ctx->conn, ctx->arena, &ctx->claims);
    struct call *asked, *subscribed;
    struct stream_plan *plan;

    session_enter(session, pipe);
    asked = sse_ask(ctx, pipe, NULL);
    subscribed = pipe_add(pipe, STMT_session_topics);
    call_text(subscribed, session == NULL ? NULL : session->id);
    if (!pipe_run(pipe, ctx->deadline, &ctx->err))
        return false;
    plan = sse_open(ctx, asked);
    plan->topics = topics;
    plan->topics_count = sizeof topics / sizeof topics[0];
    plan->event = notice_event;
    session_watch(ctx, session);
    plan->controlled = call_cell(subscribed, 0, 0);
    plan->takes_turns = session != NULL;
    return true;
}

/* The rest of a stream whose connection was lost.  Who has all of it is told so by 204, which
   ends the coming again (HTML, "Server-sent events"). */
static bool
resume(struct ctx *ctx, struct session *session, const char *stream, long number)
{
    struct pipe *pipe = pipe_new(ctx->conn, ctx->arena, &ctx->claims);
    struct call *asked, *ended;
    struct stream_plan *plan;

    session_enter(session, pipe);
    asked = sse_ask(ctx, pipe, NULL);
    ended = pipe_add(pipe, STMT_stream_ended);
    call_text(ended, stream);
    call_long(ended, number);
    if (!pipe_run(pipe, ctx->deadline, &ctx->err))
        return false;
    if (call_cell_bool(ended, 0, 0)) {
        ctx->reply.status = 204;
        return true;
    }
    plan = sse_open(ctx, asked);
    plan->id = stream;
    plan->seen = number;
    session_watch(ctx, session);
    return true;
}

static bool
takes_events(const struct ctx *ctx)
{
    const char *accept = request_header(ctx->request, "accept");

    return accept == NULL || strstr(accept, SSE_TYPE) != NULL || strstr(accept, "*/*") != NULL;
}

bool
mcp_listen(struct ctx *ctx)
{
    struct rpc none = {.id = NULL};
    const char *last = request_header(ctx->request, "last-event-id"), *stream;
    long number;

    if (!origin_allowed(ctx))
        return false;
    if (!takes_events(ctx))
        return rpc_error(ctx, &none, 406, RPC_SERVER, NULL,
                         "GET opens a stream: accept " SSE_TYPE);
    if (!mcp_toolset(ctx, &none) || !session_find(ctx, &none))
        return true;
    if (last == NULL || *last == '\0')
        return hear(ctx, none.session) || rpc_refuse(ctx, &none);
    if (!sse_id(ctx->arena, str_of(last), &stream, &number))
        return rpc_error(ctx, &none, 400, RPC_SERVER, NULL,
                         "Last-Event-ID is none of this server's: open a new stream");
    return resume(ctx, none.session, stream, number) || rpc_refuse(ctx, &none);
}
