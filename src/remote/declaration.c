/*
 * declaration: a tool that is an address, as a tenant declares it and as the database keeps it.
 */
#include "remote/declaration.h"

#include "base/conf.h"
#include "base/js.h"
#include "remote/secret.h"
#include "remote/template.h"
#include "tool/schema.h"
#include "tool/table.h"

#include <string.h>
#include <strings.h>

#define TOOLS_MOST 500
#define VALUE_MOST 1000
#define TIMEOUT_MS 30000
#define RETRIES    2
#define NO_SCHEMA  "{\"type\":\"object\",\"properties\":{}}"

static const char rules[] =
    "{\"type\":\"object\",\"required\":[\"name\",\"description\",\"url\"],"
    "\"additionalProperties\":false,\"properties\":{"
    "\"name\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":64},"
    "\"title\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":200},"
    "\"description\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":2000},"
    "\"url\":{\"type\":\"string\",\"maxLength\":2000},"
    "\"method\":{\"type\":\"string\",\"enum\":[\"GET\",\"POST\",\"PUT\",\"PATCH\",\"DELETE\"]},"
    "\"schema\":{\"type\":\"object\"},\"headers\":{\"type\":\"object\"},"
    "\"timeout_ms\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":600000},"
    "\"retries\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":10},"
    "\"read_only\":{\"type\":\"boolean\"}}}";

bool
declaration_host_allowed(struct str host)
{
    const char *list = conf_text(CONF_tool_hosts);

    if (*list == '\0')
        return true;
    while (*list != '\0') {
        size_t len = strcspn(list, " ");

        if (len == host.len && strncasecmp(list, host.at, len) == 0)
            return true;
        if (list[0] == '*' && len > 2 && host.len > len - 1 &&
            strncasecmp(list + 1, host.at + host.len - (len - 1), len - 1) == 0)
            return true;
        list += len + strspn(list + len, " ");
    }
    return false;
}

static bool
has_only(struct str text, const char *more)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];

        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
            (c == '\0' || strchr(more, c) == NULL))
            return false;
    }
    return text.len > 0;
}

static bool
name_check(struct str name, struct err *err)
{
    struct err unknown = {.kind = ERR_NONE};

    if (!has_only(name, "_.-"))
        return err_set(err, ERR_INPUT, "name has letters, digits, '_', '.' and '-'");
    return tool_table_find(name, &unknown) == NULL ||
           err_set(err, ERR_INPUT, "%.*s is a tool of this program", (int)name.len, name.at);
}

/* Headers that say what the connection is, and those that are libcurl's. */
static bool
is_own_header(const char *name)
{
    static const char *const own[] = {
        "Host",    "Content-Length", "Transfer-Encoding", "Connection", "Upgrade", "TE",
        "Trailer", "Expect",         "Content-Type",      "Keep-Alive"};

    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        if (strcasecmp(own[i], name) == 0)
            return true;
    return strncasecmp(name, "Proxy-", 6) == 0;
}

/* What is likely to be a secret by the name of its header. */
static bool
is_secret_header(const char *name)
{
    return strcasecmp(name, "Authorization") == 0 || strcasecmp(name, "Cookie") == 0 ||
           strcasestr(name, "key") != NULL || strcasestr(name, "token") != NULL ||
           strcasestr(name, "secret") != NULL || strcasestr(name, "auth") != NULL;
}

static bool
is_printable(struct str text)
{
    for (size_t i = 0; text.at != NULL && i < text.len; i++)
        if ((unsigned char)text.at[i] < ' ' || (unsigned char)text.at[i] >= 0x7f)
            return false;
    return text.len <= VALUE_MOST;
}

static bool
header_check(const char *name, struct json_object *value, struct err *err)
{
    struct str secret = js_str(js_find(value, "secret")),
               prefix = js_str(js_find(value, "prefix"));

    if (!has_only(str_of(name), "-_") || strlen(name) > 100 || is_own_header(name))
        return err_set(err, ERR_INPUT, "the header %.60s cannot be set", name);
    if (js_type(value) == JS_STRING && is_secret_header(name))
        return err_set(
            err, ERR_INPUT,
            "%.60s looks like a secret, which is not stored here: {\"secret\": name}", name);
    if (js_type(value) == JS_STRING)
        return is_printable(js_str(value)) ||
               err_set(err, ERR_INPUT, "the header %.60s has characters that none has", name);
    if (secret.at == NULL || !secret_is_name(secret) ||
        js_count(value) != 1u + (prefix.at != NULL) || !is_printable(prefix))
        return err_set(
            err, ERR_INPUT,
            "a header is text or {\"secret\": name of a file, \"prefix\": \"Bearer \"}");
    return true;
}

static bool
headers_check(struct json_object *headers, struct err *err)
{
    for (struct js_place at = {0}; js_next(headers, &at);)
        if (!header_check(at.name, at.value, err))
            return false;
    return js_count(headers) <= 30 || err_set(err, ERR_INPUT, "there are more than 30 headers");
}

