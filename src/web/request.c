/*
 * request: one HTTP request as the program sees it, whatever carried it here.
 */
#include "web/request.h"

#include "base/uuid.h"
#include "web/percent.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>
#include <strings.h>

#define ID_MAX 64

static const char *
value_of(char **params, const char *name)
{
    size_t len = strlen(name);

    for (char **at = params; *at != NULL; at++)
        if ((*at)[0] == name[0] && strncmp(*at, name, len) == 0 && (*at)[len] == '=')
            return *at + len + 1;
    return NULL;
}

static const char *
value_or(char **params, const char *name, const char *otherwise)
{
    const char *value = value_of(params, name);

    return value != NULL ? value : otherwise;
}

/* The id travels into logs, events and headers, so only plain characters are taken over. */
static const char *
id_of(char **params, struct arena *arena)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    const char *given = value_or(params, "REQUEST_ID", "");
    size_t len = strspn(given, plain);
    char *made;

    if (len > 0 && len <= ID_MAX && given[len] == '\0')
        return given;
    made = arena_take(arena, UUID_TEXT);
    uuid_new(made);
    return made;
}

/* nginx gives REQUEST_URI as sent; without it CGI's own pair has to do. */
static const char *
target_of(char **params, struct arena *arena)
{
    const char *uri = value_or(params, "REQUEST_URI", "");

    if (*uri != '\0')
        return uri;
    return str_format(arena, "%s%s", value_or(params, "SCRIPT_NAME", ""),
                      value_or(params, "PATH_INFO", ""));
}

static bool
path_start(struct request *request, const char *target, struct arena *arena, struct err *err)
{
    struct str sent = {target, strcspn(target, "?#")}, path;

    request->path_sent = str_copy(arena, sent);
    request->path = request->path_sent;
    if (request->path[0] != '/')
        return err_set(err, ERR_INPUT, "The path must begin with '/'.");
    if (!percent_decode(arena, sent, false, &path))
        return err_set(err, ERR_INPUT,
                       "The path must be UTF-8 without NUL, with %%XX escapes where needed.");
    request->path = path.at;
    return true;
}

bool
request_start(struct request *request, char **params, struct arena *arena, struct err *err)
{
    struct str query;

    *request = (struct request){
        .method = value_or(params, "REQUEST_METHOD", ""),
        .query = value_or(params, "QUERY_STRING", ""),
        .content_type = value_or(params, "CONTENT_TYPE", ""),
        .id = id_of(params, arena),
        .remote = value_or(params, "REMOTE_ADDR", ""),
        .body = {"", 0},
        .client = -1,
        .params = params,
    };
    if (!path_start(request, target_of(params, arena), arena, err))
        return false;
    if (request->method[0] == '\0')
        return err_set(err, ERR_INPUT, "The request has no method.");
    if (!percent_decode(arena, str_of(request->query), true, &query))
        return err_set(err, ERR_INPUT,
                       "The query must be UTF-8 without NUL, with %%XX escapes where needed.");
    return true;
}

bool
request_announced(const struct request *request, long max, size_t *len_out, struct err *err)
{
    struct str text = str_of(value_or(request->params, "CONTENT_LENGTH", ""));
    long len = 0;

    *len_out = 0;
    if (text.len > 0 && (!isdigit((unsigned char)*text.at) || text.len > 18 ||
                         !str_to_long(text, 0, LONG_MAX, &len)))
        return err_set(err, ERR_INPUT, "Content-Length must be a number of bytes.");
    if (len > max)
        return err_set(
            err, ERR_TOO_LARGE,
            "The body has %ld bytes; this installation takes %ld (setting max_body).", len,
            max);
    *len_out = (size_t)len;
    return true;
}

/* "application/json" and "application/geo+json", with or without parameters. */
static bool
is_json(struct str type)
{
    if (type.len == 16 && strncasecmp(type.at, "application/json", 16) == 0)
        return true;
    return type.len > 5 && strncasecmp(type.at + type.len - 5, "+json", 5) == 0;
}

bool
request_media(const struct request *request, const char *takes, struct err *err)
{
    struct str type = {request->content_type, strcspn(request->content_type, ";")};

    type = str_trim(type);
    if (type.len == 0 || request->body.len == 0)
        return true;
    if (takes == NULL ? is_json(type)
                      : strcmp(takes, "*") == 0 || (strlen(takes) == type.len &&
                                                    strncasecmp(takes, type.at, type.len) == 0))
        return true;
    return err_set(err, ERR_MEDIA, "The body must be %s, not %.80s.",
                   takes == NULL ? "application/json" : takes, request->content_type);
}

const char *
request_cgi(const struct request *request, const char *name)
{
    return value_of(request->params, name);
}

const char *
request_header(const struct request *request, const char *name)
{
    char cgi[80] = "HTTP_";
    size_t len = strlen(name);

    if (strcasecmp(name, "content-type") == 0 || strcasecmp(name, "content-length") == 0)
        cgi[0] = '\0'; /* the two that CGI names without a prefix (RFC 3875, 4.1) */
    if (len + 6 > sizeof cgi)
        return NULL;
    for (size_t at = strlen(cgi); *name != '\0'; name++, at++)
        cgi[at] = *name == '-' ? '_' : (char)toupper((unsigned char)*name);
    return value_of(request->params, cgi);
}

struct str
request_query(const struct request *request, struct arena *arena, const char *name)
{
    for (const char *at = request->query; *at != '\0'; at += *at == '&') {
        size_t pair = strcspn(at, "&"), key = strcspn(at, "=&");
        struct str decoded;

        if (percent_decode(arena, (struct str){at, key}, true, &decoded) &&
            str_is(decoded, name)) {
            struct str value = {at + key + (pair > key), pair - key - (pair > key)};

            return percent_decode(arena, value, true, &decoded) ? decoded
                                                                : (struct str){NULL, 0};
        }
        at += pair;
    }
    return (struct str){NULL, 0};
}

bool
/* NOLINTNEXTLINE(readability-function-size): a range is two parameters more */
request_query_long(const struct request *request, struct arena *arena, const char *name,
                   long min, long max, long *value, struct err *err)
{
    struct str text = request_query(request, arena, name);

    if (text.at == NULL || str_to_long(text, min, max, value))
        return true;
    return err_set(err, ERR_INPUT, "%s must be a whole number from %ld to %ld.", name, min,
                   max);
}
