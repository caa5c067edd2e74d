/*
 * note: notes of users and shared ones.
 */
#include "memory/note.h"

#include <string.h>

/* A list, or one text with commas between the tags. */
static void
call_tags(struct pipe *pipe, struct call *call, struct json_object *tags)
{
    struct str rest = js_str(tags);
    struct array *array;

    if (rest.at == NULL) {
        given_call_texts(pipe, call, tags);
        return;
    }
    array = array_new(pipe, ARRAY_TEXT);
    for (bool last = false; !last;) {
        const char *comma = memchr(rest.at, ',', rest.len);
        size_t len = comma == NULL ? rest.len : (size_t)(comma - rest.at);
        struct str tag = str_trim((struct str){rest.at, len});

        if (tag.len > 0)
            array_str(array, tag);
        last = comma == NULL;
        if (!last)
            rest = (struct str){comma + 1, rest.len - len - 1};
    }
    call_array(call, array);
}

static void
call_fields(struct pipe *pipe, struct arena *arena, struct call *call, struct json_object *args)
{
    struct json_object *risk = given_value(args, "risk_score", "riskScore");

    given_call_str(call, args, "title", NULL);
    given_call_str(call, args, "content", "body");
    call_tags(pipe, call, js_find(args, "tags"));
    given_call_str(call, args, "source", NULL);
    given_call_str(call, args, "owner", NULL);
    given_call_str(call, args, "compliance", NULL);
    given_call_str(call, args, "retention", NULL);
    if (risk == NULL)
        call_null(call);
    else
        call_double(call, js_double(risk, 0));
    given_call_json(call, arena, args, "attachments", NULL);
}

struct call *
note_create_call(struct pipe *pipe, struct arena *arena, struct json_object *args, bool legacy)
{
    struct call *call = pipe_add(pipe, STMT_note_create);

    given_call_str(call, args, "user", "userId");
    call_fields(pipe, arena, call, args);
    call_bool(call, legacy);
    return call;
}

struct call *
note_update_call(struct pipe *pipe, struct arena *arena, struct str id,
                 struct json_object *args, bool legacy)
{
    struct call *call = pipe_add(pipe, STMT_note_update);

    call_str(call, id);
    given_call_str(call, args, "user", "userId");
    call_fields(pipe, arena, call, args);
    call_bool(call, legacy);
    return call;
}

struct call *
note_get_call(struct pipe *pipe, struct str id, struct str user, bool legacy)
{
    struct call *call = pipe_add(pipe, STMT_note_get);

    call_str(call, id);
    call_str(call, user);
    call_bool(call, legacy);
    return call;
}

struct call *
note_delete_call(struct pipe *pipe, struct str id, struct str user)
{
    struct call *call = pipe_add(pipe, STMT_note_delete);

    call_str(call, id);
    call_str(call, user);
    return call;
}

struct call *
note_list_call(struct pipe *pipe, struct json_object *args, bool legacy)
{
    struct call *call = pipe_add(pipe, STMT_note_list);

    given_call_str(call, args, "user", "userId");
    given_call_str(call, args, "query", NULL);
    call_tags(pipe, call, js_find(args, "tags"));
    call_long(call, js_long(js_find(args, "limit"), 50));
    call_long(call, js_long(js_find(args, "offset"), 0));
    call_bool(call, legacy);
    return call;
}
