/*
 * openapi: the routes as an OpenAPI 3.1 document, for tools that make clients and pages of it.
 *
 * It is written from the table that requests are routed by, so it names every path and no
 * other.
 */
#include "app/openapi.h"

#include "config.h"

#include "app/routes.h"
#include "web/ctx.h"

#include <ctype.h>
#include <string.h>

/* "/a/:b" as "/a/{b}". */
static char *
path_template(struct arena *arena, const char *path)
{
    struct buf out;

    buf_start(&out, arena, 128);
    while (*path != '\0') {
        size_t len = strcspn(path + 1, "/") + 1;

        if (path[1] == ':') {
            buf_text(&out, "/{");
            buf_add(&out, path + 2, len - 2);
            buf_byte(&out, '}');
        } else {
            buf_add(&out, path, len);
        }
        path += len;
    }
    return out.data;
}

/* "get_v1_collections_name" */
static char *
operation_id(struct arena *arena, const struct route *route)
{
    struct buf out;

    buf_start(&out, arena, 128);
    for (const char *c = route->method; *c != '\0'; c++)
        buf_byte(&out, (char)tolower((unsigned char)*c));
    for (const char *c = route->path; *c != '\0'; c++) {
        if (isalnum((unsigned char)*c))
            buf_byte(&out, *c);
        else if (out.data[out.len - 1] != '_')
            buf_byte(&out, '_');
    }
    return out.data;
}

static void
emit_parameters(struct emit *json, struct arena *arena, const char *path)
{
    emit_array(json, "parameters");
    for (const char *at = strstr(path, "/:"); at != NULL; at = strstr(at + 1, "/:")) {
        struct str name = {at + 2, strcspn(at + 2, "/")};

        emit_object(json, NULL);
        emit_text(json, "name", str_copy(arena, name));
        emit_text(json, "in", "path");
        emit_bool(json, "required", true);
        emit_raw(json, "schema", "{\"type\":\"string\"}");
        emit_object_end(json);
    }
    emit_array_end(json);
}

static void
emit_body(struct emit *json, const struct route *route)
{
    if (strcmp(route->method, "GET") == 0 || strcmp(route->method, "DELETE") == 0)
        return;
    emit_object(json, "requestBody");
    emit_object(json, "content");
    emit_raw(json, route->takes == NULL ? "application/json" : route->takes, "{}");
    emit_object_end(json);
    emit_object_end(json);
}

static void
emit_responses(struct emit *json)
{
    emit_object(json, "responses");
    emit_raw(json, "2XX", "{\"description\":\"It was done; the body tells.\"}");
    emit_raw(json, "default", "{\"description\":\"It was not done; the body says why.\"}");
    emit_object_end(json);
}

static void
emit_operation(struct emit *json, struct arena *arena, const struct route *route)
{
    char method[16] = "";

    for (size_t i = 0; i + 1 < sizeof method && route->method[i] != '\0'; i++)
        method[i] = (char)tolower((unsigned char)route->method[i]);
    emit_object(json, method);
    emit_text(json, "operationId", operation_id(arena, route));
    emit_text(json, "summary", route->says);
    if (route->scope != NULL) {
        emit_text(json, "x-scope", route->scope);
        emit_raw(json, "security", "[{\"bearer\":[]},{\"token\":[]}]");
    }
    emit_body(json, route);
    emit_responses(json);
    emit_object_end(json);
}

static bool
is_first_of_path(size_t row)
{
    for (size_t i = 0; i < row; i++)
        if (strcmp(routes[i].path, routes[row].path) == 0)
            return false;
    return true;
}

static void
emit_path(struct emit *json, struct arena *arena, size_t first)
{
    const char *path = routes[first].path;

    emit_object(json, path_template(arena, path));
    emit_parameters(json, arena, path);
    for (size_t i = first; i < routes_count; i++)
        if (strcmp(routes[i].path, path) == 0)
            emit_operation(json, arena, &routes[i]);
    emit_object_end(json);
}

bool
openapi_get(struct ctx *ctx)
{
    struct emit *json = reply_json(&ctx->reply, 200);

    emit_object(json, NULL);
    emit_text(json, "openapi", "3.1.0");
    emit_object(json, "info");
    emit_text(json, "title", PACKAGE_NAME);
    emit_text(json, "version", PACKAGE_VERSION);
    emit_object_end(json);
    emit_object(json, "paths");
    for (size_t i = 0; i < routes_count; i++)
        if (is_first_of_path(i))
            emit_path(json, ctx->arena, i);
    emit_object_end(json);
    emit_raw(json, "components",
             "{\"securitySchemes\":{\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\"},"
             "\"token\":{\"type\":\"apiKey\",\"in\":\"header\",\"name\":\"x-chroma-token\"}}}");
    emit_object_end(json);
    return true;
}
