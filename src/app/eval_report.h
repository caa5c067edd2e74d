/*
 * eval_report: what a person or a program is told of judged questions.
 */
#ifndef APP_EVAL_REPORT_H
#define APP_EVAL_REPORT_H

#include "eval/summary.h"

struct eval_report_row {
    const char *set;
    const char *how;  /* the way, and its weight when that is not the usual one */
    struct str type;  /* of the questions; absent: all */
    const char *half; /* NULL: all questions; else which half of them */
    double weight;    /* of meaning; below 0: the usual one, or none */
};

/* For trial.progress: a line that moves, on a terminal only. */
void eval_report_progress(const char *set, const char *what, size_t done, size_t all);

void eval_report_head(bool json);
void eval_report_print(bool json, const struct eval_report_row *row,
                       const struct summary *summary);

#endif
