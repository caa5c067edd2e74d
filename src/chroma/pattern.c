/*
 * pattern: a regular expression of Chroma's clients, in the words of Postgres.
 *
 * Postgres is told nothing but literals, brackets, (?:...), |, ^, $, quantifiers and
 * look-around of its own for lines and words; its default flavour, in which . and [^x] match a
 * newline and ^ and $ are the ends of the text, is the one written for.
 */
#include "chroma/pattern.h"

#include "base/utf8.h"
#include "chroma/pattern_part.h"

#include <ctype.h>
#include <string.h>

#define MOST_DEPTH 50

bool
pattern_refuse(struct pattern *p, const char *why)
{
    return err_set(p->err, ERR_INPUT, "Regex syntax errror: %s", why);
}

bool
pattern_next_is(const struct pattern *p, char c)
{
    return p->at < p->end && *p->at == c;
}

void
pattern_skip_spaces(struct pattern *p)
{
    while (p->flags.spaced && p->at < p->end) {
        if (isspace((unsigned char)*p->at))
            p->at++;
        else if (*p->at == '#')
            while (p->at < p->end && *p->at != '\n')
                p->at++;
        else
            return;
    }
}

static bool
set_write(struct pattern *p, struct pattern_set *set)
{
    p->weight++;
    return pattern_set_write(set, &p->out) ||
           pattern_refuse(p, "a class without characters matches nothing");
}

static bool
literal_write(struct pattern *p, uint32_t point)
{
    struct pattern_set set;

    pattern_set_start(&set, p->arena);
    pattern_set_add(&set, point, point);
    if (p->flags.fold)
        pattern_set_fold(&set);
    return set_write(p, &set);
}

static bool
dot_write(struct pattern *p)
{
    p->weight++;
    buf_text(&p->out, p->flags.dot_all ? "." : "[^\\n]");
    return true;
}

/* What may stand before and after, as look-around of Postgres around the characters of words.
 */
static bool
words_write(struct pattern *p, const char *format)
{
    struct pattern_set words;

    pattern_set_start(&words, p->arena);
    pattern_set_add_all(&words, pattern_word_ranges, pattern_word_count);
    for (; *format != '\0'; format++) {
        if (*format == 'W')
            pattern_set_write(&words, &p->out);
        else
            buf_byte(&p->out, *format);
    }
    p->weight += 10;
    return true;
}

static bool
boundary_special(struct pattern *p)
{
    static const struct {
        const char *name, *format;
    } kinds[] = {
        {"{start}", "(?:(?<!W)(?=W))"},
        {"{end}", "(?:(?<=W)(?!W))"},
        {"{start-half}", "(?:(?<!W))"},
        {"{end-half}", "(?:(?!W))"},
    };

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (!str_starts((struct str){p->at, (size_t)(p->end - p->at)}, kinds[i].name))
            continue;
        p->at += strlen(kinds[i].name);
        return words_write(p, kinds[i].format);
    }
    return pattern_refuse(p, "unrecognized special word boundary assertion, valid choices are: "
                             "start, end, start-half or end-half");
}

/* A backslash and a letter that stand for a place; false: it is none. */
static bool
place_escape(struct pattern *p, bool *ok)
{
    switch (*p->at++) {
    case 'A': buf_byte(&p->out, '^'); break;
    case 'z': buf_byte(&p->out, '$'); break;
    case '<': *ok = words_write(p, "(?:(?<!W)(?=W))"); break;
    case '>': *ok = words_write(p, "(?:(?<=W)(?!W))"); break;
    case 'B': *ok = words_write(p, "(?:(?<=W)(?=W)|(?<!W)(?!W))"); break;
    case 'b':
        *ok = pattern_next_is(p, '{') ? boundary_special(p)
                                      : words_write(p, "(?:(?<=W)(?!W)|(?<!W)(?=W))");
        break;
    default: p->at--; return false;
    }
    return true;
}

static bool
hex_digits(struct pattern *p, size_t len, uint32_t *point)
{
    *point = 0;
    if (len == 0 || len > 8 || (size_t)(p->end - p->at) < len)
        return pattern_refuse(p, "incomplete escape sequence");
    for (; len > 0; len--, p->at++) {
        if (!isxdigit((unsigned char)*p->at))
            return pattern_refuse(p, "invalid hexadecimal digit");
        *point = *point * 16 + (uint32_t)(isdigit((unsigned char)*p->at)
                                              ? *p->at - '0'
                                              : tolower((unsigned char)*p->at) - 'a' + 10);
    }
    if (*point > PATTERN_LAST || (*point >= 0xd800 && *point <= 0xdfff))
        return pattern_refuse(p, "hexadecimal literal is not a Unicode scalar value");
    return true;
}

