/*
 * fuzz_template: whatever is declared and given, an address keeps its scheme and host, and no
 * argument adds a part to it.
 */
#include "base/js.h"
#include "remote/template.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t
count(const char *text, size_t len, char c)
{
    size_t found = 0;

    for (size_t i = 0; i < len; i++)
        found += text[i] == c;
    return found;
}

static void
hold(struct str template, const struct buf *url)
{
    struct str host = template_host(template);
    size_t kept = (size_t)(host.at - template.at) + host.len;
    struct str made = {url->data, url->len};
    struct str again = template_host(made);

    if (url->len < kept || memcmp(url->data, template.at, kept) != 0 ||
        !str_same(host, again) ||
        count(url->data, url->len, '/') != count(template.at, template.len, '/') ||
        count(url->data, url->len, '?') != count(template.at, template.len, '?') ||
        count(url->data, url->len, '#') != 0 ||
        count(url->data, url->len, '&') != count(template.at, template.len, '&'))
        abort();
    for (size_t i = 0; i < url->len; i++)
        if ((unsigned char)url->data[i] <= ' ' || (unsigned char)url->data[i] >= 0x7f)
            abort();
}

/* The template, a line end, and the arguments. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data, *line = size == 0 ? NULL : memchr(text, '\n', size);
    struct arena *arena = arena_new(1024);
    struct err err = {.kind = ERR_NONE};
    struct json_object *args;
    struct str template;
    struct buf url;

    if (line != NULL) {
        template = (struct str){text, (size_t)(line - text)};
        buf_start(&url, arena, 16);
        if (template_check(template, &err) &&
            js_parse(arena, (struct str){line + 1, size - template.len - 1}, &args, &err) &&
            template_expand(template, args, false, &url, &err))
            hold(template, &url);
    }
    arena_free(arena);
    return 0;
}
