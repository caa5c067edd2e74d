/*
 * audit: /v1/audit, who called which tool.
 */
#include "rest/audit.h"

#include "base/js.h"
#include "rest/body.h"

#include <limits.h>

#define PAGE      100
#define PAGE_MOST 1000

struct page {
    long within, before, limit; /* 0: not said */
};

static bool
page_read(struct ctx *ctx, struct page *page)
{
    const struct request *request = ctx->request;

    *page = (struct page){.limit = PAGE};
    return request_query_long(request, ctx->arena, "within", 1, INT_MAX, &page->within,
                              &ctx->err) &&
           request_query_long(request, ctx->arena, "before", 1, LONG_MAX, &page->before,
                              &ctx->err) &&
           request_query_long(request, ctx->arena, "limit", 1, PAGE_MOST, &page->limit,
                              &ctx->err);
}

static void
bind(struct ctx *ctx, struct call *call, const struct page *page)
{
    static const char *const names[] = {"tool", "outcome", "caller"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        call_str(call, request_query(ctx->request, ctx->arena, names[i]));
    call_text(call, page->within == 0 ? NULL : str_format(ctx->arena, "%ld", page->within));
    call_text(call, page->before == 0 ? NULL : str_format(ctx->arena, "%ld", page->before));
    call_long(call, page->limit);
}

bool
audit_get(struct ctx *ctx)
{
    struct pipe *pipe = body_pipe(ctx);
    struct json_object *calls = NULL, *last;
    struct call *call;
    struct emit *json;
    struct page page;

    if (!page_read(ctx, &page))
        return false;
    call = pipe_add(pipe, STMT_audit_list);
    bind(ctx, call, &page);
    if (!body_run(ctx, pipe) || !js_parse(ctx->arena, call_cell(call, 0, 0), &calls, &ctx->err))
        return false;
    json = reply_json(&ctx->reply, 200);
    emit_object(json, NULL);
    emit_raw(json, "calls", call_cell(call, 0, 0).at);
    last = js_item(calls, js_count(calls) - 1);
    if ((long)js_count(calls) == page.limit)
        emit_long(json, "next", js_long(js_find(last, "id"), 0));
    else
        emit_null(json, "next");
    emit_object_end(json);
    return true;
}
