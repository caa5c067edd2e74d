/*
 * stream: a response that stays open: what a handler asks for, and the connection that it
 * becomes.
 */
#include "web/stream.h"

#include "base/clock.h"
#include "base/emit.h"
#include "base/js.h"
#include "base/log.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define OUT_FIRST ((size_t)1024)

static void *
must(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

static char *
copy(const char *text)
{
    return text == NULL ? NULL : must(strdup(text));
}

/* Replaces the topics from that place on; the names of each part are one piece of memory. */
static void
topics_set(struct stream *stream, size_t from, const struct stream_topic *topics, size_t count)
{
    char **names = from == 0 ? &stream->names_fixed : &stream->names, *place;
    size_t room = 0;

    for (size_t i = 0; i < count; i++)
        room += strlen(topics[i].name) + 1;
    free(*names);
    *names = place = must(malloc(room + 1));
    stream->topics_count = from + count;
    if (stream->topics_count > 0)
        stream->topics =
            must(realloc(stream->topics, stream->topics_count * sizeof *stream->topics));
    for (size_t i = 0; i < count; i++) {
        stream->topics[from + i] =
            (struct stream_topic){.name = place, .version = topics[i].version};
        place = stpcpy(place, topics[i].name) + 1;
    }
}

struct stream *
stream_new(const struct stream_plan *plan, const struct fcgi_open *at, void *peer)
{
    struct stream *stream = must(calloc(1, sizeof *stream));

    assert(strlen(plan->tenant) < UUID_TEXT &&
           (plan->id == NULL || strlen(plan->id) < UUID_TEXT));
    strcpy(stream->tenant, plan->tenant);
    strcpy(stream->id, plan->id == NULL ? "" : plan->id);
    stream->at = *at;
    stream->peer = peer;
    stream->key = copy(plan->key);
    stream->expires = plan->expires;
    stream->control = copy(plan->control);
    stream->farewell = copy(plan->farewell);
    stream->tag = copy(plan->tag);
    stream->request_id = copy(plan->request_id);
    stream->event = plan->event;
    stream->seen = plan->seen;
    stream->is_due = plan->id != NULL;
    topics_set(stream, 0, plan->topics, plan->topics_count);
    stream->topics_fixed = plan->topics_count;
    stream->is_asking = plan->control != NULL;
    stream->ends_work = plan->ends_work;
    if (plan->takes_turns) {
        uuid_new(stream->place);
        stream->is_silent = stream->is_joining = true;
    }
    if (plan->controlled.at != NULL) {
        struct arena *arena = arena_new(1024);

        stream_set_topics(stream, plan->controlled, arena);
        arena_free(arena);
    }
    if (plan->first.len > 0)
        stream->first = memcpy(must(malloc(plan->first.len)), plan->first.at, plan->first.len);
    stream->first_len = plan->first.len;
    stream->is_waiting = true;
    stream->began = stream->wrote = clock_us();
    return stream;
}

void
stream_free(struct stream *stream)
{
    free(stream->names_fixed);
    free(stream->names);
    free(stream->topics);
    free(stream->key);
    free(stream->control);
    free(stream->farewell);
    free(stream->tag);
    free(stream->request_id);
    free(stream->first);
    free(stream->out);
    free(stream);
}

static void
gone(struct stream *stream, const char *why)
{
    if (stream->state != STREAM_GONE)
        stream->why = why;
    stream->state = STREAM_GONE;
}

/* An idle stream keeps no buffer. */
static void
out_drop(struct stream *stream)
{
    free(stream->out);
    stream->out = NULL;
    stream->out_at = stream->out_len = stream->out_room = 0;
}

static void
out_add(struct stream *stream, const void *bytes, size_t len)
{
    if (stream->out_room - stream->out_len < len) {
        size_t room = stream->out_room < OUT_FIRST ? OUT_FIRST : stream->out_room;

        while (room - stream->out_len < len)
            room *= 2;
        stream->out = must(realloc(stream->out, room));
        stream->out_room = room;
    }
    memcpy(stream->out + stream->out_len, bytes, len);
    stream->out_len += len;
}

void
stream_flush(struct stream *stream)
{
    while (stream->state != STREAM_GONE && stream->out_at < stream->out_len) {
        ssize_t went = send(stream->at.fd, stream->out + stream->out_at,
                            stream->out_len - stream->out_at, MSG_DONTWAIT | MSG_NOSIGNAL);

        if (went > 0) {
            stream->out_at += (size_t)went;
            stream->wrote = clock_us();
        } else if (errno == EAGAIN) {
            return;
        } else if (errno != EINTR) {
            gone(stream, "the client left");
        }
    }
    out_drop(stream);
}

void
stream_say(struct stream *stream, const void *bytes, size_t len, size_t most)
{
    unsigned char head[FCGI_HEAD];
    const char *at = bytes;

    if (stream->state != STREAM_OPEN)
        return;
    if (stream->out_len - stream->out_at > most) {
        gone(stream, "the client reads too slowly");
        return;
    }
    while (len > 0) {
        size_t part = len < FCGI_MOST ? len : FCGI_MOST;

        fcgi_head(head, &stream->at, part);
        out_add(stream, head, sizeof head);
        out_add(stream, at, part);
        at += part;
        len -= part;
    }
    stream_flush(stream);
}

void
stream_end(struct stream *stream, const char *why)
{
    unsigned char ending[FCGI_ENDING];

    if (stream->state != STREAM_OPEN)
        return;
    fcgi_ending(ending, &stream->at);
    out_add(stream, ending, sizeof ending);
    stream->state = STREAM_ENDING;
    stream->why = why;
    stream_flush(stream);
}

struct stream_topic *
stream_topic(const struct stream *stream, struct str topic)
{
    for (size_t i = 0; i < stream->topics_count; i++)
        if (str_is(topic, stream->topics[i].name))
            return &stream->topics[i];
    return NULL;
}

bool
stream_has_topic(const struct stream *stream, struct str topic)
{
    return stream_topic(stream, topic) != NULL;
}

void
stream_set_topics(struct stream *stream, struct str said, struct arena *arena)
{
    struct err err = {.kind = ERR_NONE};
    struct json_object *list = NULL;
    struct stream_topic *topics;
    size_t count = 0;

    if (said.at == NULL || !js_parse(arena, said, &list, &err))
        return;
    topics = arena_take(arena, (js_count(list) + 1) * sizeof *topics);
    for (size_t i = 0; js_type(list) == JS_ARRAY && i < js_count(list); i++) {
        struct json_object *pair = js_item(list, i);
        struct str name = js_type(pair) == JS_ARRAY && js_count(pair) == 2
                              ? js_str(js_item(pair, 0))
                              : (struct str){NULL, 0};

        if (name.at != NULL)
            topics[count++] = (struct stream_topic){.name = str_copy(arena, name),
                                                    .version = js_long(js_item(pair, 1), 0)};
    }
    topics_set(stream, stream->topics_fixed, topics, count);
}

/* Each line of the message is a line of data; the messages that we write have one. */
void
stream_event(struct buf *to, const char *stream, long id, struct str message)
{
    if (id >= 0) {
        buf_text(to, "id: ");
        buf_text(to, stream);
        buf_byte(to, ':');
        buf_long(to, id);
        buf_byte(to, '\n');
    }
    buf_text(to, "event: message\n");
    while (message.len > 0) {
        const char *end = memchr(message.at, '\n', message.len);
        size_t len = end == NULL ? message.len : (size_t)(end - message.at);

        buf_text(to, "data: ");
        buf_add(to, message.at, len);
        buf_byte(to, '\n');
        message.at += len + (end != NULL);
        message.len -= len + (end != NULL);
    }
    buf_byte(to, '\n');
}

void
stream_log_end(const struct stream *stream)
{
    struct arena *arena = arena_new(512);
    struct buf line;
    struct emit json;

    buf_start(&line, arena, 256);
    emit_start(&json, &line);
    emit_text(&json, "request_id", stream->request_id);
    emit_text(&json, "why", stream->why);
    emit_ms(&json, "ms", clock_us() - stream->began);
    log_line(LOG_INFO_LEVEL, "stream.end", line.data);
    arena_free(arena);
}
