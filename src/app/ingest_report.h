/*
 * ingest_report: what a person or a program is told of an ingestion, during and after it.
 */
#ifndef APP_INGEST_REPORT_H
#define APP_INGEST_REPORT_H

#include "ingest/ingest.h"

#include <stdint.h>

struct ingest_report_form {
    const char *collection;
    const char *model; /* NULL: words alone */
    bool dry_run, json;
    int64_t began; /* clock_us() */
    int64_t shown; /* when the last line of progress was */
    bool is_open;  /* a line of progress stands on the terminal */
};

/* For ingest_job.show: a line that moves on a terminal, else one every ten seconds. */
void ingest_report_show(void *self, const struct ingest_report *report);

/* The summary on standard output; what was skipped on standard error (or in the JSON). */
void ingest_report_print(struct ingest_report_form *form, const struct ingest_report *report,
                         struct arena *arena);

#endif
