/*
 * where: a filter on metadata, written as in Chroma, compiled to one jsonpath predicate.
 *
 * In jsonpath a comparison of different types is neither true nor false but unknown, and so is
 * its negation.  A negative operator is therefore written  !exists($ ? (positive)) : the inner
 * filter turns unknown into "no such item".  A positive one keeps the plain form
 * $."key" == value, which a GIN index of class kvasir.metadata_ops can look up.
 * Paths are lax, which compares each item of a list, so the type of the value is asked for.
 */
#include "store/where.h"

#include "base/buf.h"
#include "base/emit.h"
#include "base/js.h"
#include "base/str.h"
#include "base/trail.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum operand { ANY_SCALAR, ONLY_NUMBER, SCALAR_LIST };

struct operation {
    const char *name;
    const char *compare; /* in jsonpath */
    enum operand operand;
    bool in_list;  /* looks into a list; otherwise at a single value */
    bool negative; /* the opposite of what `compare` says */
};

/* clang-format off */
static const struct operation operators[] = {
    {"$eq",           "==", ANY_SCALAR,  false, false},
    {"$ne",           "==", ANY_SCALAR,  false, true},
    {"$gt",           ">",  ONLY_NUMBER, false, false},
    {"$gte",          ">=", ONLY_NUMBER, false, false},
    {"$lt",           "<",  ONLY_NUMBER, false, false},
    {"$lte",          "<=", ONLY_NUMBER, false, false},
    {"$in",           "==", SCALAR_LIST, false, false},
    {"$nin",          "==", SCALAR_LIST, false, true},
    {"$contains",     "==", ANY_SCALAR,  true,  false},
    {"$not_contains", "==", ANY_SCALAR,  true,  true},
};
/* clang-format on */
#define OPERATORS (sizeof operators / sizeof operators[0])

struct where {
    struct buf out;
    struct err *err;
    size_t conditions;
};