/* That each argument of the address is one of the schema. */
static bool
schema_covers(struct arena *arena, struct json_object *schema, struct str url, struct err *err)
{
    struct json_object *properties = js_find(schema, "properties");

    if (!schema_accept(arena, schema, err))
        return false;
    if (!str_is(js_str(js_find(schema, "type")), "object"))
        return err_set(err, ERR_INPUT,
                       "schema must be of an object: {\"type\": \"object\", ...}");
    for (size_t at = 0; at < url.len; at++) {
        const char *name;
        size_t end = at + 1;

        if (url.at[at] != '{')
            continue;
        while (url.at[end] != '}') /* which template_check() has seen */
            end++;
        name = str_copy(arena, (struct str){url.at + at + 1, end - at - 1});
        if (!js_has(properties, name))
            return err_set(err, ERR_INPUT, "url names {%s}, which is no property of schema",
                           name);
        at = end;
    }
    return true;
}

static bool
given_check(struct arena *arena, struct json_object *given, struct json_object *schema,
            struct err *err)
{
    struct str url = js_str(js_find(given, "url")), host;
    struct json_object *known;

    if (!js_parse(arena, str_of(rules), &known, err) ||
        !schema_check(arena, known, given, err) ||
        !name_check(js_str(js_find(given, "name")), err) || !template_check(url, err) ||
        !headers_check(js_find(given, "headers"), err) ||
        !schema_covers(arena, schema, url, err))
        return false;
    host = template_host(url);
    return declaration_host_allowed(host) ||
           err_set(err, ERR_INPUT, "the setting tool_hosts does not let %.*s be called",
                   (int)host.len, host.at);
}

/* What may be done twice without harm (RFC 9110, 9.2.2). */
static bool
is_idempotent(struct str method)
{
    return str_is(method, "GET") || str_is(method, "PUT") || str_is(method, "DELETE");
}

bool
declaration_put(struct pipe *pipe, struct arena *arena, struct json_object *given,
                struct call **call_out, struct err *err)
{
    struct str method = js_str(js_find(given, "method"));
    struct json_object *schema = js_find(given, "schema"), *headers = js_find(given, "headers");
    struct call *call;

    if (method.at == NULL)
        method = STR("GET");
    if (schema == NULL && !js_parse(arena, STR(NO_SCHEMA), &schema, err))
        return false;
    if (!given_check(arena, given, schema, err))
        return false;
    *call_out = call = pipe_add(pipe, STMT_http_tool_put);
    call_str(call, js_str(js_find(given, "name")));
    call_str(call, js_str(js_find(given, "title")));
    call_str(call, js_str(js_find(given, "description")));
    call_str(call, method);
    call_str(call, js_str(js_find(given, "url")));
    call_text(call, js_text(arena, schema));
    call_text(call, headers == NULL ? "{}" : js_text(arena, headers));
    call_long(call, js_long(js_find(given, "timeout_ms"), TIMEOUT_MS));
    call_long(call, js_long(js_find(given, "retries"), is_idempotent(method) ? RETRIES : 0));
    call_bool(call, js_bool(js_find(given, "read_only"), str_is(method, "GET")));
    call_long(call, TOOLS_MOST);
    return true;
}

/* The columns of http_tool_list. */
enum {
    NAME,
    TITLE,
    SAYS,
    METHOD,
    URL,
    SCHEMA,
    HEADERS,
    TIMEOUT,
    RETRIES_LEFT,
    READ_ONLY,
    UPDATED,
    TENANT
};

struct declaration
declaration_read(const struct call *call, size_t row)
{
    return (struct declaration){
        .name = call_cell(call, row, NAME),
        .title = call_cell(call, row, TITLE),
        .description = call_cell(call, row, SAYS),
        .method = call_cell(call, row, METHOD),
        .url = call_cell(call, row, URL),
        .schema = call_cell(call, row, SCHEMA),
        .headers = call_cell(call, row, HEADERS),
        .timeout_ms = call_cell_long(call, row, TIMEOUT),
        .retries = call_cell_long(call, row, RETRIES_LEFT),
        .read_only = call_cell_bool(call, row, READ_ONLY),
        .updated = call_cell(call, row, UPDATED),
        .tenant = call_cell(call, row, TENANT),
    };
}

void
declaration_emit(struct emit *json, const struct declaration *declaration)
{
    emit_object(json, NULL);
    emit_str(json, "name", declaration->name);
    if (declaration->title.at != NULL)
        emit_str(json, "title", declaration->title);
    emit_str(json, "description", declaration->description);
    emit_str(json, "method", declaration->method);
    emit_str(json, "url", declaration->url);
    emit_raw(json, "schema", declaration->schema.at);
    emit_raw(json, "headers", declaration->headers.at);
    emit_long(json, "timeout_ms", declaration->timeout_ms);
    emit_long(json, "retries", declaration->retries);
    emit_bool(json, "read_only", declaration->read_only);
    emit_str(json, "updated_at", declaration->updated);
    emit_object_end(json);
}

void
declaration_emit_tool(struct emit *json, const struct declaration *declaration)
{
    bool reads = declaration->read_only;

    emit_object(json, NULL);
    emit_str(json, "name", declaration->name);
    if (declaration->title.at != NULL)
        emit_str(json, "title", declaration->title);
    emit_str(json, "description", declaration->description);
    emit_raw(json, "inputSchema", declaration->schema.at);
    emit_object(json, "annotations");
    emit_bool(json, "readOnlyHint", reads);
    emit_bool(json, "destructiveHint", !reads);
    emit_bool(json, "idempotentHint", is_idempotent(declaration->method));
    emit_bool(json, "openWorldHint", true);
    emit_object_end(json);
    emit_object_end(json);
}
