/*
 * stream: a response that stays open: what a handler asks for, and the connection that it
 * becomes.
 *
 * A handler writes its first events into ctx->reply.body, fills a plan and puts it into
 * ctx->reply.stream; from then on the connection belongs to web/streams.c and no thread waits
 * for it.  What comes later is told from Postgres, by any process: kvasir.stream_tell() for
 * topics and kvasir.stream_send() for messages (sql/functions/stream.sql).  Events are those of
 * text/event-stream (HTML, "Server-sent events").
 */
#ifndef WEB_STREAM_H
#define WEB_STREAM_H

#include "base/buf.h"
#include "base/str.h"
#include "base/uuid.h"
#include "web/fcgi.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stream_topic {
    const char *name; /* as stream_tell() names it */
    int64_t version;  /* of a watched resource: what the client knows of; else 0 */
    int64_t told;     /* clock_us() at which it was told while another stream had the floor;
                         0: it was not (web/floor.h's) */
};

/* Topics beginning so are watched, too: their version is looked up now and then. */
#define STREAM_RESOURCE "resource "

/* All is copied when the handler has returned; texts may be NULL where nothing is said else. */
struct stream_plan {
    const char *tenant; /* never NULL: the tenant's uuid */
    const char *key;    /* the API key by which it was opened: it ends with it */
    int64_t expires;    /* clock_wall() at which that key ends; 0: never */
    const char *id;     /* uuid that stream_send() names; NULL: there are no messages */
    long seen;          /* the number of the last message that the client has; 0: none */
    const struct stream_topic *topics;
    size_t topics_count;
    const char *control;   /* the topic whose words are [[topic, version], ...]: more topics,
                              instead of those that it brought before;
                             without words: the stream ends */
    struct str controlled; /* what it brought last, as far as the handler knows */
    bool
        takes_turns; /* of all streams with this control, one at a time is told (web/floor.h) */
    bool ends_work;  /* when the client leaves, what works for the answer is cancelled */
    const char *farewell; /* the last event when the process ends */
    const char *tag;      /* the wire's own, for event() */
    /* Write the event for a topic that was told with the words `said` (JSON, or absent). */
    void (*event)(const char *tag, struct str topic, struct str said, struct buf *to);

    struct str head, first; /* set by web/answer.c: the CGI header, the first events */
    const char *request_id; /* the same, for the log */
};

/* An event that carries a message: `id` is a message's number in stream `stream`, -1: no id. */
void stream_event(struct buf *to, const char *stream, long id, struct str message);

enum stream_state {
    STREAM_OPEN,
    STREAM_ENDING, /* its last bytes wait for the client */
    STREAM_GONE,   /* the client, or the way to it, is lost */
};

struct stream {
    struct stream *next, **link; /* web/streams.c's */
    struct fcgi_open at;
    void *peer; /* who wants the connection back */
    enum stream_state state;
    const char *why; /* it does not go on */
    bool is_waiting; /* `first` is held back until topics are listened to */
    bool is_awaited; /* epoll tells when more can be written */
    char tenant[UUID_TEXT], id[UUID_TEXT];
    char place[UUID_TEXT]; /* its name among those that take turns; "": it takes none */
    bool is_silent;        /* another one of those has the floor */
    bool ends_work;        /* as in the plan */
    bool is_joining;       /* the others do not know of it yet */
    int64_t left;          /* clock_us() at which it ended */
    char *key, *control, *farewell, *tag, *first, *request_id;
    size_t first_len;
    int64_t expires;
    void (*event)(const char *tag, struct str topic, struct str said, struct buf *to);
    char *names_fixed, *names;   /* of the topics: of the fixed ones, of the others */
    struct stream_topic *topics; /* fixed ones, then those that control brought */
    size_t topics_count, topics_fixed;
    long seen;          /* messages up to this one are looked up */
    bool is_due;        /* there may be more of them */
    bool is_asking;     /* what control brought may be old */
    unsigned char *out; /* records not written yet; NULL: none */
    size_t out_at, out_len, out_room;
    int64_t began, wrote; /* clock_us() of the beginning and of the last byte that went out */
};

struct stream *stream_new(const struct stream_plan *plan, const struct fcgi_open *at,
                          void *peer);
void stream_free(struct stream *stream);

/* Write, or keep up to `most` bytes for later; more than that is not waited for: STREAM_GONE.
 */
void stream_say(struct stream *stream, const void *bytes, size_t len, size_t most);
/* Go on writing what was kept. */
void stream_flush(struct stream *stream);
/* After what was said: the end. */
void stream_end(struct stream *stream, const char *why);

void stream_log_end(const struct stream *stream);

bool stream_has_topic(const struct stream *stream, struct str topic);
/* The topic, or NULL. */
struct stream_topic *stream_topic(const struct stream *stream, struct str topic);
/* Replace what `control` brought: `said` is JSON text; what is not of its form brings nothing.
 */
void stream_set_topics(struct stream *stream, struct str said, struct arena *arena);

#endif
