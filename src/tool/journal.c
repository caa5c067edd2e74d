/*
 * journal: ends of calls that asked nothing of Postgres, written behind, many at once.
 */
#include "tool/journal.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/signals.h"
#include "db/pipe.h"
#include "tool/canon.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LINES_MOST  4096
#define GATHER_MS   20
#define RETRY_MS    500
#define WRITE_US    5000000
#define LAST_US     2000000 /* for what waits when the process ends */
#define KNOWN_US    1000000
#define KNOWN_SLOTS 1024
#define ARENA_FIRST ((size_t)64 << 10)

struct line {
    struct journal_line said;
    struct claims claims;
    bool written;
};

struct batch {
    struct arena *arena;
    struct line lines[LINES_MOST];
    size_t count;
};

struct journal {
    pthread_mutex_t lock;
    pthread_cond_t some;
    pthread_t thread;
    bool ends;
    struct conn *conn; /* the thread's */
    struct batch *gathers, *goes;
    struct {
        uint64_t caller;
        unsigned char hash[32]; /* of a key; zeros: open access */
        int64_t until;
    } known[KNOWN_SLOTS];
};

static uint64_t
mix(uint64_t sum, const void *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        sum = (sum ^ ((const unsigned char *)bytes)[i]) * 1099511628211u;
    return sum;
}

/* A number for the caller and the scope, to find them by. */
static uint64_t
caller_of(const struct claims *claims)
{
    uint64_t sum = 14695981039346656037u;

    if (claims->kind == CLAIMS_KEY)
        memcpy(&sum, claims->key_hash, sizeof sum);
    else
        sum = mix(sum, claims->tenant, strlen(claims->tenant));
    return mix(sum, claims->scope, strlen(claims->scope));
}

void
journal_learn(struct journal *journal, const struct claims *claims)
{
    uint64_t caller = caller_of(claims);
    size_t slot = (caller >> 32) % KNOWN_SLOTS;

    pthread_mutex_lock(&journal->lock);
    journal->known[slot].caller = caller;
    memcpy(journal->known[slot].hash, claims->key_hash, sizeof claims->key_hash);
    journal->known[slot].until = clock_us() + KNOWN_US;
    pthread_mutex_unlock(&journal->lock);
}

bool
journal_knows(struct journal *journal, const struct claims *claims)
{
    uint64_t caller = caller_of(claims);
    size_t slot = (caller >> 32) % KNOWN_SLOTS;
    bool knows;

    pthread_mutex_lock(&journal->lock);
    knows = journal->known[slot].caller == caller &&
            memcmp(journal->known[slot].hash, claims->key_hash, sizeof claims->key_hash) == 0 &&
            clock_us() < journal->known[slot].until;
    pthread_mutex_unlock(&journal->lock);
    return knows;
}

static const char *
copy(struct arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_strdup(arena, text);
}

static void
line_copy(struct arena *arena, struct line *line, const struct claims *claims,
          const struct journal_line *said)
{
    unsigned char *digest = arena_take(arena, CANON_DIGEST);

    memcpy(digest, said->digest, CANON_DIGEST);
    line->written = false;
    line->claims = *claims;
    line->claims.tenant = copy(arena, claims->tenant);
    line->claims.key_id = copy(arena, claims->key_id);
    line->claims.request_id = copy(arena, claims->request_id);
    line->claims.trace = copy(arena, claims->trace);
    line->said = *said; /* names of tools, wires and outcomes outlive the process's threads */
    line->said.event = copy(arena, said->event);
    line->said.tool = copy(arena, said->tool);
    line->said.digest = digest;
}

bool
journal_put(struct journal *journal, const struct claims *claims,
            const struct journal_line *said)
{
    struct batch *batch;
    bool room;

    pthread_mutex_lock(&journal->lock);
    batch = journal->gathers;
    room = batch->count < LINES_MOST;
    if (room)
        line_copy(batch->arena, &batch->lines[batch->count++], claims, said);
    if (room && batch->count == 1)
        pthread_cond_signal(&journal->some);
    pthread_mutex_unlock(&journal->lock);
    return room;
}

static bool
same_caller(const struct claims *a, const struct claims *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == CLAIMS_KEY)
        return memcmp(a->key_hash, b->key_hash, sizeof a->key_hash) == 0;
    return strcmp(a->tenant, b->tenant) == 0;
}

/* One caller's lines as the columns of one statement. */
struct columns {
    struct array *tools, *events, *took, *wires, *outcomes, *digests, *requests, *traces, *at;
};

static void
columns_start(struct pipe *pipe, struct columns *to)
{
    to->tools = array_new(pipe, ARRAY_TEXT);
    to->events = array_new(pipe, ARRAY_JSONB);
    to->took = array_new(pipe, ARRAY_LONG);
    to->wires = array_new(pipe, ARRAY_TEXT);
    to->outcomes = array_new(pipe, ARRAY_TEXT);
    to->digests = array_new(pipe, ARRAY_BYTES);
    to->requests = array_new(pipe, ARRAY_TEXT);
    to->traces = array_new(pipe, ARRAY_TEXT);
    to->at = array_new(pipe, ARRAY_LONG);
}

static void
columns_add(struct columns *to, const struct line *line)
{
    array_str(to->tools, str_of(line->said.tool));
    array_str(to->events, str_of(line->said.event));
    array_long(to->took, line->said.ms);
    array_str(to->wires, str_of(line->said.wire));
    array_str(to->outcomes, str_of(line->said.outcome));
    array_bytes(to->digests, line->said.digest, CANON_DIGEST);
    array_str(to->requests, str_of(line->claims.request_id));
    array_str(to->traces, str_of(line->claims.trace));
    array_long(to->at, (long)line->said.at_us);
}

