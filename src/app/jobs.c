/*
 * jobs: what the engine does, as a table.
 */
#include "app/jobs.h"

#include "app/notify.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "bus/relay.h"
#include "db/pipe.h"
#include "embed/service.h"
#include "graph/extraction.h"
#include "graph/gather.h"
#include "graph/link.h"
#include "llm/endpoint.h"
#include "search/index_job.h"
#include "task/lane.h"
#include "words/merge.h"
#include "words/move.h"
#include "words/remake.h"

#include <string.h>
#include <unistd.h>

#define POSTGRES_US      10000000
#define RELAY_BUSY_MS    100
#define RELAY_IDLE_MS    500
#define PURGE_BATCH      5000
#define TALLY_ROWS       200
#define WORDS_SECONDS    5   /* that words wait: what is being filled is filled first */
#define WORDS_LEFT       600 /* seconds after which no search reads what it no longer finds */
#define WORDS_IDLE_TURNS 10
#define HOST_LENGTH      256

static const struct claims no_claims = {.kind = CLAIMS_NONE};

static bool
run(struct pipe *pipe, struct err *err)
{
    return pipe_run(pipe, clock_us() + POSTGRES_US, err);
}

/* The relay and how long it has had nothing to do. */
struct relaying {
    struct relay *relay; /* NULL: no Redis in the settings */
    long idle_ms;
};

static bool
relay_start(void **state_out, struct err *err)
{
    static struct relaying relaying;
    struct redis *redis;

    *state_out = &relaying;
    relaying.idle_ms = RELAY_BUSY_MS;
    if (conf_text(CONF_redis)[0] == '\0') {
        log_say(LOG_INFO_LEVEL, "relay.off", "no Redis is set; events stay in Postgres");
        return true;
    }
    if (!redis_new(conf_text(CONF_redis), &redis, err))
        return false;
    relaying.relay =
        relay_new(redis, conf_text(CONF_event_stream), conf_long(CONF_event_stream_max));
    return true;
}

/* After a full batch at once, after some events soon, else a little later each time. */
static bool
relay_run(struct turn *turn, struct err *err)
{
    struct relaying *relaying = turn->state;
    size_t moved;

    turn->wait_ms = RELAY_IDLE_MS;
    if (relaying->relay == NULL)
        return true;
    if (!relay_step(relaying->relay, turn->conn, turn->arena, &moved, err))
        return false;
    if (moved > 0)
        relaying->idle_ms = RELAY_BUSY_MS;
    else if (relaying->idle_ms < RELAY_IDLE_MS)
        relaying->idle_ms += RELAY_BUSY_MS / 5;
    turn->wait_ms = moved == RELAY_BATCH ? 0 : relaying->idle_ms;
    return true;
}

static void
relay_end(struct turn *turn)
{
    struct relaying *relaying = turn->state;

    relay_free(relaying->relay);
    relaying->relay = NULL;
}

/* One statement that deletes a batch of what is older than a setting says, or than its own rows
   say (CONF_COUNT).  Events must have been relayed, where there is a Redis. */
static struct call *
purge_add(struct pipe *pipe, enum stmt_id stmt, enum conf_key retention)
{
    struct call *call = pipe_add(pipe, stmt);

    if (retention != CONF_COUNT)
        call_long(call, conf_long(retention));
    if (stmt == STMT_outbox_purge)
        call_bool(call, conf_text(CONF_redis)[0] != '\0');
    call_long(call, PURGE_BATCH);
    return call;
}

