/*
 * floor: which of several open responses of one session is told what all of them hear.
 *
 * One message goes to one stream (2025-11-25, Transports, "Multiple Connections").  The newest
 * stream has the floor; the others are silent, and note what is told meanwhile.  Postgres gives
 * the floor by a notification (sql/functions/floor.sql), which comes to all processes in one
 * order with what is told.  When a stream ends, the next one says what was noted since then and
 * a moment before, because that may have been written to nobody; when a process dies, its
 * streams are found to be held by nobody within a second.
 */
#ifndef WEB_FLOOR_H
#define WEB_FLOOR_H

#include "base/buf.h"
#include "db/pipe.h"
#include "web/stream.h"

#include <stdint.h>

struct streams;

/* "STREAM MS SESSION", as a notification has it; false: something else. */
struct floor_given {
    struct str place, session;
    long ms;
};
bool floor_read(struct str text, struct floor_given *given_out);

/* A topic was told while another one has the floor. */
void floor_note(struct stream *stream, struct str topic);

/* The floor was given to one of the streams of a session.  When it is this one, the events of
   what it has noted in the last given->ms are written into `to`, to be said now. */
void floor_take(struct stream *stream, const struct floor_given *given, struct buf *to);

/* Into the trip of a look: who comes, who has left, with what was worked on for him, and
   whether whoever has the floor is still there when `checks`.  `all`: whoever is there comes
   anew. False: there is nothing to say. */
bool floor_ask(struct pipe *pipe, struct arena *arena, struct streams *streams,
               const char *holder, bool all, bool checks);

#endif
