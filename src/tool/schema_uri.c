/*
 * schema_uri: references resolved against the address of what they stand in (RFC 3986, 5.2).
 */
#include "tool/schema_part.h"

#include <string.h>

struct uri {
    struct str scheme, authority, path, query, fragment; /* absent unless said; path never is */
};

static struct str
until(struct str *rest, const char *stops)
{
    struct str head = {rest->at, 0};

    while (head.len < rest->len && strchr(stops, rest->at[head.len]) == NULL)
        head.len++;
    rest->at += head.len;
    rest->len -= head.len;
    return head;
}

static void
drop(struct str *rest, size_t count)
{
    rest->at += count;
    rest->len -= count;
}

/* RFC 3986, appendix B. */
static struct uri
split(struct str text)
{
    struct uri uri = {.scheme = {NULL, 0}};
    struct str rest = text, head = until(&rest, ":/?#");

    if (head.len > 0 && rest.len > 0 && rest.at[0] == ':') {
        uri.scheme = head;
        drop(&rest, 1);
    } else {
        rest = text;
    }
    if (rest.len >= 2 && rest.at[0] == '/' && rest.at[1] == '/') {
        drop(&rest, 2);
        uri.authority = until(&rest, "/?#");
    }
    uri.path = until(&rest, "?#");
    if (rest.len > 0 && rest.at[0] == '?') {
        drop(&rest, 1);
        uri.query = until(&rest, "#");
    }
    if (rest.len > 0) {
        drop(&rest, 1);
        uri.fragment = rest;
    }
    return uri;
}

/* Takes away the last segment of what is written, with its slash (5.2.4, C). */
static size_t
parent(const char *out, size_t len)
{
    while (len > 0 && out[len - 1] != '/')
        len--;
    return len > 0 ? len - 1 : 0;
}

/* Without "." and ".." (5.2.4), in place: what is written never overtakes what is read. */
static struct str
dots(char *path)
{
    const char *in = path;
    size_t out = 0;

    while (*in != '\0') {
        size_t len = 1 + strcspn(in + 1, "/");
        struct str segment = {in, len};
        bool last = in[len] == '\0';

        in += len;
        if (str_is(segment, "/..") || str_is(segment, "/.")) {
            if (segment.len == 3)
                out = parent(path, out);
            if (last)
                path[out++] = '/';
            continue;
        }
        memmove(path + out, segment.at, len);
        out += len;
    }
    return (struct str){path, out};
}

/* 5.2.3 */
static char *
merge(struct arena *arena, const struct uri *base, struct str path)
{
    size_t keep = base->path.len;

    if (base->authority.at != NULL && keep == 0)
        return str_format(arena, "/%.*s", (int)path.len, path.at);
    while (keep > 0 && base->path.at[keep - 1] != '/')
        keep--;
    return str_format(arena, "%.*s%.*s", (int)keep, base->path.at, (int)path.len, path.at);
}

static void
target(struct arena *arena, const struct uri *base, struct uri *uri)
{
    if (uri->scheme.at != NULL)
        return;
    uri->scheme = base->scheme;
    if (uri->authority.at != NULL)
        return;
    uri->authority = base->authority;
    if (uri->path.len == 0) {
        uri->path = base->path;
        if (uri->query.at == NULL)
            uri->query = base->query;
        return;
    }
    if (uri->path.at[0] != '/')
        uri->path = str_of(merge(arena, base, uri->path));
}

/* 5.3 */
static void
add(char *out, const char *before, struct str part, const char *after)
{
    if (part.at == NULL)
        return;
    strcat(out, before);
    strncat(out, part.at, part.len);
    strcat(out, after);
}

char *
schema_uri_resolve(struct arena *arena, const char *base, struct str reference)
{
    struct uri from = split(str_of(base)), uri = split(reference);
    char *out;

    target(arena, &from, &uri);
    if (uri.path.len > 0 && uri.path.at[0] == '/')
        uri.path = dots(str_copy(arena, uri.path));
    out = arena_take(arena, uri.scheme.len + uri.authority.len + uri.path.len + uri.query.len +
                                uri.fragment.len + 6);
    add(out, "", uri.scheme, ":");
    add(out, "//", uri.authority, "");
    add(out, "", uri.path, "");
    add(out, "?", uri.query, "");
    add(out, "#", uri.fragment, "");
    return out;
}
