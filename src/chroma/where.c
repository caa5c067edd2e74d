/*
 * where: the filters of Chroma's clients, made into what Postgres evaluates.
 *
 * Each part of a filter is itself a struct chroma_filter, which makes joining simple: paths
 * join to one path, trees to one tree, and what has both becomes a tree where it must be one
 * node.
 */
#include "chroma/where.h"

#include "base/emit.h"
#include "base/js.h"
#include "base/scan.h"
#include "chroma/pattern.h"
#include "store/where.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define MOST_CONDITIONS 1000
#define PATH_LIST       64 /* longer lists of $in are searched, not spelled out in the path */

struct reader {
    struct arena *arena;
    struct err *err;
    const char *clause; /* how this clause is called in errors */
    size_t conditions;
    bool document; /* the operators stand for themselves, without a field */
};

static bool
refuse(struct reader *r, const char *reason)
{
    return err_set(r->err, ERR_INPUT, "Invalid %s clause: %.180s", r->clause, reason);
}

/* A node of the tree: its name and one JSON value more, or none. */
static const char *
node(struct reader *r, const char *name, const char *text, const char *json)
{
    struct buf buf;
    struct emit emit;

    buf_start(&buf, r->arena, 64);
    emit_start(&emit, &buf);
    emit_array(&emit, NULL);
    emit_text(&emit, NULL, name);
    if (text != NULL)
        emit_text(&emit, NULL, text);
    if (json != NULL)
        emit_raw(&emit, NULL, json);
    emit_array_end(&emit);
    return buf.data;
}

static const char *
pair(struct reader *r, const char *first, const char *second)
{
    return str_format(r->arena, "[\"and\",%s,%s]", first, second);
}

static const char *
as_tree(struct reader *r, const struct chroma_filter *part)
{
    const char *path = part->path == NULL ? NULL : node(r, "path", part->path, NULL);

    if (path != NULL && part->tree != NULL)
        return pair(r, path, part->tree);
    return path != NULL ? path : part->tree != NULL ? part->tree : "[\"and\"]";
}

static void
negate(struct reader *r, struct chroma_filter *part)
{
    part->tree = node(r, "not", NULL, as_tree(r, part));
    part->path = NULL;
}

/* {"a": 1} has one; anything else is no filter. */
static bool
only_member(struct reader *r, struct json_object *object, struct js_place *place)
{
    *place = (struct js_place){.name = NULL};
    if (js_type(object) != JS_OBJECT)
        return refuse(r, "an object was expected");
    if (js_count(object) != 1)
        return refuse(r, "an object with exactly one key was expected");
    return js_next(object, place);
}

/* What looks at the text of the document. */
static bool
document_read(struct reader *r, const char *op, struct json_object *value,
              struct chroma_filter *out)
{
    bool negative = strncmp(op, "$not_", 5) == 0;
    const char *plain = negative ? op + 5 : op + 1, *pattern;
    struct str text = js_str(value);

    if (text.at == NULL)
        return refuse(r, "a document is compared with a string");
    if (strcmp(plain, "contains") == 0)
        out->tree = node(r, "contains", text.at, NULL);
    else if (strcmp(plain, "regex") != 0)
        return refuse(r, "a document knows $contains, $not_contains, $regex and $not_regex");
    else if (pattern_translate(r->arena, text, &pattern, r->err))
        out->tree = node(r, "regex", pattern, NULL);
    else
        return false;
    if (negative)
        negate(r, out);
    return true;
}

/* "#id" with $eq, $ne, $in, $nin. */
static bool
id_read(struct reader *r, const char *op, struct json_object *value, struct chroma_filter *out)
{
    bool negative = strcmp(op, "$ne") == 0 || strcmp(op, "$nin") == 0;
    bool list = strcmp(op, "$in") == 0 || strcmp(op, "$nin") == 0;

    if (!list && strcmp(op, "$eq") != 0 && !negative)
        return refuse(r, "#id knows $eq, $ne, $in and $nin");
    if (list ? js_type(value) != JS_ARRAY : js_type(value) != JS_STRING)
        return refuse(r, "#id is compared with strings");
    for (size_t i = 0; list && i < js_count(value); i++) {
        if (js_type(js_item(value, i)) != JS_STRING)
            return refuse(r, "#id is compared with strings");
    }
    out->tree = node(r, "id", NULL,
                     list ? js_text(r->arena, value)
                          : str_format(r->arena, "[%s]", js_text(r->arena, value)));
    if (negative)
        negate(r, out);
    return true;
}

