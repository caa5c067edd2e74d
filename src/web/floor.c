/*
 * floor: which of several open responses of one session is told what all of them hear.
 */
#include "web/floor.h"

#include "base/clock.h"
#include "web/streams.h"

#include <limits.h>
#include <string.h>

/* Resources are looked at by each process once a second, so the two of a change of the floor
   may have seen the same change at times so far apart. */
#define WATCH_MS 2000
#define MARGIN_MS                                                                              \
    1000 /* what was written so shortly before the end may have reached nobody                 \
          */

struct names {
    struct arena *arena;
    struct array *tenants, *sessions, *places, *ago;
    size_t count;
    bool all;
};

bool
floor_read(struct str text, struct floor_given *given_out)
{
    struct str ms;

    if (!str_word(&text, &given_out->place) || !str_word(&text, &ms))
        return false;
    given_out->session = text;
    return uuid_is(given_out->place) && str_to_long(ms, 0, INT_MAX, &given_out->ms);
}

void
floor_note(struct stream *stream, struct str topic)
{
    struct stream_topic *at = stream_topic(stream, topic);

    if (at != NULL)
        at->told = clock_us();
}

void
floor_take(struct stream *stream, const struct floor_given *given, struct buf *to)
{
    int64_t now = clock_us();

    if (!str_is(given->place, stream->place)) {
        stream->is_silent = true;
        return;
    }
    for (size_t i = 0; stream->is_silent && i < stream->topics_count; i++) {
        struct stream_topic *topic = &stream->topics[i];
        bool watched = str_starts(str_of(topic->name), STREAM_RESOURCE);
        int64_t ms = watched && given->ms < WATCH_MS ? WATCH_MS : given->ms;

        if (topic->told != 0 && topic->told >= now - ms * 1000)
            stream->event(stream->tag, str_of(topic->name), (struct str){NULL, 0}, to);
        topic->told = 0;
    }
    stream->is_silent = false;
}

static void
names_start(struct names *names, struct pipe *pipe)
{
    names->tenants = array_new(pipe, ARRAY_TEXT);
    names->sessions = array_new(pipe, ARRAY_TEXT);
    names->places = array_new(pipe, ARRAY_TEXT);
    names->ago = array_new(pipe, ARRAY_LONG);
    names->count = 0;
}

static void
names_add(struct names *names, const struct stream *stream)
{
    array_str(names->tenants, str_of(arena_strdup(names->arena, stream->tenant)));
    array_str(names->sessions, str_of(arena_strdup(names->arena, stream->control)));
    array_str(names->places, str_of(arena_strdup(names->arena, stream->place)));
    array_long(names->ago, (clock_us() - stream->left) / 1000 + MARGIN_MS);
    names->count++;
}

static void
join_one(void *own, struct stream *stream)
{
    struct names *names = own;

    if (stream->place[0] == '\0' || (!stream->is_joining && !names->all))
        return;
    stream->is_joining = false;
    names_add(names, stream);
}

struct leaving {
    struct names turns, work;
};

static void
leave_one(void *own, struct stream *stream)
{
    struct leaving *leaving = own;

    if (stream->place[0] != '\0')
        names_add(&leaving->turns, stream);
    if (!stream->ends_work || stream->state != STREAM_GONE)
        return;
    array_str(leaving->work.tenants, str_of(arena_strdup(leaving->work.arena, stream->tenant)));
    array_str(leaving->work.places, str_of(arena_strdup(leaving->work.arena, stream->id)));
    leaving->work.count++;
}

static void
check_one(void *own, struct stream *stream)
{
    if (stream->place[0] != '\0' && stream->is_silent)
        names_add(own, stream);
}

static struct call *
add(struct pipe *pipe, enum stmt_id id, const struct names *names)
{
    struct call *call = pipe_add(pipe, id);

    call_array(call, names->tenants);
    call_array(call, names->sessions);
    return call;
}

static bool
ask_join(struct pipe *pipe, struct streams *streams, const char *holder, struct names *names)
{
    struct call *call;

    names_start(names, pipe);
    streams_each(streams, join_one, names);
    if (names->count == 0)
        return false;
    call = add(pipe, STMT_stream_join, names);
    call_array(call, names->places);
    call_text(call, holder);
    return true;
}

static bool
ask_leave(struct pipe *pipe, struct streams *streams, struct arena *arena)
{
    struct leaving leaving = {.turns.arena = arena, .work.arena = arena};
    struct call *call;

    names_start(&leaving.turns, pipe);
    names_start(&leaving.work, pipe);
    streams_forget_left(streams, leave_one, &leaving);
    if (leaving.turns.count > 0) {
        call = add(pipe, STMT_stream_leave, &leaving.turns);
        call_array(call, leaving.turns.places);
        call_array(call, leaving.turns.ago);
    }
    if (leaving.work.count > 0) {
        call = pipe_add(pipe, STMT_task_abandon);
        call_array(call, leaving.work.tenants);
        call_array(call, leaving.work.places);
    }
    return leaving.turns.count > 0 || leaving.work.count > 0;
}

static bool
ask_check(struct pipe *pipe, struct streams *streams, struct names *names)
{
    names_start(names, pipe);
    streams_each(streams, check_one, names);
    if (names->count > 0)
        add(pipe, STMT_stream_check, names);
    return names->count > 0;
}

bool
floor_ask(struct pipe *pipe, struct arena *arena, struct streams *streams, const char *holder,
          bool all, bool checks)
{
    struct names names = {.arena = arena, .all = all};
    bool joins = ask_join(pipe, streams, holder, &names),
         leaves = ask_leave(pipe, streams, arena);

    return (checks && ask_check(pipe, streams, &names)) || joins || leaves;
}