static void
bind(struct call *call, const struct claims *who, const struct columns *columns)
{
    bool key = who->kind == CLAIMS_KEY;

    call_text(call, key ? NULL : who->tenant);
    call_text(call, key ? who->key_id : NULL);
    if (key)
        call_bytes(call, who->key_hash, sizeof who->key_hash);
    else
        call_null(call);
    call_array(call, columns->tools);
    call_array(call, columns->events);
    call_array(call, columns->took);
    call_array(call, columns->wires);
    call_array(call, columns->outcomes);
    call_array(call, columns->digests);
    call_array(call, columns->requests);
    call_array(call, columns->traces);
    call_array(call, columns->at);
}

/* All lines of the caller of the first that is not written. */
static bool
write_caller(struct journal *journal, struct batch *batch, size_t first, int64_t deadline,
             struct err *err)
{
    static const struct claims nobody = {.kind = CLAIMS_NONE};
    struct pipe *pipe = pipe_new(journal->conn, batch->arena, &nobody);
    const struct claims *who = &batch->lines[first].claims;
    struct columns columns;
    bool done;

    columns_start(pipe, &columns);
    for (size_t i = first; i < batch->count; i++)
        if (same_caller(&batch->lines[i].claims, who))
            columns_add(&columns, &batch->lines[i]);
    bind(pipe_add(pipe, STMT_call_ends), who, &columns);
    done = pipe_run(pipe, deadline, err);
    /* What may have arrived is not written a second time, nor what Postgres refuses. */
    for (size_t i = first; (done || err->kind != ERR_BUSY) && i < batch->count; i++)
        if (same_caller(&batch->lines[i].claims, who))
            batch->lines[i].written = true;
    return done;
}

/* False: Postgres is away, and what was not written waits. */
static bool
write_batch(struct journal *journal, struct batch *batch, int64_t deadline)
{
    for (size_t i = 0; i < batch->count; i++) {
        struct err err = {.kind = ERR_NONE};

        if (batch->lines[i].written || write_caller(journal, batch, i, deadline, &err))
            continue;
        if (err.kind == ERR_BUSY)
            return false;
        log_say(LOG_ERROR_LEVEL, "journal.lost", "calls of tools are not in the audit: %s (%s)",
                err.text, err.detail);
    }
    batch->count = 0;
    arena_reset(batch->arena);
    return true;
}

/* With the lock: wait so long, or until the end is called for. */
static void
pause_for(struct journal *journal, long ms)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += ms * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    for (int late = 0; !journal->ends && late == 0;)
        late = pthread_cond_timedwait(&journal->some, &journal->lock, &until);
}

/* With the lock: what goes next; NULL at the end. */
static struct batch *
next_batch(struct journal *journal)
{
    struct batch *batch = journal->goes;

    if (batch->count > 0) {
        pause_for(journal, RETRY_MS);
        return journal->ends ? NULL : batch;
    }
    while (journal->gathers->count == 0 && !journal->ends)
        pthread_cond_wait(&journal->some, &journal->lock);
    pause_for(journal, GATHER_MS);
    if (journal->gathers->count == 0)
        return NULL;
    journal->goes = journal->gathers;
    journal->gathers = batch;
    return journal->goes;
}

static void *
journal_main(void *argument)
{
    struct journal *journal = argument;
    struct batch *batch;

    signals_block();
    pthread_mutex_lock(&journal->lock);
    while ((batch = next_batch(journal)) != NULL) {
        pthread_mutex_unlock(&journal->lock);
        write_batch(journal, batch, clock_us() + WRITE_US);
        pthread_mutex_lock(&journal->lock);
    }
    pthread_mutex_unlock(&journal->lock);
    return NULL;
}

static struct batch *
batch_new(void)
{
    struct batch *batch = calloc(1, sizeof *batch);

    if (batch == NULL)
        abort();
    batch->arena = arena_new(ARENA_FIRST);
    return batch;
}

static void
batch_free(struct batch *batch)
{
    arena_free(batch->arena);
    free(batch);
}

struct journal *
journal_new(const char *conninfo)
{
    struct journal *journal = calloc(1, sizeof *journal);
    pthread_condattr_t monotonic;

    if (journal == NULL)
        abort();
    pthread_mutex_init(&journal->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&journal->some, &monotonic);
    pthread_condattr_destroy(&monotonic);
    journal->gathers = batch_new();
    journal->goes = batch_new();
    journal->conn = conn_new(conninfo, "kvasir-journal");
    if (pthread_create(&journal->thread, NULL, journal_main, journal) != 0)
        abort(); /* at start, out of memory or processes: as everywhere */
    return journal;
}

void
journal_free(struct journal *journal)
{
    if (journal == NULL)
        return;
    pthread_mutex_lock(&journal->lock);
    journal->ends = true;
    pthread_cond_signal(&journal->some);
    pthread_mutex_unlock(&journal->lock);
    pthread_join(journal->thread, NULL);
    if (!write_batch(journal, journal->goes, clock_us() + LAST_US) ||
        !write_batch(journal, journal->gathers, clock_us() + LAST_US))
        log_say(LOG_ERROR_LEVEL, "journal.lost",
                "%zu calls of tools are not in the audit: Postgres is away",
                journal->goes->count + journal->gathers->count);
    conn_free(journal->conn);
    batch_free(journal->goes);
    batch_free(journal->gathers);
    pthread_cond_destroy(&journal->some);
    pthread_mutex_destroy(&journal->lock);
    free(journal);
}
