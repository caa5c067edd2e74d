/*
 * rank_scan: a ranking expression from its JSON.
 */
#include "chroma/rank.h"

#include <assert.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <string.h>

struct reader {
    struct scan *scan;
    struct arena *arena;
    struct rank *rank;
};

enum form { FORM_VAL, FORM_KNN, FORM_LIST, FORM_PAIR, FORM_ONE };

static const struct {
    const char *name;
    enum form form;
} operators[RANK_OPS] = {
    [RANK_VAL] = {"$val", FORM_VAL},  [RANK_KNN] = {"$knn", FORM_KNN},
    [RANK_SUM] = {"$sum", FORM_LIST}, [RANK_MUL] = {"$mul", FORM_LIST},
    [RANK_MAX] = {"$max", FORM_LIST}, [RANK_MIN] = {"$min", FORM_LIST},
    [RANK_SUB] = {"$sub", FORM_PAIR}, [RANK_DIV] = {"$div", FORM_PAIR},
    [RANK_ABS] = {"$abs", FORM_ONE},  [RANK_EXP] = {"$exp", FORM_ONE},
    [RANK_LOG] = {"$log", FORM_ONE},
};

static bool read_node(struct reader *reader, struct rank_node **node_out);

static bool
failed(const struct scan *scan)
{
    return scan->err->kind != ERR_NONE;
}

static bool
read_float(struct scan *scan, float *value)
{
    double number = 0;

    if (!scan_double(scan, &number))
        return false;
    *value = (float)number;
    return isfinite(*value) ||
           scan_refuse(scan, ERR_INPUT, "is beyond the range of float32 numbers");
}

/* The indices of a sparse vector: ascending, so that none stands twice. */
static bool
read_indices(struct scan *scan, struct rank_knn *knn)
{
    long before = -1, index = 0;

    if (!scan_array(scan))
        return false;
    while (scan_item(scan)) {
        uint32_t kept;

        if (!scan_long(scan, 0, UINT32_MAX, &index))
            return false;
        if (index <= before)
            return scan_refuse(scan, ERR_INPUT, "must be above the index before it");
        if (knn->indices.len >= RANK_TERMS * sizeof kept)
            return scan_refuse(scan, ERR_INPUT, "is more than the %d indices of one query",
                               RANK_TERMS);
        before = index;
        kept = (uint32_t)index;
        buf_add(&knn->indices, &kept, sizeof kept);
    }
    return !failed(scan);
}

static bool
read_sparse(struct scan *scan, struct rank_knn *knn)
{
    bool indices = false, values = false;
    struct str name;

    knn->sparse = true;
    if (!scan_object(scan))
        return false;
    while (scan_member(scan, &name)) {
        bool good;

        if (str_is(name, "indices") && !indices)
            good = indices = read_indices(scan, knn);
        else if (str_is(name, "values") && !values)
            good = values = scan_floats(scan, &knn->vector, &knn->dims);
        else
            good = scan_skip(scan);
        if (!good)
            return false;
    }
    if (failed(scan))
        return false;
    if (!indices || !values || knn->indices.len / sizeof(uint32_t) != knn->dims)
        return scan_refuse(scan, ERR_INPUT, "must have as many indices as values");
    return true;
}

static bool
read_query(struct scan *scan, struct rank_knn *knn)
{
    switch (scan_peek(scan)) {
    case SCAN_ARRAY: return scan_floats(scan, &knn->vector, &knn->dims);
    case SCAN_OBJECT: return read_sparse(scan, knn);
    case SCAN_STRING: return scan_string(scan, &knn->text);
    case SCAN_BAD: return scan_skip(scan);
    case SCAN_NULL:
    case SCAN_BOOL:
    case SCAN_NUMBER: break;
    }
    return scan_refuse(scan, ERR_INPUT,
                       "must be a list of numbers, a sparse vector, or text to be embedded");
}

static bool
read_default(struct scan *scan, struct rank_knn *knn)
{
    knn->has_default = !scan_null(scan);
    return !knn->has_default || read_float(scan, &knn->otherwise);
}

static bool
read_knn_member(struct scan *scan, struct str name, struct rank_knn *knn, bool *asked)
{
    if (str_is(name, "query") && *asked)
        return scan_refuse(scan, ERR_INPUT, "stands twice");
    if (str_is(name, "query"))
        return *asked = read_query(scan, knn);
    if (str_is(name, "key"))
        return scan_null(scan) || scan_string(scan, &knn->key);
    if (str_is(name, "limit"))
        return scan_null(scan) || scan_long(scan, 1, RANK_NEAREST, &knn->limit);
    if (str_is(name, "default"))
        return read_default(scan, knn);
    if (str_is(name, "return_rank"))
        return scan_null(scan) || scan_bool(scan, &knn->return_rank);
    return scan_skip(scan);
}

/* What the members say together: embeddings are dense, a key of the metadata holds sparse
   vectors, and only a dense query can be made from text. */
static bool
check_knn(struct scan *scan, const struct rank_knn *knn, bool asked)
{
    bool embedding = str_is(knn->key, RANK_EMBEDDING);

    if (failed(scan))
        return false;
    if (!asked)
        return scan_refuse(scan, ERR_INPUT, "must have a query");
    if (!embedding && (knn->key.len == 0 || knn->key.at[0] == '#'))
        return scan_refuse(scan, ERR_INPUT,
                           "must have a key: " RANK_EMBEDDING " or one of the metadata");
    if (embedding && knn->sparse)
        return scan_refuse(scan, ERR_INPUT,
                           "has a sparse query: its key must be one of the metadata");
    if (embedding && knn->text.at == NULL && knn->dims == 0)
        return scan_refuse(scan, ERR_INPUT, "has an empty query");
    if (embedding && knn->dims > RANK_DIMENSIONS)
        return scan_refuse(scan, ERR_INPUT, "has more than the %d numbers of an embedding",
                           RANK_DIMENSIONS);
    if (!embedding && knn->text.at != NULL)
        return scan_refuse(scan, ERR_INPUT,
                           "has text as its query: embed it to a sparse vector first");
    if (!embedding && !knn->sparse)
        return scan_refuse(scan, ERR_INPUT,
                           "has a dense query: its key must be " RANK_EMBEDDING);
    return true;
}