/* A batch more while one of them was full. */
static bool
purge_run(struct turn *turn, struct err *err)
{
    static const struct {
        enum stmt_id stmt;
        enum conf_key retention;
    } purges[] = {
        {STMT_outbox_purge, CONF_event_retention},
        {STMT_stream_purge, CONF_stream_retention},
        {STMT_audit_purge, CONF_audit_retention},
        {STMT_llm_purge, CONF_llm_retention},
        {STMT_extract_purge, CONF_COUNT},
        {STMT_once_purge, CONF_COUNT},
        {STMT_task_purge, CONF_COUNT},
    };
    struct pipe *pipe = pipe_new(turn->conn, turn->arena, &no_claims);
    struct call *calls[sizeof purges / sizeof purges[0]];

    for (size_t i = 0; i < sizeof purges / sizeof purges[0]; i++)
        calls[i] = purge_add(pipe, purges[i].stmt, purges[i].retention);
    if (!run(pipe, err))
        return false;
    for (size_t i = 0; i < sizeof purges / sizeof purges[0]; i++)
        if (call_cell_long(calls[i], 0, 0) == PURGE_BATCH)
            turn->wait_ms = 0;
    return true;
}

static bool
compact_run(struct turn *turn, struct err *err)
{
    struct pipe *pipe = pipe_new(turn->conn, turn->arena, &no_claims);

    call_long(pipe_add(pipe, STMT_tally_compact), TALLY_ROWS);
    return run(pipe, err);
}

static bool
words_start(void **state_out, struct err *err)
{
    static long idle_turns;

    (void)err;
    *state_out = &idle_turns;
    return true;
}

/* A batch more while there were some.  Looking for what to merge counts all that was forgotten:
   it is done after every batch, else now and then. */
static bool
words_run(struct turn *turn, struct err *err)
{
    long *idle_turns = turn->state;
    bool more;

    if (!move_step(turn->conn, turn->arena, WORDS_SECONDS, MOVE_BATCH, &more, err) ||
        !remake_step(turn->conn, turn->arena, WORDS_LEFT, MOVE_BATCH, &more, err))
        return false;
    if ((more || (*idle_turns)++ % WORDS_IDLE_TURNS == 0) &&
        !merge_step(turn->conn, turn->arena, &more, err))
        return false;
    if (more)
        turn->wait_ms = *idle_turns = 0;
    return true;
}

/* Batch after batch while there are some. */
static bool
graph_run(struct turn *turn, struct err *err)
{
    size_t taken = 0;

    if (!link_any(turn->conn, turn->arena, (double)conf_long(CONF_graph_delay), &taken, err))
        return false;
    if (taken > 0)
        turn->wait_ms = 0;
    return true;
}

/* One collection after the other while there are some. */
static bool
gather_run(struct turn *turn, struct err *err)
{
    bool found = false;

    if (!gather_any(turn->conn, turn->arena, (double)conf_long(CONF_community_delay), &found,
                    err))
        return false;
    if (found)
        turn->wait_ms = 0;
    return true;
}

static bool
extract_start(void **state_out, struct err *err)
{
    static struct endpoint *endpoint;
    bool right = endpoint_open(&endpoint, err);

    *state_out = endpoint;
    return right;
}

/* Record after record while there are some. */
static bool
extract_run(struct turn *turn, struct err *err)
{
    bool busy = false;

    if (turn->state == NULL)
        return true;
    if (!extraction_any(turn->state, turn->conn, turn->arena, turn->stop, &busy, err))
        return false;
    if (busy)
        turn->wait_ms = 0;
    return true;
}

static void
extract_end(struct turn *turn)
{
    endpoint_close(turn->state);
}

/* What tools find at ctx->service, as in kvasir-fcgi. */
static bool
tasks_start(void **state_out, struct err *err)
{
    static struct service service;
    static struct err no_model;
    struct embed *embed = NULL;
    struct lane *lane;

    service = (struct service){.redis = conf_text(CONF_redis)};
    if (conf_long(CONF_task_threads) > 0 &&
        (!endpoint_open(&service.llm, err) ||
         !embed_open(conf_text(CONF_model_dir), conf_text(CONF_model), &embed, &no_model)) &&
        err->kind != ERR_NONE)
        return false;
    service.embed = embed;
    service.embed_missing = no_model.text;
    if (!lane_open(&service, &lane, err))
        return false;
    *state_out = lane;
    return true;
}