/* The first value of a list tells the type of all; whole numbers may stand among others. */
static bool
list_check(struct reader *r, struct json_object *list)
{
    enum js_type first = js_type(js_item(list, 0));

    for (size_t i = 0; i < js_count(list); i++) {
        enum js_type type = js_type(js_item(list, i));

        if (type != first && !(first == JS_DOUBLE && type == JS_LONG))
            return refuse(r, "the values of a list must be of one type");
        if (!isfinite(js_double(js_item(list, i), 0)))
            return refuse(r, "a number is out of range");
    }
    return true;
}

static bool
path_read(struct reader *r, const char *key, const char *op, struct json_object *value,
          struct chroma_filter *out)
{
    struct err why = {.kind = ERR_NONE};

    if (!isfinite(js_double(value, 0)))
        return refuse(r, "a number is out of range");
    return where_condition(r->arena, key, op, value, &out->path, &why) || refuse(r, why.text);
}

/* A long list: its items are checked as in any condition, and the list itself is searched. */
static bool
long_list_read(struct reader *r, const char *key, const char *op, struct json_object *list,
               struct chroma_filter *out)
{
    struct chroma_filter first = {.path = NULL};

    for (size_t i = 0; i < js_count(list); i++) {
        if (!path_read(r, key, "$eq", js_item(list, i), &first))
            return false;
    }
    out->tree = node(r, "in", key, js_text(r->arena, list));
    if (strcmp(op, "$nin") == 0)
        negate(r, out);
    return true;
}

/* $contains of a number tells 2 from 2.0, which jsonpath does not. */
static bool
number_in_list_read(struct reader *r, const char *key, const char *op,
                    struct json_object *value, struct chroma_filter *out)
{
    if (!path_read(r, key, "$contains", value, out))
        return false;
    out->tree = node(r, "float", key, js_type(value) == JS_DOUBLE ? "true" : "false");
    if (strcmp(op, "$not_contains") == 0)
        negate(r, out);
    return true;
}

static bool
field_read(struct reader *r, const char *key, const char *op, struct json_object *value,
           struct chroma_filter *out)
{
    assert(op != NULL);
    bool in = strcmp(op, "$in") == 0 || strcmp(op, "$nin") == 0;
    bool number = js_type(value) == JS_LONG || js_type(value) == JS_DOUBLE;

    if (key[0] == '$')
        return refuse(r, "there are $and and $or, or the name of a field");
    if (strcmp(key, "#document") == 0)
        return document_read(r, op, value, out);
    if (strcmp(key, "#id") == 0)
        return id_read(r, op, value, out);
    if (in && js_type(value) == JS_ARRAY && !list_check(r, value))
        return false;
    if (in && js_type(value) == JS_ARRAY && js_count(value) > PATH_LIST)
        return long_list_read(r, key, op, value, out);
    if (number && (strcmp(op, "$contains") == 0 || strcmp(op, "$not_contains") == 0))
        return number_in_list_read(r, key, op, value, out);
    return path_read(r, key, op, value, out);
}

/* NOLINTBEGIN(misc-no-recursion): no deeper than the JSON, which is bounded */

static bool clause_read(struct reader *r, struct json_object *value, struct chroma_filter *out);

struct parts {
    struct chroma_filter *list;
    size_t count, paths, trees;
};

static bool
parts_read(struct reader *r, struct json_object *list, struct parts *parts)
{
    if (js_type(list) != JS_ARRAY)
        return refuse(r, "$and and $or take a list of filters");
    parts->count = js_count(list);
    parts->list = arena_take(r->arena, (parts->count + 1) * sizeof *parts->list);
    for (size_t i = 0; i < parts->count; i++) {
        if (!clause_read(r, js_item(list, i), &parts->list[i]))
            return false;
        parts->paths += parts->list[i].path != NULL;
        parts->trees += parts->list[i].tree != NULL;
    }
    return true;
}

/* NOLINTEND(misc-no-recursion) */

