/*
 * mention: what a record speaks of, and what it is about, with the place of the evidence.
 */
#include "graph/mention.h"

#include "base/js.h"
#include "base/utf8.h"
#include "embed/codepoint.h"
#include "graph/entity.h"
#include "graph/gram.h"
#include "graph/span.h"

#include <stdlib.h>
#include <string.h>

#define TOKENS_MOST   20000
#define MENTIONS_MOST 2000
#define MENTIONS_ROOM 64
#define GRAMS_MOST    400
#define FIELDS_MOST   32

struct finding {
    struct arena *arena;
    struct mention_list list;
    size_t room;
};

/* clang-format off */
static const char *const type_names[] = {
    [MENTION_NAME] = "name", [MENTION_EMAIL] = "email", [MENTION_HOST] = "host",
    [MENTION_TICKET] = "ticket", [MENTION_SYMBOL] = "symbol", [MENTION_TITLE] = "title",
    [MENTION_ALIAS] = "alias", [MENTION_FIELD] = "field",
};
/* clang-format on */

const char *
mention_type_name(enum mention_type type)
{
    return type_names[type];
}

static void
grow(struct finding *finding)
{
    size_t room = finding->room == 0 ? MENTIONS_ROOM : finding->room * 2;
    struct mention *more = arena_take(finding->arena, room * sizeof *more);

    if (finding->room > 0)
        memcpy(more, finding->list.at, finding->list.count * sizeof *more);
    finding->list.at = more;
    finding->room = room;
}

static void
put(struct finding *finding, struct mention mention, struct str name)
{
    mention.key = entity_key(finding->arena, name);
    if (mention.key.at == NULL || finding->list.count == MENTIONS_MOST)
        return;
    if (finding->list.count == finding->room)
        grow(finding);
    finding->list.at[finding->list.count++] = mention;
}

static enum mention_type
type_of(enum token_form form)
{
    switch (form) {
    case TOKEN_WORD: return MENTION_NAME;
    case TOKEN_EMAIL: return MENTION_EMAIL;
    case TOKEN_HOST: return MENTION_HOST;
    case TOKEN_TICKET: return MENTION_TICKET;
    case TOKEN_SYMBOL: return MENTION_SYMBOL;
    }
    return MENTION_NAME;
}

static struct mention
place(const struct token_list *tokens, size_t first, size_t end)
{
    return (struct mention){.field = STR(""),
                            .sentence = tokens->at[first].sentence,
                            .start = (long)tokens->at[first].start,
                            .stop = (long)tokens->at[end - 1].stop};
}

static void
put_names(struct finding *finding, const struct token_list *tokens)
{
    struct span span;

    for (size_t at = 0; span_next(tokens, &at, &span);)
        put(finding, place(tokens, span.first, span.end),
            span_text(tokens, span.first, span.end));
}

/* Words that are names by their form, whatever their letters. */
static void
put_forms(struct finding *finding, const struct token_list *tokens)
{
    for (size_t i = 0; i < tokens->count; i++) {
        const struct token *token = &tokens->at[i];
        struct mention mention = place(tokens, i, i + 1);

        mention.type = type_of(token->form);
        if (token->form != TOKEN_WORD)
            put(finding, mention, token->text);
    }
}

static long
points_of(struct str text)
{
    long points = 0;

    for (const char *at = text.at, *end = text.at + text.len; at < end; points++)
        (void)utf8_next(&at, end);
    return points;
}

/* A value of the metadata, or its part at `part`, as evidence of what the record is about. */
static void
put_value(struct finding *finding, const char *field, enum mention_kind kind,
          enum mention_type type, struct str whole, struct str part)
{
    long start = points_of((struct str){whole.at, (size_t)(part.at - whole.at)});

    put(finding,
        (struct mention){.kind = kind,
                         .type = type,
                         .field = str_of(field),
                         .sentence = -1,
                         .start = start,
                         .stop = start + points_of(part)},
        part);
}

/* "The Beatles" is looked for as "Beatles" too. */
static struct str
without_article(struct str name)
{
    static const char *const articles[] = {"The ", "A ", "An "};

    for (size_t i = 0; i < sizeof articles / sizeof articles[0]; i++) {
        if (str_starts(name, articles[i]))
            return (struct str){name.at + strlen(articles[i]), name.len - strlen(articles[i])};
    }
    return name;
}

