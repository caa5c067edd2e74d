/*
 * trial: a judged set loaded into a tenant of its own and asked all its questions.
 */
#include "eval/trial.h"

#include "base/clock.h"
#include "graph/link.h"
#include "ingest/spread.h"
#include "search/search_embed.h"
#include "search/search_emit.h"
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

/* The title also by itself, absent without one. */
static struct str
metadata(struct arena *arena, struct str title)
{
    struct emit emit;
    struct buf buf;

    if (title.at == NULL)
        return title;
    buf_start(&buf, arena, title.len + 16);
    emit_start(&emit, &buf);
    emit_object(&emit, NULL);
    emit_str(&emit, "title", title);
    emit_object_end(&emit);
    return (struct str){buf.data, buf.len};
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
        record->metadata = metadata(arena, set->docs[i].title);
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

/* What the documents speak of, without waiting for an engine. */
static bool
link_all(struct trial *trial, const struct judged *set, struct arena *arena, struct err *err)
{
    struct claims claims = claims_of(trial);
    size_t done = 0, taken = 0;

    do {
        arena_reset(arena);
        if (!link_own(trial->conn, &claims, arena, STR(COLLECTION_DATABASE), str_of(set->name),
                      &taken, err))
            return false;
        done += taken;
        if (trial->progress != NULL && taken > 0)
            trial->progress(set->name, "links", done, set->docs_count);
    } while (taken > 0);
    return true;
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
            trial->progress(set->name, "documents", from + BATCH, set->docs_count);
    }
    good = good && link_all(trial, set, arena, err);
    arena_free(arena);
    return good;
}

/* The ids that a search finds, best first. */
static bool
rank(struct trial *trial, struct search *search, struct arena *arena, struct str *ranking,
     size_t *count_out, struct err *err)
{
    struct claims claims = claims_of(trial);
    struct call *call;

    if (!search_embed(search, trial->service, arena, err) ||
        !search_run(search, trial->conn, arena, &claims, clock_us() + PATIENCE_US, &call, err))
        return false;
    *count_out = search_hits(search, call);
    for (size_t i = 0; i < *count_out; i++)
        ranking[i] = search_hit_id(search, call, i);
    return true;
}

/* How a question is asked. */
struct manner {
    const struct way *way;
    double weight;
};

static bool
ask(struct trial *trial, const struct judged *set, const struct judged_query *query,
    struct manner manner, struct trial_answer *answer, struct err *err)
{
    struct arena *arena = arena_new(1 << 16);
    int64_t begin = clock_us();
    struct str ranking[DEPTH];
    struct search search;
    size_t count = 0;
    bool good = true;

    search_start(&search, arena);
    search.collection = str_of(set->name);
    search.mode = manner.way->mode;
    search.query = query->text;
    search.weight = manner.weight;
    search.limit = DEPTH;
    if (manner.way->is_overlap)
        count = measure_overlap(arena, set, query->text, ranking, DEPTH);
    else
        good = rank(trial, &search, arena, ranking, &count, err);
    answer->ms = (double)(clock_us() - begin) / 1000.0;
    answer->measure = measure_ranking(query, ranking, count);
    arena_free(arena);
    return good;
}

bool
trial_ask(struct trial *trial, const struct judged *set, const struct way *way, double weight,
          struct trial_answer *answers, struct err *err)
{
    struct manner manner = {way, weight};

    for (size_t i = 0; i < set->queries_count; i++) {
        if (!ask(trial, set, &set->queries[i], manner, &answers[i], err))
            return false;
        if (trial->progress != NULL)
            trial->progress(set->name, way->name, i + 1, set->queries_count);
    }
    return true;
}
