/*
 * cmd_eval: kvasir eval: how well each way of searching answers judged questions.
 */
#include "app/command.h"
#include "app/visit.h"
#include "base/uuid.h"
#include "eval/trial.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct plan {
    const char *only; /* names of sets, comma-separated; NULL: all */
    double weight;    /* below 0: the embedder's own */
    bool weights;     /* try the whole range */
    const char *keep; /* name of a tenant that stays, with what it has embedded */
    bool json;
};

static const struct option options[] = {
    {"sets", required_argument, NULL, 's'},
    {"weight", required_argument, NULL, 'w'},
    {"weights", no_argument, NULL, 'a'},
    {"keep", required_argument, NULL, 'k'},
    {NULL, 0, NULL, 0},
};

static bool
option_take(int option, struct plan *plan)
{
    char *end;

    switch (option) {
    case 's': plan->only = optarg; return true;
    case 'a': plan->weights = true; return true;
    case 'k': plan->keep = optarg; return true;
    case 'w':
        plan->weight = strtod(optarg, &end);
        return *end == '\0' && plan->weight >= 0 && plan->weight <= 1;
    default: return false;
    }
}

static bool
is_wanted(const struct plan *plan, const char *name)
{
    size_t len = strlen(name);

    for (const char *at = plan->only; at != NULL; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, name, len) == 0 && (at[len] == ',' || at[len] == '\0'))
            return true;
    }
    return plan->only == NULL;
}

static void
show_progress(const char *what, size_t done, size_t all)
{
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%s: %zu of %zu documents%s", what, done < all ? done : all, all,
                done < all ? "" : "\n");
}

static void
print_row(const struct plan *plan, const char *set, const char *how,
          const struct trial_result *result)
{
    if (plan->json)
        printf("{\"set\":\"%s\",\"mode\":\"%s\",\"ndcg10\":%.4f,\"recall10\":%.4f,"
               "\"recall100\":%.4f,\"ms\":%.2f}\n",
               set, how, result->mean.ndcg10, result->mean.recall10, result->mean.recall100,
               result->ms);
    else
        printf("%-16s %-14s %8.3f %10.3f %11.3f %8.1f\n", set, how, result->mean.ndcg10,
               result->mean.recall10, result->mean.recall100, result->ms);
    fflush(stdout);
}

static bool
ask_weights(const struct plan *plan, struct trial *trial, const struct judged *set,
            struct err *err)
{
    for (int tenth = 1; tenth <= 9; tenth++) {
        struct trial_result result;
        char how[32];

        if (!trial_ask(trial, set, SEARCH_HYBRID, tenth / 10.0, &result, err))
            return false;
        snprintf(how, sizeof how, "hybrid .%d", tenth);
        print_row(plan, set->name, how, &result);
    }
    return true;
}

static bool
judge_set(const struct plan *plan, struct trial *trial, const struct judged *set,
          struct err *err)
{
    static const char *const names[] = {"hybrid", "vector", "lexical"};
    struct trial_result result;

    if (!trial_load(trial, set, err))
        return false;
    trial_overlap(set, &result);
    print_row(plan, set->name, "shared words", &result);
    for (int mode = SEARCH_LEXICAL; mode >= SEARCH_HYBRID; mode--) {
        if (mode != SEARCH_LEXICAL && trial->service->embed == NULL)
            continue;
        if (!trial_ask(trial, set, (enum search_mode)mode, plan->weight, &result, err))
            return false;
        print_row(plan, set->name, names[mode], &result);
    }
    return !plan->weights || trial->service->embed == NULL ||
           ask_weights(plan, trial, set, err);
}

static bool
judge_all(const struct plan *plan, struct trial *trial, const char *dir, struct err *err)
{
    struct arena *arena = arena_new(1 << 20);
    struct judged *sets = NULL;
    size_t count = 0;
    bool good = judged_read(arena, dir, &sets, &count, err);

    if (good && !plan->json)
        printf("%-16s %-14s %8s %10s %11s %8s\n", "set", "mode", "nDCG@10", "recall@10",
               "recall@100", "ms");
    for (size_t i = 0; good && i < count; i++) {
        if (is_wanted(plan, sets[i].name))
            good = judge_set(plan, trial, &sets[i], err);
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

    if (!visit_begin(&visit, VISIT_WITH_MODEL, false, &err))
        return command_fail(args, &err);
    if (visit.embed == NULL)
        fprintf(stderr, "words only: %s\n", visit.no_model.text);
    uuid_new(tenant);
    trial = (struct trial){
        .conn = visit.conn,
        .service = &visit.service,
        .tenant = str_format(visit.arena, "eval-%s", plan->keep != NULL ? plan->keep : tenant),
        .progress = show_progress};
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

    for (int option;
         (option = getopt_long(args->count, args->values, "s:w:ak:", options, NULL)) != -1;) {
        if (!option_take(option, &plan))
            return command_usage(args);
    }
    if (args->values[optind] == NULL || args->values[optind + 1] != NULL)
        return command_usage(args);
    return eval_run(args, &plan, args->values[optind]);
}
