/*
 * search_scan: the searches of a request from their JSON.
 */
#include "chroma/search.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    struct scan *scan;
    struct arena *arena;
};

/* How a member of a search is read; null and {} leave it as it was. */
typedef bool member_reader(struct reader *reader, struct chroma_search *search);

static bool
failed(const struct reader *reader)
{
    return reader->scan->err->kind != ERR_NONE;
}

static bool
read_where(struct reader *reader, struct chroma_search *search)
{
    struct str where, inside, none = {NULL, 0};

    if (!scan_raw(reader->scan, &where))
        return false;
    where = str_trim(where);
    if (str_is(where, "null"))
        return true;
    if (where.at[0] == '{') {
        inside = str_trim((struct str){where.at + 1, where.len - 2});
        if (inside.len == 0)
            return true;
    }
    return where_read(reader->arena, where, none, &search->filter, reader->scan->err);
}

static bool
read_rank(struct reader *reader, struct chroma_search *search)
{
    return rank_scan(reader->scan, reader->arena, &search->rank);
}

static bool
read_limit(struct reader *reader, struct chroma_search *search)
{
    struct scan *scan = reader->scan;
    struct str name;

    if (!scan_object(scan))
        return false;
    while (scan_member(scan, &name)) {
        bool good = str_is(name, "limit")
                        ? scan_null(scan) || scan_long(scan, 0, LONG_MAX, &search->limit)
                    : str_is(name, "offset")
                        ? scan_null(scan) || scan_long(scan, 0, LONG_MAX, &search->offset)
                        : scan_skip(scan);

        if (!good)
            return false;
    }
    return !failed(reader);
}

static int
compare_keys(const void *a, const void *b)
{
    const struct str *one = a, *other = b;
    size_t both = one->len < other->len ? one->len : other->len;
    int order = memcmp(one->at, other->at, both);

    return order != 0 ? order : (one->len > other->len) - (one->len < other->len);
}

static void
sort_keys(struct chroma_search *search)
{
    size_t kept = 0;

    if (search->select_count == 0)
        return;
    qsort(search->select, search->select_count, sizeof *search->select, compare_keys);
    for (size_t i = 0; i < search->select_count; i++) {
        if (kept == 0 || !str_same(search->select[i], search->select[kept - 1]))
            search->select[kept++] = search->select[i];
    }
    search->select_count = kept;
}

static bool
select_key(struct reader *reader, struct chroma_search *search, struct str key)
{
    if (str_is(key, "#document"))
        return search->document = true;
    if (str_is(key, "#embedding"))
        return search->embedding = true;
    if (str_is(key, "#metadata"))
        return search->metadata = true;
    if (str_is(key, "#score"))
        return search->score = true;
    if (str_is(key, "#id"))
        return true;
    if (key.len > 0 && key.at[0] != '#')
        return search->fields = true;
    return scan_refuse(reader->scan, ERR_INPUT,
                       "must be #id, #document, #embedding, #metadata, #score or a key of the "
                       "metadata");
}

static bool
read_select_keys(struct reader *reader, struct chroma_search *search)
{
    struct scan *scan = reader->scan;

    if (!scan_array(scan))
        return false;
    search->select_count = 0;
    search->select = arena_take(reader->arena, CHROMA_SEARCH_KEYS * sizeof *search->select);
    while (scan_item(scan)) {
        struct str key;

        if (search->select_count == CHROMA_SEARCH_KEYS)
            return scan_refuse(scan, ERR_INPUT, "is more than the %d keys of one search",
                               CHROMA_SEARCH_KEYS);
        if (!scan_string(scan, &key) || !select_key(reader, search, key))
            return false;
        search->select[search->select_count++] = key;
    }
    sort_keys(search);
    return !failed(reader);
}

static bool
read_select(struct reader *reader, struct chroma_search *search)
{
    struct scan *scan = reader->scan;
    struct str name;

    if (!scan_object(scan))
        return false;
    while (scan_member(scan, &name)) {
        bool good = !str_is(name, "keys") ? scan_skip(scan)
                                          : scan_null(scan) || read_select_keys(reader, search);

        if (!good)
            return false;
    }
    return !failed(reader);
}

/* A list of one to GROUP_KEYS names; `take` puts each where it belongs. */
static bool
read_group_names(struct reader *reader, struct chroma_search *search,
                 bool (*take)(struct reader *, struct chroma_search *, struct str))
{
    struct scan *scan = reader->scan;
    size_t count = 0;

    if (!scan_array(scan))
        return false;
    while (scan_item(scan)) {
        struct str name;

        if (count++ == GROUP_KEYS)
            return scan_refuse(scan, ERR_INPUT, "is more than the %d keys taken", GROUP_KEYS);
        if (!scan_string(scan, &name) || !take(reader, search, name))
            return false;
    }
    if (failed(reader))
        return false;
    return count > 0 || scan_refuse(scan, ERR_INPUT, "has no keys");
}

static bool
take_group_key(struct reader *reader, struct chroma_search *search, struct str name)
{
    if (name.len == 0 || name.at[0] == '#')
        return scan_refuse(reader->scan, ERR_INPUT, "must be a key of the metadata");
    search->group_keys[search->group_key_count++] = name;
    return true;
}

