/*
 * template: an address with {argument} in its path and query, and the address of one call.
 */
#include "remote/template.h"

#include "base/js.h"

#include <string.h>
#include <strings.h>

#define NAME_MOST 64

static bool
is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Of an address of IPv6; zones are of a link, which is not called. */
static bool
is_of_address(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') ||
           c == ':' || c == '.';
}

/* RFC 3986, 2.3. */
static bool
is_unreserved(char c)
{
    return is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

/* Where the host begins: behind "https://". */
static size_t host_at(struct str template)
{
    return str_starts(template, "https://") ? 8 : str_starts(template, "http://") ? 7 : 0;
}

static size_t host_len(struct str template)
{
    size_t at = host_at(template), end = at;

    if (end < template.len && template.at[end] == '[') { /* an address of IPv6 */
        end++;
        while (end < template.len && is_of_address(template.at[end]))
            end++;
        return end < template.len && template.at[end] == ']' ? end + 1 - at : 0;
    }
    while (end < template.len &&
           (is_alnum(template.at[end]) || template.at[end] == '.' || template.at[end] == '-'))
        end++;
    return end - at;
}

struct str template_host(struct str template)
{
    return (struct str){template.at + host_at(template), host_len(template)};
}

static bool
authority_check(struct str template, size_t *end_out, struct err *err)
{
    size_t at = host_at(template), end = at + host_len(template);
    long port;

    if (at == 0)
        return err_set(err, ERR_INPUT, "url must begin with https:// or http://");
    if (end == at)
        return err_set(err, ERR_INPUT, "url must name a host, and without {}");
    if (end < template.len && template.at[end] == ':') {
        size_t digits = ++end;

        while (end < template.len && template.at[end] >= '0' && template.at[end] <= '9')
            end++;
        if (!str_to_long((struct str){template.at + digits, end - digits}, 1, 65535, &port))
            return err_set(err, ERR_INPUT, "url has a port that is none");
    }
    if (end < template.len && template.at[end] != '/' && template.at[end] != '?')
        return err_set(err, ERR_INPUT, "behind its host url goes on with a path or a query");
    *end_out = end;
    return true;
}

/* The name between the braces that open at `at`; absent: it is none. */
static struct str
name_at(struct str template, size_t at)
{
    size_t end = at + 1;

    while (end < template.len &&
           (is_alnum(template.at[end]) || template.at[end] == '_' || template.at[end] == '-'))
        end++;
    if (end >= template.len || template.at[end] != '}' || end == at + 1 ||
        end - at - 1 > NAME_MOST)
        return (struct str){NULL, 0};
    return (struct str){template.at + at + 1, end - at - 1};
}

bool
template_check(struct str template, struct err *err)
{
    size_t at = 0;

    if (template.len > TEMPLATE_MOST)
        return err_set(err, ERR_INPUT, "url is longer than %d bytes", TEMPLATE_MOST);
    if (!authority_check(template, &at, err))
        return false;
    for (; at < template.len; at++) {
        char c = template.at[at];

        if (c == '{') {
            struct str name = name_at(template, at);

            if (name.at == NULL)
                return err_set(err, ERR_INPUT, "url has braces without an argument's name");
            at += name.len + 1;
        } else if (c <= ' ' || c >= 0x7f || strchr("}#\\\"<>^`|", c) != NULL) {
            return err_set(err, ERR_INPUT,
                           "url has a character that must be written as %%XX, or a fragment");
        }
    }
    return true;
}

/* Each {name} from `*at` on: its place is where `*at` stands then. */
static struct str
next_name(struct str template, size_t *at)
{
    while (*at < template.len && template.at[*at] != '{')
        (*at)++;
    return *at < template.len ? name_at(template, *at) : (struct str){NULL, 0};
}

bool
template_uses(struct str template, const char *name)
{
    struct str found;

    for (size_t at = 0; (found = next_name(template, &at)).at != NULL; at += found.len + 2)
        if (str_is(found, name))
            return true;
    return false;
}

static void
encode(struct buf *url, struct str text)
{
    static const char hex[] = "0123456789ABCDEF";

    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];

        if (is_unreserved(text.at[i])) {
            buf_byte(url, text.at[i]);
            continue;
        }
        buf_byte(url, '%');
        buf_byte(url, hex[c >> 4]);
        buf_byte(url, hex[c & 15]);
    }
}

/* Text as it is, everything else as JSON writes it. */
static struct str
text_of(struct arena *arena, struct json_object *value)
{
    return js_type(value) == JS_STRING ? js_str(value) : str_of(js_text(arena, value));
}

static bool
put(struct buf *url, struct str name, struct json_object *args, bool in_path, struct err *err)
{
    struct json_object *value = js_find(args, str_copy(url->arena, name));
    struct str text = {NULL, 0};

    if (value != NULL)
        text = text_of(url->arena, value);
    if (in_path && text.len == 0)
        return err_set(err, ERR_INPUT, "%.*s is needed for the address", (int)name.len,
                       name.at);
    encode(url, text);
    return true;
}

/* "." or "..", each dot as it is or as %2E. */
static bool
is_dots(struct str segment)
{
    size_t dots = 0, at = 0;

    for (; at < segment.len; dots++)
        if (segment.at[at] == '.')
            at += 1;
        else if (segment.len - at >= 3 && strncasecmp(segment.at + at, "%2e", 3) == 0)
            at += 3;
        else
            return false;
    return dots == 1 || dots == 2;
}

/* That no segment of the path is "." or "..": what stands between might make another of it. */
static bool
segments_check(const struct buf *url, size_t path, struct err *err)
{
    size_t begin = path;

    for (size_t at = path; at <= url->len; at++) {
        if (at < url->len && url->data[at] != '/' && url->data[at] != '?')
            continue;
        if (is_dots((struct str){url->data + begin, at - begin}))
            return err_set(err, ERR_INPUT, "a part of the address would be . or ..");
        if (at < url->len && url->data[at] == '?')
            break;
        begin = at + 1;
    }
    return true;
}

/* name=value of what the template does not name. */
static void
put_rest(struct buf *url, struct str template, struct json_object *args, bool has_query)
{
    for (struct js_place at = {0}; js_next(args, &at);) {
        if (at.value == NULL || template_uses(template, at.name))
            continue;
        buf_byte(url, has_query ? '&' : '?');
        has_query = true;
        encode(url, str_of(at.name));
        buf_byte(url, '=');
        encode(url, text_of(url->arena, at.value));
    }
}

bool
template_expand(struct str template, struct json_object *args, bool rest, struct buf *url,
                struct err *err)
{
    size_t path = host_at(template) + host_len(template), from = 0, at = 0;
    const char *query = memchr(template.at, '?', template.len);
    size_t query_at = query == NULL ? template.len : (size_t)(query - template.at);
    struct str name;

    while ((name = next_name(template, &at)).at != NULL) {
        buf_add(url, template.at + from, at - from);
        if (!put(url, name, args, at < query_at, err))
            return false;
        from = at += name.len + 2;
    }
    buf_add(url, template.at + from, template.len - from);
    if (rest)
        put_rest(url, template, args, query != NULL);
    return segments_check(url, path, err);
}
