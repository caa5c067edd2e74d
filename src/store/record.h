/*
 * record: what a collection holds: id, text, embedding, metadata, uri.
 *
 * A batch is read from JSON without a tree of number objects, gets its missing embeddings here
 * and goes to Postgres as parallel binary arrays, in one statement and one transaction.
 */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include "base/emit.h"
#include "base/scan.h"
#include "base/str.h"
#include "db/pipe.h"
#include "embed/service.h"
#include "web/ctx.h"

#include <stdbool.h>
#include <stddef.h>

#define RECORD_ID_MAX 1024 /* bytes: an id is a key of an index */

struct record {
    struct str id;
    struct str text;
    struct str metadata; /* JSON object, or absent */
    struct str uri;
    size_t vector_at; /* where in records.vectors its embedding begins */
    size_t dims;      /* 0: it has none */
};

struct records {
    struct arena *arena;
    struct record *list;
    size_t count, room;
    struct buf vectors; /* big-endian float32 */
    const char *model;  /* what made the embeddings; NULL: they were given, or there are none */
    size_t given;       /* records that came with their embedding */
    bool new_ids;       /* some ids were made here */
};

void record_start(struct records *records, struct arena *arena);
struct record *record_add(struct records *records);

/* A JSON array of records.  Without `need_id` a missing id is made up. */
bool record_scan(struct scan *scan, struct records *records, bool need_id);

/* Embeddings for the texts of a batch that came without any, once the request's key is proven;
   nothing to do when the process has no model or when embeddings were given. */
bool record_embed(struct records *records, struct ctx *ctx);

/* The same in steps of RECORD_STEP texts, each told when it is done. */
#define RECORD_STEP 32
typedef void record_told(struct ctx *ctx, size_t done, size_t total);
bool record_embed_telling(struct records *records, struct ctx *ctx, record_told *told);

/* The same for a program of ours by another way than embed_texts(), as on all processors. */
typedef bool (*record_embedder)(const struct embed *embed, struct arena *arena,
                                const struct str *texts, size_t count, float *vectors,
                                struct err *err);
bool record_embed_by(struct records *records, const struct embed *embed, record_embedder by,
                     struct err *err);

/* Which records: by ids, by filter, both, or all. */
struct record_choice {
    struct str database, collection;
    const struct str *ids; /* NULL: any */
    size_t count;
    const char *where; /* jsonpath of store/where; NULL: any */
};

/* row 0: inserted, updated, unembedded (texts that await an embedding) */
struct call *record_put(struct pipe *pipe, struct str database, struct str collection,
                        const struct records *records);
/* row 0: updated, JSON array of ids that are not there, unembedded */
struct call *record_update(struct pipe *pipe, struct str database, struct str collection,
                           const struct records *records);
struct call *record_get(struct pipe *pipe, const struct record_choice *choice, long limit,
                        long offset, bool with_embedding);
/* row 0: how many were deleted */
struct call *record_delete(struct pipe *pipe, const struct record_choice *choice);
/* rows: id, source, hash, file_hash of records that ingestion made; `sources` NULL: of all */
struct call *record_hashes(struct pipe *pipe, struct str database, struct str collection,
                           const struct str *sources, size_t count);
/* An event of this transaction: `data` is a JSON object. */
struct call *record_event(struct pipe *pipe, const char *type, const char *subject,
                          const char *data);

/* A row of record_get(). */
void record_emit(const struct call *call, size_t row, struct emit *emit, const char *name);

#endif