static bool
take_by_key(struct reader *reader, struct chroma_search *search, struct str name)
{
    struct group_by *group = &search->group;

    if (str_is(name, "#score")) {
        group->by[group->keys++] = GROUP_SCORE;
        return true;
    }
    if (name.len == 0 || name.at[0] == '#')
        return scan_refuse(reader->scan, ERR_INPUT, "must be #score or a key of the metadata");
    group->by[group->keys++] = (int)search->by_key_count;
    search->by_keys[search->by_key_count++] = name;
    return true;
}

/* {"keys": [..], "k": n} */
static bool
read_best(struct reader *reader, struct chroma_search *search)
{
    struct scan *scan = reader->scan;
    struct str name;

    if (!scan_object(scan))
        return false;
    while (scan_member(scan, &name)) {
        bool good = str_is(name, "keys") && search->group.keys == 0
                        ? read_group_names(reader, search, take_by_key)
                    : str_is(name, "k") ? scan_long(scan, 1, LONG_MAX, &search->group.k)
                                        : scan_skip(scan);

        if (!good)
            return false;
    }
    if (failed(reader))
        return false;
    return (search->group.keys > 0 && search->group.k > 0) ||
           scan_refuse(scan, ERR_INPUT, "must have keys and k");
}

static bool
read_aggregate(struct reader *reader, struct chroma_search *search)
{
    struct scan *scan = reader->scan;
    struct str name;

    if (!scan_object(scan))
        return false;
    while (scan_member(scan, &name)) {
        search->group.most = str_is(name, "$max_k");
        if (!search->group.most && !str_is(name, "$min_k"))
            return scan_refuse(scan, ERR_INPUT, "is no aggregate: $min_k and $max_k are");
        if (search->group.keys > 0)
            return scan_refuse(scan, ERR_INPUT, "is one aggregate too many");
        if (!read_best(reader, search))
            return false;
    }
    return !failed(reader);
}

static bool
read_group_by(struct reader *reader, struct chroma_search *search)
{
    struct scan *scan = reader->scan;
    bool any = false;
    struct str name;

    if (!scan_object(scan))
        return false;
    while (scan_member(scan, &name)) {
        bool keys = str_is(name, "keys") && search->group_key_count == 0;
        bool aggregate = str_is(name, "aggregate");

        any = any || keys || aggregate;
        if (!(keys        ? read_group_names(reader, search, take_group_key)
              : aggregate ? read_aggregate(reader, search)
                          : scan_skip(scan)))
            return false;
    }
    if (failed(reader))
        return false;
    return !any || (search->group_key_count > 0 && search->group.keys > 0) ||
           scan_refuse(scan, ERR_INPUT, "must have keys and an aggregate");
}

static const struct member {
    const char *name;
    member_reader *read;
} members[] = {
    {"filter", read_where},      {"rank", read_rank},     {"limit", read_limit},
    {"group_by", read_group_by}, {"select", read_select},
};

static bool
read_member(struct reader *reader, struct str name, struct chroma_search *search)
{
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (str_is(name, members[i].name))
            return scan_null(reader->scan) || members[i].read(reader, search);
    }
    return scan_skip(reader->scan);
}

static bool
read_search(struct reader *reader, struct chroma_search *search)
{
    struct str name;

    *search = (struct chroma_search){.limit = LONG_MAX};
    if (!scan_object(reader->scan))
        return false;
    while (scan_member(reader->scan, &name)) {
        if (!read_member(reader, name, search))
            return false;
    }
    return !failed(reader);
}

static bool
read_searches(struct reader *reader, struct chroma_searches *searches)
{
    size_t knns = 0;

    if (!scan_array(reader->scan))
        return false;
    searches->count = 0;
    searches->list = arena_take(reader->arena, CHROMA_SEARCH_MOST * sizeof *searches->list);
    while (scan_item(reader->scan)) {
        struct chroma_search *search = &searches->list[searches->count];

        if (searches->count++ == CHROMA_SEARCH_MOST)
            return scan_refuse(reader->scan, ERR_INPUT, "is more than the %d searches taken",
                               CHROMA_SEARCH_MOST);
        if (!read_search(reader, search))
            return false;
        knns += search->rank.knn_count;
        if (knns > CHROMA_SEARCH_MOST)
            return scan_refuse(reader->scan, ERR_INPUT,
                               "brings the request to more than the %d $knn taken",
                               CHROMA_SEARCH_MOST);
    }
    return !failed(reader);
}

/* How fresh the answer must be; here it always is. */
static bool
read_level(struct scan *scan)
{
    struct str level;

    if (scan_null(scan))
        return true;
    if (!scan_string(scan, &level))
        return false;
    return str_is(level, "index_and_wal") || str_is(level, "index_only") ||
           str_is(level, "index_and_bounded_wal") ||
           scan_refuse(scan, ERR_SHAPE,
                       "must be index_and_wal, index_only or index_and_bounded_wal");
}

bool
chroma_search_scan(struct scan *scan, struct arena *arena, struct chroma_searches *searches)
{
    struct reader reader = {.scan = scan, .arena = arena};
    struct str name;

    *searches = (struct chroma_searches){NULL, 0};
    if (!scan_object(scan))
        return false;
    while (scan_member(scan, &name)) {
        bool good = str_is(name, "searches")     ? read_searches(&reader, searches)
                    : str_is(name, "read_level") ? read_level(scan)
                                                 : scan_skip(scan);

        if (!good)
            return false;
    }
    if (!scan_end(scan))
        return false;
    return searches->list != NULL || err_set(scan->err, ERR_SHAPE, "missing field `searches`");
}
