/*
 * streams: all open responses of a process, written by one thread that waits with epoll.
 *
 * Other threads leave parcels: a new stream, a topic that was told, a message.  Only the loop
 * writes to streams, adds them to the list and takes them out; the lock is for the list and
 * for what web/look.c notes at streams.
 */
#include "web/streams.h"

#include "base/clock.h"
#include "base/metric.h"
#include "base/signals.h"
#include "web/floor.h"
#include "web/news.h"
#include "web/streams_part.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define EVENTS      64
#define TICK_MS     1000
#define ARENA_FIRST ((size_t)16 << 10)
#define COMMENT     ":\n\n"

/* The list, while only the loop changes it, is read by the loop without the lock. */
static void
stream_list(struct streams *streams, struct stream *stream)
{
    pthread_mutex_lock(&streams->lock);
    stream->next = streams->first;
    stream->link = &streams->first;
    if (stream->next != NULL)
        stream->next->link = &stream->next;
    streams->first = stream;
    pthread_mutex_unlock(&streams->lock);
}

static void
stream_unlist(struct streams *streams, struct stream *stream)
{
    pthread_mutex_lock(&streams->lock);
    *stream->link = stream->next;
    if (stream->next != NULL)
        stream->next->link = stream->link;
    streams->count--;
    pthread_mutex_unlock(&streams->lock);
}

/* The others of its session, or who works for it, have to be told so. */
static void
stream_left(struct streams *streams, struct stream *stream)
{
    stream->left = clock_us();
    pthread_mutex_lock(&streams->lock);
    stream->next = streams->left;
    streams->left = stream;
    pthread_mutex_unlock(&streams->lock);
    news_poke(streams->news);
}

/* Written to its end, or lost: the connection goes back. */
static void
stream_done(struct streams *streams, struct stream *stream)
{
    bool whole = stream->state == STREAM_ENDING;

    epoll_ctl(streams->epoll, EPOLL_CTL_DEL, stream->at.fd, NULL);
    stream_unlist(streams, stream);
    metric_add(METRIC_streams_open, -1);
    stream_log_end(stream);
    streams->rules.back(streams->rules.own, stream->peer, &stream->at,
                        whole && stream->at.keep);
    if (stream->place[0] != '\0' || (stream->ends_work && !whole))
        stream_left(streams, stream);
    else
        stream_free(stream);
}

/* After each thing done to a stream: forget it, or have epoll watch what it waits for. */
static void
settle(struct streams *streams, struct stream *stream)
{
    bool awaits = stream->out != NULL;
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | (awaits ? EPOLLOUT : 0u),
                                .data.ptr = stream};

    if (stream->state == STREAM_GONE || (stream->state == STREAM_ENDING && !awaits)) {
        stream_done(streams, stream);
        return;
    }
    if (awaits != stream->is_awaited)
        epoll_ctl(streams->epoll, EPOLL_CTL_MOD, stream->at.fd, &event);
    stream->is_awaited = awaits;
}

static void
say(struct streams *streams, struct stream *stream, const void *bytes, size_t len)
{
    stream_say(stream, bytes, len, streams->rules.buffer);
}

/* The first events, once nothing that follows upon them can be missed. */
static void
begin(struct streams *streams, struct stream *stream)
{
    if (!stream->is_waiting)
        return;
    stream->is_waiting = false;
    if (stream->first_len > 0)
        say(streams, stream, stream->first, stream->first_len);
    free(stream->first);
    stream->first = NULL;
}

static void
farewell(struct streams *streams, struct stream *stream)
{
    begin(streams, stream);
    if (stream->farewell != NULL)
        say(streams, stream, stream->farewell, strlen(stream->farewell));
    stream_end(stream, "the process ends");
}

static void
take(struct streams *streams, struct stream *stream, struct str head)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data.ptr = stream};

    stream_list(streams, stream);
    metric_add(METRIC_streams_open, 1);
    metric_add(METRIC_streams_total, 1);
    if (epoll_ctl(streams->epoll, EPOLL_CTL_ADD, stream->at.fd, &event) != 0)
        abort(); /* the descriptor is ours and open */
    say(streams, stream, head.at, head.len);
    if (streams->is_heard)
        begin(streams, stream);
    if (streams->says_farewell)
        farewell(streams, stream);
    settle(streams, stream);
    news_poke(streams->news);
}

static void
control(struct streams *streams, struct stream *stream, struct str said)
{
    if (said.at == NULL)
        stream_end(stream, "its session has ended");
    if (stream->event != NULL) {
        pthread_mutex_lock(&streams->lock);
        stream_set_topics(stream, said, streams->arena);
        pthread_mutex_unlock(&streams->lock);
    }
    settle(streams, stream);
}

