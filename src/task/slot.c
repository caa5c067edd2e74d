/*
 * slot: a thread that works on one task at a time, and how it is told and tells.
 */
#include "task/slot.h"

#include "base/clock.h"
#include "task/run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define IDLE_SECONDS 30
#define ARENA_FIRST  65536

struct slots {
    pthread_mutex_t lock; /* held for all of a slot that both sides touch */
    pthread_cond_t given;
    bool is_ending;
    int wake;
    const struct service *service;
    size_t count;
    struct slot slot[];
};

static void
wake(const struct slots *slots)
{
    uint64_t one = 1;
    ssize_t written;

    do
        written = write(slots->wake, &one, sizeof one);
    while (written < 0 && errno == EINTR);
}

static void
work(struct slot *slot)
{
    struct slots *all = slot->all;
    struct slot_end end;

    conn_watch(slot->conn, slot->stop[0]);
    end = run_order(slot);
    conn_watch(slot->conn, -1);
    pthread_mutex_lock(&all->lock);
    slot->end = end;
    slot->state = SLOT_ENDED;
    pthread_mutex_unlock(&all->lock);
    wake(all);
}

/* With the lock held: true when there is work, false when it is time to end.  A connection that
   nobody has used for a while is closed. */
static bool
await(struct slot *slot)
{
    struct slots *all = slot->all;
    struct timespec until;

    while (slot->state != SLOT_BUSY && !all->is_ending) {
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += IDLE_SECONDS;
        if (!conn_is_open(slot->conn))
            pthread_cond_wait(&all->given, &all->lock);
        else if (pthread_cond_timedwait(&all->given, &all->lock, &until) == ETIMEDOUT &&
                 slot->state != SLOT_BUSY)
            conn_drop(slot->conn);
    }
    return slot->state == SLOT_BUSY;
}

static void *
slot_main(void *argument)
{
    struct slot *slot = argument;
    struct slots *all = slot->all;

    pthread_mutex_lock(&all->lock);
    while (await(slot)) {
        pthread_mutex_unlock(&all->lock);
        work(slot);
        pthread_mutex_lock(&all->lock);
    }
    pthread_mutex_unlock(&all->lock);
    return NULL;
}

static void
slot_open(struct slots *all, struct slot *slot, const char *conninfo)
{
    slot->all = all;
    slot->arena = arena_new(ARENA_FIRST);
    slot->conn = conn_new(conninfo, "kvasir-engine task");
    slot->stop[0] = slot->stop[1] = -1;
    if (pthread_create(&slot->thread, NULL, slot_main, slot) != 0)
        abort(); /* at start, out of memory or processes: as everywhere */
}

struct slots *
slot_all_new(size_t count, const char *conninfo, const struct service *service, int wake_fd)
{
    struct slots *slots = calloc(1, sizeof *slots + count * sizeof slots->slot[0]);

    if (slots == NULL)
        abort();
    pthread_mutex_init(&slots->lock, NULL);
    pthread_cond_init(&slots->given, NULL);
    slots->wake = wake_fd;
    slots->service = service;
    slots->count = count;
    for (size_t i = 0; i < count; i++)
        slot_open(slots, &slots->slot[i], conninfo);
    return slots;
}

void
slot_all_free(struct slots *slots)
{
    pthread_mutex_lock(&slots->lock);
    slots->is_ending = true;
    pthread_cond_broadcast(&slots->given);
    pthread_mutex_unlock(&slots->lock);
    for (size_t i = 0; i < slots->count; i++) {
        struct slot *slot = &slots->slot[i];

        pthread_join(slot->thread, NULL);
        slot_clear(slot);
        conn_free(slot->conn);
        arena_free(slot->arena);
    }
    pthread_cond_destroy(&slots->given);
    pthread_mutex_destroy(&slots->lock);
    free(slots);
}

size_t
slot_count(const struct slots *slots)
{
    return slots->count;
}

struct slot *
slot_at(struct slots *slots, size_t index)
{
    return &slots->slot[index];
}

const struct service *
slot_service(const struct slots *slots)
{
    return slots->service;
}

enum slot_state
slot_state(struct slot *slot)
{
    enum slot_state state;

    pthread_mutex_lock(&slot->all->lock);
    state = slot->state;
    pthread_mutex_unlock(&slot->all->lock);
    return state;
}

static const char *
copy(struct arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_strdup(arena, text);
}

static struct str
copy_str(struct arena *arena, struct str text)
{
    return text.at == NULL ? text : (struct str){str_copy(arena, text), text.len};
}

void
slot_give(struct slot *slot, const struct slot_order *order)
{
    struct arena *arena = slot->arena;

    slot->order = (struct slot_order){
        .id = copy(arena, order->id),
        .lease = copy(arena, order->lease),
        .kind = copy(arena, order->kind),
        .name = copy(arena, order->name),
        .args = copy(arena, order->args),
        .answers = copy_str(arena, order->answers),
        .state = copy_str(arena, order->state),
        .client = order->client,
        .attempt = order->attempt,
    };
    slot->end = (struct slot_end){.outcome = NULL};
    slot->is_stopped = slot->is_told = false;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, slot->stop) != 0)
        abort(); /* out of descriptors: nothing would work */
    pthread_mutex_lock(&slot->all->lock);
    slot->state = SLOT_BUSY;
    pthread_cond_broadcast(&slot->all->given);
    pthread_mutex_unlock(&slot->all->lock);
}

void
slot_clear(struct slot *slot)
{
    for (int i = 0; i < 2; i++)
        if (slot->stop[i] >= 0)
            close(slot->stop[i]);
    slot->stop[0] = slot->stop[1] = -1;
    arena_reset(slot->arena);
    pthread_mutex_lock(&slot->all->lock);
    slot->state = SLOT_FREE;
    pthread_mutex_unlock(&slot->all->lock);
}

void
slot_stop(struct slot *slot, const char *means)
{
    pthread_mutex_lock(&slot->all->lock);
    if (slot->state == SLOT_BUSY && !slot->is_stopped) {
        slot->is_stopped = true;
        slot->stop_means = means;
        shutdown(slot->stop[1], SHUT_RDWR);
    }
    pthread_mutex_unlock(&slot->all->lock);
}

bool
slot_hear(struct slot *slot, double *done_out, double *total_out, char says[200])
{
    bool told;

    pthread_mutex_lock(&slot->all->lock);
    told = slot->is_told;
    slot->is_told = false;
    *done_out = slot->done;
    *total_out = slot->total;
    memcpy(says, slot->says, sizeof slot->says);
    pthread_mutex_unlock(&slot->all->lock);
    return told;
}

void
slot_tell(struct slot *slot, double done, double total, const char *says)
{
    pthread_mutex_lock(&slot->all->lock);
    slot->is_told = true;
    slot->done = done;
    slot->total = total;
    snprintf(slot->says, sizeof slot->says, "%s", says == NULL ? "" : says);
    pthread_mutex_unlock(&slot->all->lock);
    wake(slot->all);
}
