/*
 * lane: tasks claimed, given to threads, kept by heartbeat and ended, in one trip a turn.
 */
#include "task/lane.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "db/notify.h"
#include "db/pipe.h"
#include "task/slot.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define POSTGRES_US  10000000
#define LOOK_MOST_US 60000000 /* a notification may be lost: look now and then */
#define LOOK_LEAST   20       /* ms */
#define STOP_US      10000000 /* for work to stop at the end */

struct lane {
    struct slots *slots;
    int wake, watch; /* an eventfd of the slots; an epoll set of it and of who stops us */
    int stop;        /* what is in the set; -1: none yet */
    int64_t beat_us; /* clock_us() of the next heartbeat */
};

static const struct claims no_claims = {.kind = CLAIMS_NONE};

bool
lane_open(const struct service *service, struct lane **lane_out, struct err *err)
{
    struct epoll_event event = {.events = EPOLLIN};
    struct lane *lane;

    *lane_out = NULL;
    if (conf_long(CONF_task_threads) == 0 || conf_text(CONF_database)[0] == '\0') {
        log_say(LOG_INFO_LEVEL, "tasks.off",
                "this engine works on no tasks: that needs the "
                "settings database and task_threads");
        return true;
    }
    lane = calloc(1, sizeof *lane);
    if (lane == NULL)
        abort();
    lane->stop = -1;
    lane->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    lane->watch = epoll_create1(EPOLL_CLOEXEC);
    if (lane->wake < 0 || lane->watch < 0 ||
        epoll_ctl(lane->watch, EPOLL_CTL_ADD, lane->wake, &event) != 0) {
        free(lane);
        return err_set(err, ERR_INTERNAL, "no descriptors for tasks");
    }
    lane->slots = slot_all_new((size_t)conf_long(CONF_task_threads), conf_text(CONF_database),
                               service, lane->wake);
    *lane_out = lane;
    return true;
}

/* The arrays of a statement about many tasks. */
struct ends {
    struct array *ids, *leases, *outcomes, *bodies, *kept, *waits;
};

static void
end_add(struct ends *ends, const struct slot *slot)
{
    array_str(ends->ids, str_of(slot->order.id));
    array_str(ends->leases, str_of(slot->order.lease));
    array_str(ends->outcomes, str_of(slot->end.outcome));
    array_str(ends->bodies, str_of(slot->end.body));
    if (slot->end.keep.at != NULL)
        array_bytes(ends->kept, slot->end.keep.at, slot->end.keep.len);
    else
        array_null(ends->kept);
    array_long(ends->waits, slot->end.wait_ms);
}

/* Says how the slots that have ended ended; how many those are. */
static size_t
finish_add(struct lane *lane, struct pipe *pipe, bool *told)
{
    struct ends ends = {array_new(pipe, ARRAY_TEXT),  array_new(pipe, ARRAY_TEXT),
                        array_new(pipe, ARRAY_TEXT),  array_new(pipe, ARRAY_TEXT),
                        array_new(pipe, ARRAY_BYTES), array_new(pipe, ARRAY_LONG)};
    struct array *const all[] = {ends.ids,    ends.leases, ends.outcomes,
                                 ends.bodies, ends.kept,   ends.waits};
    struct call *call;
    size_t count = 0;

    for (size_t i = 0; i < slot_count(lane->slots); i++) {
        told[i] = slot_state(slot_at(lane->slots, i)) == SLOT_ENDED;
        if (!told[i])
            continue;
        end_add(&ends, slot_at(lane->slots, i));
        count++;
    }
    if (count == 0)
        return 0;
    call = pipe_add(pipe, STMT_task_finish);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        call_array(call, all[i]);
    return count;
}

struct beat {
    struct call *call; /* NULL: nothing is worked on */
    size_t busy;
    struct array *ids, *leases, *says, *done, *total;
};

static void
beat_row(struct beat *beat, struct arena *arena, struct slot *slot)
{
    double done, total;
    char says[200];

    beat->busy++;
    array_str(beat->ids, str_of(slot->order.id));
    array_str(beat->leases, str_of(slot->order.lease));
    if (!slot_hear(slot, &done, &total, says)) {
        array_null(beat->says);
        array_null(beat->done);
        array_null(beat->total);
        return;
    }
    array_str(beat->says,
              says[0] == '\0' ? (struct str){NULL, 0} : str_of(arena_strdup(arena, says)));
    array_double(beat->done, done);
    array_double(beat->total, total);
}

/* Says that the others are worked on, and asks which are not to be. */
static void
beat_add(struct lane *lane, struct pipe *pipe, struct arena *arena, const bool *told,
         struct beat *beat)
{
    *beat = (struct beat){.ids = array_new(pipe, ARRAY_TEXT),
                          .leases = array_new(pipe, ARRAY_TEXT),
                          .says = array_new(pipe, ARRAY_TEXT),
                          .done = array_new(pipe, ARRAY_DOUBLE),
                          .total = array_new(pipe, ARRAY_DOUBLE)};
    for (size_t i = 0; i < slot_count(lane->slots); i++)
        if (!told[i] && slot_state(slot_at(lane->slots, i)) != SLOT_FREE)
            beat_row(beat, arena, slot_at(lane->slots, i));
    if (beat->busy == 0)
        return;
    beat->call = pipe_add(pipe, STMT_task_beat);
    call_array(beat->call, beat->ids);
    call_array(beat->call, beat->leases);
    if (clock_us() >= lane->beat_us)
        call_double(beat->call, (double)conf_long(CONF_task_lease));
    else
        call_null(beat->call);
    call_array(beat->call, beat->says);
    call_array(beat->call, beat->done);
    call_array(beat->call, beat->total);
}

