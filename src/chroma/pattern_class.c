/*
 * pattern_class: the classes of regular expressions: \w, \p{Lu}, [a-z&&[^aeiou]], [[:alpha:]].
 */
#include "base/utf8.h"
#include "chroma/pattern_part.h"

#include <ctype.h>
#include <string.h>

#define NAME_ROOM 40

static void
category_add(struct pattern_set *set, const char *prefix)
{
    for (size_t i = 0; i < pattern_category_count; i++) {
        const char *name = pattern_category_names[pattern_category_runs[i] % 32];
        bool cased =
            strcmp(prefix, "LC") == 0 && name[0] == 'L' && strchr("ult", name[1]) != NULL;

        if (cased || strncmp(name, prefix, strlen(prefix)) == 0)
            pattern_set_add(set, pattern_category_runs[i] / 32,
                            i + 1 < pattern_category_count
                                ? pattern_category_runs[i + 1] / 32 - 1
                                : PATTERN_LAST);
    }
}

/* clang-format off */
static const struct {
    const char *name, *prefix;
} long_names[] = {
    {"casedletter", "LC"}, {"closepunctuation", "Pe"}, {"connectorpunctuation", "Pc"},
    {"control", "Cc"}, {"cntrl", "Cc"}, {"currencysymbol", "Sc"}, {"dashpunctuation", "Pd"},
    {"decimalnumber", "Nd"}, {"digit", "Nd"}, {"enclosingmark", "Me"},
    {"finalpunctuation", "Pf"}, {"format", "Cf"}, {"initialpunctuation", "Pi"},
    {"letter", "L"}, {"letternumber", "Nl"}, {"lineseparator", "Zl"},
    {"lowercaseletter", "Ll"}, {"mark", "M"}, {"combiningmark", "M"}, {"mathsymbol", "Sm"},
    {"modifierletter", "Lm"}, {"modifiersymbol", "Sk"}, {"nonspacingmark", "Mn"},
    {"number", "N"}, {"openpunctuation", "Ps"}, {"other", "C"}, {"otherletter", "Lo"},
    {"othernumber", "No"}, {"otherpunctuation", "Po"}, {"othersymbol", "So"},
    {"paragraphseparator", "Zp"}, {"privateuse", "Co"}, {"punctuation", "P"}, {"punct", "P"},
    {"separator", "Z"}, {"spaceseparator", "Zs"}, {"spacingmark", "Mc"}, {"surrogate", "Cs"},
    {"symbol", "S"}, {"titlecaseletter", "Lt"}, {"unassigned", "Cn"},
    {"uppercaseletter", "Lu"}, {"lc", "LC"},
};
/* clang-format on */

/* By its name without case, blanks, dashes and underscores (UAX #44, LM3). */
static bool
property_add(struct pattern_set *set, const char *name)
{
    char category[3] = {(char)toupper((unsigned char)name[0]), '\0', '\0'};

    if (strcmp(name, "any") == 0)
        pattern_set_add(set, 0, PATTERN_LAST);
    else if (strcmp(name, "ascii") == 0)
        pattern_set_add(set, 0, 0x7f);
    else if (strcmp(name, "whitespace") == 0 || strcmp(name, "space") == 0)
        pattern_set_add_all(set, pattern_word_blanks, pattern_word_blanks_count);
    else if (strlen(name) <= 2 && name[0] != '\0' && strcmp(name, "lc") != 0) {
        category[1] = name[1];
        category_add(set, category);
    } else {
        for (size_t i = 0; i < sizeof long_names / sizeof long_names[0]; i++) {
            if (strcmp(long_names[i].name, name) == 0)
                category_add(set, long_names[i].prefix);
        }
    }
    return set->count > 0;
}