static const char *
paths_join(struct reader *r, const struct parts *parts, const char *between)
{
    const char *before = "(";
    struct buf buf;

    if (parts->paths == 0)
        return NULL;
    buf_start(&buf, r->arena, 256);
    for (size_t i = 0; i < parts->count; i++) {
        if (parts->list[i].path == NULL)
            continue;
        buf_text(&buf, before);
        buf_text(&buf, parts->list[i].path);
        before = between;
    }
    buf_byte(&buf, ')');
    return buf.data;
}

static const char *
trees_join(struct reader *r, const struct parts *parts, bool all)
{
    struct buf buf;

    buf_start(&buf, r->arena, 256);
    buf_text(&buf, all ? "[\"and\"" : "[\"or\"");
    for (size_t i = 0; i < parts->count; i++) {
        if (all && parts->list[i].tree == NULL)
            continue;
        buf_byte(&buf, ',');
        buf_text(&buf, all ? parts->list[i].tree : as_tree(r, &parts->list[i]));
    }
    buf_byte(&buf, ']');
    return buf.data;
}

static bool
join(struct reader *r, struct json_object *list, bool all, struct chroma_filter *out)
{
    struct parts parts = {.count = 0};

    if (!parts_read(r, list, &parts))
        return false;
    if (all) {
        out->path = paths_join(r, &parts, " && ");
        out->tree = parts.trees == 0 ? NULL : trees_join(r, &parts, true);
    } else if (parts.count > 0 && parts.trees == 0 && parts.paths == parts.count)
        out->path = paths_join(r, &parts, " || ");
    else
        out->tree = trees_join(r, &parts, false);
    return true;
}

/* {op: value}, or a value alone, which means $eq. */
static bool
operation_read(struct reader *r, const char *key, struct json_object *value,
               struct chroma_filter *out)
{
    struct js_place op;

    if (js_type(value) != JS_OBJECT)
        return field_read(r, key, "$eq", value, out);
    return only_member(r, value, &op) && field_read(r, key, op.name, op.value, out);
}

/* NOLINTNEXTLINE(misc-no-recursion): no deeper than the JSON, which is bounded */
static bool
clause_read(struct reader *r, struct json_object *value, struct chroma_filter *out)
{
    struct js_place at = {0};

    *out = (struct chroma_filter){.path = NULL};
    if (!only_member(r, value, &at))
        return false;
    assert(at.name != NULL); /* only_member() found it */
    if (++r->conditions > MOST_CONDITIONS)
        return refuse(r, "more than 1000 conditions");
    if (strcmp(at.name, "$and") == 0 || strcmp(at.name, "$or") == 0)
        return join(r, at.value, at.name[1] == 'a', out);
    if (!r->document)
        return operation_read(r, at.name, at.value, out);
    if (at.name[0] != '$')
        return refuse(r, "there are $and, $or and what a document knows");
    return document_read(r, at.name, at.value, out);
}

static bool
text_read(struct reader *r, struct str json, struct chroma_filter *out)
{
    struct json_object *tree;
    struct err why = {.kind = ERR_NONE};
    struct scan scan;

    if (json.at == NULL)
        return true;
    scan_start(&scan, json.at, json.len, r->arena, &why); /* refuses more: NUL in strings */
    if (!scan_skip(&scan) || !scan_end(&scan))
        return refuse(r, why.text);
    if (!js_parse(r->arena, json, &tree, &why))
        return refuse(r, why.text);
    return js_type(tree) == JS_NULL || clause_read(r, tree, out);
}

bool
where_read(struct arena *arena, struct str where, struct str where_document,
           struct chroma_filter *out, struct err *err)
{
    struct reader metadata = {.arena = arena, .err = err, .clause = "where"};
    struct reader document = {
        .arena = arena, .err = err, .clause = "where document", .document = true};
    struct chroma_filter text = {.path = NULL};

    *out = text;
    if (!text_read(&metadata, where, out) || !text_read(&document, where_document, &text))
        return false;
    assert(text.path == NULL);
    if (out->tree != NULL && text.tree != NULL)
        out->tree = pair(&metadata, out->tree, text.tree);
    else if (text.tree != NULL)
        out->tree = text.tree;
    return true;
}

void
where_bind(struct call *call, const struct chroma_filter *filter)
{
    call_text(call, filter->path);
    call_text(call, filter->tree);
}
