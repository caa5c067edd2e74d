/*
 * news: the one connection by which a process hears from Postgres what its streams wait for.
 */
#include "web/news.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/signals.h"
#include "base/uuid.h"
#include "db/notify.h"
#include "web/look.h"
#include "web/post.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define CHANNEL     "kvasir_stream"
#define POSTGRES_US 10000000
#define REST_US     30000000 /* how long an unused connection stays */
#define RETRY_MS    200

struct news {
    struct streams *streams;
    struct look look;
    pthread_t thread;
    int wake;
    pthread_mutex_t lock;
    bool leaving; /* guarded by lock */
    bool is_listening, is_held;
    bool is_away; /* said in the log */
};

static const char *const kinds[] = {
    [NEWS_TOPIC] = "topic ", [NEWS_WORDS] = "words ", [NEWS_STREAM] = "stream ",
    [NEWS_KEY] = "key ",     [NEWS_FLOOR] = "floor ",
};

bool
news_read(const char *payload, enum news_kind *kind_out, struct str *tenant_out,
          struct str *name_out)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t len = strlen(kinds[i]);

        if (strncmp(payload, kinds[i], len) != 0)
            continue;
        payload += len;
        if (strlen(payload) <= UUID_TEXT || payload[UUID_TEXT - 1] != ' ')
            return false;
        *kind_out = (enum news_kind)i;
        *tenant_out = (struct str){payload, UUID_TEXT - 1};
        *name_out = str_of(payload + UUID_TEXT);
        return uuid_is(*tenant_out);
    }
    return false;
}

static bool
is_leaving(struct news *news)
{
    bool leaving;

    pthread_mutex_lock(&news->lock);
    leaving = news->leaving;
    pthread_mutex_unlock(&news->lock);
    return leaving;
}

static void
due_one(void *own, struct stream *stream)
{
    const struct str *name = own;

    if (name->at == NULL || str_is(*name, stream->id))
        stream->is_due = stream->id[0] != '\0';
}

/* Whether a stream waits for the words of a topic. */
struct wanted {
    struct str tenant, topic;
    bool found;
};

static void
wanted_one(void *own, struct stream *stream)
{
    struct wanted *wanted = own;

    if (!wanted->found && str_is(wanted->tenant, stream->tenant))
        wanted->found = stream_has_topic(stream, wanted->topic) ||
                        (stream->control != NULL && str_is(wanted->topic, stream->control));
}

static void
notified(void *own, const char *payload)
{
    struct news *news = own;
    struct wanted wanted = {.found = false};
    enum news_kind kind;

    if (!news_read(payload, &kind, &wanted.tenant, &wanted.topic))
        return;
    if (kind == NEWS_STREAM)
        streams_each(news->streams, due_one, &wanted.topic);
    else if (kind == NEWS_KEY)
        post_revoke(news->streams, wanted.topic);
    else if (kind == NEWS_FLOOR)
        post_floor(news->streams, wanted.tenant, wanted.topic);
    else
        streams_each(news->streams, wanted_one, &wanted);
    if (!wanted.found)
        return;
    if (kind == NEWS_TOPIC) {
        post_tell(news->streams, wanted.tenant, wanted.topic, (struct str){NULL, 0});
        return;
    }
    look_want(&news->look, wanted.tenant, wanted.topic);
}

/* From here on new streams wait for their first events until we listen again. */
static void
deafen(struct news *news)
{
    if (news->is_held)
        conn_release(news->look.conn);
    news->is_held = news->is_listening = false;
    conn_drop(news->look.conn);
    post_heard(news->streams, false);
}

static void
lost(struct news *news, const struct err *err)
{
    if (!news->is_away)
        log_say(LOG_WARN_LEVEL, "stream.deaf", "%s (%s)", err->text, err->detail);
    news->is_away = true;
    deafen(news);
}

static bool
begin(struct news *news, struct err *err)
{
    if (!notify_listen(news->look.conn, CHANNEL, clock_us() + POSTGRES_US, err))
        return false;
    conn_hold(news->look.conn); /* another session would not listen */
    news->is_held = true;
    if (!look_begin(&news->look, err) || !look_up(&news->look, true, err))
        return false;
    if (news->is_away)
        log_say(LOG_INFO_LEVEL, "stream.hears", "Postgres is listened to again");
    news->is_away = false;
    news->is_listening = true;
    post_heard(news->streams, true);
    return true;
}

/* Sleep until there is a new stream, or so long; true when nothing came. */
static bool
sleep_for(struct news *news, int ms)
{
    struct pollfd wake = {.fd = news->wake, .events = POLLIN};
    uint64_t times;

    if (poll(&wake, 1, ms) > 0)
        return read(news->wake, &times, sizeof times) < 0;
    return true;
}

static bool
hear(struct news *news, int64_t until, enum notify_why *why_out, struct err *err)
{
    const struct notify_ear ear = {notified, news};

    if (!notify_wait(news->look.conn, until, news->wake, &ear, why_out, err))
        return false;
    if (*why_out == NOTIFY_WAKE)
        sleep_for(news, 0);
    return true;
}

/* Nobody waits: what is told is heard and forgotten, and after a quiet while no more is. */
static bool
rest(struct news *news, struct err *err)
{
    enum notify_why why;

    if (!news->is_listening)
        return sleep_for(news, -1), true;
    if (streams_have_left(news->streams) && !look_up(&news->look, false, err))
        return false;
    if (!hear(news, clock_us() + REST_US, &why, err))
        return false;
    if (why == NOTIFY_TIME && streams_count(news->streams) == 0)
        deafen(news);
    return true;
}

static bool
turn(struct news *news, struct err *err)
{
    enum notify_why why;

    if (!news->is_listening && !begin(news, err))
        return false;
    return look_up(&news->look, false, err) && hear(news, look_next(&news->look), &why, err);
}

static void *
news_main(void *argument)
{
    struct news *news = argument;

    signals_block();
    while (!is_leaving(news)) {
        struct err err = {.kind = ERR_NONE};

        if (!(streams_count(news->streams) == 0 ? rest(news, &err) : turn(news, &err))) {
            lost(news, &err);
            sleep_for(news, RETRY_MS);
        }
    }
    return NULL;
}

struct news *
news_new(struct streams *streams, const char *conninfo)
{
    struct news *news = calloc(1, sizeof *news);

    if (news == NULL)
        abort();
    news->streams = streams;
    look_start(&news->look, streams, conninfo);
    pthread_mutex_init(&news->lock, NULL);
    news->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (news->wake < 0 || pthread_create(&news->thread, NULL, news_main, news) != 0)
        abort(); /* at start, out of memory or processes: as everywhere */
    return news;
}

void
news_poke(struct news *news)
{
    static const uint64_t one = 1;

    if (write(news->wake, &one, sizeof one) < 0)
        assert(errno == EAGAIN);
}

void
news_free(struct news *news)
{
    pthread_mutex_lock(&news->lock);
    news->leaving = true;
    pthread_mutex_unlock(&news->lock);
    news_poke(news);
    pthread_join(news->thread, NULL);
    look_end(&news->look);
    close(news->wake);
    pthread_mutex_destroy(&news->lock);
    free(news);
}
