/*
 * metric: counters that are right across processes, in one shared file.
 *
 * The file is an array of slots and nothing else.  Its name carries a checksum of the table, so
 * that programs of two versions never read each other's cells: they use two files.  A slot is
 * owned by a lock on the byte of its number; the kernel drops it when its process dies.
 */
#include "base/metric.h"

#include <assert.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SLOTS   128 /* processes of one installation on one machine */
#define BUCKETS 13
#define CELLS   (BUCKETS + 2)
#define REST    BUCKETS       /* histogram: slower than the last bucket */
#define SUM     (BUCKETS + 1) /* histogram: microseconds */

struct slot {
    _Atomic int64_t cell[METRIC_COUNT][CELLS]; /* counters and gauges use the first only */
};

static const struct metric_row rows[METRIC_COUNT] = {
#define METRIC(name, type, label, says) [METRIC_##name] = {#name, label, says, type},
#include "base/metric_table.h"
#undef METRIC
};

/* Upper bounds in microseconds, and as Prometheus writes them. */
static const struct {
    int64_t us;
    const char *seconds;
} buckets[BUCKETS] = {
    {1000, "0.001"},  {2500, "0.0025"}, {5000, "0.005"},  {10000, "0.01"}, {25000, "0.025"},
    {50000, "0.05"},  {100000, "0.1"},  {250000, "0.25"}, {500000, "0.5"}, {1000000, "1"},
    {2500000, "2.5"}, {5000000, "5"},   {10000000, "10"},
};

static struct slot alone; /* counts until, or without, metric_open() */

static struct {
    struct slot *slots; /* NULL: not open */
    size_t own;
    pid_t owner; /* a forked child must not speak for its parent */
    int fd;
} shared = {.fd = -1};

static struct slot *
own_slot(void)
{
    return shared.slots == NULL ? &alone : &shared.slots[shared.own];
}

const struct metric_row *
metric_row(size_t index)
{
    return index < METRIC_COUNT ? &rows[index] : NULL;
}

/* FNV-1a over all that gives a cell its meaning. */
static uint32_t
table_sum(void)
{
    uint32_t sum = 2166136261u;

    for (size_t i = 0; i < METRIC_COUNT; i++)
        for (const char *at = rows[i].name; *at != '\0'; at++)
            sum = (sum ^ (unsigned char)*at ^ (uint32_t)rows[i].type << 8) * 16777619u;
    return sum;
}

static bool
lock_slot(size_t slot)
{
    struct flock lock = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = (off_t)slot, .l_len = 1};

    return fcntl(shared.fd, F_SETLK, &lock) == 0;
}

/* F_GETLK never tells of our own locks. */
static bool
is_alive(size_t slot)
{
    struct flock lock = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = (off_t)slot, .l_len = 1};

    return slot == shared.own ||
           (fcntl(shared.fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK);
}

static void
reset_gauges(struct slot *slot)
{
    for (size_t i = 0; i < METRIC_COUNT; i++)
        if (rows[i].type == METRIC_GAUGE)
            atomic_store(&slot->cell[i][0], 0);
}

static bool
take_slot(void)
{
    for (size_t slot = 0; slot < SLOTS; slot++) {
        if (!lock_slot(slot))
            continue;
        shared.own = slot;
        return true;
    }
    return false;
}

/* What was counted before the file was open belongs to it too. */
static void
move_counts(struct slot *from, struct slot *to)
{
    for (size_t i = 0; i < METRIC_COUNT; i++)
        for (size_t cell = 0; cell < CELLS; cell++)
            atomic_fetch_add(&to->cell[i][cell], atomic_exchange(&from->cell[i][cell], 0));
}

static bool
open_file(const char *run_dir, struct err *err)
{
    char path[4096];
    int len = snprintf(path, sizeof path, "%s/metrics-%08x", run_dir, table_sum());

    if (len >= (int)sizeof path)
        return err_set(err, ERR_INPUT, "run_dir is too long");
    shared.fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0660);
    if (shared.fd < 0)
        return err_set(err, ERR_UNAVAILABLE, "cannot open the counters %.180s: %m", path);
    (void)fchmod(shared.fd,
                 0660); /* whatever the umask: other users of the group count here too */
    if (ftruncate(shared.fd, sizeof(struct slot) * SLOTS) != 0)
        return err_set(err, ERR_UNAVAILABLE, "cannot make room for the counters %.180s: %m",
                       path);
    return true;
}

static bool
map_file(struct err *err)
{
    void *map = mmap(NULL, sizeof(struct slot) * SLOTS, PROT_READ | PROT_WRITE, MAP_SHARED,
                     shared.fd, 0);

    if (map == MAP_FAILED)
        return err_set(err, ERR_UNAVAILABLE, "cannot map the counters: %m");
    if (!take_slot()) {
        munmap(map, sizeof(struct slot) * SLOTS);
        return err_set(err, ERR_BUSY, "all %d slots of the counters are taken", SLOTS);
    }
    shared.slots = map;
    shared.owner = getpid();
    return true;
}