/* After \p or \P: a letter, or a name in braces. */
static bool
property_read(struct pattern *p, struct pattern_set *set)
{
    const char *close, *equals;
    char name[NAME_ROOM] = "";
    size_t len = 0;

    if (!pattern_next_is(p, '{')) {
        name[0] = p->at < p->end ? (char)tolower((unsigned char)*p->at++) : '\0';
        name[name[0] != '\0'] = '\0';
        return property_add(set, name) || pattern_refuse(p, "Unicode property not found");
    }
    close = memchr(p->at, '}', (size_t)(p->end - p->at));
    if (close == NULL)
        return pattern_refuse(p, "unclosed Unicode property");
    for (p->at++; p->at < close; p->at++) {
        if (*p->at == '_' || *p->at == '-' || *p->at == ' ')
            continue;
        if (len + 1 >= sizeof name)
            return pattern_refuse(p, "Unicode property not found");
        name[len++] = (char)tolower((unsigned char)*p->at);
    }
    p->at = close + 1;
    name[len] = '\0';
    equals = strncmp(name, "gc=", 3) == 0                 ? name + 3
             : strncmp(name, "generalcategory=", 16) == 0 ? name + 16
                                                          : name;
    return property_add(set, equals) ||
           pattern_refuse(p, "Unicode property not found; general categories are known, and "
                             "White_Space, ASCII and Any");
}

bool
pattern_class_letter(char c)
{
    return c != '\0' && strchr("dDwWsSpP", c) != NULL;
}

bool
pattern_class_escape(struct pattern *p, struct pattern_set *set)
{
    char letter = *p->at++;

    pattern_set_start(set, p->arena);
    switch (tolower((unsigned char)letter)) {
    case 'd': category_add(set, "Nd"); break;
    case 'w': pattern_set_add_all(set, pattern_word_ranges, pattern_word_count); break;
    case 's': pattern_set_add_all(set, pattern_word_blanks, pattern_word_blanks_count); break;
    default:
        if (!property_read(p, set))
            return false;
        if (p->flags.fold)
            pattern_set_fold(set);
    }
    if (isupper((unsigned char)letter))
        pattern_set_negate(set);
    return true;
}

/* clang-format off */
static const struct {
    const char *name;
    struct pattern_range list[4];
    size_t count;
} ascii_classes[] = {
    {"alnum",  {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}, 3},
    {"alpha",  {{'A', 'Z'}, {'a', 'z'}}, 2},
    {"ascii",  {{0, 0x7f}}, 1},
    {"blank",  {{'\t', '\t'}, {' ', ' '}}, 2},
    {"cntrl",  {{0, 0x1f}, {0x7f, 0x7f}}, 2},
    {"digit",  {{'0', '9'}}, 1},
    {"graph",  {{'!', '~'}}, 1},
    {"lower",  {{'a', 'z'}}, 1},
    {"print",  {{' ', '~'}}, 1},
    {"punct",  {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}, 4},
    {"space",  {{'\t', '\r'}, {' ', ' '}}, 2},
    {"upper",  {{'A', 'Z'}}, 1},
    {"word",   {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}, 4},
    {"xdigit", {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}, 3},
};
/* clang-format on */

/* "[:alpha:]" of which the first bracket is read; when it is none, nothing is. */
static bool
ascii_class_read(struct pattern *p, struct pattern_set *set)
{
    const char *name = p->at + 1, *end;
    bool negative;

    if (!pattern_next_is(p, ':'))
        return false;
    negative = name < p->end && *name == '^';
    name += negative;
    for (end = name; end < p->end && islower((unsigned char)*end);)
        end++;
    if (end + 1 >= p->end || end[0] != ':' || end[1] != ']')
        return false;
    for (size_t i = 0; i < sizeof ascii_classes / sizeof ascii_classes[0]; i++) {
        if (!str_is((struct str){name, (size_t)(end - name)}, ascii_classes[i].name))
            continue;
        pattern_set_start(set, p->arena);
        pattern_set_add_all(set, ascii_classes[i].list, ascii_classes[i].count);
        if (p->flags.fold)
            pattern_set_fold(set);
        if (negative)
            pattern_set_negate(set);
        p->at = end + 2;
        return true;
    }
    return false;
}

/* One character of a class, or one of its escapes, which is a set. */
static bool
item_read(struct pattern *p, struct pattern_set *set, uint32_t *point, bool *is_set)
{
    *is_set = false;
    if (p->at == p->end)
        return pattern_refuse(p, "unclosed character class");
    if (*p->at != '\\') {
        *point = utf8_next(&p->at, p->end);
        return true;
    }
    p->at++;
    if (p->at < p->end && pattern_class_letter(*p->at)) {
        *is_set = true;
        return pattern_class_escape(p, set);
    }
    if (p->at < p->end && strchr("bBAz<>", *p->at) != NULL)
        return pattern_refuse(p, "invalid escape sequence found in character class");
    return pattern_escape_char(p, point);
}