/* A title stands for itself, without its brackets, and without its article. */
static bool
put_title(struct finding *finding, const char *field, enum mention_type type, struct str title)
{
    struct str bare = entity_bare(title), short_form = without_article(bare);

    if (title.at == NULL || str_trim(title).len == 0)
        return false;
    put_value(finding, field, MENTION_ABOUT, type, title, title);
    if (bare.len < title.len)
        put_value(finding, field, MENTION_ABOUT, type, title, bare);
    if (short_form.len < bare.len && short_form.len > 0)
        put_value(finding, field, MENTION_ABOUT, type, title, short_form);
    return true;
}

/* Of "Guide > Setup > Linux" the last. */
static struct str
last_heading(struct str path)
{
    for (size_t i = path.len; i >= 3; i--) {
        if (memcmp(path.at + i - 3, " > ", 3) == 0)
            return (struct str){path.at + i, path.len - i};
    }
    return path;
}

static bool
put_heading(struct finding *finding, struct str path)
{
    struct str last = path.at == NULL ? path : last_heading(path);

    if (last.at == NULL || str_trim(last).len == 0)
        return false;
    put_value(finding, "heading", MENTION_ABOUT, MENTION_TITLE, path, last);
    return true;
}

/* A string, or each string of an array. */
static void
put_each(struct finding *finding, const char *field, enum mention_kind kind,
         enum mention_type type, struct json_object *value)
{
    struct str only = js_str(value);

    if (only.at != NULL)
        put_value(finding, field, kind, type, only, only);
    for (size_t i = 0; js_type(value) == JS_ARRAY && i < js_count(value); i++) {
        struct str item = js_str(js_item(value, i));

        if (item.at != NULL)
            put_value(finding, field, kind, type, item, item);
    }
}

/* What the metadata says the record is about; false when it says nothing. */
static bool
put_metadata(struct finding *finding, const struct mention_source *source)
{
    struct json_object *metadata = NULL, *fields = NULL;
    struct err err = {.kind = ERR_NONE};
    bool titled, headed;

    if (!js_parse(finding->arena, source->metadata, &metadata, &err))
        return false;
    titled = put_title(finding, "title", MENTION_TITLE, js_str(js_find(metadata, "title")));
    headed = put_heading(finding, js_str(js_find(metadata, "heading")));
    put_each(finding, "aliases", MENTION_ABOUT, MENTION_ALIAS, js_find(metadata, "aliases"));
    if (source->fields.at == NULL || !js_parse(finding->arena, source->fields, &fields, &err))
        return titled || headed;
    for (size_t i = 0; i < js_count(fields) && i < FIELDS_MOST; i++) {
        const char *name = str_copy(finding->arena, js_str(js_item(fields, i)));

        put_each(finding, name, MENTION_SPOKEN, MENTION_FIELD, js_find(metadata, name));
    }
    return titled || headed;
}

/* Who has no title is about what he names first. */
static void
put_lead(struct finding *finding, const struct token_list *tokens)
{
    struct mention lead;
    struct span span;
    size_t at = 0;

    if (!span_next(tokens, &at, &span))
        return;
    lead = place(tokens, span.first, span.end);
    lead.kind = MENTION_ABOUT;
    put(finding, lead, span_text(tokens, span.first, span.end));
}

static int
key_order(const void *a, const void *b)
{
    const struct str *left = a, *right = b;
    size_t len = left->len < right->len ? left->len : right->len;
    int order = memcmp(left->at, right->at, len);

    return order != 0 ? order : (left->len > right->len) - (left->len < right->len);
}

/* Each once, in the order of their bytes. */
static void
put_grams(struct finding *finding, const struct token_list *tokens)
{
    struct gram_list grams = gram_of_text(finding->arena, tokens, GRAMS_MOST);
    struct str *keys = arena_take(finding->arena, (grams.count + 1) * sizeof *keys);
    size_t kept = 0;

    for (size_t i = 0; i < grams.count; i++)
        keys[i] = grams.at[i].key;
    qsort(keys, grams.count, sizeof *keys, key_order);
    for (size_t i = 0; i < grams.count; i++) {
        if (kept == 0 || !str_same(keys[kept - 1], keys[i]))
            keys[kept++] = keys[i];
    }
    finding->list.grams = keys;
    finding->list.grams_count = kept;
}

struct mention_list
mention_find(struct arena *arena, const struct mention_source *source)
{
    struct finding finding = {.arena = arena};
    struct token_list tokens = {0};
    bool titled = put_metadata(&finding, source);

    if (source->document.at == NULL)
        return finding.list;
    token_split(arena, source->document, TOKENS_MOST, &tokens);
    if (!titled)
        put_lead(&finding, &tokens);
    put_names(&finding, &tokens);
    put_forms(&finding, &tokens);
    put_grams(&finding, &tokens);
    return finding.list;
}
