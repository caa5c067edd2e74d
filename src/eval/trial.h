/*
 * trial: a judged set loaded into a tenant of its own and asked all its questions.
 */
#ifndef EVAL_TRIAL_H
#define EVAL_TRIAL_H

#include "db/conn.h"
#include "embed/service.h"
#include "eval/judged.h"
#include "eval/measure.h"
#include "search/search.h"

#include <stdbool.h>

struct trial {
    struct conn *conn;
    const struct service *service;
    const char *tenant; /* scratch; trial_begin() makes it, trial_end() drops it */
    void (*progress)(const char *what, size_t done, size_t all); /* or NULL */
};

struct trial_result {
    struct measure mean;
    double ms; /* per question, embedding included */
};

bool trial_begin(struct trial *trial, struct err *err);
bool trial_end(struct trial *trial, struct err *err);

/* Put all documents of a set into a collection of its name, unless they are there already. */
bool trial_load(struct trial *trial, const struct judged *set, struct err *err);

/* Ask every question; `weight` below 0 is the embedder's own. */
bool trial_ask(struct trial *trial, const struct judged *set, enum search_mode mode,
               double weight, struct trial_result *result_out, struct err *err);

/* The same questions ranked by shared words, without Postgres. */
void trial_overlap(const struct judged *set, struct trial_result *result_out);

#endif
