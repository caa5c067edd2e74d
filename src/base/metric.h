/*
 * metric: counters that are right across processes, in one shared file.
 *
 * The table is src/base/metric_table.h.  Each process takes a slot of the file metrics-* in
 * run_dir for its life (a byte-range lock, which the kernel drops when it dies) and adds there
 * with atomics; a successor that takes the slot goes on counting, so that sums never fall.
 * Reading sums all slots; a gauge counts only while its process lives. Without metric_open()
 * counts go to a private slot, so libraries and tests may always count.
 */
#ifndef BASE_METRIC_H
#define BASE_METRIC_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_SECONDS /* histogram */ };

enum metric_id {
#define METRIC(name, type, label, says) METRIC_##name,
#include "base/metric_table.h"
#undef METRIC
    METRIC_COUNT
};

bool metric_open(const char *run_dir, struct err *err);
void metric_close(void);

void metric_add(enum metric_id id,
                int64_t value); /* gauges may fall; they die with the process */
void metric_time(enum metric_id id, int64_t us); /* one observation of a histogram */
int64_t metric_sum(enum metric_id id);           /* of a histogram: observations */

struct metric_row {
    const char *name, *label, *says;
    enum metric_type type;
};

const struct metric_row *
metric_row(size_t index); /* NULL past the last: for manual and tests */

/* Prometheus text exposition format 0.0.4. */
void metric_print(struct buf *to);

#endif
