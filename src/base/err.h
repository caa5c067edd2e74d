/*
 * err: why something failed, carried by value.
 *
 * A function that can fail returns bool and takes a struct err last.  On false it has called
 * err_set() exactly once; the first reason stays, so callers just pass false upwards.
 * No memory is owned here: an err lives on the stack or inside the request.
 * The text is shown to the client: it never holds a secret, a statement or another tenant's
 * data.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

enum err_kind {
    ERR_NONE = 0,
    ERR_INPUT,           /* the caller sent something wrong           -> 400 */
    ERR_AUTH,            /* we do not know who is asking              -> 401 */
    ERR_DENIED,          /* we know, and the answer is no             -> 403 */
    ERR_MISSING,         /* there is no such thing                    -> 404 */
    ERR_METHOD,          /* the thing is there, the verb is not       -> 405 */
    ERR_CONFLICT,        /* it exists, or changed meanwhile           -> 409 */
    ERR_ENDED,           /* what it builds upon is over or used up    -> 410 */
    ERR_TOO_LARGE,       /* more than we take in one request          -> 413 */
    ERR_MEDIA,           /* a body of a type that we do not read      -> 415 */
    ERR_SHAPE,           /* right JSON, wrong fields                  -> 422 */
    ERR_LIMITED,         /* too many calls for now                    -> 429 */
    ERR_GONE,            /* the client left before the answer         -> 499 */
    ERR_INTERNAL,        /* our fault; details only in the log        -> 500 */
    ERR_UNAVAILABLE,     /* this installation cannot do that          -> 501 */
    ERR_BUSY,            /* try again later                           -> 503 */
    ERR_UNKNOWN_OUTCOME, /* the connection died during a commit       -> 503 */
    ERR_TIMEOUT,         /* the deadline passed                       -> 504 */
    ERR_KINDS
};

struct err {
    enum err_kind kind;
    char text[240];
    char detail[240]; /* for the log only: SQLSTATE, errno, file names */
    int wait_s;       /* of ERR_LIMITED: when to try again */
};

/* Record the reason and return false, so that `return err_set(...)` is the idiom. */
bool err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Add what only an operator should read; keeps the first detail; returns false. */
bool err_detail(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

const char *err_kind_name(enum err_kind kind);

#endif
