/*
 * filter: a `where` inside a request body.
 */
#include "store/filter.h"

#include "base/js.h"
#include "store/where.h"

bool
filter_scan(struct scan *scan, const char **jsonpath)
{
    struct json_object *tree;
    struct str raw;

    return scan_raw(scan, &raw) && js_parse(scan->arena, raw, &tree, scan->err) &&
           where_compile(scan->arena, tree, jsonpath, scan->err);
}
