/*
 * redis_url: where Redis is, read from the setting `redis`.
 */
#include "bus/redis_url.h"

#include "base/str.h"

#include <stdio.h>
#include <string.h>

#define PORT_DEFAULT 6379
#define DB_MOST      1000000

static bool
refuse(struct err *err, const char *why)
{
    return err_set(
        err, ERR_INPUT,
        "setting redis: %s (expected redis://[:password@]host:port[/db] or unix:/path)", why);
}

static struct str
slice(const char *from, const char *to)
{
    return (struct str){from, (size_t)(to - from)};
}

static bool
copy(struct str from, char *to, size_t room)
{
    if (from.len >= room || memchr(from.at, '\0', from.len) != NULL)
        return false;
    memcpy(to, from.at, from.len);
    to[from.len] = '\0';
    return true;
}

static int
hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* The byte that %XX at `at` stands for, or -1. */
static int
unescape(const char *at, const char *end)
{
    int high = end - at > 2 ? hex_value(at[1]) : -1;
    int low = end - at > 2 ? hex_value(at[2]) : -1;

    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* As copy(), with %XX decoded. */
static bool
copy_decoded(struct str from, char *to, size_t room)
{
    const char *end = from.at + from.len;
    size_t len = 0;

    for (const char *at = from.at; at < end; at++) {
        int byte = (unsigned char)*at;

        if (byte == '%') {
            byte = unescape(at, end);
            at += 2;
        }
        if (byte <= 0 || len + 1 >= room)
            return false;
        to[len++] = (char)byte;
    }
    to[len] = '\0';
    return true;
}

static bool
parse_user(struct str text, struct redis_url *url, struct err *err)
{
    const char *colon = memchr(text.at, ':', text.len);
    const char *end = text.at + text.len;

    if (colon == NULL)
        return refuse(err, "a password stands after ':'");
    if (!copy_decoded(slice(text.at, colon), url->user, sizeof url->user))
        return refuse(err, "the user name is not valid");
    if (!copy_decoded(slice(colon + 1, end), url->password, sizeof url->password))
        return refuse(err, "the password is not valid");
    if (url->user[0] != '\0' && url->password[0] == '\0')
        return refuse(err, "a user name needs a password");
    return true;
}

static bool
parse_port(struct str text, struct redis_url *url, struct err *err)
{
    long port;

    if (!str_to_long(text, 1, 65535, &port))
        return refuse(err, "the port must be 1 to 65535");
    url->port = (int)port;
    return true;
}

static bool
parse_host(struct str text, struct redis_url *url, struct err *err)
{
    const char *end = text.at + text.len;
    const char *host = text.at, *host_end, *rest;

    if (text.len > 0 && *host == '[') {
        host++;
        host_end = memchr(host, ']', text.len - 1);
        if (host_end == NULL)
            return refuse(err, "'[' without ']'");
        rest = host_end + 1;
    } else {
        rest = memchr(host, ':', text.len);
        rest = rest == NULL ? end : rest;
        host_end = rest;
    }
    if (host_end == host || !copy(slice(host, host_end), url->host, sizeof url->host))
        return refuse(err, "no usable host");
    url->port = PORT_DEFAULT;
    if (rest == end)
        return true;
    if (*rest != ':')
        return refuse(err, "only ':' and a port may follow the host");
    return parse_port(slice(rest + 1, end), url, err);
}

static bool
parse_db(struct str text, struct redis_url *url, struct err *err)
{
    if (text.len == 0)
        return true;
    if (!str_to_long(text, 0, DB_MOST, &url->db))
        return refuse(err, "the database must be a number");
    return true;
}

/* The last '@', as a password may hold others. */
static const char *
last_at(const char *text, const char *end)
{
    while (end > text)
        if (*--end == '@')
            return end;
    return NULL;
}

static bool
parse_net(const char *text, struct redis_url *url, struct err *err)
{
    const char *end = text + strcspn(text, "?#");
    const char *at = last_at(text, end);
    const char *place = at == NULL ? text : at + 1;
    const char *slash = memchr(place, '/', (size_t)(end - place));

    if (*end != '\0')
        return refuse(err, "nothing may follow '?' or '#' (write them as %3F and %23)");
    if (at != NULL && !parse_user(slice(text, at), url, err))
        return false;
    if (!parse_host(slice(place, slash == NULL ? end : slash), url, err))
        return false;
    return slash == NULL || parse_db(slice(slash + 1, end), url, err);
}

static bool
parse_unix(const char *path, struct redis_url *url, struct err *err)
{
    if (path[0] != '/')
        return refuse(err, "the path after unix: must begin with '/'");
    if (!copy(str_of(path), url->path, sizeof url->path))
        return refuse(err, "the path is longer than a socket's may be");
    return true;
}

bool
redis_url_parse(const char *text, struct redis_url *url_out, struct err *err)
{
    memset(url_out, 0, sizeof *url_out);
    if (strncmp(text, "redis://", 8) == 0)
        return parse_net(text + 8, url_out, err);
    if (strncmp(text, "unix:", 5) == 0)
        return parse_unix(text + 5, url_out, err);
    return refuse(err, "unknown kind of address");
}

void
redis_url_show(const struct redis_url *url, char text[REDIS_URL_TEXT])
{
    if (url->path[0] != '\0')
        snprintf(text, REDIS_URL_TEXT, "%s", url->path);
    else
        snprintf(text, REDIS_URL_TEXT, "%s:%d/%ld", url->host, url->port, url->db);
}
