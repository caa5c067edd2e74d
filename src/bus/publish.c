/*
 * publish: put a batch of events into a Redis Stream, all or none, in their order.
 */
#include "bus/publish.h"

#include "base/uuid.h"

#include <string.h>

#define REFUSED "Redis refused the events"

/* XADD stream MAXLEN ~ most * id ... type ... tenant ... event ... */
static void
add_event(const struct publish *to, struct arena *arena, const struct event *event)
{
    const char *most = str_format(arena, "%ld", to->most);
    struct buf json;

    buf_start(&json, arena, 512);
    event_write(event, &json);

    const struct str words[] = {STR("XADD"),   str_of(to->stream),
                                STR("MAXLEN"), STR("~"),
                                str_of(most),  STR("*"),
                                STR("id"),     event->id,
                                STR("type"),   event->type,
                                STR("tenant"), event->tenant,
                                STR("event"),  {json.data, json.len}};
    enum { WORDS = sizeof words / sizeof words[0] };
    const char *at[WORDS];
    size_t lens[WORDS];

    for (size_t i = 0; i < WORDS; i++) {
        at[i] = words[i].at;
        lens[i] = words[i].len;
    }
    redis_add(to->redis, WORDS, at, lens);
}

size_t
publish_acked(const struct redisReply *exec, size_t count)
{
    size_t acked = 0;

    while (acked < count && redis_says(redis_item(exec, acked)) == REDIS_SAYS_TEXT)
        acked++;
    return acked;
}

/* The reason, unless an earlier one is known. */
static bool
refused(struct err *err, const struct redisReply *answer)
{
    struct str says = redis_str(answer);

    if (err->kind != ERR_NONE)
        return false;
    err_set(err, ERR_BUSY, REFUSED);
    return err_detail(err, "%.*s", says.at == NULL ? 9 : (int)says.len,
                      says.at == NULL ? "no reason" : says.at);
}

/* MULTI goes ahead alone: were it refused in a pipeline (by an access rule), each XADD after it
   would be done at once and the same events would come again at every attempt. */
static bool
begin(const struct publish *to, struct arena *arena, int64_t deadline, struct err *err)
{
    struct redisReply *answer;

    redis_add(to->redis, 1, (const char *[]){"MULTI"}, NULL);
    if (!redis_answer(to->redis, arena, deadline, &answer, err))
        return false;
    return redis_says(answer) == REDIS_SAYS_TEXT || refused(err, answer);
}

/* "QUEUED" for each command; the first error is the reason that EXEC only repeats as EXECABORT.
 */
static bool
read_queued(const struct publish *to, struct arena *arena, size_t count, int64_t deadline,
            struct err *err)
{
    struct redisReply *answer;

    for (size_t i = 0; i < count; i++) {
        if (!redis_answer(to->redis, arena, deadline, &answer, err))
            return false;
        if (redis_says(answer) == REDIS_SAYS_ERROR)
            refused(err, answer);
    }
    return true;
}

bool
/* NOLINTNEXTLINE(readability-function-size): what is published, and how far it came */
publish_events(const struct publish *to, struct arena *arena, const struct event *events,
               size_t count, int64_t deadline, size_t *acked_out, struct err *err)
{
    struct redisReply *exec;

    *acked_out = 0;
    if (count == 0)
        return true;
    if (!begin(to, arena, deadline, err))
        return false;
    for (size_t i = 0; i < count; i++)
        add_event(to, arena, &events[i]);
    redis_add(to->redis, 1, (const char *[]){"EXEC"}, NULL);
    if (!read_queued(to, arena, count, deadline, err) ||
        !redis_answer(to->redis, arena, deadline, &exec, err))
        return false;
    *acked_out = publish_acked(exec, count);
    if (*acked_out == count)
        return true;
    return refused(err,
                   redis_says(exec) == REDIS_SAYS_LIST ? redis_item(exec, *acked_out) : exec);
}

/* "1700000000000-0" -> its milliseconds. */
static long
entry_ms(struct str id)
{
    const char *dash = id.at == NULL ? NULL : memchr(id.at, '-', id.len);
    long ms = 0;

    if (dash != NULL)
        str_to_long((struct str){id.at, (size_t)(dash - id.at)}, 0, INT64_MAX, &ms);
    return ms;
}

bool
publish_newest(const struct publish *to, struct arena *arena, int64_t deadline,
               struct str *id_out, long *ms_out, struct err *err)
{
    struct redisReply *answer;
    const struct redisReply *entry, *fields;

    *id_out = (struct str){NULL, 0};
    *ms_out = 0;
    redis_add(to->redis, 6, (const char *[]){"XREVRANGE", to->stream, "+", "-", "COUNT", "1"},
              NULL);
    if (!redis_answer(to->redis, arena, deadline, &answer, err))
        return false;
    if (redis_says(answer) == REDIS_SAYS_ERROR)
        return refused(err, answer);
    entry = redis_item(answer, 0);
    fields = redis_item(entry, 1);
    *ms_out = entry_ms(redis_str(redis_item(entry, 0)));
    if (str_is(redis_str(redis_item(fields, 0)), "id") &&
        uuid_is(redis_str(redis_item(fields, 1))))
        *id_out = redis_str(redis_item(fields, 1));
    return true;
}
