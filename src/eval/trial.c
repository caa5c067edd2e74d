/*
 * trial: a judged set loaded into a tenant of its own and asked all its questions.
 */
#include "eval/trial.h"

#include "base/clock.h"
#include "ingest/spread.h"
#include "store/collection.h"
#include "store/record.h"

#define BATCH       1024
#define DEPTH       100
#define PATIENCE_US (600 * 1000000LL)

static struct claims
claims_of(const struct trial *trial)
{
    return (struct claims){.kind = CLAIMS_OPEN, .tenant = trial->tenant, .request_id = "eval"};
}

static bool
run(struct pipe *pipe, struct err *err)
{
    return pipe_run(pipe, clock_us() + PATIENCE_US, err);
}

bool
trial_begin(struct trial *trial, struct err *err)
{
    struct claims nobody = {.kind = CLAIMS_NONE};
    struct arena *arena = arena_new(4096);
    struct pipe *pipe = pipe_new(trial->conn, arena, &nobody);
    struct call *call = pipe_add(pipe, STMT_tenant_create);
    bool good;

    call_text(call, trial->tenant);
    call_bool(call, true);
    good = run(pipe, err);
    arena_free(arena);
    return good;
}

bool
trial_end(struct trial *trial, struct err *err)
{
    struct claims claims = claims_of(trial);
    struct arena *arena = arena_new(4096);
    struct pipe *pipe = pipe_new(trial->conn, arena, &claims);
    bool good;

    pipe_add(pipe, STMT_tenant_drop);
    good = run(pipe, err);
    arena_free(arena);
    return good;
}

static void
collection_add(struct trial *trial, struct pipe *pipe, const char *name)
{
    struct collection_wish wish;

    collection_wish_start(&wish, STR(COLLECTION_DATABASE));
    wish.name = str_of(name);
    wish.if_missing = true;
    if (trial->service->embed != NULL) {
        wish.embedder = str_of(embed_model(trial->service->embed));
        wish.dimension = (long)embed_dims(trial->service->embed);
    }
    collection_create(pipe, &wish);
}

/* A trial is alone on the machine: all processors may embed. */
static bool
embed_spread(const struct embed *embed, struct arena *arena, const struct str *texts,
             size_t count, float *vectors, struct err *err)
{
    (void)arena;
    return spread_texts(embed, texts, count, vectors, err);
}

static bool
load_batch(struct trial *trial, const struct judged *set, size_t from, struct arena *arena,
           struct err *err)
{
    struct claims claims = claims_of(trial);
    struct pipe *pipe = pipe_new(trial->conn, arena, &claims);
    struct records records;

    record_start(&records, arena);
    for (size_t i = from; i < set->docs_count && i < from + BATCH; i++) {
        struct record *record = record_add(&records);

        record->id = set->docs[i].id;
        record->text = set->docs[i].text;
    }
    if (!record_embed_by(&records, trial->service->embed, embed_spread, err))
        return false;
    collection_add(trial, pipe, set->name);
    record_put(pipe, STR(COLLECTION_DATABASE), str_of(set->name), &records);
    return run(pipe, err);
}

/* A tenant that was kept holds the set already. */
static bool
is_loaded(struct trial *trial, const struct judged *set, struct arena *arena)
{
    struct claims claims = claims_of(trial);
    struct pipe *pipe = pipe_new(trial->conn, arena, &claims);
    struct call *call =
        collection_describe(pipe, STR(COLLECTION_DATABASE), str_of(set->name), 1, 0);
    struct err missing = {.kind = ERR_NONE};

    return run(pipe, &missing) && call_cell_long(call, 0, 9) == (long)set->docs_count;
}

bool
trial_load(struct trial *trial, const struct judged *set, struct err *err)
{
    struct arena *arena = arena_new(1 << 20);
    bool good = true;

    if (is_loaded(trial, set, arena))
        return arena_free(arena), true;

    for (size_t from = 0; good && from < set->docs_count; from += BATCH) {
        arena_reset(arena);
        good = load_batch(trial, set, from, arena, err);
        if (trial->progress != NULL)
            trial->progress(set->name, from + BATCH, set->docs_count);
    }
    arena_free(arena);
    return good;
}

static bool
ask(struct trial *trial, const struct judged_query *query, struct search *search,
    struct arena *arena, struct measure *measure_out, struct err *err)
{
    struct claims claims = claims_of(trial);
    struct str ranking[DEPTH];
    struct call *call;

    search->query = query->text;
    search->limit = DEPTH;
    if (!search_embed(search, trial->service, arena, err))
        return false;
    if (!search_run(search, trial->conn, arena, &claims, clock_us() + PATIENCE_US, &call, err))
        return false;
    for (size_t i = 0; i < search_hits(search, call); i++)
        ranking[i] = search_hit_id(search, call, i);
    *measure_out = measure_ranking(query, ranking, search_hits(search, call));
    return true;
}

static void
mean_add(struct measure *mean, struct measure one, size_t count)
{
    mean->ndcg10 += one.ndcg10 / (double)count;
    mean->recall10 += one.recall10 / (double)count;
    mean->recall100 += one.recall100 / (double)count;
}

bool
trial_ask(struct trial *trial, const struct judged *set, enum search_mode mode, double weight,
          struct trial_result *result_out, struct err *err)
{
    struct arena *arena = arena_new(1 << 16);
    int64_t begin = clock_us();
    bool good = true;

    *result_out = (struct trial_result){0};
    for (size_t i = 0; good && i < set->queries_count; i++) {
        struct measure one = {0};
        struct search search;

        arena_reset(arena);
        search_start(&search, arena);
        search.collection = str_of(set->name);
        search.mode = mode;
        search.weight = weight;
        good = ask(trial, &set->queries[i], &search, arena, &one, err);
        mean_add(&result_out->mean, one, set->queries_count);
    }
    result_out->ms = (double)(clock_us() - begin) / 1000.0 / (double)set->queries_count;
    arena_free(arena);
    return good;
}

void
trial_overlap(const struct judged *set, struct trial_result *result_out)
{
    struct arena *arena = arena_new(1 << 20);
    int64_t begin = clock_us();

    *result_out = (struct trial_result){0};
    for (size_t i = 0; i < set->queries_count; i++) {
        struct str ranking[DEPTH];
        size_t count;

        arena_reset(arena);
        count = measure_overlap(arena, set, set->queries[i].text, ranking, DEPTH);
        mean_add(&result_out->mean, measure_ranking(&set->queries[i], ranking, count),
                 set->queries_count);
    }
    result_out->ms = (double)(clock_us() - begin) / 1000.0 / (double)set->queries_count;
    arena_free(arena);
}
