/*
 * client: what the calling program can do, as it declares by its capabilities.
 */
#include "mcp/client.h"

#include "base/js.h"

static bool
has_object(struct json_object *in, const char *name)
{
    return js_type(js_find(in, name)) == JS_OBJECT;
}

unsigned
client_can(struct json_object *capabilities)
{
    struct json_object *asks = js_find(capabilities, "elicitation");
    unsigned can = 0;

    if (js_type(capabilities) != JS_OBJECT)
        return 0;
    if (js_type(asks) == JS_OBJECT && (has_object(asks, "form") || !has_object(asks, "url")))
        can |= TURN_FORM;
    if (has_object(asks, "url"))
        can |= TURN_URL;
    if (has_object(capabilities, "sampling"))
        can |= TURN_SAMPLING;
    if (has_object(capabilities, "roots"))
        can |= TURN_ROOTS;
    if (has_object(js_find(capabilities, "extensions"), CLIENT_TASKS))
        can |= TURN_TASKS;
    return can;
}

unsigned
client_needs(struct str method, struct json_object *params)
{
    if (str_is(method, "elicitation/create"))
        return str_is(js_str(js_find(params, "mode")), "url") ? TURN_URL : TURN_FORM;
    if (str_is(method, "sampling/createMessage"))
        return TURN_SAMPLING;
    return str_is(method, "roots/list") ? TURN_ROOTS : 0;
}

static void
empty(struct emit *json, const char *name)
{
    emit_object(json, name);
    emit_object_end(json);
}

void
client_emit(struct emit *json, const char *name, unsigned client)
{
    emit_object(json, name);
    if ((client & (TURN_FORM | TURN_URL)) != 0) {
        emit_object(json, "elicitation");
        if ((client & TURN_URL) != 0)
            empty(json, "url");
        emit_object_end(json);
    }
    if ((client & TURN_SAMPLING) != 0)
        empty(json, "sampling");
    if ((client & TURN_ROOTS) != 0)
        empty(json, "roots");
    if ((client & TURN_TASKS) != 0) {
        emit_object(json, "extensions");
        empty(json, CLIENT_TASKS);
        emit_object_end(json);
    }
    emit_object_end(json);
}