static bool
read_knn(struct reader *reader, struct rank_node *node)
{
    struct rank *rank = reader->rank;
    struct rank_knn *knn;
    bool asked = false;
    struct str name;

    if (rank->knn_count == RANK_KNNS)
        return scan_refuse(reader->scan, ERR_INPUT, "is more than the %d $knn of one search",
                           RANK_KNNS);
    node->knn = rank->knn_count++;
    knn = &rank->knns[node->knn];
    *knn = (struct rank_knn){.key = STR(RANK_EMBEDDING), .limit = 16};
    buf_start(&knn->vector, reader->arena, 64);
    buf_start(&knn->indices, reader->arena, 64);
    if (!scan_object(reader->scan))
        return false;
    while (scan_member(reader->scan, &name)) {
        if (!read_knn_member(reader->scan, name, knn, &asked))
            return false;
    }
    return check_knn(reader->scan, knn, asked);
}

static bool
/* NOLINTNEXTLINE(misc-no-recursion): as deep as base/scan lets JSON be */
read_list(struct reader *reader, struct rank_node *node)
{
    struct rank_node **end = &node->first;

    if (!scan_array(reader->scan))
        return false;
    for (; scan_item(reader->scan); end = &(*end)->next) {
        if (!read_node(reader, end))
            return false;
    }
    return !failed(reader->scan);
}

static bool
/* NOLINTNEXTLINE(misc-no-recursion): as deep as base/scan lets JSON be */
read_pair(struct reader *reader, struct rank_node *node)
{
    struct rank_node *left = NULL, *right = NULL;
    struct str name;

    if (!scan_object(reader->scan))
        return false;
    while (scan_member(reader->scan, &name)) {
        struct rank_node **side = str_is(name, "left")    ? &left
                                  : str_is(name, "right") ? &right
                                                          : NULL;

        if (side == NULL || *side != NULL)
            return scan_refuse(reader->scan, ERR_INPUT, "is not wanted: left and right are");
        if (!read_node(reader, side))
            return false;
    }
    if (failed(reader->scan))
        return false;
    if (left == NULL || right == NULL)
        return scan_refuse(reader->scan, ERR_INPUT, "must have left and right");
    node->first = left;
    left->next = right;
    return true;
}

static bool
/* NOLINTNEXTLINE(misc-no-recursion): as deep as base/scan lets JSON be */
read_operand(struct reader *reader, struct rank_node *node)
{
    switch (operators[node->op].form) {
    case FORM_VAL: return read_float(reader->scan, &node->value);
    case FORM_KNN: return read_knn(reader, node);
    case FORM_LIST: return read_list(reader, node);
    case FORM_PAIR: return read_pair(reader, node);
    case FORM_ONE: return read_node(reader, &node->first);
    }
    return false;
}

static bool
read_operator(struct scan *scan, struct str name, enum rank_op *op)
{
    for (*op = RANK_VAL; *op < RANK_OPS; (*op)++) {
        if (str_is(name, operators[*op].name))
            return true;
    }
    return scan_refuse(scan, ERR_INPUT,
                       "is no operator: $val, $knn, $sum, $mul, $max, $min, $sub, $div, $abs, "
                       "$exp and $log are");
}

/* The members of an expression whose '{' was stepped over: there is one. */
static bool
/* NOLINTNEXTLINE(misc-no-recursion): as deep as base/scan lets JSON be */
read_members(struct reader *reader, struct rank_node **node_out)
{
    struct scan *scan = reader->scan;
    struct rank_node *node = NULL;
    struct str name;

    while (scan_member(scan, &name)) {
        if (node != NULL)
            return scan_refuse(scan, ERR_INPUT, "is one operator too many");
        if (reader->rank->node_count++ == RANK_NODES)
            return scan_refuse(scan, ERR_INPUT, "is more than the %d operators of one search",
                               RANK_NODES);
        node = arena_take(reader->arena, sizeof *node);
        if (!read_operator(scan, name, &node->op) || !read_operand(reader, node))
            return false;
    }
    *node_out = node;
    return !failed(scan);
}

static bool
/* NOLINTNEXTLINE(misc-no-recursion): as deep as base/scan lets JSON be */
read_node(struct reader *reader, struct rank_node **node_out)
{
    assert(node_out != NULL);
    *node_out = NULL;
    if (!scan_object(reader->scan) || !read_members(reader, node_out))
        return false;
    return *node_out != NULL || scan_refuse(reader->scan, ERR_INPUT, "must hold an operator");
}

bool
rank_scan(struct scan *scan, struct arena *arena, struct rank *rank)
{
    struct reader reader = {.scan = scan, .arena = arena, .rank = rank};
    bool good;

    *rank = (struct rank){.knns = arena_take(arena, RANK_KNNS * sizeof *rank->knns)};
    if (scan_null(scan))
        return true;
    good = scan_object(scan) && read_members(&reader, &rank->root);
    if (!good && scan->err->kind == ERR_SHAPE)
        scan->err->kind = ERR_INPUT;
    return good;
}
