/*
 * crew: the threads of the engine, each doing its jobs in turn.
 */
#include "app/crew.h"

#include "base/clock.h"
#include "base/log.h"

#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define RETRY_LEAST_MS 500
#define BUSY_US        100000
#define RETRY_MOST_MS  5000

/* One job in its lane. */
struct post {
    const struct job *job;
    void *state;
    int64_t due;     /* clock_us() of its next turn */
    int failures;    /* in a row */
    struct err last; /* the reason that was logged */
};

struct lane {
    struct crew *crew;
    struct post *posts;
    size_t count;
    struct conn *conn;
    struct arena *arena;
    bool busy; /* since it last rested, a turn was long or asked for another at once */
    pthread_t thread;
};

struct crew {
    struct post *posts; /* of all lanes, one after the other */
    size_t posts_count;
    struct lane *lanes;
    size_t lanes_count;
    int stop[2]; /* lanes watch the first; shutting down the second tells them */
};

static void *
take(size_t count, size_t size)
{
    void *memory = calloc(count + 1, size);

    if (memory == NULL)
        abort();
    return memory;
}

/* Half a second, then twice as long each time. */
static long
retry_ms(int failures)
{
    long wait = RETRY_LEAST_MS;

    while (--failures > 0 && wait < RETRY_MOST_MS)
        wait *= 2;
    return wait < RETRY_MOST_MS ? wait : RETRY_MOST_MS;
}

static void
note_outcome(struct post *post, bool fine, const struct err *err)
{
    const char *name = post->job->name;

    if (fine && post->failures > 0)
        log_say(LOG_INFO_LEVEL, "job.recovered", "%s works again after %d failures", name,
                post->failures);
    if (!fine && strcmp(post->last.text, err->text) != 0) {
        log_say(LOG_WARN_LEVEL, "job.failed", "%s: %s (%s)", name, err->text, err->detail);
        post->last = *err;
    }
    if (fine)
        post->last = (struct err){0};
    post->failures = fine ? 0 : post->failures + 1;
}

/* Batches are large and come seldom: their memory is given back, that of the session with the
   session, unless the job has something to end, which a lock of the session may hold. */
static void
rest(struct lane *lane, const struct post *post)
{
    if (post->job->alone && post->job->end == NULL)
        conn_drop(lane->conn);
    malloc_trim(0);
}

static void
work(struct lane *lane, struct post *post)
{
    struct turn turn = {.conn = lane->conn,
                        .arena = lane->arena,
                        .stop = lane->crew->stop[0],
                        .state = post->state,
                        .wait_ms = post->job->every_ms};
    struct err err = {0};
    int64_t began = clock_us();
    bool fine = post->job->run(&turn, &err);

    lane->busy |= clock_us() - began > BUSY_US;
    arena_reset(lane->arena);
    if (err.kind != ERR_GONE) /* that is our own wish to end */
        note_outcome(post, fine, &err);
    if (!fine)
        turn.wait_ms = retry_ms(post->failures);
    post->due = clock_us() + turn.wait_ms * 1000;
    lane->busy |= turn.wait_ms == 0;
    if (turn.wait_ms > 0 && lane->busy) {
        rest(lane, post);
        lane->busy = false;
    }
}

static struct post *
next_post(struct lane *lane)
{
    struct post *next = &lane->posts[0];

    for (size_t i = 1; i < lane->count; i++)
        if (lane->posts[i].due < next->due)
            next = &lane->posts[i];
    return next;
}

/* False when it is time to end. */
static bool
rest_until(const struct crew *crew, int64_t due)
{
    struct pollfd watch = {.fd = crew->stop[0], .events = POLLIN | POLLRDHUP};

    while (poll(&watch, 1, clock_left_ms(due)) == 0)
        if (clock_us() >= due)
            return true;
    return watch.revents == 0;
}

static void *
lane_run(void *arg)
{
    struct lane *lane = arg;
    struct post *post = next_post(lane);

    while (rest_until(lane->crew, post->due)) {
        work(lane, post);
        post = next_post(lane);
    }
    for (size_t i = 0; i < lane->count; i++) {
        struct turn turn = {.conn = lane->conn,
                            .arena = lane->arena,
                            .stop = -1,
                            .state = lane->posts[i].state};

        conn_watch(lane->conn, -1);
        if (lane->posts[i].job->end != NULL)
            lane->posts[i].job->end(&turn);
    }
    return NULL;
}

static bool
fill_post(struct crew *crew, const struct job *job, struct err *err)
{
    struct post *post = &crew->posts[crew->posts_count];

    post->job = job;
    if (job->start != NULL && !job->start(&post->state, err))
        return false;
    crew->posts_count++;
    return true;
}

static void
add_lane(struct crew *crew, size_t first_post)
{
    struct lane *lane = &crew->lanes[crew->lanes_count];

    lane->posts = crew->posts + first_post;
    lane->count = crew->posts_count - first_post;
    lane->crew = crew;
    if (lane->count > 0)
        crew->lanes_count++;
}

/* Lanes of one job first, then one for the rest. */
static bool
fill_lanes(struct crew *crew, const struct job *jobs, size_t count, struct err *err)
{
    size_t first;

    for (size_t i = 0; i < count; i++) {
        if (!jobs[i].alone)
            continue;
        first = crew->posts_count;
        if (!fill_post(crew, &jobs[i], err))
            return false;
        add_lane(crew, first);
    }
    first = crew->posts_count;
    for (size_t i = 0; i < count; i++)
        if (!jobs[i].alone && !fill_post(crew, &jobs[i], err))
            return false;
    add_lane(crew, first);
    return true;
}

static void
start_lane(struct lane *lane, const char *conninfo)
{
    lane->arena = arena_new(65536);
    lane->conn = conn_new(conninfo, "kvasir-engine");
    if (pthread_create(&lane->thread, NULL, lane_run, lane) != 0)
        abort();
}

bool
crew_new(const struct job *jobs, size_t count, const char *conninfo, struct crew **crew_out,
         struct err *err)
{
    struct crew *crew = take(1, sizeof *crew);

    crew->posts = take(count, sizeof *crew->posts);
    crew->lanes = take(count, sizeof *crew->lanes);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, crew->stop) != 0)
        abort();
    if (!fill_lanes(crew, jobs, count, err)) {
        crew->lanes_count = 0;
        crew_free(crew);
        return false;
    }
    for (size_t i = 0; i < crew->lanes_count; i++)
        start_lane(&crew->lanes[i], conninfo);
    *crew_out = crew;
    return true;
}

void
crew_free(struct crew *crew)
{
    shutdown(crew->stop[1], SHUT_RDWR);
    for (size_t i = 0; i < crew->lanes_count; i++) {
        pthread_join(crew->lanes[i].thread, NULL);
        conn_free(crew->lanes[i].conn);
        arena_free(crew->lanes[i].arena);
    }
    close(crew->stop[0]);
    close(crew->stop[1]);
    free(crew->lanes);
    free(crew->posts);
    free(crew);
}