bool
metric_open(const char *run_dir, struct err *err)
{
    assert(shared.slots == NULL);
    if (!open_file(run_dir, err) || !map_file(err)) {
        if (shared.fd >= 0)
            close(shared.fd);
        shared.fd = -1;
        return false;
    }
    reset_gauges(own_slot());
    move_counts(&alone, own_slot());
    return true;
}

void
metric_close(void)
{
    if (shared.slots == NULL)
        return;
    if (shared.owner == getpid())
        reset_gauges(own_slot());
    munmap(shared.slots, sizeof(struct slot) * SLOTS);
    close(shared.fd);
    shared.slots = NULL;
    shared.fd = -1;
}

void
metric_add(enum metric_id id, int64_t value)
{
    assert(rows[id].type != METRIC_SECONDS);
    atomic_fetch_add_explicit(&own_slot()->cell[id][0], value, memory_order_relaxed);
}

void
metric_time(enum metric_id id, int64_t us)
{
    struct slot *slot = own_slot();
    size_t bucket = 0;

    assert(rows[id].type == METRIC_SECONDS);
    while (bucket < BUCKETS && us > buckets[bucket].us)
        bucket++;
    atomic_fetch_add_explicit(&slot->cell[id][bucket], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&slot->cell[id][SUM], us, memory_order_relaxed);
}

/* One cell over all slots; a gauge counts only while its process lives. */
static int64_t
cell_sum(size_t id, size_t cell)
{
    int64_t sum = 0;

    if (shared.slots == NULL)
        return atomic_load(&alone.cell[id][cell]);
    for (size_t slot = 0; slot < SLOTS; slot++)
        if (rows[id].type != METRIC_GAUGE || is_alive(slot))
            sum += atomic_load(&shared.slots[slot].cell[id][cell]);
    return sum;
}

int64_t
metric_sum(enum metric_id id)
{
    int64_t sum = 0;
    size_t cells = rows[id].type == METRIC_SECONDS ? SUM : 1; /* observations, not their time */

    for (size_t cell = 0; cell < cells; cell++)
        sum += cell_sum(id, cell);
    return sum;
}

/* The metric's name is the row's up to "__". */
static size_t
name_len(const char *name)
{
    const char *mark = strstr(name, "__");

    return mark == NULL ? strlen(name) : (size_t)(mark - name);
}

static bool
begins_metric(size_t id)
{
    size_t len = name_len(rows[id].name);

    return id == 0 || len != name_len(rows[id - 1].name) ||
           memcmp(rows[id].name, rows[id - 1].name, len) != 0;
}

static void
print_simple(struct buf *to, size_t id, int name)
{
    const char *label = rows[id].label;

    buf_fmt(to, "kvasir_%.*s%s%s%s %lld\n", name, rows[id].name, *label == '\0' ? "" : "{",
            label, *label == '\0' ? "" : "}", (long long)cell_sum(id, 0));
}

static void
print_histogram(struct buf *to, size_t id, int name)
{
    const char *label = rows[id].label, *comma = *label == '\0' ? "" : ",";
    const char *open = *label == '\0' ? "" : "{", *shut = *label == '\0' ? "" : "}";
    int64_t count = 0, us = cell_sum(id, SUM);

    for (size_t i = 0; i <= REST; i++) {
        count += cell_sum(id, i);
        buf_fmt(to, "kvasir_%.*s_bucket{%s%sle=\"%s\"} %lld\n", name, rows[id].name, label,
                comma, i == REST ? "+Inf" : buckets[i].seconds, (long long)count);
    }
    buf_fmt(to, "kvasir_%.*s_sum%s%s%s %lld.%06lld\n", name, rows[id].name, open, label, shut,
            (long long)(us / 1000000), (long long)(us % 1000000));
    buf_fmt(to, "kvasir_%.*s_count%s%s%s %lld\n", name, rows[id].name, open, label, shut,
            (long long)count);
}

void
metric_print(struct buf *to)
{
    static const char *const types[] = {"counter", "gauge", "histogram"};

    for (size_t id = 0; id < METRIC_COUNT; id++) {
        int name = (int)name_len(rows[id].name);

        if (begins_metric(id))
            buf_fmt(to, "# HELP kvasir_%.*s %s\n# TYPE kvasir_%.*s %s\n", name, rows[id].name,
                    rows[id].says, name, rows[id].name, types[rows[id].type]);
        if (rows[id].type == METRIC_SECONDS)
            print_histogram(to, id, name);
        else
            print_simple(to, id, name);
    }
}
