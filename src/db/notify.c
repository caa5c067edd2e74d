/*
 * notify: sleep until another session has something to say.
 */
#include "db/notify.h"

#include "base/clock.h"
#include "db/exec.h"
#include "db/wire.h"

#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

bool
notify_listen(struct conn *conn, const char *channel, int64_t deadline, struct err *err)
{
    char text[128];
    char *name;

    if (!conn_need(conn, deadline, err))
        return false;
    name = PQescapeIdentifier(conn_raw(conn), channel, strlen(channel));
    if (name == NULL || strlen(name) >= sizeof text - sizeof "listen ") {
        PQfreemem(name);
        return err_set(err, ERR_INTERNAL, "a channel of that name cannot be listened to");
    }
    snprintf(text, sizeof text, "listen %s", name);
    PQfreemem(name);
    return exec_run(conn, "listen", text, deadline, err);
}

/* All that has come by now counts as one. */
static bool
notify_take(PGconn *pg, const struct notify_ear *ear)
{
    bool any = false;

    for (PGnotify *one; (one = PQnotifies(pg)) != NULL; any = true) {
        if (ear != NULL)
            ear->each(ear->own, one->extra);
        PQfreemem(one);
    }
    return any;
}

static bool
notify_lost(struct conn *conn, struct err *err)
{
    conn_drop(conn);
    return err_set(err, ERR_BUSY,
                   "the connection to the database broke; try again in a moment");
}

bool
notify_wait(struct conn *conn, int64_t deadline, int wake_fd, const struct notify_ear *ear,
            enum notify_why *why_out, struct err *err)
{
    for (;;) {
        struct pollfd fds[2] = {{.events = POLLIN}, {.fd = wake_fd, .events = POLLIN}};
        int ready;

        if (!conn_is_open(conn) || !wire_is_alive(conn_raw(conn)))
            return notify_lost(conn, err);
        *why_out = NOTIFY_MESSAGE;
        if (notify_take(conn_raw(conn), ear))
            return true;
        fds[0].fd = PQsocket(conn_raw(conn));
        ready = poll(fds, 2, clock_left_ms(deadline));
        if (ready < 0 && errno != EINTR)
            return notify_lost(conn, err);
        *why_out = fds[1].revents != 0 && ready > 0 ? NOTIFY_WAKE : NOTIFY_TIME;
        if (*why_out == NOTIFY_WAKE || clock_us() >= deadline)
            return true;
    }
}
