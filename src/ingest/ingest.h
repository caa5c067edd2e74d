/*
 * ingest: files into records, so that a second run finds nothing to do.
 *
 * Each file becomes passages (ingest/chunk), each passage one record.  Records know the hash of
 * what was embedded and of their file: an unchanged file costs only its reading, a changed one
 * embeds only the passages that are new, and a passage that stays keeps its id.  New passages
 * of a file and the end of its old ones are one transaction; a transaction holds whole files.
 *
 * Where records go and what makes vectors are tables of functions, so that this folder is
 * tested without Postgres and without a model; ingest/sink binds the store.
 */
#ifndef INGEST_INGEST_H
#define INGEST_INGEST_H

#include "ingest/walk.h"

#include <signal.h>

/* A record that an earlier run left. */
struct ingest_known {
    struct str id, source, hash, file_hash;
};

struct ingest_list {
    const struct ingest_known *at;
    size_t count;
};

struct ingest_record {
    struct str id;
    struct str source;
    struct str metadata; /* JSON object */
    struct str text;     /* absent: text and vector stay as they are */
    const float *vector; /* of the model's dimension; NULL: found by words alone */
};

struct ingest_write {
    const struct ingest_record *put;
    size_t put_count;
    const struct ingest_record *keep; /* metadata alone changes */
    size_t keep_count;
    const struct str *drop; /* ids */
    size_t drop_count;
};

struct ingest_sink {
    void *self;
    /* What ingestion left for these sources; NULL: for all. */
    bool (*known)(void *self, struct arena *arena, const struct str *sources, size_t count,
                  struct ingest_list *known_out, struct err *err);
    bool (*write)(void *self, struct arena *arena, const struct ingest_write *write,
                  struct err *err); /* one transaction */
};

struct ingest_model {
    void *self;
    const char *name; /* NULL: no vectors are made, and tokens are estimated */
    size_t dims, window;
    size_t (*tokens)(void *self, struct str text);
    bool (*embed)(void *self, struct arena *arena, const struct str *texts, size_t count,
                  float *vectors, struct err *err);
};

struct ingest_report {
    size_t files, bytes;                       /* found */
    size_t files_done, bytes_done;             /* read so far */
    size_t fresh, changed, unchanged, removed; /* files */
    size_t embedded, kept, dropped;            /* passages; embedded counts written ones */
    size_t under_way;     /* passages of the running transaction that have their vectors */
    size_t bytes_waiting; /* of files whose passages wait for theirs */
    bool stopped;         /* by the person, between transactions */
    struct walk walk;     /* with what was skipped, and why */
};

struct ingest_job {
    const struct ingest_sink *sink;
    const struct ingest_model *model;
    const struct walk_rule *where;
    bool sync;    /* also remove records of files below the paths that are gone */
    bool dry_run; /* count, embed and write nothing */
    const volatile sig_atomic_t *stop;
    void (*show)(void *self, const struct ingest_report *report); /* progress; may be NULL */
    void *show_self;
};

/* `arena` holds the report.  False: what was reported as done is written, the rest is not. */
bool ingest(struct arena *arena, const struct ingest_job *job, struct ingest_report *report_out,
            struct err *err);

#endif
