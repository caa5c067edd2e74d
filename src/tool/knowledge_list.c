/*
 * knowledge_list: the namespaces of the archive, or the texts of one, page by page.
 */
#include "tool/knowledge.h"

#include "base/js.h"
#include "store/collection.h"
#include "tool/invoke.h"
#include "tool/result.h"

#define NAMESPACES_MOST 10000

#define RECORDS                                                                                \
    RESULT_LIST(RESULT("\"id\",\"content\"",                                                   \
                       "\"id\":" RESULT_TEXT ",\"content\":" RESULT_TEXT_NULL                  \
                       ",\"metadata\":" RESULT_ANY_NULL ",\"createdAt\":" RESULT_TEXT          \
                       ",\"updatedAt\":" RESULT_TEXT))
#define PAGINATION                                                                             \
    RESULT("\"total\",\"limit\",\"offset\",\"hasMore\"",                                       \
           "\"total\":" RESULT_COUNT ",\"limit\":" RESULT_COUNT ",\"offset\":" RESULT_COUNT    \
           ",\"hasMore\":" RESULT_FLAG)

enum { ID, TEXT, METADATA, URI, EMBEDDING, CREATED, UPDATED }; /* columns of record_get() */

struct page {
    struct str namespace; /* absent: all */
    long limit, offset;
    struct call *about, *records;
};

static void
emit_record(const struct call *call, size_t row, struct emit *out)
{
    emit_object(out, NULL);
    emit_str(out, "id", call_cell(call, row, ID));
    emit_str(out, "content", call_cell(call, row, TEXT));
    emit_raw(out, "metadata", call_cell(call, row, METADATA).at);
    emit_str(out, "createdAt", call_cell(call, row, CREATED));
    emit_str(out, "updatedAt", call_cell(call, row, UPDATED));
    emit_object_end(out);
}

static void
emit_pagination(const struct page *page, long total, struct emit *out)
{
    emit_object(out, "pagination");
    emit_long(out, "total", total);
    emit_long(out, "limit", page->limit);
    emit_long(out, "offset", page->offset);
    emit_bool(out, "hasMore", page->offset + page->limit < total);
    emit_object_end(out);
}

static void
emit_namespace(const struct page *page, struct emit *out)
{
    long total = call_rows(page->about) == 0 ? 0 : collection_count(page->about, 0);

    emit_str(out, "namespace", page->namespace);
    emit_array(out, "records");
    for (size_t row = 0; row < call_rows(page->records); row++)
        emit_record(page->records, row, out);
    emit_array_end(out);
    emit_pagination(page, total, out);
}

static struct call *
add(struct pipe *pipe, enum stmt_id stmt, struct str namespace, long limit, long offset)
{
    struct call *call = pipe_add(pipe, stmt);

    call_str(call, STR(COLLECTION_DATABASE));
    call_str(call, namespace);
    call_long(call, limit);
    call_long(call, offset);
    return call;
}

static bool
fetch(struct ctx *ctx, struct json_object *args, struct page *page)
{
    struct pipe *pipe = invoke_pipe(ctx);
    enum stmt_id describe = STMT_collection_describe;

    page->limit = js_long(js_find(args, "limit"), 50);
    page->offset = js_long(js_find(args, "offset"), 0);
    if (js_find(args, "namespace") != NULL) {
        page->namespace = knowledge_namespace(ctx, args);
        page->records =
            add(pipe, STMT_tool_records, page->namespace, page->limit, page->offset);
        describe = STMT_tool_describe;
    }
    page->about = add(pipe, describe, page->namespace, NAMESPACES_MOST, 0);
    return invoke_commit(ctx, &knowledge_list, pipe);
}

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct page page = {.limit = 0};
    size_t names;

    if (!fetch(ctx, args, &page))
        return false;
    names = call_rows(page.about);
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_array(out, "namespaces");
    for (size_t row = 0; row < names; row++)
        emit_str(out, NULL, collection_name(page.about, row));
    emit_array_end(out);
    emit_long(out, "count", (long)names);
    if (page.namespace.at != NULL)
        emit_namespace(&page, out);
    emit_object_end(out);
    return true;
}

const struct tool knowledge_list = {
    .name = "vidensarkiv.list",
    .aliases = {"knowledge.list"},
    .title = "What is in the knowledge archive",
    .says =
        "Lists the namespaces of the archive; with a namespace also its texts, page by page, "
        "in the order in which they were added.",
    .scope = "read",
    .read_only = true,
    .schema = "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"
              "\"namespace\":{\"type\":\"string\",\"minLength\":3,\"maxLength\":512,"
              "\"description\":\"Whose texts to list; none: only the namespaces.\"},"
              "\"limit\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":1000,\"default\":50},"
              "\"offset\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":1000000000,"
              "\"default\":0}}}",
    .result = RESULT_DONE("\"namespaces\",\"count\"",
                          "\"namespaces\":" RESULT_TEXTS ",\"count\":" RESULT_COUNT
                          ",\"namespace\":" RESULT_TEXT ",\"records\":" RECORDS
                          ",\"pagination\":" PAGINATION),
    .toolsets = "knowledge",
    .run = run,
};