static void
topic_tell(struct streams *streams, struct stream *stream, const struct parcel *parcel)
{
    struct buf event;

    if (!str_is(parcel->to, stream->tenant))
        return;
    if (stream->control != NULL && str_is(parcel->name, stream->control)) {
        control(streams, stream, parcel->text);
        return;
    }
    if (stream->is_waiting || stream->event == NULL || !stream_has_topic(stream, parcel->name))
        return;
    if (stream->is_silent) {
        floor_note(stream, parcel->name);
        return;
    }
    buf_start(&event, streams->arena, 512);
    stream->event(stream->tag, parcel->name, parcel->text, &event);
    say(streams, stream, event.data, event.len);
    settle(streams, stream);
    arena_reset(streams->arena); /* there may be thousands */
}

static void
message_send(struct streams *streams, struct stream *stream, const struct parcel *parcel)
{
    struct buf event;

    if (!str_is(parcel->to, stream->id))
        return;
    buf_start(&event, streams->arena, parcel->text.len + 128);
    stream_event(&event, stream->id, parcel->number, parcel->text);
    begin(streams, stream);
    say(streams, stream, event.data, event.len);
    if (parcel->last)
        stream_end(stream, "the last message was sent");
    settle(streams, stream);
}

static void
silence(struct streams *streams, struct stream *stream)
{
    pthread_mutex_lock(&streams->lock);
    stream->is_silent = true;
    pthread_mutex_unlock(&streams->lock);
}

static void
key_end(struct streams *streams, struct stream *stream, const struct parcel *parcel)
{
    if (stream->key == NULL || !str_is(parcel->to, stream->key))
        return;
    stream_end(stream, "its key was revoked");
    settle(streams, stream);
}

/* Who is deaf does not know to whom the floor is given. */
static void
heard(struct streams *streams, struct stream *stream, const struct parcel *parcel)
{
    if (parcel->last) {
        begin(streams, stream);
        settle(streams, stream);
    } else if (stream->place[0] != '\0') {
        silence(streams, stream);
    }
}

static void
floor_change(struct streams *streams, struct stream *stream, const struct parcel *parcel)
{
    struct floor_given given;
    struct buf events;

    if (stream->place[0] == '\0' || !str_is(parcel->to, stream->tenant) ||
        !floor_read(parcel->text, &given) || !str_is(given.session, stream->control))
        return;
    buf_start(&events, streams->arena, 512);
    pthread_mutex_lock(&streams->lock);
    floor_take(stream, &given, &events);
    pthread_mutex_unlock(&streams->lock);
    if (events.len > 0)
        say(streams, stream, events.data, events.len);
    settle(streams, stream);
}

static void
parcel_open(struct streams *streams, const struct parcel *parcel)
{
    static void (*const each[])(struct streams *, struct stream *, const struct parcel *) = {
        [PARCEL_TOPIC] = topic_tell, [PARCEL_MESSAGE] = message_send, [PARCEL_KEY] = key_end,
        [PARCEL_HEARD] = heard,      [PARCEL_FLOOR] = floor_change,
    };

    if (parcel->kind == PARCEL_STREAM) {
        take(streams, parcel->stream, parcel->text);
        return;
    }
    if (parcel->kind == PARCEL_HEARD)
        streams->is_heard = parcel->last;
    for (struct stream *stream = streams->first, *next; stream != NULL; stream = next) {
        next = stream->next; /* this one may go */
        each[parcel->kind](streams, stream, parcel);
    }
}

static void
parcels_open(struct streams *streams)
{
    for (struct parcel *parcel = parcel_take(&streams->box), *next; parcel != NULL;
         parcel = next) {
        next = parcel->next;
        parcel_open(streams, parcel);
        parcel_free(parcel);
        arena_reset(streams->arena);
    }
}

static bool
is_set(struct streams *streams, const bool *flag)
{
    bool set;

    pthread_mutex_lock(&streams->lock);
    set = *flag;
    pthread_mutex_unlock(&streams->lock);
    return set;
}

static void
woken(struct streams *streams)
{
    parcels_open(streams);
    if (!is_set(streams, &streams->ending) || streams->says_farewell)
        return;
    streams->says_farewell = true;
    for (struct stream *stream = streams->first, *next; stream != NULL; stream = next) {
        next = stream->next;
        farewell(streams, stream);
        settle(streams, stream);
    }
}

