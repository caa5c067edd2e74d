/*
 * post: what Postgres has told, left for the thread that writes to streams, in its order.
 */
#ifndef WEB_POST_H
#define WEB_POST_H

#include "web/streams.h"

void post_heard(struct streams *streams, bool heard); /* topics are listened to */
void post_tell(struct streams *streams, struct str tenant, struct str topic, struct str said);
void post_send(struct streams *streams, struct str stream, long number, struct str message,
               bool last);
void post_revoke(struct streams *streams, struct str key);
/* `given` as web/floor.h reads it. */
void post_floor(struct streams *streams, struct str tenant, struct str given);

#endif
