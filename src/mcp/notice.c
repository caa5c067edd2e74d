/*
 * notice: a topic that was told, as the notification that a client of either generation reads.
 */
#include "mcp/notice.h"

#include "base/emit.h"
#include "base/js.h"
#include "web/stream.h"

#include <string.h>

#define RESOURCE STREAM_RESOURCE
#define TASK     "task "

void
notice_params(struct emit *json, const char *tag)
{
    emit_object(json, "params");
    if (tag == NULL)
        return;
    emit_object(json, "_meta");
    emit_raw(json, NOTICE_SUBSCRIPTION, tag);
    emit_object_end(json);
}

static const char *
method_of(struct str topic)
{
    static const struct {
        const char *topic, *method;
    } rows[] = {
        {"tools", "notifications/tools/list_changed"},
        {"prompts", "notifications/prompts/list_changed"},
        {"resources", "notifications/resources/list_changed"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (str_is(topic, rows[i].topic))
            return rows[i].method;
    if (str_starts(topic, RESOURCE))
        return "notifications/resources/updated";
    return str_starts(topic, TASK) ? "notifications/tasks" : NULL;
}

/* The members of what was said: of a task, the task. */
static void
words(struct emit *json, struct str said)
{
    struct err err = {.kind = ERR_NONE};
    struct json_object *tree = NULL;

    if (said.at == NULL || !js_parse(json->buf->arena, said, &tree, &err) ||
        js_type(tree) != JS_OBJECT)
        return;
    for (struct js_place at = {0}; js_next(tree, &at);)
        if (strcmp(at.name, "_meta") != 0)
            emit_raw(json, at.name, js_text(json->buf->arena, at.value));
}

void
notice_event(const char *tag, struct str topic, struct str said, struct buf *to)
{
    const char *method = method_of(topic);
    struct buf message;
    struct emit json;

    if (method == NULL || (str_starts(topic, TASK) && said.at == NULL))
        return;
    buf_start(&message, to->arena, 256);
    emit_start(&json, &message);
    emit_object(&json, NULL);
    emit_text(&json, "jsonrpc", "2.0");
    emit_text(&json, "method", method);
    notice_params(&json, tag);
    if (str_starts(topic, RESOURCE))
        emit_str(&json, "uri",
                 (struct str){topic.at + strlen(RESOURCE), topic.len - strlen(RESOURCE)});
    words(&json, said);
    emit_object_end(&json);
    emit_object_end(&json);
    stream_event(to, NULL, -1, (struct str){message.data, message.len});
}