static void
stop_told(struct lane *lane, const struct call *call)
{
    for (size_t row = 0; call != NULL && row < call_rows(call); row++)
        for (size_t i = 0; i < slot_count(lane->slots); i++) {
            struct slot *slot = slot_at(lane->slots, i);

            if (slot_state(slot) == SLOT_BUSY &&
                str_is(call_cell(call, row, 0), slot->order.id))
                slot_stop(slot, "cancelled");
        }
}

static void
give(struct lane *lane, const struct call *call)
{
    size_t at = 0;

    for (size_t row = 0; row < call_rows(call); row++) {
        struct slot_order order = {
            .id = call_cell(call, row, 0).at,
            .lease = call_cell(call, row, 1).at,
            .kind = call_cell(call, row, 2).at,
            .name = call_cell(call, row, 3).at,
            .args = call_cell(call, row, 4).at,
            .client = (unsigned)call_cell_long(call, row, 5),
            .answers = call_cell(call, row, 6),
            .state = call_cell(call, row, 7),
            .attempt = call_cell_long(call, row, 8),
        };

        while (slot_state(slot_at(lane->slots, at)) != SLOT_FREE)
            at++;
        slot_give(slot_at(lane->slots, at), &order);
    }
}

/* How long there is nothing to do unless something is told, in ms. */
static int64_t
rest_until(struct lane *lane, const struct call *rest, bool full)
{
    int64_t now = clock_us(), until = now + LOOK_MOST_US;

    if (!full && !call_is_null(rest, 0, 0)) {
        int64_t ms = call_cell_long(rest, 0, 0);

        until = now + (ms < LOOK_LEAST ? LOOK_LEAST : ms) * 1000;
    }
    return until < lane->beat_us ? until : lane->beat_us;
}

static bool
rest(struct lane *lane, struct conn *conn, int stop, int64_t until, struct err *err)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP};
    enum notify_why why;
    uint64_t count;

    if (lane->stop != stop && stop >= 0) {
        epoll_ctl(lane->watch, EPOLL_CTL_ADD, stop, &event);
        lane->stop = stop;
    }
    if (!notify_wait(conn, until, lane->watch, NULL, &why, err))
        return false;
    (void)!read(lane->wake, &count, sizeof count);
    return true;
}

bool
lane_step(struct lane *lane, struct conn *conn, struct arena *arena, int stop, struct err *err)
{
    size_t count = slot_count(lane->slots), room;
    bool *told = arena_take(arena, count * sizeof *told);
    struct pipe *pipe = pipe_new(conn, arena, &no_claims);
    struct call *claimed, *rests;
    struct beat beat;

    finish_add(lane, pipe, told);
    beat_add(lane, pipe, arena, told, &beat);
    room = count - beat.busy;
    claimed = pipe_add(pipe, STMT_task_claim);
    call_long(claimed, (long)room);
    call_double(claimed, (double)conf_long(CONF_task_lease));
    call_binary(claimed);
    rests = pipe_add(pipe, STMT_task_rest);
    if (!pipe_run(pipe, clock_us() + POSTGRES_US, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (told[i])
            slot_clear(slot_at(lane->slots, i));
    if (clock_us() >= lane->beat_us)
        lane->beat_us = clock_us() + conf_long(CONF_task_lease) * (1000000 / 3);
    stop_told(lane, beat.call);
    give(lane, claimed);
    return rest(lane, conn, stop, rest_until(lane, rests, call_rows(claimed) == room), err);
}

/* Until no thread works any more, or it takes too long: their leases end by themselves. */
static bool
stop_all(struct lane *lane)
{
    int64_t until = clock_us() + STOP_US;
    struct epoll_event event;
    uint64_t ended;

    for (size_t i = 0; i < slot_count(lane->slots); i++)
        slot_stop(slot_at(lane->slots, i), "released");
    if (lane->stop >= 0)
        epoll_ctl(lane->watch, EPOLL_CTL_DEL, lane->stop, NULL);
    for (;;) {
        size_t busy = 0;

        for (size_t i = 0; i < slot_count(lane->slots); i++)
            busy += slot_state(slot_at(lane->slots, i)) == SLOT_BUSY;
        if (busy == 0 || clock_us() >= until)
            return busy == 0;
        epoll_wait(lane->watch, &event, 1, clock_left_ms(until));
        (void)!read(lane->wake, &ended, sizeof ended);
    }
}

void
lane_close(struct lane *lane, struct conn *conn, struct arena *arena)
{
    struct pipe *pipe = pipe_new(conn, arena, &no_claims);
    struct err err = {0};
    bool *told;

    if (!stop_all(lane)) {
        log_say(LOG_WARN_LEVEL, "tasks.left", "a task did not stop; its lease will end");
        return;
    }
    told = arena_take(arena, slot_count(lane->slots) * sizeof *told);
    if (finish_add(lane, pipe, told) > 0 &&
        !pipe_run(pipe, clock_us() + POSTGRES_US / 10, &err))
        log_say(LOG_WARN_LEVEL, "tasks.left", "tasks were not given back: %s", err.text);
    slot_all_free(lane->slots);
    close(lane->watch);
    close(lane->wake);
    free(lane);
}