static bool refuse(struct where *w, const struct trail *spot, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static bool
refuse(struct where *w, const struct trail *spot, const char *fmt, ...)
{
    char at[TRAIL_TEXT], reason[120];
    va_list ap;

    assert(fmt != NULL);
    va_start(ap, fmt);
    vsnprintf(reason, sizeof reason, fmt, ap);
    va_end(ap);
    trail_write(spot, at);
    return err_set(w->err, ERR_SHAPE, "%s %s", at, reason);
}

static bool
is_number(struct json_object *value)
{
    return js_type(value) == JS_LONG || js_type(value) == JS_DOUBLE;
}

/* Quotes and escapes of JSON are a part of those of jsonpath. */
static void
quoted(struct buf *out, const char *text, size_t len)
{
    buf_byte(out, '"');
    emit_escape(out, text, len);
    buf_byte(out, '"');
}

static void
literal(struct buf *out, struct json_object *value)
{
    struct emit emit;

    emit_start(&emit, out);
    switch (js_type(value)) {
    case JS_STRING: quoted(out, js_str(value).at, js_str(value).len); break;
    case JS_LONG: emit_long(&emit, NULL, js_long(value, 0)); break;
    case JS_DOUBLE: emit_double(&emit, NULL, js_double(value, 0)); break;
    case JS_BOOL: emit_bool(&emit, NULL, js_bool(value, false)); break;
    case JS_NULL:
    case JS_ARRAY:
    case JS_OBJECT: assert(false && "checked before");
    }
}

static bool
scalar_check(struct where *w, const struct trail *spot, struct json_object *value)
{
    switch (js_type(value)) {
    case JS_STRING:
    case JS_LONG:
    case JS_BOOL: return true;
    case JS_DOUBLE:
        /* A whole number that no 64 bits hold was read as a double. */
        return strpbrk(js_text(w->out.arena, value), ".eE") != NULL ||
               refuse(w, spot, "must fit 64 bits");
    case JS_NULL:
    case JS_ARRAY:
    case JS_OBJECT: break;
    }
    return refuse(w, spot, "must be a string, a number or a boolean");
}

static bool
list_check(struct where *w, const struct trail *spot, struct json_object *list)
{
    struct json_object *first = js_item(list, 0);

    if (js_type(list) != JS_ARRAY || js_count(list) == 0)
        return refuse(w, spot, "must be a list of at least one value");
    for (size_t i = 0; i < js_count(list); i++) {
        struct json_object *item = js_item(list, i);
        struct trail at = trail_item(spot, i);

        if (!scalar_check(w, &at, item))
            return false;
        if (js_type(item) != js_type(first) && !(is_number(item) && is_number(first)))
            return refuse(w, &at, "must be of the type of the first value");
    }
    return true;
}

static bool
operand_check(struct where *w, const struct trail *spot, enum operand operand,
              struct json_object *value)
{
    if (operand == SCALAR_LIST)
        return list_check(w, spot, value);
    if (operand == ONLY_NUMBER && !is_number(value))
        return refuse(w, spot, "must be a number");
    return scalar_check(w, spot, value);
}

/* $."key" == value, or (... || ...) for a list. */
static void
comparison(struct buf *out, const char *key, const struct operation *op,
           struct json_object *value)
{
    size_t count = op->operand == SCALAR_LIST ? js_count(value) : 1;

    buf_text(out, count > 1 ? "(" : "");
    for (size_t i = 0; i < count; i++) {
        buf_text(out, i > 0 ? " || $." : "$.");
        quoted(out, key, strlen(key));
        buf_fmt(out, "%s %s ", op->in_list ? "[*]" : "", op->compare);
        literal(out, op->operand == SCALAR_LIST ? js_item(value, i) : value);
    }
    buf_text(out, count > 1 ? ")" : "");
}

static bool
spend(struct where *w, const struct trail *spot, size_t conditions)
{
    w->conditions += conditions;
    return w->conditions <= WHERE_CONDITIONS ||
           refuse(w, spot, "is more than the %d comparisons that a filter may have",
                  WHERE_CONDITIONS);
}

static bool
condition(struct where *w, const struct trail *field, const struct operation *op,
          struct json_object *value)
{
    assert(op != NULL);
    struct trail spot = trail_member(field, op->name);
    struct buf *out = &w->out;

    if (!operand_check(w, &spot, op->operand, value))
        return false;
    if (!spend(w, &spot, op->operand == SCALAR_LIST ? js_count(value) : 1))
        return false;
    buf_text(out, op->negative ? "!exists($ ? (" : "(");
    comparison(out, field->name, op, value);
    buf_text(out, " && $.");
    quoted(out, field->name, strlen(field->name));
    buf_text(out, op->in_list ? ".type() == \"array\"" : ".type() != \"array\"");
    buf_text(out, op->negative ? "))" : ")");
    return true;
}

static const struct operation *
operator_find(const char *name)
{
    for (size_t i = 0; i < OPERATORS; i++)
        if (strcmp(operators[i].name, name) == 0)
            return &operators[i];
    return NULL;
}

static bool
operator_unknown(struct where *w, const struct trail *spot)
{
    const char *names[OPERATORS + 2] = {"$and", "$or"}, *nearest;

    for (size_t i = 0; i < OPERATORS; i++)
        names[i + 2] = operators[i].name;
    nearest = str_nearest(spot->name, names, OPERATORS + 2);
    return refuse(w, spot, "is no operator%s%s%s", nearest == NULL ? "" : " (did you mean ",
                  nearest == NULL ? "" : nearest, nearest == NULL ? "" : "?)");
}

/* {"field": value} or {"field": {"$op": value, ...}} */
static bool
field(struct where *w, const struct trail *spot, struct json_object *value)
{
    size_t written = 0;

    if (js_type(value) != JS_OBJECT)
        return condition(w, spot, operator_find("$eq"), value);
    if (js_count(value) == 0)
        return refuse(w, spot, "must be a value or an operator");
    buf_text(&w->out, js_count(value) > 1 ? "(" : "");
    for (struct js_place at = {0}; js_next(value, &at);) {
        const struct operation *op = operator_find(at.name);
        struct trail inner = trail_member(spot, at.name);

        if (op == NULL)
            return operator_unknown(w, &inner);
        buf_text(&w->out, written++ > 0 ? " && " : "");
        if (!condition(w, spot, op, at.value))
            return false;
    }
    buf_text(&w->out, js_count(value) > 1 ? ")" : "");
    return true;
}

/* NOLINTBEGIN(misc-no-recursion): no deeper than WHERE_DEPTH */

static bool clause(struct where *w, const struct trail *spot, struct json_object *value);

/* The clauses of $and and $or; of none, all hold and none holds. */
static bool
join(struct where *w, const struct trail *spot, struct json_object *list, bool all)
{
    if (js_type(list) != JS_ARRAY)
        return refuse(w, spot, "must be a list of filters");
    if (js_count(list) == 0) {
        buf_text(&w->out, all ? "1 == 1" : "1 == 0");
        return spend(w, spot, 1);
    }
    buf_text(&w->out, js_count(list) > 1 ? "(" : "");
    for (size_t i = 0; i < js_count(list); i++) {
        struct trail at = trail_item(spot, i);

        if (i > 0)
            buf_text(&w->out, all ? " && " : " || ");
        if (!clause(w, &at, js_item(list, i)))
            return false;
    }
    buf_text(&w->out, js_count(list) > 1 ? ")" : "");
    return true;
}

static bool
member(struct where *w, const struct trail *spot, struct json_object *value)
{
    bool all = strcmp(spot->name, "$and") == 0;

    if (all || strcmp(spot->name, "$or") == 0)
        return join(w, spot, value, all);
    if (spot->name[0] == '$')
        return operator_unknown(w, spot);
    if (spot->name[0] == '#')
        return refuse(w, spot, "is not metadata, which is all that where looks at");
    return field(w, spot, value);
}

/* One object of the filter: all its members hold. */
static bool
clause(struct where *w, const struct trail *spot, struct json_object *value)
{
    size_t written = 0;

    if (js_type(value) != JS_OBJECT || js_count(value) == 0)
        return refuse(w, spot, "must be an object with at least one condition");
    if (spot->depth >= WHERE_DEPTH)
        return refuse(w, spot, "is nested too deeply");
    buf_text(&w->out, js_count(value) > 1 ? "(" : "");
    for (struct js_place at = {0}; js_next(value, &at);) {
        struct trail inner = trail_member(spot, at.name);

        buf_text(&w->out, written++ > 0 ? " && " : "");
        if (!member(w, &inner, at.value))
            return false;
    }
    buf_text(&w->out, js_count(value) > 1 ? ")" : "");
    return true;
}

/* NOLINTEND(misc-no-recursion) */

bool
where_compile(struct arena *arena, struct json_object *where, const char **jsonpath_out,
              struct err *err)
{
    struct where w = {.err = err, .conditions = 0};
    struct trail top = trail_top("where");

    *jsonpath_out = NULL;
    if (where == NULL || (js_type(where) == JS_OBJECT && js_count(where) == 0))
        return true;
    buf_start(&w.out, arena, 256);
    if (!clause(&w, &top, where))
        return false;
    *jsonpath_out = w.out.data;
    return true;
}

bool
/* NOLINTNEXTLINE(readability-function-size): the three parts of a condition, and what it became
 */
where_condition(struct arena *arena, const char *key, const char *op, struct json_object *value,
                const char **jsonpath_out, struct err *err)
{
    const struct operation *operation = operator_find(op);
    struct where w = {.err = err, .conditions = 0};
    struct trail top = trail_top("where"), field = trail_member(&top, key),
                 spot = trail_member(&field, op);

    *jsonpath_out = NULL;
    buf_start(&w.out, arena, 128);
    if (operation == NULL)
        return operator_unknown(&w, &spot);
    if (!condition(&w, &field, operation, value))
        return false;
    *jsonpath_out = w.out.data;
    return true;
}