/* Sleeps until there is something to do. */
static bool
tasks_run(struct turn *turn, struct err *err)
{
    if (turn->state == NULL)
        return true;
    turn->wait_ms = 0;
    return lane_step(turn->state, turn->conn, turn->arena, turn->stop, err);
}

static void
tasks_end(struct turn *turn)
{
    if (turn->state != NULL)
        lane_close(turn->state, turn->conn, turn->arena);
}

static void
bind_self(struct call *call, struct arena *arena)
{
    char *host = arena_take(arena, HOST_LENGTH);

    if (gethostname(host, HOST_LENGTH - 1) != 0)
        strcpy(host, "unknown");
    call_text(call, "kvasir-engine");
    call_text(call, host);
    call_long(call, getpid());
}

/* The watchdog hears from the lane that turns, not from a thread that only waits for signals.
 */
static bool
beat_run(struct turn *turn, struct err *err)
{
    struct pipe *pipe = pipe_new(turn->conn, turn->arena, &no_claims);

    notify_tell("WATCHDOG=1");
    bind_self(pipe_add(pipe, STMT_engine_beat), turn->arena);
    pipe_add(pipe, STMT_engine_forget);
    return run(pipe, err);
}

static void
beat_end(struct turn *turn)
{
    struct pipe *pipe = pipe_new(turn->conn, turn->arena, &no_claims);
    struct err err = {0};

    bind_self(pipe_add(pipe, STMT_engine_leave), turn->arena);
    if (!pipe_run(pipe, clock_us() + 1000000, &err))
        log_say(LOG_DEBUG_LEVEL, "engine.leave", "%s", err.text);
}

static bool
index_start(void **state_out, struct err *err)
{
    static struct index_job job;

    (void)err;
    job = (struct index_job){.threshold = conf_long(CONF_index_threshold),
                             .memory_mb = conf_long(CONF_index_memory),
                             .workers = conf_long(CONF_index_workers)};
    *state_out = &job;
    return true;
}

static bool
index_run(struct turn *turn, struct err *err)
{
    conn_watch(turn->conn, turn->stop);
    return index_job_step(turn->state, turn->conn, turn->arena, err);
}

static bool
yield_run(struct turn *turn, struct err *err)
{
    return index_job_give_way(turn->conn, turn->arena, err);
}

/* clang-format off */
const struct job jobs_table[] = {
    {"relay",     true,  100,   "events from the outbox to the Redis Stream",    relay_start, relay_run,   relay_end},
    {"index",     true,  2000,  "HNSW indexes for collections that have grown",  index_start, index_run,   NULL},
    {"words",     true,  1000,  "words of new records, moved into runs of postings; of all, where they are to be others", words_start, words_run,   NULL},
    {"graph",     true,  1000,  "what new records speak of, stored",             NULL,         graph_run,   NULL},
    {"gather",    true,  5000,  "communities of collections that have changed",  NULL,        gather_run,  NULL},
    {"extract",   true,  1000,  "what a language model reads in records, where a collection wants it", extract_start, extract_run, extract_end},
    {"tasks",     true,  5000,  "what callers do not wait for",                  tasks_start,  tasks_run,   tasks_end},
    {"heartbeat", false, 5000,  "that this engine lives, for readiness",         NULL,        beat_run,    beat_end},
    {"give_way",  false, 1000,  "builds that keep others from a table, cancelled",  NULL,        yield_run,   NULL},
    {"compact",   false, 30000, "tallies of collections, folded",                NULL,        compact_run, NULL},
    {"retention", false, 60000, "what was relayed, used, sent or called long ago, deleted", NULL,        purge_run,   NULL},
};
/* clang-format on */
const size_t jobs_count = sizeof jobs_table / sizeof jobs_table[0];
