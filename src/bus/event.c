/*
 * event: what happened, as a CloudEvents 1.0 JSON document.
 */
#include "bus/event.h"

#include "base/emit.h"

#include <string.h>

/* RFC 3986 section 2.3: these need no encoding anywhere in a URI. */
static bool
is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-._~", c) != NULL);
}

static const char *
source_of(struct str tenant, struct arena *arena)
{
    struct buf source;

    buf_start(&source, arena, 64);
    buf_text(&source, "/kvasir/");
    for (size_t i = 0; i < tenant.len; i++)
        if (is_unreserved(tenant.at[i]))
            buf_byte(&source, tenant.at[i]);
        else
            buf_fmt(&source, "%%%02X", (unsigned)(unsigned char)tenant.at[i]);
    return source.data;
}

/* The JSON form has no nulls: an attribute without a value is left out (section 2.2). */
static void
optional(struct emit *json, const char *name, struct str value)
{
    if (value.at != NULL && value.len > 0)
        emit_str(json, name, value);
}

void
event_write(const struct event *event, struct buf *to)
{
    struct emit json;

    emit_start(&json, to);
    emit_object(&json, NULL);
    emit_text(&json, "specversion", "1.0");
    emit_str(&json, "id", event->id);
    emit_text(&json, "source", source_of(event->tenant, to->arena));
    emit_str(&json, "type", event->type);
    optional(&json, "subject", event->subject);
    optional(&json, "time", event->time);
    emit_str(&json, "tenant", event->tenant);
    optional(&json, "requestid", event->request);
    optional(&json, "traceparent", event->trace);
    if (event->data.at != NULL) {
        emit_text(&json, "datacontenttype", "application/json");
        emit_raw(&json, "data", str_copy(to->arena, event->data));
    }
    emit_object_end(&json);
}
