/*
 * uri: the addresses of what is stored, as clients of MCP name it.
 */
#include "store/uri.h"

#include "web/percent.h"

#include <string.h>

#define PREFIX "kvasir://collections/"

/* Takes the part up to the next slash off the front; false when nothing is there. */
static bool
part_take(struct str *rest, struct str *part_out)
{
    const char *slash = rest->len == 0 ? NULL : memchr(rest->at, '/', rest->len);
    size_t len = slash == NULL ? rest->len : (size_t)(slash - rest->at);

    *part_out = (struct str){rest->at, len};
    rest->at += len + (slash != NULL);
    rest->len -= len + (slash != NULL);
    return len > 0;
}

static bool
part_decode(struct arena *arena, struct str *rest, struct str *part_out)
{
    struct str part;

    return part_take(rest, &part) && percent_decode(arena, part, false, part_out);
}

bool
uri_read(struct arena *arena, struct str text, struct uri *uri_out)
{
    struct str rest;

    *uri_out = (struct uri){.kind = {NULL, 0}};
    if (text.at == NULL || !str_starts(text, PREFIX))
        return false;
    if (text.at[text.len - 1] == '/')
        return false;
    rest = (struct str){text.at + strlen(PREFIX), text.len - strlen(PREFIX)};
    if (!part_decode(arena, &rest, &uri_out->collection))
        return false;
    if (rest.len == 0)
        return true;
    return part_take(&rest, &uri_out->kind) &&
           (str_is(uri_out->kind, "records") || str_is(uri_out->kind, "entities")) &&
           part_decode(arena, &rest, &uri_out->item) && rest.len == 0;
}
