/*
 * trial: a judged set loaded into a tenant of its own and asked all its questions.
 */
#ifndef EVAL_TRIAL_H
#define EVAL_TRIAL_H

#include "db/conn.h"
#include "embed/service.h"
#include "eval/judged.h"
#include "eval/measure.h"
#include "eval/way.h"

#include <stdbool.h>

struct trial {
    struct conn *conn;
    const struct service *service;
    const char *tenant; /* scratch; trial_begin() makes it, trial_end() drops it */
    /* What is being done to which set, how far it is, and of what; or NULL. */
    void (*progress)(const char *set, const char *what, size_t done, size_t all);
};

/* What came of one question. */
struct trial_answer {
    struct measure measure;
    double ms; /* embedding included */
};

bool trial_begin(struct trial *trial, struct err *err);
bool trial_end(struct trial *trial, struct err *err);

/* Put all documents of a set into a collection of its name, unless they are there already. */
bool trial_load(struct trial *trial, const struct judged *set, struct err *err);

/* Ask every question; `answers` has room for all.  `weight` below 0 is the embedder's own. */
bool trial_ask(struct trial *trial, const struct judged *set, const struct way *way,
               double weight, struct trial_answer *answers, struct err *err);

#endif
