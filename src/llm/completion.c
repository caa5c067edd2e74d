/*
 * completion: a request to /chat/completions and what came back, as JSON.
 */
#include "llm/completion.h"

#include "base/emit.h"
#include "base/js.h"

#include <string.h>

#define SEED        7 /* any, but always the same */
#define TOKENS_MOST 1000000000L

static struct str
first_turn(const struct completion *completion, struct arena *arena)
{
    struct str text = completion->turns[0].text;

    if (!completion->plain)
        return text;
    return str_of(
        str_format(arena, "%.*s\nAnswer with one JSON object that fits this JSON Schema:\n%s",
                   (int)text.len, text.at, completion->schema));
}

static void
emit_format(const struct completion *completion, struct emit *emit)
{
    emit_object(emit, "response_format");
    emit_text(emit, "type", completion->plain ? "json_object" : "json_schema");
    if (!completion->plain) {
        emit_object(emit, "json_schema");
        emit_text(emit, "name", completion->schema_name);
        emit_bool(emit, "strict", true);
        emit_raw(emit, "schema", completion->schema);
        emit_object_end(emit);
    }
    emit_object_end(emit);
}

void
completion_write(const struct completion *completion, struct buf *to)
{
    struct emit emit;

    emit_start(&emit, to);
    emit_object(&emit, NULL);
    emit_text(&emit, "model", completion->model);
    emit_array(&emit, "messages");
    for (size_t i = 0; i < completion->turns_count; i++) {
        emit_object(&emit, NULL);
        emit_text(&emit, "role", completion->turns[i].role);
        emit_str(&emit, "content",
                 i == 0 ? first_turn(completion, to->arena) : completion->turns[i].text);
        emit_object_end(&emit);
    }
    emit_array_end(&emit);
    emit_long(&emit, "temperature", 0);
    emit_long(&emit, "seed", SEED);
    emit_long(&emit, "max_tokens", completion->most_tokens);
    emit_format(completion, &emit);
    emit_object_end(&emit);
}

static void
read_usage(struct json_object *body, struct completion_reply *reply)
{
    struct json_object *usage = js_find(body, "usage");
    long prompt = js_long(js_find(usage, "prompt_tokens"), -1);
    long completion = js_long(js_find(usage, "completion_tokens"), -1);

    if (prompt < 0 || prompt > TOKENS_MOST || completion < 0 || completion > TOKENS_MOST)
        return;
    reply->counted = true;
    reply->prompt_tokens = prompt;
    reply->completion_tokens = completion;
}

/* Endpoints without schemas like to put their JSON between ```json and ```. */
static struct str
without_fence(struct str text)
{
    const char *line;

    text = str_trim(text);
    if (!str_starts(text, "```") || text.len < 6 ||
        memcmp(text.at + text.len - 3, "```", 3) != 0)
        return text;
    line = memchr(text.at, '\n', text.len);
    if (line == NULL || line > text.at + text.len - 3)
        return text;
    return str_trim((struct str){line + 1, (size_t)(text.at + text.len - 3 - (line + 1))});
}

bool
completion_read(struct arena *arena, struct str body, struct completion_reply *reply,
                struct err *err)
{
    struct json_object *tree = NULL, *choice, *message;
    struct err why = {.kind = ERR_NONE};
    struct str reason;

    *reply = (struct completion_reply){.end = COMPLETION_WHOLE};
    if (!js_parse(arena, body, &tree, &why))
        return err_set(err, ERR_INPUT, "the endpoint's answer is no JSON: %.120s", why.text);
    read_usage(tree, reply);
    choice = js_item(js_find(tree, "choices"), 0);
    message = js_find(choice, "message");
    reason = js_str(js_find(choice, "finish_reason"));
    if (js_str(js_find(message, "refusal")).at != NULL ||
        (reason.at != NULL && str_is(reason, "content_filter"))) {
        reply->end = COMPLETION_REFUSED;
        return true;
    }
    reply->content = js_str(js_find(message, "content"));
    if (reason.at != NULL && str_is(reason, "length"))
        reply->end = COMPLETION_CUT;
    if (reply->content.at == NULL)
        return reply->end == COMPLETION_CUT ||
               err_set(err, ERR_INPUT, "the endpoint's answer has no message");
    reply->content = without_fence(reply->content);
    return true;
}

struct str
completion_failure(struct arena *arena, struct str body)
{
    struct json_object *tree = NULL;
    struct err err = {.kind = ERR_NONE};
    struct json_object *failure;
    struct str said;

    if (!js_parse(arena, body, &tree, &err))
        return (struct str){NULL, 0};
    failure = js_find(tree, "error");
    said = js_str(js_find(failure, "message"));
    return said.at != NULL ? said : js_str(failure);
}
