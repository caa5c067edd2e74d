/*
 * post: what Postgres has told, left for the thread that writes to streams, in its order.
 */
#include "web/post.h"

#include "web/parcel.h"

static void
leave(struct streams *streams, const struct parcel *parcel)
{
    parcel_leave(streams_box(streams), parcel);
}

void
post_heard(struct streams *streams, bool heard)
{
    leave(streams, &(struct parcel){.kind = PARCEL_HEARD, .last = heard});
}

void
post_tell(struct streams *streams, struct str tenant, struct str topic, struct str said)
{
    leave(streams,
          &(struct parcel){.kind = PARCEL_TOPIC, .to = tenant, .name = topic, .text = said});
}

void
post_send(struct streams *streams, struct str stream, long number, struct str message,
          bool last)
{
    leave(streams, &(struct parcel){.kind = PARCEL_MESSAGE,
                                    .to = stream,
                                    .text = message,
                                    .number = number,
                                    .last = last});
}

void
post_revoke(struct streams *streams, struct str key)
{
    leave(streams, &(struct parcel){.kind = PARCEL_KEY, .to = key});
}

void
post_floor(struct streams *streams, struct str tenant, struct str given)
{
    leave(streams, &(struct parcel){.kind = PARCEL_FLOOR, .to = tenant, .text = given});
}
