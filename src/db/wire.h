/*
 * wire: wait for libpq without blocking past a deadline or a client's patience.
 *
 * Writes while it reads, so that a pipeline larger than the kernel's buffers cannot lock up,
 * and watches a second descriptor whose peer may hang up meanwhile.
 */
#ifndef DB_WIRE_H
#define DB_WIRE_H

#include <stdbool.h>
#include <stdint.h>

struct pg_conn;

enum wire_end {
    WIRE_READY, /* PQgetResult() will not block */
    WIRE_LOST,  /* the connection is dead */
    WIRE_LATE,  /* the deadline passed */
    WIRE_GONE,  /* the watched peer hung up */
};

enum wire_end wire_wait(struct pg_conn *pg, int64_t deadline, int watch);

/* Read what an idle connection was sent; false when the server has closed it. */
bool wire_is_alive(struct pg_conn *pg);

/* Ask the server to give up what this connection runs; the answer still has to be read. */
void wire_cancel(struct pg_conn *pg);

#endif
