/*
 * extract: the text of a source file, by its kind.
 */
#include "ingest/extract.h"

#include "base/utf8.h"

#include <string.h>
#include <strings.h>

struct kind {
    const char *suffix; /* of the name, after its last dot */
    bool (*read)(struct arena *, struct str, struct document *, struct err *);
    bool encoded; /* the source may say its encoding itself */
};

/* clang-format off */
static const struct kind kinds[] = {
    {"md",       extract_markdown, false},
    {"markdown", extract_markdown, false},
    {"html",     extract_html,     true},
    {"htm",      extract_html,     true},
    {"txt",      extract_text,     false},
    {"text",     extract_text,     false},
};
/* clang-format on */

/* Files that by custom carry no suffix and are written to be read. */
static const char *const plain[] = {"README",  "CHANGES", "NEWS",
                                    "LICENSE", "COPYING", "AUTHORS"};

static const struct kind *
kind_find(const char *name)
{
    static const struct kind text = {"", extract_text, false};
    const char *slash = strrchr(name, '/'), *base = slash == NULL ? name : slash + 1;
    const char *dot = strrchr(base, '.');

    for (size_t i = 0; dot != NULL && i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcasecmp(dot + 1, kinds[i].suffix) == 0)
            return &kinds[i];
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        if (strcmp(base, plain[i]) == 0)
            return &text;
    return NULL;
}

bool
extract_knows(const char *name)
{
    return kind_find(name) != NULL;
}

size_t
extract_bom(struct str bytes)
{
    return bytes.len >= 3 && memcmp(bytes.at, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

bool
extract(struct arena *arena, const char *name, struct str bytes, struct document *doc_out,
        struct err *err)
{
    const struct kind *kind = kind_find(name);
    size_t bad;

    if (kind == NULL)
        return err_set(err, ERR_MEDIA, "not a kind of file that is read");
    if (bytes.len > EXTRACT_MOST)
        return err_set(err, ERR_TOO_LARGE, "larger than %zu MiB", EXTRACT_MOST >> 20);
    if (bytes.len > 0 && memchr(bytes.at, '\0', bytes.len) != NULL)
        return err_set(err, ERR_MEDIA, "binary (it holds NUL bytes)");
    if (!kind->encoded && !utf8_valid(bytes.at, bytes.len, &bad))
        return err_set(err, ERR_MEDIA, "not UTF-8 (byte %zu)", bad);
    return kind->read(arena, bytes, doc_out, err);
}