/* a, a-z or \w */
static bool
range_read(struct pattern *p, struct pattern_set *to)
{
    struct pattern_set set = {0};
    uint32_t from = 0, last = 0;
    bool is_set = false;

    if (!item_read(p, &set, &from, &is_set))
        return false;
    pattern_skip_spaces(p);
    if (!pattern_next_is(p, '-') || p->at + 1 == p->end || p->at[1] == ']' || p->at[1] == '-') {
        if (is_set)
            pattern_set_add_all(to, set.list, set.count);
        else
            pattern_set_add(to, from, from);
        return true;
    }
    p->at++;
    pattern_skip_spaces(p);
    if (is_set)
        return pattern_refuse(p, "invalid range boundary, must be a literal");
    if (!item_read(p, &set, &last, &is_set))
        return false;
    if (is_set)
        return pattern_refuse(p, "invalid range boundary, must be a literal");
    if (from > last)
        return pattern_refuse(p, "invalid character class range, the start must be <= the end");
    pattern_set_add(to, from, last);
    return true;
}

/* What is there already, and what comes after &&, -- or ~~. */
static void
operate(struct pattern_set *left, struct pattern_set *right, char operation)
{
    struct pattern_set both;

    if (operation == '\0') {
        *left = *right;
    } else if (operation == '&') {
        pattern_set_intersect(left, right);
    } else if (operation == '-') {
        pattern_set_negate(right);
        pattern_set_intersect(left, right);
    } else {
        pattern_set_start(&both, left->arena);
        pattern_set_add_all(&both, left->list, left->count);
        pattern_set_intersect(&both, right);
        pattern_set_add_all(left, right->list, right->count);
        pattern_set_negate(&both);
        pattern_set_intersect(left, &both);
    }
}

static bool
is_operation(const struct pattern *p)
{
    return p->end - p->at >= 2 && p->at[0] == p->at[1] && strchr("&-~", p->at[0]) != NULL;
}

/* Dashes that stand first, and then a bracket, mean themselves. */
static void
beginning_read(struct pattern *p, struct pattern_set *set)
{
    pattern_skip_spaces(p);
    for (; pattern_next_is(p, '-'); pattern_skip_spaces(p)) {
        pattern_set_add(set, '-', '-');
        p->at++;
    }
    if (set->count == 0 && pattern_next_is(p, ']')) {
        pattern_set_add(set, ']', ']');
        p->at++;
    }
}

/* NOLINTBEGIN(misc-no-recursion): bounded by p->depth */

static bool
nested_read(struct pattern *p, struct pattern_set *to)
{
    struct pattern_set set = {0};

    p->at++;
    if (!ascii_class_read(p, &set) && !pattern_class_bracket(p, &set))
        return false;
    pattern_set_add_all(to, set.list, set.count);
    return true;
}

/* Unions joined by operations, up to the closing bracket. */
static bool
members_read(struct pattern *p, struct pattern_set *set)
{
    struct pattern_set part;
    char operation = '\0';

    pattern_set_start(&part, p->arena);
    beginning_read(p, &part);
    for (;;) {
        bool ends;

        pattern_skip_spaces(p);
        ends = pattern_next_is(p, ']');
        if (p->at == p->end)
            return pattern_refuse(p, "unclosed character class");
        if (ends || is_operation(p)) {
            if (p->flags.fold)
                pattern_set_fold(&part);
            operate(set, &part, operation);
            operation = *p->at;
            p->at += ends ? 1 : 2;
            if (ends)
                return true;
            pattern_set_start(&part, p->arena);
        } else if (*p->at == '[' ? !nested_read(p, &part) : !range_read(p, &part)) {
            return false;
        }
    }
}

bool
pattern_class_bracket(struct pattern *p, struct pattern_set *set)
{
    bool negative = pattern_next_is(p, '^');

    if (++p->depth > 50)
        return pattern_refuse(p, "nested too deeply");
    p->at += negative;
    pattern_set_start(set, p->arena);
    if (!members_read(p, set))
        return false;
    if (negative)
        pattern_set_negate(set);
    p->depth--;
    return true;
}

/* NOLINTEND(misc-no-recursion) */
