/*
 * memory: the statements on memories.
 */
#include "memory/memory.h"

#include "base/uuid.h"
#include "store/collection.h"

#include <string.h>

#define JUDGED 50 /* hits of a search that are weighed, at least: kvasir.memory_search() */

/* Members that a memory has of its own; others are its user's. */
static const char *const own_members[] = {"type", "importance", "tags", "user"};

static bool
is_own(const char *name)
{
    for (size_t i = 0; i < sizeof own_members / sizeof own_members[0]; i++)
        if (strcmp(name, own_members[i]) == 0)
            return true;
    return false;
}

static struct str
metadata_of(struct arena *arena, struct json_object *args)
{
    struct json_object *more = js_find(args, "metadata"), *tags = js_find(args, "tags");
    struct str type = given_str(args, "type", "entityType");
    struct str user = given_str(args, "user", "userId");
    struct buf text;
    struct emit emit;

    buf_start(&text, arena, 256);
    emit_start(&emit, &text);
    emit_object(&emit, NULL);
    for (struct js_place at = {0}; js_next(more, &at);)
        if (!is_own(at.name))
            emit_raw(&emit, at.name, js_text(arena, at.value));
    emit_str(&emit, "type", type.at != NULL ? type : STR("note"));
    emit_long(&emit, "importance", js_long(js_find(args, "importance"), 3));
    emit_raw(&emit, "tags", tags == NULL ? "[]" : js_text(arena, tags));
    if (user.at != NULL)
        emit_str(&emit, "user", user);
    emit_object_end(&emit);
    return (struct str){text.data, text.len};
}

static bool
record_of(struct ctx *ctx, struct json_object *args, struct records *records)
{
    struct record *record;
    char id[UUID_TEXT];

    record_start(records, ctx->arena);
    record = record_add(records);
    record->id = js_str(js_find(args, "id"));
    if (record->id.at == NULL) {
        uuid_new(id);
        record->id = str_of(arena_strdup(ctx->arena, id));
        records->new_ids = true;
    }
    record->text = given_str(args, "text", "content");
    record->metadata = metadata_of(ctx->arena, args);
    return record_embed(records, ctx);
}

static const char *
event_of(struct arena *arena, struct json_object *args)
{
    struct str type = given_str(args, "type", "entityType");
    struct buf text;
    struct emit emit;

    buf_start(&text, arena, 128);
    emit_start(&emit, &text);
    emit_object(&emit, NULL);
    emit_str(&emit, "type", type.at != NULL ? type : STR("note"));
    emit_bool(&emit, "shared", given_str(args, "user", "userId").at == NULL);
    emit_object_end(&emit);
    return text.data;
}

void
memory_make(struct ctx *ctx, struct pipe *pipe)
{
    const struct embed *embed = ctx->service->embed;
    struct collection_wish wish;

    collection_wish_start(&wish, STR(COLLECTION_DATABASE));
    wish.name = STR(MEMORY_COLLECTION);
    wish.embedder = str_of(embed == NULL ? NULL : embed_model(embed));
    wish.if_missing = true;
    collection_create(pipe, &wish);
}

bool
memory_put(struct ctx *ctx, struct pipe *pipe, struct json_object *args,
           struct records *records, struct call **put_out)
{
    struct call *guard;

    if (!record_of(ctx, args, records))
        return false;
    memory_make(ctx, pipe);
    if (!records->new_ids) {
        guard = pipe_add(pipe, STMT_memory_guard);
        call_str(guard, records->list[0].id);
        given_call_str(guard, args, "user", "userId");
    }
    *put_out = record_put(pipe, STR(COLLECTION_DATABASE), STR(MEMORY_COLLECTION), records);
    record_event(pipe, "kvasir.memory.stored", str_copy(ctx->arena, records->list[0].id),
                 event_of(ctx->arena, args));
    return true;
}

/* The query and its keywords as one text; absent when there are none. */
static struct str
query_of(struct arena *arena, struct json_object *args)
{
    struct str query = given_str(args, "query", "userQuery");
    struct json_object *keywords = js_find(args, "keywords");
    struct buf text;

    buf_start(&text, arena, 128);
    if (query.at != NULL)
        buf_add(&text, query.at, query.len);
    for (size_t i = 0; i < js_count(keywords); i++) {
        struct str word = js_str(js_item(keywords, i));

        if (text.len > 0)
            buf_byte(&text, ' ');
        buf_add(&text, word.at, word.len);
    }
    return str_trim((struct str){text.data, text.len}).len > 0
               ? (struct str){text.data, text.len}
               : (struct str){NULL, 0};
}

