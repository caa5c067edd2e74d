/*
 * pattern_repeat: how often a part of a regular expression may stand: *, +, ? and {m,n}.
 */
#include "chroma/pattern_part.h"

#include <ctype.h>
#include <string.h>

#define MOST_REPEATED 255 /* of Postgres */

static bool
count_read(struct pattern *p, long *count)
{
    const char *begin;

    while (p->at < p->end && *p->at == ' ')
        p->at++;
    for (begin = p->at; p->at < p->end && isdigit((unsigned char)*p->at);)
        p->at++;
    if (p->at == begin)
        return pattern_refuse(p, p->at == p->end
                                     ? "unclosed counted repetition"
                                     : "repetition quantifier expects a valid decimal");
    if (!str_to_long((struct str){begin, (size_t)(p->at - begin)}, 0, MOST_REPEATED, count))
        return pattern_refuse(p, "a repetition count beyond 255 is not supported here");
    while (p->at < p->end && *p->at == ' ')
        p->at++;
    return true;
}

/* {m}, {m,} or {m,n}, after its brace; *most -1: without end. */
static bool
counts_read(struct pattern *p, long *least, long *most)
{
    if (!count_read(p, least))
        return false;
    *most = *least;
    if (pattern_next_is(p, ',')) {
        p->at++;
        *most = -1;
        if (!pattern_next_is(p, '}') && !count_read(p, most))
            return false;
    }
    if (!pattern_next_is(p, '}'))
        return pattern_refuse(p, "unclosed counted repetition");
    p->at++;
    return *most < 0 || *least <= *most ||
           pattern_refuse(p, "invalid repetition count range, the start must be <= the end");
}

/* What was written from `start` on, so often. */
static bool
repeat_write(struct pattern *p, size_t start, enum pattern_atom kind, long least, long most)
{
    struct buf *out = &p->out;

    if (kind == PATTERN_ASSERTION || most == 0) {
        if (least == 0) {
            out->len = start;
            out->data[start] = '\0';
            buf_text(out, "(?:)");
        }
        return true;
    }
    buf_text(out, "(?:");
    memmove(out->data + start + 3, out->data + start, out->len - 3 - start);
    memcpy(out->data + start, "(?:", 3);
    buf_byte(out, ')');
    if (most < 0)
        buf_fmt(out, "{%ld,}", least);
    else
        buf_fmt(out, "{%ld,%ld}", least, most);
    return true;
}

/* The repeated part counts as often as it may be written out. */
static bool
weigh(struct pattern *p, size_t weight, long least, long most)
{
    size_t times = (size_t)(most < 0 ? least + 1 : most > 0 ? most : 1);

    p->weight = weight + (p->weight - weight) * times;
    return p->weight <= PATTERN_WEIGHT ||
           pattern_refuse(p, "Compiled regex exceeds size limit");
}

static bool
quantifier_read(struct pattern *p, size_t start, size_t weight, enum pattern_atom kind)
{
    long least = *p->at == '+', most = *p->at == '?' ? 1 : -1;

    if (kind == PATTERN_NOTHING)
        return pattern_refuse(p, "repetition operator missing expression");
    if (*p->at++ == '{' && !counts_read(p, &least, &most))
        return false;
    if (pattern_next_is(p, '?'))
        p->at++;
    return weigh(p, weight, least, most) && repeat_write(p, start, kind, least, most);
}

bool
pattern_quantifiers(struct pattern *p, size_t start, size_t weight, enum pattern_atom kind)
{
    for (;;) {
        pattern_skip_spaces(p);
        if (p->at == p->end || strchr("*+?{", *p->at) == NULL || *p->at == '\0')
            return true;
        if (!quantifier_read(p, start, weight, kind))
            return false;
    }
}
