/*
 * source: a Chroma server, asked as its own clients ask it.
 */
#include "chroma/source.h"

#include "base/clock.h"
#include "base/uuid.h"
#include "chroma/title.h"
#include "llm/http.h"

#include <limits.h>
#include <string.h>

#define PATIENCE_US (300 * 1000000LL)
#define MOST        (512UL * 1024 * 1024) /* bytes of an answer */
#define LIST_PAGE   500

static bool
refused(const struct source *source, const struct http_answer *answer, struct err *err)
{
    enum err_kind kind = ERR_BUSY;

    if (answer->status == 401 || answer->status == 403)
        return err_set(err, ERR_DENIED, "%.120s wants a key, or another one (HTTP %ld)",
                       source->url, answer->status);
    if (answer->status == 404)
        kind = ERR_MISSING;
    return err_set(err, kind, "%.80s answered HTTP %ld: %.120s", source->url, answer->status,
                   answer->body.data);
}

static bool
unanswered(const struct source *source, enum http_end end, const struct http_answer *answer,
           struct err *err)
{
    if (end == HTTP_LARGE)
        return err_set(err, ERR_TOO_LARGE, "%.120s sent more than %lu MB at once", source->url,
                       MOST >> 20);
    if (end == HTTP_LATE)
        return err_set(err, ERR_TIMEOUT, "%.120s did not answer within five minutes",
                       source->url);
    return err_set(err, ERR_BUSY, "%.120s cannot be reached: %.80s", source->url,
                   answer->cause);
}

/* GET, or POST when there is a body. */
static bool
ask(const struct source *source, struct arena *arena, const char *path, struct str body,
    struct str *json_out, struct err *err)
{
    const char *token = str_format(arena, "X-Chroma-Token: %s", source->key);
    const char *const headers[] = {"Accept: application/json",
                                   source->key[0] != '\0' ? token : NULL, NULL};
    struct http_post post = {
        .url = str_format(arena, "%s/api/v2/tenants/%s/databases/%s/collections%s", source->url,
                          source->tenant, source->database, path),
        .key = source->key,
        .method = body.at == NULL ? "GET" : "POST",
        .headers = headers,
        .body = body,
        .most = MOST,
        .deadline = clock_us() + PATIENCE_US,
        .stop = -1};
    struct http_answer answer;
    enum http_end end = http_post(arena, &post, &answer);

    if (end != HTTP_ANSWERED)
        return unanswered(source, end, &answer, err);
    if (answer.status != 200)
        return refused(source, &answer, err);
    *json_out = (struct str){answer.body.data, answer.body.len};
    return true;
}

static bool
collection_member(struct scan *scan, struct str name, struct source_collection *collection)
{
    if (str_is(name, "id"))
        return scan_string(scan, &collection->id);
    if (str_is(name, "name"))
        return scan_string(scan, &collection->name);
    if (str_is(name, "dimension"))
        return scan_null(scan) || scan_long(scan, 0, INT_MAX, &collection->dims);
    if (str_is(name, "metadata"))
        return attributes_scan(scan, "metadata", true, &collection->metadata);
    if (str_is(name, "configuration_json"))
        return config_scan(scan, &collection->configuration);
    return scan_skip(scan);
}

/* What the metadata says of the index by its older keys counts where the configuration is
   silent, as when it was made. */
static bool
collection_settle(struct source_collection *collection, struct err *err)
{
    if (!uuid_is(collection->id))
        return err_set(err, ERR_BUSY, "a collection without an id was listed");
    if (!title_check(collection->name, "a collection of the other server: ", err) ||
        !config_join(&collection->configuration, &collection->metadata.legacy, err))
        return false;
    if (collection->configuration.space.at == NULL)
        collection->configuration.space = STR("l2");
    return true;
}

static bool
collection_scan(struct scan *scan, struct source_collection *collection)
{
    struct str name;

    *collection = (struct source_collection){.dims = 0};
    if (!scan_object(scan))
        return false;
    while (scan_member(scan, &name))
        if (!collection_member(scan, name, collection))
            return false;
    return scan->err->kind == ERR_NONE && collection_settle(collection, scan->err);
}

static bool
list_scan(struct str json, struct arena *arena, struct source_collection *page, size_t *count,
          struct err *err)
{
    struct scan scan;

    *count = 0;
    scan_start(&scan, json.at, json.len, arena, err);
    if (!scan_array(&scan))
        return false;
    for (; scan_item(&scan); ++*count)
        if (*count == LIST_PAGE || !collection_scan(&scan, &page[*count]))
            return err_set(err, ERR_BUSY, "more collections came than were asked for");
    return scan_end(&scan);
}

bool
source_collections(const struct source *source, struct arena *arena,
                   struct source_collection **list_out, size_t *count_out, struct err *err)
{
    struct source_collection *list = NULL;
    size_t count = 0, more = LIST_PAGE;
    struct str json = {NULL, 0};

    while (more == LIST_PAGE) {
        struct source_collection *longer =
            arena_take(arena, (count + LIST_PAGE) * sizeof *longer);
        const char *path = str_format(arena, "?limit=%d&offset=%zu", LIST_PAGE, count);

        if (count > 0)
            memcpy(longer, list, count * sizeof *longer);
        list = longer;
        if (!ask(source, arena, path, (struct str){NULL, 0}, &json, err) ||
            !list_scan(json, arena, list + count, &more, err))
            return false;
        count += more;
    }
    *list_out = list;
    *count_out = count;
    return true;
}

bool
source_count(const struct source *source, const struct source_collection *collection,
             struct arena *arena, long *records_out, struct err *err)
{
    const char *path =
        str_format(arena, "/%.*s/count", (int)collection->id.len, collection->id.at);
    struct str json = {NULL, 0};
    struct scan scan;

    if (!ask(source, arena, path, (struct str){NULL, 0}, &json, err))
        return false;
    scan_start(&scan, json.at, json.len, arena, err);
    return scan_long(&scan, 0, LONG_MAX, records_out) && scan_end(&scan);
}

bool
source_page(const struct source *source, const struct source_collection *collection,
            const struct source_range *range, struct arena *arena, struct str *json_out,
            struct err *err)
{
    const char *path =
        str_format(arena, "/%.*s/get", (int)collection->id.len, collection->id.at);
    const char *body = str_format(arena,
                                  "{\"limit\":%ld,\"offset\":%ld,\"include\":[\"embeddings\","
                                  "\"documents\",\"metadatas\",\"uris\"]}",
                                  range->limit, range->offset);

    return ask(source, arena, path, str_of(body), json_out, err);
}
