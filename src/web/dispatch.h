/*
 * dispatch: connections of nginx, and which of them has something to read for a thread.
 *
 * All request threads wait in dispatch_next() on one epoll set that holds the listener and
 * every connection between two requests.  EPOLLONESHOT gives a readable connection to one
 * thread; an idle one costs no thread, and what arrives while all are busy waits in the set in
 * order.
 *
 * The other functions are for the one thread that conducts the process's end.
 */
#ifndef WEB_DISPATCH_H
#define WEB_DISPATCH_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dispatch;
struct peer; /* a connection */

struct dispatch *dispatch_new(int listener, struct err *err);
void dispatch_free(struct dispatch *dispatch);

/* For request threads.  A connection to read a request from; NULL: leave. */
struct peer *dispatch_next(struct dispatch *dispatch);
int dispatch_fd(const struct peer *peer);
/* From here to dispatch_ended() the connection may be cut to end the request.  The latter is
   true when this request is to be the connection's last. */
void dispatch_began(struct dispatch *dispatch, struct peer *peer);
bool dispatch_ended(struct dispatch *dispatch, struct peer *peer);
/* Done with it: wait for its next request, or forget it when fd is -1 (closed). */
void dispatch_back(struct dispatch *dispatch, struct peer *peer, int fd);

/* Readable when a connection has gone since dispatch_refuse(). */
int dispatch_event(const struct dispatch *dispatch);
/* Take what waits to be accepted and stop listening. */
void dispatch_refuse(struct dispatch *dispatch);
/* Half-close connections that have been idle since before `since`: what they have sent already
   is still answered, then they close.  Returns how many connections are open; *oldest_out is
   when the most quiet of the others fell idle. */
size_t dispatch_hush(struct dispatch *dispatch, int64_t since, int64_t *oldest_out);
/* From now on each request is its connection's last. */
void dispatch_wane(struct dispatch *dispatch);
/* Hang up on requests under way. */
void dispatch_cut(struct dispatch *dispatch);
/* Let every dispatch_next() return NULL. */
void dispatch_leave(struct dispatch *dispatch);

#endif