/* x41, u0041, U00000041, or any of them with braces */
static bool
hex_escape(struct pattern *p, char letter, uint32_t *point)
{
    const char *close;

    if (!pattern_next_is(p, '{'))
        return hex_digits(p, letter == 'x' ? 2 : letter == 'u' ? 4 : 8, point);
    p->at++;
    close = memchr(p->at, '}', (size_t)(p->end - p->at));
    if (close == NULL)
        return pattern_refuse(p, "incomplete escape sequence");
    if (!hex_digits(p, (size_t)(close - p->at), point))
        return false;
    p->at++;
    return true;
}

bool
pattern_escape_char(struct pattern *p, uint32_t *point)
{
    static const char letters[] = "ntrfva", means[] = "\n\t\r\f\v\a";
    unsigned char c = p->at < p->end ? (unsigned char)*p->at : '\0';
    const char *letter = c == '\0' ? NULL : strchr(letters, c);

    if (p->at == p->end)
        return pattern_refuse(p, "incomplete escape sequence, reached end of pattern");
    p->at++;
    if (c == 'x' || c == 'u' || c == 'U')
        return hex_escape(p, (char)c, point);
    if (isdigit(c))
        return pattern_refuse(p, "backreferences are not supported");
    if (letter == NULL && (c >= 0x80 || isalnum(c) || c == '<' || c == '>'))
        return pattern_refuse(p, "unrecognized escape sequence");
    *point = letter != NULL ? (unsigned char)means[letter - letters] : c;
    return true;
}

static bool
escape_read(struct pattern *p, enum pattern_atom *kind)
{
    struct pattern_set set;
    uint32_t point = 0;
    bool ok = true;

    if (p->at < p->end && place_escape(p, &ok)) {
        *kind = PATTERN_ASSERTION;
        return ok;
    }
    if (p->at < p->end && pattern_class_letter(*p->at))
        return pattern_class_escape(p, &set) && set_write(p, &set);
    return pattern_escape_char(p, &point) && literal_write(p, point);
}

static bool
name_add(struct pattern *p, struct str name)
{
    for (size_t i = 0; i < p->names_count; i++)
        if (str_same(p->names[i], name))
            return pattern_refuse(p, "duplicate capture group name");
    if (p->names_count == p->names_room) {
        size_t room = p->names_room == 0 ? 8 : 2 * p->names_room;
        struct str *names = arena_take(p->arena, room * sizeof *names);

        if (p->names_count > 0)
            memcpy(names, p->names, p->names_count * sizeof *names);
        p->names = names;
        p->names_room = room;
    }
    p->names[p->names_count++] = name;
    return true;
}

/* name> */
static bool
name_read(struct pattern *p)
{
    const char *begin = p->at;

    for (; p->at < p->end && *p->at != '>'; p->at++) {
        unsigned char c = (unsigned char)*p->at;
        bool fits = c == '_' || isalpha(c) || c >= 0x80;

        if (!fits && (p->at == begin || (!isdigit(c) && strchr(".[]", c) == NULL)))
            return pattern_refuse(p, "invalid capture group character");
    }
    if (p->at == p->end)
        return pattern_refuse(p, "unclosed capture group name");
    if (p->at == begin)
        return pattern_refuse(p, "empty capture group name");
    return name_add(p, (struct str){begin, (size_t)(p->at++ - begin)});
}

/* i, s, m, x, U, u; with "-" those after it go.  Ends before ":" or ")". */
static bool
flags_read(struct pattern *p, struct pattern_flags *flags)
{
    const char *begin = p->at;
    bool on = true;

    for (; p->at < p->end && *p->at != ':' && *p->at != ')'; p->at++) {
        switch (*p->at) {
        case 'i': flags->fold = on; break;
        case 's': flags->dot_all = on; break;
        case 'm': flags->lines = on; break;
        case 'x': flags->spaced = on; break;
        case 'U': break; /* which of several matches does not matter here */
        case 'u':
            if (!on)
                return pattern_refuse(p, "the flag u cannot be switched off here");
            break;
        case 'R':
            if (on)
                return pattern_refuse(p, "the flag R is not supported here");
            break;
        case '-':
            if (!on)
                return pattern_refuse(p, "flag negation operator repeated");
            on = false;
            break;
        default: return pattern_refuse(p, "unrecognized flag");
        }
    }
    if (p->at == p->end)
        return pattern_refuse(p, "unclosed group");
    if (p->at > begin && p->at[-1] == '-')
        return pattern_refuse(p, "dangling flag negation operator");
    return true;
}

