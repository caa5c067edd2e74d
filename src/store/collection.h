/*
 * collection: named sets of records with one dimension, one space and one embedder.
 *
 * Each function adds a statement to a pipe; the caller runs the pipe and reads the result with
 * the matching *_emit().  `database` is the tenant's database; `name` also accepts the id.
 */
#ifndef STORE_COLLECTION_H
#define STORE_COLLECTION_H

#include "base/emit.h"
#include "base/scan.h"
#include "base/str.h"
#include "db/pipe.h"
#include "embed/embed.h"

#include <stdbool.h>

#define COLLECTION_DATABASE    "default_database"
#define COLLECTION_WEIGHTS     16 /* fields at most */
#define COLLECTION_WEIGHT_MOST 8

struct collection_wish {
    struct str database;
    struct str name;
    long dimension;      /* 0: the first embedding decides */
    struct str space;    /* cosine, l2 or ip */
    struct str embedder; /* absent: embeddings are given, never made */
    bool embedder_said;  /* the body named one, or none; otherwise the server's is taken */
    struct str language; /* text search configuration of Postgres */
    struct str weights;  /* JSON object: fields of the metadata whose words count, how often */
    struct str metadata; /* JSON object, or absent */
    bool if_missing;     /* an existing one is fine */
};

/* A wish with defaults; then what a JSON object says of it. */
void collection_wish_start(struct collection_wish *wish, struct str database);
bool collection_wish_scan(struct scan *scan, struct collection_wish *wish);

/* Who says nothing of an embedder gets the server's (NULL: it has none), unless the dimension
   forbids it; a model that is known here decides the dimension at once. */
bool collection_wish_fit(struct collection_wish *wish, const struct embed *embed,
                         struct err *err);

struct call *collection_create(struct pipe *pipe, const struct collection_wish *wish);
/* What a JSON object says a collection's words shall become: language, weights, or both, and
   its name where the wish has none; and the asking for that change, which the engine makes. */
bool collection_change_scan(struct scan *scan, struct collection_wish *wish);
struct call *collection_change(struct pipe *pipe, const struct collection_wish *wish);

struct call *collection_drop(struct pipe *pipe, struct str database, struct str name);

/* One by name, or all when `name` is absent; rows are written by collection_emit(). */
struct call *collection_describe(struct pipe *pipe, struct str database, struct str name,
                                 long limit, long offset);
void collection_emit(const struct call *call, size_t row, struct emit *emit, const char *name);

/* The same rows, cell by cell. */
struct str collection_name(const struct call *call, size_t row);
long collection_dimension(const struct call *call, size_t row); /* 0: not known yet */
long collection_count(const struct call *call, size_t row);
long collection_bytes(const struct call *call, size_t row);

#endif
