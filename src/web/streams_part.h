/*
 * streams_part: the insides of web/streams.h, shared by the files that make it.
 */
#ifndef WEB_STREAMS_PART_H
#define WEB_STREAMS_PART_H

#include "web/parcel.h"
#include "web/streams.h"

#include <pthread.h>

struct news;

struct streams {
    struct streams_rules rules;
    struct news *news;
    pthread_t thread;
    int epoll;
    struct parcel_box box;
    struct arena *arena; /* the loop's */
    pthread_mutex_t lock;
    struct stream *first; /* below: guarded by lock */
    struct stream *left;  /* those of which Postgres is yet to hear that they ended */
    size_t count;         /* listed ones and those still in parcels */
    bool ending, leaving;
    bool is_heard, says_farewell; /* the loop's own */
    int64_t ticked;
};

#endif
