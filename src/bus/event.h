/*
 * event: what happened, as a CloudEvents 1.0 JSON document.
 *
 * An event is one row of kvasir.outbox, written by the transaction that made it true.  Its id
 * is the row's event_id and never changes, so whoever gets it twice can tell.
 */
#ifndef BUS_EVENT_H
#define BUS_EVENT_H

#include "base/buf.h"
#include "base/str.h"

struct event {
    struct str id;      /* uuid */
    struct str tenant;  /* its name */
    struct str type;    /* what happened */
    struct str subject; /* to what; absent or empty: to nothing in particular */
    struct str time;    /* RFC 3339 */
    struct str data;    /* JSON; absent: no more to say */
    struct str request; /* id of the request that did it, or absent */
    struct str trace;   /* W3C traceparent of that request, or absent */
};

/* Append the document.  `source` is /kvasir/ and the tenant's name, percent-encoded where RFC
   3986 asks for it; tenant, requestid and traceparent are extension attributes. */
void event_write(const struct event *event, struct buf *to);

#endif
