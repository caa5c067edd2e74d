/*
 * relay: move events from the outbox to the Redis Stream, in order, none left out.
 */
#include "bus/relay.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/metric.h"
#include "bus/publish.h"
#include "db/pipe.h"

#include <stdlib.h>

#define POSTGRES_US 10000000
#define REDIS_US    3000000

struct relay {
    struct redis *redis;
    struct publish to;
    bool leads;   /* as far as we know; Postgres decides each time */
    long checked; /* connection to Redis on which the stream's end was compared; 0: none */
    bool away;    /* Redis cannot be reached or refuses; said in the log */
    bool refused; /* the latter: only an accepted event ends it */
};

static const struct claims no_claims = {.kind = CLAIMS_NONE};

struct relay *
relay_new(struct redis *redis, const char *stream, long most)
{
    struct relay *relay = calloc(1, sizeof *relay);

    if (relay == NULL)
        abort();
    relay->redis = redis;
    relay->to = (struct publish){.redis = redis, .stream = stream, .most = most};
    return relay;
}

void
relay_free(struct relay *relay)
{
    if (relay == NULL)
        return;
    redis_free(relay->redis);
    free(relay);
}

static bool
run(struct pipe *pipe, struct err *err)
{
    return pipe_run(pipe, clock_us() + POSTGRES_US, err);
}

static void
redis_failed(struct relay *relay, const struct err *why, bool refused)
{
    metric_add(METRIC_events_relay_errors_total, 1);
    if (!relay->away || relay->refused != refused)
        log_say(LOG_WARN_LEVEL, "relay.redis_away", "%s (%s); events wait in Postgres",
                why->text, why->detail);
    relay->away = true;
    relay->refused = refused;
}

static void
redis_works(struct relay *relay)
{
    if (relay->away)
        log_say(LOG_INFO_LEVEL, "relay.redis_back", "events go to %s again",
                redis_place(relay->redis));
    relay->away = false;
    relay->refused = false;
}

/* Who cannot reach Redis does not lead: another host may be able to. */
static bool
step_down(struct relay *relay, struct conn *conn, struct arena *arena, struct err *err)
{
    struct pipe *pipe;

    if (!relay->leads)
        return true;
    relay->leads = false;
    pipe = pipe_new(conn, arena, &no_claims);
    pipe_add(pipe, STMT_outbox_yield);
    return run(pipe, err);
}

static bool
need_redis(struct relay *relay)
{
    struct err why = {0};

    if (!redis_need(relay->redis, clock_us() + REDIS_US, &why)) {
        redis_failed(relay, &why, false);
        return false;
    }
    if (!relay->refused)
        redis_works(relay);
    return true;
}

/* Ask for the lead and, in the same trip, for the events that are due. */
static bool
fetch(struct relay *relay, struct conn *conn, struct arena *arena, struct call **due_out,
      struct err *err)
{
    struct pipe *pipe = pipe_new(conn, arena, &no_claims);
    struct call *lead = pipe_add(pipe, STMT_outbox_lead);
    bool led = relay->leads;

    *due_out = pipe_add(pipe, STMT_outbox_next);
    call_long(*due_out, RELAY_BATCH);
    relay->leads = false;
    if (!run(pipe, err))
        return false;
    relay->leads = call_cell_bool(lead, 0, 0);
    if (relay->leads && !led) {
        relay->checked = 0;
        log_say(LOG_INFO_LEVEL, "relay.leads", "this process relays events to %s",
                redis_place(relay->redis));
    }
    return true;
}

/* Once per connection: does the stream still end where we left it? */
static bool
check_end(struct relay *relay, struct conn *conn, struct arena *arena, struct err *err)
{
    struct pipe *pipe = pipe_new(conn, arena, &no_claims);
    struct call *rewind = pipe_add(pipe, STMT_outbox_rewind);
    struct err why = {0};
    struct str newest;
    long ms;

    if (!publish_newest(&relay->to, arena, clock_us() + REDIS_US, &newest, &ms, &why)) {
        redis_failed(relay, &why, redis_is_open(relay->redis));
        return true;
    }
    call_str(rewind, newest);
    call_long(rewind, ms);
    call_long(rewind, relay->to.most);
    if (!run(pipe, err))
        return false;
    relay->checked = redis_connects(relay->redis);
    if (call_cell_long(rewind, 0, 0) > 0)
        log_say(LOG_WARN_LEVEL, "relay.stream_lost",
                "Redis lost %ld events; they are sent again", call_cell_long(rewind, 0, 0));
    return true;
}

static struct event *
events_of(const struct call *due, struct arena *arena)
{
    size_t count = call_rows(due);
    struct event *events = arena_take(arena, (count + 1) * sizeof *events);

    for (size_t i = 0; i < count; i++)
        events[i] = (struct event){
            .id = call_cell(due, i, 1),
            .tenant = call_cell(due, i, 2),
            .type = call_cell(due, i, 3),
            .subject = call_cell(due, i, 4),
            .time = call_cell(due, i, 5),
            .data = call_cell(due, i, 6),
            .request = call_cell(due, i, 7),
            .trace = call_cell(due, i, 8),
        };
    return events;
}

static bool
mark(const struct call *due, size_t count, struct conn *conn, struct arena *arena,
     struct err *err)
{
    struct pipe *pipe = pipe_new(conn, arena, &no_claims);
    struct array *ids = array_new(pipe, ARRAY_TEXT);

    for (size_t i = 0; i < count; i++)
        array_str(ids, call_cell(due, i, 0));
    call_array(pipe_add(pipe, STMT_outbox_mark), ids);
    return run(pipe, err);
}

/* Publish what is due and mark what Redis took, a beginning of it. */
static bool
move(struct relay *relay, const struct call *due, struct conn *conn, struct arena *arena,
     size_t *moved_out, struct err *err)
{
    struct err why = {0};
    size_t acked;

    if (publish_events(&relay->to, arena, events_of(due, arena), call_rows(due),
                       clock_us() + REDIS_US, &acked, &why))
        redis_works(relay);
    else
        redis_failed(relay, &why, redis_is_open(relay->redis));
    if (acked > 0 && !mark(due, acked, conn, arena, err))
        return false;
    if (relay->refused)
        redis_drop(relay->redis); /* a later connection may reach a server that accepts */
    metric_add(METRIC_events_relayed_total, (int64_t)acked);
    *moved_out = acked;
    return true;
}

bool
relay_step(struct relay *relay, struct conn *conn, struct arena *arena, size_t *moved_out,
           struct err *err)
{
    struct call *due;

    *moved_out = 0;
    if (!need_redis(relay))
        return step_down(relay, conn, arena, err);
    if (!fetch(relay, conn, arena, &due, err))
        return false;
    if (!relay->leads)
        return true;
    if (relay->checked != redis_connects(relay->redis))
        return check_end(relay, conn, arena, err);
    if (call_rows(due) == 0)
        return true;
    return move(relay, due, conn, arena, moved_out, err);
}
