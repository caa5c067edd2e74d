/*
 * memory: what agents remember, per user and shared, and how memories relate.
 *
 * A memory is a record of the collection `memory` of the default database, which is made when
 * something is first remembered; its metadata holds type, importance (1 to 5), tags and, when
 * it is not shared, user.  Functions add statements to a pipe that the caller runs; they read
 * arguments under the names of our own wire or of older clients (memory/given.h).
 */
#ifndef MEMORY_MEMORY_H
#define MEMORY_MEMORY_H

#include "memory/given.h"
#include "search/search.h"
#include "store/record.h"
#include "web/ctx.h"

#define MEMORY_COLLECTION "memory"

/* The collection, when it is not there. */
void memory_make(struct ctx *ctx, struct pipe *pipe);

/* One memory: text, type, importance, tags, user, metadata, id; row 0 of the call is that of
   record_put(). */
bool memory_put(struct ctx *ctx, struct pipe *pipe, struct json_object *args,
                struct records *records, struct call **put_out);
/* Members that tell of a memory that only words can find, when it is one. */
void memory_emit_unembedded(struct ctx *ctx, const struct records *records, struct emit *emit);

/* query and keywords, k, user, types, tags, weights, half_life_days: embedded and ready. */
bool memory_search_read(struct ctx *ctx, struct json_object *args, struct search *search);
struct call *memory_search_call(struct pipe *pipe, const struct search *search,
                                struct json_object *args);
size_t memory_hits(const struct call *call);
struct str memory_hit_text(const struct call *call, size_t index);
/* mode, degraded and reason, of an open object; nothing when there was no query. */
void memory_emit_how(struct ctx *ctx, const struct search *search, const struct call *call,
                     struct emit *emit);
void memory_emit_hit(struct ctx *ctx, const struct call *call, size_t index, bool legacy,
                     struct emit *emit);

/* row 0: all its tags as JSON */
struct call *memory_tag(struct pipe *pipe, struct json_object *args);
/* row 0: whether the relation is new */
struct call *memory_relate(struct pipe *pipe, struct json_object *args);
/* rows for memory_emit_related() */
struct call *memory_related(struct pipe *pipe, struct str id, struct str user, long limit);
void memory_emit_related(struct ctx *ctx, const struct call *call, bool legacy,
                         struct emit *emit);
struct call *memory_delete(struct pipe *pipe, struct str id, struct str user);

#endif
