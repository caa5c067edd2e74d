/*
 * fuzz_request: no list of parameters makes the request reader fail otherwise than by an error,
 * and what it accepts is text that Postgres takes.
 *
 * The input is NAME=value lines.
 */
#include "base/utf8.h"
#include "web/request.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MOST 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must_be_text(struct str text)
{
    size_t bad;

    if (text.at != NULL &&
        (memchr(text.at, '\0', text.len) != NULL || !utf8_valid(text.at, text.len, &bad)))
        abort();
}

static void
use(struct request *request, struct arena *arena)
{
    struct err err = {.kind = ERR_NONE};
    long number = 0;
    size_t len;

    must_be_text(str_of(request->path));
    must_be_text(str_of(request->id));
    must_be_text(request_query(request, arena, "a"));
    if (!request_query_long(request, arena, "n", 1, 9, &number, &err) && err.kind != ERR_INPUT)
        abort();
    err.kind = ERR_NONE;
    if (request_announced(request, 1000, &len, &err) ? len > 1000 : err.kind == ERR_NONE)
        abort();
    request->body = STR("x");
    request_media(request, NULL, &err);
    request_media(request, "text/plain", &err);
    (void)request_header(request, "x-a");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(4096);
    char *text = arena_take(arena, size + 1), *params[MOST + 1] = {NULL};
    struct err err = {.kind = ERR_NONE};
    struct request request;
    size_t count = 0;

    memcpy(text, data, size);
    for (char *line; count < MOST && (line = strsep(&text, "\n")) != NULL;)
        params[count++] = line;
    if (request_start(&request, params, arena, &err) != (err.kind == ERR_NONE))
        abort();
    if (err.kind == ERR_NONE)
        use(&request, arena);
    arena_free(arena);
    return 0;
}
