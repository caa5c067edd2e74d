/*
 * spread: many texts embedded by all processors of the machine.
 */
#include "ingest/spread.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#define THREADS 16
#define PORTION 4 /* texts that a thread takes at a time: small, so that all end together */

struct spread {
    const struct embed *embed;
    const struct str *texts;
    size_t count;
    float *vectors;
    atomic_size_t next;
    atomic_bool failed;
};

struct worker {
    struct spread *spread;
    struct err err;
    pthread_t thread;
};

static void *
work(void *object)
{
    struct worker *worker = object;
    struct spread *spread = worker->spread;
    struct arena *arena = arena_new(1 << 16);
    size_t at;

    while (!atomic_load(&spread->failed) &&
           (at = atomic_fetch_add(&spread->next, PORTION)) < spread->count) {
        size_t count = spread->count - at < PORTION ? spread->count - at : PORTION;

        if (!embed_texts(spread->embed, arena, spread->texts + at, count,
                         spread->vectors + at * embed_dims(spread->embed), &worker->err))
            atomic_store(&spread->failed, true);
        arena_reset(arena);
    }
    arena_free(arena);
    return NULL;
}

static size_t
threads_wanted(size_t texts)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t most = (texts + PORTION - 1) / PORTION;

    if (processors < 1)
        return 1;
    most = most < THREADS ? most : THREADS;
    return (size_t)processors < most ? (size_t)processors : most;
}

/* The caller works too, so a thread that cannot be made costs time and nothing else. */
bool
spread_texts(const struct embed *embed, const struct str *texts, size_t count, float *vectors,
             struct err *err)
{
    struct spread spread = {embed, texts, count, vectors, 0, false};
    struct worker workers[THREADS] = {{.spread = &spread}};
    size_t wanted = threads_wanted(count), made = 1;

    for (; made < wanted; made++) {
        workers[made].spread = &spread;
        if (pthread_create(&workers[made].thread, NULL, work, &workers[made]) != 0)
            break;
    }
    work(&workers[0]);
    for (size_t i = 1; i < made; i++)
        pthread_join(workers[i].thread, NULL);
    for (size_t i = 0; i < made; i++)
        if (workers[i].err.kind != ERR_NONE)
            *err = workers[i].err;
    return !atomic_load(&spread.failed);
}
