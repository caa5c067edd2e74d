/*
 * schema_pattern: the regular expressions of a schema; the only door to PCRE2.
 *
 * A regular expression of somebody else may take exponential time.  PCRE2 calls back before
 * each item of the pattern, so each step back counts against the steps of the value, and what a
 * single item runs over counts by its length.
 */
#include "tool/schema_part.h"

#include <limits.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define PATTERN_MOST 2000  /* bytes */
#define HEAP_MOST    16384 /* KiB of what a match must remember */
#define RUN_STEP     32    /* bytes that count as one step */

/* As ECMA-262 reads them where the two differ: \u, classes that are empty, $ at the very end.
 */
#define PATTERN_OPTIONS                                                                        \
    (PCRE2_UTF | PCRE2_ALT_BSUX | PCRE2_ALLOW_EMPTY_CLASS | PCRE2_MATCH_UNSET_BACKREF |        \
     PCRE2_DOLLAR_ENDONLY | PCRE2_AUTO_CALLOUT | PCRE2_NEVER_BACKSLASH_C)

struct schema_pattern {
    struct schema_pattern *next;
    struct str text;
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *limits;
    struct schema *schema;
    size_t last; /* where the last step was */
};

static int
count(pcre2_callout_block *block, void *data)
{
    struct schema_pattern *pattern = data;
    size_t here = block->current_position;
    size_t run = here > pattern->last ? here - pattern->last : pattern->last - here;

    pattern->last = here;
    return schema_spend(pattern->schema, 1 + run / RUN_STEP) ? 0 : PCRE2_ERROR_CALLOUT;
}

static void
forget(void *object)
{
    struct schema_pattern *pattern = object;

    pcre2_match_context_free(pattern->limits);
    pcre2_match_data_free(pattern->data);
    pcre2_code_free(pattern->code);
}

static struct schema_pattern *
compile(struct schema *schema, struct str text)
{
    struct schema_pattern *pattern = arena_take(schema->arena, sizeof *pattern);
    PCRE2_SIZE place;
    int code;

    *pattern =
        (struct schema_pattern){.next = schema->patterns, .text = text, .schema = schema};
    pattern->code =
        pcre2_compile((PCRE2_SPTR)text.at, text.len, PATTERN_OPTIONS, &code, &place, NULL);
    if (pattern->code == NULL)
        return NULL;
    pattern->data = pcre2_match_data_create(1, NULL);
    pattern->limits = pcre2_match_context_create(NULL);
    pcre2_set_callout(pattern->limits, count, pattern);
    pcre2_set_heap_limit(pattern->limits, HEAP_MOST);
    pcre2_set_match_limit(pattern->limits, UINT_MAX); /* count() keeps it */
    arena_defer(schema->arena, forget, pattern);
    schema->patterns = pattern;
    return pattern;
}

static struct schema_pattern *
pattern_of(struct schema *schema, struct str text)
{
    struct schema_pattern *pattern = schema->patterns;

    while (pattern != NULL && !str_same(pattern->text, text))
        pattern = pattern->next;
    if (pattern == NULL && text.len <= PATTERN_MOST && schema_spend(schema, 20 + text.len))
        pattern = compile(schema, text);
    if (pattern == NULL)
        schema_break(schema, "the schema's pattern %.*s cannot be read",
                     (int)(text.len < 100 ? text.len : 100), text.at);
    return pattern;
}

bool
schema_pattern_reads(struct schema *schema, struct str pattern)
{
    return pattern_of(schema, pattern) != NULL;
}

bool
schema_pattern_matches(struct schema *schema, struct str pattern, struct str text)
{
    struct schema_pattern *compiled = pattern_of(schema, pattern);
    int found;

    if (compiled == NULL || !schema_spend(schema, 1 + text.len / RUN_STEP))
        return false;
    compiled->last = 0;
    found = pcre2_match(compiled->code, (PCRE2_SPTR)text.at, text.len, 0, 0, compiled->data,
                        compiled->limits);
    if (found < 0 && found != PCRE2_ERROR_NOMATCH)
        schema_break(schema, "the schema's pattern %.*s takes too long for this value",
                     (int)(pattern.len < 100 ? pattern.len : 100), pattern.at);
    return found >= 0;
}
