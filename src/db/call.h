/*
 * call: the insides of db/pipe.h, shared by the files that make a pipeline.
 *
 * A pipe is a list of calls; a call is a statement with its parameters and then its result; an
 * array is a parameter that is still growing.  All of it lives in the pipe's arena.
 */
#ifndef DB_CALL_H
#define DB_CALL_H

#include "db/pipe.h"

struct pg_result;

struct call {
    struct call *next;
    struct pipe *pipe;
    const struct stmt *stmt;
    enum stmt_id id;
    int bound; /* parameters so far */
    const char **values;
    int *lengths;
    int *formats; /* 0 text, 1 binary */
    struct pg_result *result;
    bool binary;    /* the form that the result is wanted in */
    bool preparing; /* this trip carries the statement's Parse for this call */
    bool *known; /* a statement made from a template: whether the session knows it; or NULL */
};

struct array {
    struct array *next;
    struct pipe *pipe;
    struct buf buf; /* header, then each item with its length */
    enum array_kind kind;
    uint32_t count;
    bool has_null;
    bool is_bound;
};

struct pipe {
    struct conn *conn;
    struct arena *arena;
    struct call *first, *last;
    struct array *arrays;
    struct err refused; /* a parameter that no statement can take */
};

struct call *call_new(struct pipe *pipe, enum stmt_id id, const struct stmt *stmt);
void call_claims(struct pipe *pipe, const struct claims *claims);
void call_set_result(struct call *call, struct pg_result *result);

/* Values are bound by reference; `len` counts for binary ones only. */
void call_bind(struct call *call, const void *value, size_t len, int format);

const void *array_close(struct array *array, size_t *len_out); /* no more items */
bool array_needs_vector(const struct pipe *pipe);
void array_set_vector(struct pipe *pipe, uint32_t oid);

#endif