/* nginx sends nothing behind a request but its hang-up or, as the protocol has it, an abort. */
static void
ready(struct streams *streams, struct stream *stream, uint32_t events)
{
    if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) {
        if (stream->state != STREAM_ENDING)
            stream->why = "the client left";
        stream->state = STREAM_GONE;
    } else {
        stream_flush(stream);
    }
    settle(streams, stream);
}

static void
tick_one(struct streams *streams, struct stream *stream, int64_t now)
{
    if (stream->expires != 0 && clock_wall() >= stream->expires)
        stream_end(stream, "its key has expired");
    if (now - stream->wrote < streams->rules.keepalive_us)
        return;
    if (stream->out != NULL) {
        stream->why = "the client does not read";
        stream->state = STREAM_GONE;
    } else {
        say(streams, stream, COMMENT, strlen(COMMENT));
    }
}

static void
tick(struct streams *streams)
{
    int64_t now = clock_us();

    if (now - streams->ticked < TICK_MS * 1000)
        return;
    streams->ticked = now;
    for (struct stream *stream = streams->first, *next; stream != NULL; stream = next) {
        next = stream->next;
        tick_one(streams, stream, now);
        settle(streams, stream);
    }
}

/* An event names a stream by its address, and what is done for another event may end it: those
   of one wait are each of another descriptor, and the wake's comes last. */
static void
events_take(struct streams *streams, const struct epoll_event *events, int count)
{
    bool is_woken = false;

    for (int i = 0; i < count; i++)
        if (events[i].data.ptr == &streams->box)
            is_woken = true;
        else
            ready(streams, events[i].data.ptr, events[i].events);
    if (is_woken)
        woken(streams);
}

static void *
loop_main(void *argument)
{
    struct streams *streams = argument;
    struct epoll_event events[EVENTS];

    signals_block();
    while (!is_set(streams, &streams->leaving)) {
        int wait_ms = streams->first == NULL ? -1 : TICK_MS;
        int count = epoll_wait(streams->epoll, events, EVENTS, wait_ms);

        assert(count >= 0 || errno == EINTR);
        events_take(streams, events, count);
        tick(streams);
    }
    return NULL;
}

struct streams *
streams_new(const struct streams_rules *rules, struct err *err)
{
    struct streams *streams = calloc(1, sizeof *streams);
    struct epoll_event event = {.events = EPOLLIN};

    if (streams == NULL)
        abort();
    streams->rules = *rules;
    pthread_mutex_init(&streams->lock, NULL);
    streams->epoll = epoll_create1(EPOLL_CLOEXEC);
    event.data.ptr = &streams->box;
    if (!parcel_box_open(&streams->box, err) || streams->epoll < 0 ||
        epoll_ctl(streams->epoll, EPOLL_CTL_ADD, streams->box.wake, &event) != 0) {
        err_set(err, ERR_INTERNAL, "cannot wait for streams: %s", strerror(errno));
        parcel_box_close(&streams->box);
        close(streams->epoll);
        free(streams);
        return NULL;
    }
    streams->arena = arena_new(ARENA_FIRST);
    streams->news = news_new(streams, rules->conninfo);
    if (pthread_create(&streams->thread, NULL, loop_main, streams) != 0)
        abort(); /* at start, out of memory or processes: as everywhere */
    return streams;
}

static void
set(struct streams *streams, bool *flag)
{
    pthread_mutex_lock(&streams->lock);
    *flag = true;
    pthread_mutex_unlock(&streams->lock);
    parcel_wake(&streams->box);
}

void
streams_free(struct streams *streams)
{
    if (streams == NULL)
        return;
    news_free(streams->news);
    set(streams, &streams->leaving);
    pthread_join(streams->thread, NULL);
    parcels_open(streams);
    assert(streams->first == NULL);
    streams_forget_left(streams, NULL, NULL);
    close(streams->epoll);
    parcel_box_close(&streams->box);
    pthread_mutex_destroy(&streams->lock);
    arena_free(streams->arena);
    free(streams);
}

void
streams_take(struct streams *streams, const struct stream_plan *plan,
             const struct fcgi_open *at, void *peer)
{
    pthread_mutex_lock(&streams->lock);
    streams->count++;
    pthread_mutex_unlock(&streams->lock);
    parcel_leave(&streams->box, &(struct parcel){.kind = PARCEL_STREAM,
                                                 .stream = stream_new(plan, at, peer),
                                                 .text = plan->head});
}

void
streams_end(struct streams *streams)
{
    set(streams, &streams->ending);
}