/* One condition, quoted as JSON, whose quotes and escapes are a part of those of jsonpath. */
static void
where_equals(struct buf *buf, const char *path, struct str value)
{
    buf_fmt(buf, "%s == \"", path);
    emit_escape(buf, value.at, value.len);
    buf_byte(buf, '"');
}

static void
where_types(struct buf *buf, struct json_object *args)
{
    struct json_object *types = given_value(args, "types", "entityTypes");
    struct str type = given_str(args, "type", "entityType");
    size_t count = type.at != NULL ? 1 : js_count(types);

    for (size_t i = 0; i < count; i++) {
        buf_text(buf, i == 0 ? " && (" : " || ");
        where_equals(buf, "$.\"type\"", type.at != NULL ? type : js_str(js_item(types, i)));
    }
    buf_text(buf, count > 0 ? ")" : "");
}

/* Which memories to look at, as the filter of a search: what the user sees, of these types,
   with all of these tags. */
static const char *
memory_where(struct arena *arena, struct json_object *args)
{
    struct str user = given_str(args, "user", "userId");
    struct json_object *tags = js_find(args, "tags");
    struct buf buf;

    buf_start(&buf, arena, 128);
    buf_text(&buf, "(!exists($.\"user\")");
    if (user.at != NULL)
        where_equals(&buf, " || $.\"user\"", user);
    buf_byte(&buf, ')');
    where_types(&buf, args);
    for (size_t i = 0; i < js_count(tags); i++)
        where_equals(&buf, " && $.\"tags\"[*]", js_str(js_item(tags, i)));
    buf_byte(&buf, '\0');
    return buf.data;
}

bool
memory_search_read(struct ctx *ctx, struct json_object *args, struct search *search)
{
    search_start(search, ctx->arena);
    search->query = query_of(ctx->arena, args);
    search->collection = STR(MEMORY_COLLECTION);
    search->limit = js_long(given_value(args, "k", "limit"), 10);
    search->least_hits = 5 * search->limit > JUDGED ? 5 * search->limit : JUDGED;
    search->where = memory_where(ctx->arena, args);
    return search->query.at == NULL || search_ready(search, ctx);
}

struct call *
memory_search_call(struct pipe *pipe, const struct search *search, struct json_object *args)
{
    struct json_object *weights = js_find(args, "weights");
    struct call *call = pipe_add(pipe, STMT_memory_search);

    call_str(call, search->query);
    call_vector(call, search->vector.data, search->dims);
    call_text(call, search->model);
    call_long(call, search->limit);
    given_call_str(call, args, "user", "userId");
    call_text(call, search->where);
    call_double(call, js_double(js_find(weights, "relevance"), 0.7));
    call_double(call, js_double(js_find(weights, "importance"), 0.2));
    call_double(call, js_double(js_find(weights, "recency"), 0.1));
    call_double(call, js_double(given_value(args, "half_life_days", "halfLifeDays"), 30));
    call_double(call, search_weight(search->model));
    lookup_bind(call, pipe, &search->hits);
    return call;
}

struct call *
memory_tag(struct pipe *pipe, struct json_object *args)
{
    struct call *call = pipe_add(pipe, STMT_memory_tag);

    given_call_str(call, args, "id", NULL);
    given_call_str(call, args, "user", "userId");
    given_call_texts(pipe, call, js_find(args, "add"));
    given_call_texts(pipe, call, js_find(args, "remove"));
    return call;
}

struct call *
memory_relate(struct pipe *pipe, struct json_object *args)
{
    struct call *call = pipe_add(pipe, STMT_memory_relate);
    struct str relation = given_str(args, "relation", "relationType");

    given_call_str(call, args, "source", "sourceId");
    given_call_str(call, args, "target", "targetId");
    call_str(call, relation.at != NULL ? relation : STR("related_to"));
    call_double(call, js_double(js_find(args, "weight"), 1));
    given_call_str(call, args, "user", "userId");
    return call;
}

struct call *
memory_related(struct pipe *pipe, struct str id, struct str user, long limit)
{
    struct call *call = pipe_add(pipe, STMT_memory_related);

    call_str(call, id);
    call_str(call, user);
    call_long(call, limit);
    return call;
}

struct call *
memory_delete(struct pipe *pipe, struct str id, struct str user)
{
    struct call *call = pipe_add(pipe, STMT_memory_delete);

    call_str(call, id);
    call_str(call, user);
    return call;
}