/* NOLINTBEGIN(misc-no-recursion): bounded by p->depth */

static bool alternatives_read(struct pattern *p);

/* The rest of a group, whose flags end with it. */
static bool
group_rest(struct pattern *p, struct pattern_flags inside)
{
    struct pattern_flags outside = p->flags;

    if (++p->depth > MOST_DEPTH)
        return pattern_refuse(p, "nested too deeply");
    p->flags = inside;
    buf_text(&p->out, "(?:");
    if (!alternatives_read(p))
        return false;
    if (!pattern_next_is(p, ')'))
        return pattern_refuse(p, "unclosed group");
    p->at++;
    buf_byte(&p->out, ')');
    p->flags = outside;
    p->depth--;
    return true;
}

/* After "(" */
static bool
group_read(struct pattern *p, enum pattern_atom *kind)
{
    struct str rest = {p->at, (size_t)(p->end - p->at)};
    struct pattern_flags flags = p->flags;

    if (str_starts(rest, "?=") || str_starts(rest, "?!") || str_starts(rest, "?<=") ||
        str_starts(rest, "?<!"))
        return pattern_refuse(p, "look-around, including look-ahead and look-behind, is not "
                                 "supported");
    if (str_starts(rest, "?P<") || str_starts(rest, "?<")) {
        p->at += rest.at[1] == 'P' ? 3 : 2;
        return name_read(p) && group_rest(p, flags);
    }
    if (!pattern_next_is(p, '?'))
        return group_rest(p, flags);
    p->at++;
    if (pattern_next_is(p, ')'))
        return pattern_refuse(p, "repetition operator missing expression");
    if (!flags_read(p, &flags))
        return false;
    if (*p->at++ == ':')
        return group_rest(p, flags);
    p->flags = flags;
    *kind = PATTERN_NOTHING;
    return true;
}

static bool
atom_read(struct pattern *p, enum pattern_atom *kind)
{
    struct pattern_set set;

    *kind = PATTERN_UNIT;
    switch (*p->at++) {
    case '.': return dot_write(p);
    case '\\': return escape_read(p, kind);
    case '(': return group_read(p, kind);
    case '[': return pattern_class_bracket(p, &set) && set_write(p, &set);
    case '*':
    case '+':
    case '?':
    case '{': return pattern_refuse(p, "repetition operator missing expression");
    case '^':
        *kind = PATTERN_ASSERTION;
        buf_text(&p->out, p->flags.lines ? "(?:^|(?<=\\n))" : "^");
        return true;
    case '$':
        *kind = PATTERN_ASSERTION;
        buf_text(&p->out, p->flags.lines ? "(?:$|(?=\\n))" : "$");
        return true;
    default: p->at--; return literal_write(p, utf8_next(&p->at, p->end));
    }
}

static bool
alternatives_read(struct pattern *p)
{
    for (;;) {
        size_t start = p->out.len, weight = p->weight;
        enum pattern_atom kind;

        pattern_skip_spaces(p);
        if (p->at == p->end || *p->at == ')')
            return true;
        if (*p->at == '|') {
            buf_byte(&p->out, *p->at++);
            continue;
        }
        if (!atom_read(p, &kind) || !pattern_quantifiers(p, start, weight, kind))
            return false;
        if (p->weight > PATTERN_WEIGHT)
            return pattern_refuse(p, "Compiled regex exceeds size limit");
    }
}

/* NOLINTEND(misc-no-recursion) */

bool
pattern_translate(struct arena *arena, struct str pattern, const char **out, struct err *err)
{
    struct pattern p = {
        .at = pattern.at, .end = pattern.at + pattern.len, .arena = arena, .err = err};

    buf_start(&p.out, arena, pattern.len * 2 + 64);
    buf_text(&p.out, "(?:"); /* so that nothing of it is taken for an option of Postgres */
    if (!alternatives_read(&p))
        return false;
    if (p.at < p.end)
        return pattern_refuse(&p, "unopened group");
    buf_byte(&p.out, ')');
    *out = p.out.data;
    return true;
}
