/*
 * notify: sleep until another session has something to say.
 *
 * Whoever waits also looks for itself now and then: a notification is a hint, and one is lost
 * when the connection breaks, which notify_wait() reports so that the caller listens again.
 */
#ifndef DB_NOTIFY_H
#define DB_NOTIFY_H

#include "base/err.h"
#include "db/conn.h"

#include <stdbool.h>
#include <stdint.h>

enum notify_why {
    NOTIFY_TIME,    /* the deadline passed */
    NOTIFY_MESSAGE, /* one or more notifications came, on any channel listened to */
    NOTIFY_WAKE,    /* wake_fd is readable or was closed */
};

bool notify_listen(struct conn *conn, const char *channel, int64_t deadline, struct err *err);

/* Who wants to know what a notification says: called for each that has come. */
struct notify_ear {
    void (*each)(void *own, const char *payload);
    void *own;
};

/* wake_fd: another descriptor that ends the wait, or -1; it is not read.  `ear` NULL: that some
   came is enough. */
bool notify_wait(struct conn *conn, int64_t deadline, int wake_fd, const struct notify_ear *ear,
                 enum notify_why *why_out, struct err *err);

#endif
