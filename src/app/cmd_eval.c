/*
 * cmd_eval: kvasir eval: how well each way of searching answers judged questions.
 */
#include "app/command.h"
#include "app/eval_report.h"
#include "app/visit.h"
#include "base/uuid.h"
#include "search/search.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEPS 20 /* of the weights that --tune tries */

struct plan {
    const char *only;  /* names of sets, comma-separated; NULL: all */
    const char *modes; /* names of ways, likewise */
    double weight;     /* below 0: the embedder's own */
    bool weights;      /* try the whole range */
    bool tune;         /* fit the weight on one half, judge it on the other */
    const char *keep;  /* name of a tenant that stays, with what it has embedded */
    bool json;
};

static const struct option options[] = {
    {"sets", required_argument, NULL, 's'},
    {"modes", required_argument, NULL, 'm'},
    {"weight", required_argument, NULL, 'w'},
    {"weights", no_argument, NULL, 'a'},
    {"tune", no_argument, NULL, 't'},
    {"keep", required_argument, NULL, 'k'},
    {NULL, 0, NULL, 0},
};

static bool
option_take(int option, struct plan *plan)
{
    char *end;

    switch (option) {
    case 's': plan->only = optarg; return true;
    case 'm': plan->modes = optarg; return true;
    case 'a': plan->weights = true; return true;
    case 't': plan->tune = true; return true;
    case 'k': plan->keep = optarg; return true;
    case 'w':
        plan->weight = strtod(optarg, &end);
        return *end == '\0' && plan->weight >= 0 && plan->weight <= 1;
    default: return false;
    }
}

/* Whether a list of names has this one; no list has all. */
static bool
is_wanted(const char *list, const char *name)
{
    size_t len = strlen(name);

    for (const char *at = list; at != NULL; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, name, len) == 0 && (at[len] == ',' || at[len] == '\0'))
            return true;
    }
    return list == NULL;
}

static bool
modes_check(const char *modes, struct err *err)
{
    for (const char *at = modes; at != NULL; at = strchr(at, ',')) {
        at += *at == ',';
        if (way_find((struct str){at, strcspn(at, ",")}) == NULL)
            return err_set(err, ERR_INPUT, "--modes: there is no mode %.*s",
                           (int)strcspn(at, ","), at);
    }
    return true;
}

/* One set while it is judged. */
struct judging {
    const struct plan *plan;
    struct trial *trial;
    struct arena *arena;
    const struct judged *set;
    struct trial_answer *answers; /* room for all its questions */
};

static void
print_row(const struct judging *judging, struct eval_report_row row, const struct judged *set)
{
    struct summary summary = summary_of(judging->arena, set, judging->answers, row.type);

    row.set = set->name;
    eval_report_print(judging->plan->json, &row, &summary);
}

static bool
judge_way(const struct judging *judging, const struct way *way, double weight, struct err *err)
{
    struct eval_report_row row = {
        .how = way->name,
        .weight = way->mode == SEARCH_HYBRID && !way->is_overlap ? weight : -1};
    struct str *types;
    size_t count;

    if (!trial_ask(judging->trial, judging->set, way, weight, judging->answers, err))
        return false;
    print_row(judging, row, judging->set);
    count = summary_types(judging->arena, judging->set, &types);
    for (size_t i = 0; i < count; i++) {
        row.type = types[i];
        print_row(judging, row, judging->set);
    }
    return true;
}

static bool
judge_ways(const struct judging *judging, struct err *err)
{
    const struct way *way;

    for (size_t i = 0; (way = way_row(i)) != NULL; i++) {
        if (!is_wanted(judging->plan->modes, way->name) ||
            (way->by_meaning && judging->trial->service->embed == NULL))
            continue;
        if (!judge_way(judging, way, judging->plan->weight, err))
            return false;
    }
    return true;
}

static bool
judge_weights(const struct judging *judging, struct err *err)
{
    for (int tenth = 1; tenth <= 9; tenth++) {
        if (!judge_way(judging, way_find(STR("hybrid")), tenth / 10.0, err))
            return false;
    }
    return true;
}

/* The mean nDCG@10 of hybrid search at a weight. */
static bool
mean_at(const struct judging *judging, const struct judged *half, double weight,
        double *mean_out, struct err *err)
{
    if (!trial_ask(judging->trial, half, way_find(STR("hybrid")), weight, judging->answers,
                   err))
        return false;
    *mean_out = 0;
    for (size_t i = 0; i < half->queries_count; i++)
        *mean_out += judging->answers[i].measure.value[MEASURE_NDCG10];
    return true;
}

