/*
 * parcel: what other threads leave for the one that writes to streams.
 */
#ifndef WEB_PARCEL_H
#define WEB_PARCEL_H

#include "base/err.h"
#include "base/str.h"

#include <pthread.h>
#include <stdbool.h>

struct stream;

enum parcel_kind {
    PARCEL_STREAM,
    PARCEL_TOPIC,
    PARCEL_MESSAGE,
    PARCEL_KEY,
    PARCEL_HEARD,
    PARCEL_FLOOR
};

struct parcel {
    struct parcel *next;
    enum parcel_kind kind;
    struct stream *stream;
    struct str to, name, text; /* tenant, stream or key; topic; words, message or whom the floor
                                  is given: all in one piece of memory */
    long number;
    bool last;
};

/* Where they are left, by any thread, for one that waits until `wake` is readable. */
struct parcel_box {
    pthread_mutex_t lock;
    struct parcel *first, **end;
    int wake;
};

bool parcel_box_open(struct parcel_box *box, struct err *err);
void parcel_box_close(struct parcel_box *box);
void parcel_wake(const struct parcel_box *box);

/* A copy with texts of its own. */
void parcel_leave(struct parcel_box *box, const struct parcel *said);
/* All that were left, oldest first, linked by next; each to be freed. */
struct parcel *parcel_take(struct parcel_box *box);
void parcel_free(struct parcel *parcel); /* not its stream */

#endif
