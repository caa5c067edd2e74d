/*
 * look: what the streams of a process wait for, looked up in Postgres in one trip.
 */
#include "web/look.h"

#include "base/clock.h"
#include "db/pipe.h"
#include "web/floor.h"
#include "web/post.h"

#include <assert.h>
#include <string.h>

#define POSTGRES_US 10000000
#define HORIZON_US  30000000 /* between two horizons */
#define WATCH_US    1000000  /* between two looks at watched resources */
#define ARENA_FIRST ((size_t)64 << 10)

static const struct claims no_claims = {.kind = CLAIMS_NONE};

/* The statements of one look and what they ask about. */
struct trip {
    struct look *look;
    struct pipe *pipe;
    struct array *tenants, *names, *numbers;
    size_t count;
    struct call *horizon, *due, *words, *told, *versions;
    bool all;     /* not only what a notification named */
    bool watches; /* it is time to look at what does not tell of itself */
    bool turns;   /* something is said of streams that take turns */
};

static void
arrays_start(struct trip *trip)
{
    trip->tenants = array_new(trip->pipe, ARRAY_TEXT);
    trip->names = array_new(trip->pipe, ARRAY_TEXT);
    trip->count = 0;
}

static struct str
keep(const struct trip *trip, const char *text)
{
    return str_of(arena_strdup(trip->look->arena, text));
}

static void
due_add(void *own, struct stream *stream)
{
    struct trip *trip = own;

    if (stream->id[0] == '\0' || (!stream->is_due && !trip->all))
        return;
    array_str(trip->tenants, keep(trip, stream->tenant));
    array_str(trip->names, keep(trip, stream->id));
    array_long(trip->numbers, stream->seen);
    stream->is_due = false;
    trip->count++;
}

static void
ask_due(struct trip *trip)
{
    arrays_start(trip);
    trip->numbers = array_new(trip->pipe, ARRAY_LONG);
    streams_each(trip->look->streams, due_add, trip);
    if (trip->count == 0)
        return;
    trip->due = pipe_add(trip->pipe, STMT_stream_due);
    call_array(trip->due, trip->tenants);
    call_array(trip->due, trip->names);
    call_array(trip->due, trip->numbers);
}

static void
watched_add(void *own, struct stream *stream)
{
    struct trip *trip = own;

    for (size_t i = 0; i < stream->topics_count; i++) {
        const char *name = stream->topics[i].name;

        if (!str_starts(str_of(name), STREAM_RESOURCE))
            continue;
        array_str(trip->tenants, keep(trip, stream->tenant));
        array_str(trip->names, keep(trip, name + strlen(STREAM_RESOURCE)));
        trip->count++;
    }
}

static void
ask_versions(struct trip *trip)
{
    if (!trip->watches)
        return;
    arrays_start(trip);
    streams_each(trip->look->streams, watched_add, trip);
    if (trip->count == 0)
        return;
    trip->versions = pipe_add(trip->pipe, STMT_stream_versions);
    call_array(trip->versions, trip->tenants);
    call_array(trip->versions, trip->names);
}

static void
ask_turns(struct trip *trip)
{
    trip->turns = floor_ask(trip->pipe, trip->look->arena, trip->look->streams,
                            trip->look->holder, trip->all, trip->watches);
}

static void
asking_add(void *own, struct stream *stream)
{
    struct trip *trip = own;

    if (!stream->is_asking)
        return;
    array_str(trip->tenants, keep(trip, stream->tenant));
    array_str(trip->names, keep(trip, stream->control));
    stream->is_asking = false;
    trip->count++;
}

static void
ask_words(struct trip *trip)
{
    const struct buf *words = &trip->look->words;

    arrays_start(trip);
    streams_each(trip->look->streams, asking_add, trip);
    for (size_t at = 0; at < words->len; at += strlen(words->data + at) + 1) {
        array_str(trip->tenants, (struct str){words->data + at, UUID_TEXT - 1});
        array_str(trip->names, str_of(words->data + at + UUID_TEXT));
        trip->count++;
    }
    if (trip->count == 0)
        return;
    trip->words = pipe_add(trip->pipe, STMT_stream_said);
    call_array(trip->words, trip->tenants);
    call_array(trip->words, trip->names);
}

static void
tenant_add(void *own, struct stream *stream)
{
    struct trip *trip = own;

    array_str(trip->tenants, keep(trip, stream->tenant));
    trip->count++;
}

static void
ask_told(struct trip *trip)
{
    if (!trip->all || trip->look->before[0] == '\0')
        return;
    arrays_start(trip);
    streams_each(trip->look->streams, tenant_add, trip);
    if (trip->count == 0)
        return;
    trip->told = pipe_add(trip->pipe, STMT_stream_told);
    call_array(trip->told, trip->tenants);
    call_text(trip->told, trip->look->before);
}

static void
ask_horizon(struct trip *trip)
{
    if (clock_us() < trip->look->horizon_at && !trip->all)
        return;
    trip->look->horizon_at = clock_us() + HORIZON_US;
    trip->horizon = pipe_add(trip->pipe, STMT_stream_horizon);
}