/* The best weight for these questions: of several that are as good the one nearest to the
   usual. */
static bool
weight_fit(const struct judging *judging, const struct judged *half, double usual,
           double *weight_out, struct err *err)
{
    double best = -1, mean = 0;

    for (int step = 0; step <= STEPS; step++) {
        double weight = (double)step / STEPS;

        if (!mean_at(judging, half, weight, &mean, err))
            return false;
        if (mean > best + 1e-9 ||
            (mean > best - 1e-9 && fabs(weight - usual) < fabs(*weight_out - usual))) {
            best = mean;
            *weight_out = weight;
        }
    }
    return true;
}

/* What a fitted weight is worth is told by the questions that it was not fitted on. */
static bool
judge_tuned(const struct judging *judging, struct err *err)
{
    struct judged fit = judged_half(judging->arena, judging->set, false);
    struct judged other = judged_half(judging->arena, judging->set, true);
    double usual = search_weight(embed_model(judging->trial->service->embed));
    double weights[2] = {usual, usual}, mean;

    if (!weight_fit(judging, &fit, usual, &weights[1], err))
        return false;
    for (int i = 0; i < 2; i++) {
        struct eval_report_row row = {
            .how = i == 0 ? "hybrid" : "hybrid tuned", .half = "other", .weight = weights[i]};

        if (!mean_at(judging, &other, weights[i], &mean, err))
            return false;
        print_row(judging, row, &other);
    }
    return true;
}

static bool
judge_set(const struct plan *plan, struct trial *trial, const struct judged *set,
          struct arena *arena, struct err *err)
{
    struct judging judging = {
        plan, trial, arena, set,
        arena_take(arena, (set->queries_count + 1) * sizeof(struct trial_answer))};

    if (!trial_load(trial, set, err) || !judge_ways(&judging, err))
        return false;
    if (trial->service->embed == NULL)
        return true;
    return (!plan->weights || judge_weights(&judging, err)) &&
           (!plan->tune || judge_tuned(&judging, err));
}

static bool
judge_all(const struct plan *plan, struct trial *trial, const char *dir, struct err *err)
{
    struct arena *arena = arena_new(1 << 20);
    struct judged *sets = NULL;
    size_t count = 0;
    bool good = judged_read(arena, dir, &sets, &count, err);

    if (good)
        eval_report_head(plan->json);
    for (size_t i = 0; good && i < count; i++) {
        if (is_wanted(plan->only, sets[i].name))
            good = judge_set(plan, trial, &sets[i], arena, err);
    }
    arena_free(arena);
    return good;
}

static int
eval_run(const struct command_args *args, const struct plan *plan, const char *dir)
{
    struct err err = {.kind = ERR_NONE}, ended = {.kind = ERR_NONE};
    char tenant[UUID_TEXT];
    struct visit visit;
    struct trial trial;

    if (!modes_check(plan->modes, &err) || !visit_begin(&visit, VISIT_WITH_MODEL, false, &err))
        return command_fail(args, &err);
    if (visit.embed == NULL)
        fprintf(stderr, "words only: %s\n", visit.no_model.text);
    uuid_new(tenant);
    trial = (struct trial){
        .conn = visit.conn,
        .service = &visit.service,
        .tenant = str_format(visit.arena, "eval-%s", plan->keep != NULL ? plan->keep : tenant),
        .progress = eval_report_progress};
    if (trial_begin(&trial, &err)) {
        judge_all(plan, &trial, dir, &err);
        if (plan->keep == NULL)
            trial_end(&trial, &ended);
    }
    visit_end(&visit);
    if (err.kind == ERR_NONE)
        err = ended;
    return err.kind == ERR_NONE ? COMMAND_OK : command_fail(args, &err);
}

int
cmd_eval(const struct command_args *args)
{
    struct plan plan = {.weight = -1, .json = args->json};

    for (int option; (option = getopt_long(args->count, args->values, "s:m:w:atk:", options,
                                           NULL)) != -1;) {
        if (!option_take(option, &plan))
            return command_usage(args);
    }
    if (args->values[optind] == NULL || args->values[optind + 1] != NULL)
        return command_usage(args);
    return eval_run(args, &plan, args->values[optind]);
}