/* A transaction is visible a moment before those who listen are told of it; hence what was told
   is looked up from the horizon before the last one. */
static void
take_horizon(struct look *look, const struct call *horizon)
{
    const char *text;

    if (horizon == NULL)
        return;
    text = str_copy(look->arena, call_cell(horizon, 0, 0));
    assert(strlen(text) < LOOK_HORIZON); /* 20 digits at most */
    strcpy(look->before, look->horizon[0] == '\0' ? text : look->horizon);
    strcpy(look->horizon, text);
}

struct sent {
    struct str stream;
    long number;
};

static void
sent_one(void *own, struct stream *stream)
{
    const struct sent *sent = own;

    if (str_is(sent->stream, stream->id) && stream->seen < sent->number)
        stream->seen = sent->number;
}

static void
take_due(struct look *look, const struct call *due)
{
    for (size_t i = 0; due != NULL && i < call_rows(due); i++) {
        struct sent sent = {call_cell(due, i, 0), call_cell_long(due, i, 1)};

        streams_each(look->streams, sent_one, &sent);
        post_send(look->streams, sent.stream, sent.number, call_cell(due, i, 2),
                  call_cell_bool(due, i, 3));
    }
}

static void
take_topics(struct look *look, const struct call *topics)
{
    for (size_t i = 0; topics != NULL && i < call_rows(topics); i++)
        post_tell(look->streams, call_cell(topics, i, 0), call_cell(topics, i, 1),
                  call_cell(topics, i, 2));
}

struct changed {
    struct str tenant, uri;
    long version;
    bool any;
};

static void
changed_one(void *own, struct stream *stream)
{
    struct changed *changed = own;

    if (!str_is(changed->tenant, stream->tenant))
        return;
    for (size_t i = 0; i < stream->topics_count; i++) {
        struct stream_topic *topic = &stream->topics[i];

        if (topic->version == changed->version ||
            !str_starts(str_of(topic->name), STREAM_RESOURCE) ||
            !str_is(changed->uri, topic->name + strlen(STREAM_RESOURCE)))
            continue;
        topic->version = changed->version;
        changed->any = true;
    }
}

static void
take_versions(struct look *look, const struct call *versions)
{
    for (size_t i = 0; versions != NULL && i < call_rows(versions); i++) {
        struct changed changed = {call_cell(versions, i, 0), call_cell(versions, i, 1),
                                  call_cell_long(versions, i, 2), false};

        streams_each(look->streams, changed_one, &changed);
        if (changed.any)
            post_tell(look->streams, changed.tenant,
                      str_of(str_format(look->arena, STREAM_RESOURCE "%.*s",
                                        (int)changed.uri.len, changed.uri.at)),
                      (struct str){NULL, 0});
    }
}

static void
take_all(const struct trip *trip)
{
    take_topics(trip->look, trip->told);
    take_topics(trip->look, trip->words);
    take_versions(trip->look, trip->versions);
    take_due(trip->look, trip->due);
    take_horizon(trip->look, trip->horizon);
}

static bool
is_empty(const struct trip *trip)
{
    return !trip->turns && trip->due == NULL && trip->words == NULL && trip->told == NULL &&
           trip->versions == NULL && trip->horizon == NULL;
}

bool
look_up(struct look *look, bool all, struct err *err)
{
    struct trip trip = {.look = look, .all = all};
    bool right;

    trip.watches = all || clock_us() >= look->watched_at;
    if (trip.watches)
        look->watched_at = clock_us() + WATCH_US;
    trip.pipe = pipe_new(look->conn, look->arena, &no_claims);
    ask_due(&trip);
    ask_words(&trip);
    ask_told(&trip);
    ask_versions(&trip);
    ask_turns(&trip);
    ask_horizon(&trip);
    right = is_empty(&trip) || pipe_run(trip.pipe, clock_us() + POSTGRES_US, err);
    if (right)
        take_all(&trip);
    arena_reset(look->arena);
    buf_start(&look->words, look->arena, 128);
    return right;
}

bool
look_begin(struct look *look, struct err *err)
{
    struct pipe *pipe = pipe_new(look->conn, look->arena, &no_claims);

    uuid_new(look->holder);
    call_text(pipe_add(pipe, STMT_stream_hold), look->holder);
    return pipe_run(pipe, clock_us() + POSTGRES_US, err);
}

int64_t
look_next(const struct look *look)
{
    return look->horizon_at < look->watched_at ? look->horizon_at : look->watched_at;
}

void
look_start(struct look *look, struct streams *streams, const char *conninfo)
{
    *look = (struct look){.streams = streams};
    look->conn = conn_new(conninfo, "kvasir-fcgi streams");
    look->arena = arena_new(ARENA_FIRST);
    buf_start(&look->words, look->arena, 128);
}

void
look_end(struct look *look)
{
    conn_free(look->conn);
    arena_free(look->arena);
}

void
look_want(struct look *look, struct str tenant, struct str topic)
{
    buf_add(&look->words, tenant.at, tenant.len);
    buf_byte(&look->words, ' ');
    buf_add(&look->words, topic.at, topic.len);
    buf_byte(&look->words, '\0');
}
