/*
 * stream: open responses are written as records of FastCGI, and end as they should.
 */
#include "web/stream.h"

#include "suite.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TENANT "0b9e8c7e-1111-4222-8333-444455556666"
#define FULL   ((size_t)1 << 20)

struct held {
    struct stream *stream;
    int nginx;
};

static struct held
hold(const struct stream_plan *plan)
{
    struct fcgi_open at = {.id = 0x0102};
    int ends[2], room = 4096;

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        abort();
    setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    at.fd = ends[1];
    return (struct held){stream_new(plan, &at, NULL), ends[0]};
}

static void
drop(struct held *held)
{
    close(held->nginx);
    close(held->stream->at.fd);
    stream_free(held->stream);
}

static size_t
arrived(const struct held *held, unsigned char *to, size_t room)
{
    ssize_t n = recv(held->nginx, to, room, MSG_DONTWAIT);

    return n < 0 ? 0 : (size_t)n;
}

static const struct stream_plan plain = {.tenant = TENANT};

static void
test_records(void)
{
    static const unsigned char said[] = {1, 6, 1, 2, 0, 3, 0, 0, 'a', 'b', 'c'},
                               ended[] = {1, 6, 1, 2, 0, 0, 0, 0, 1, 3, 1, 2,
                                          0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    struct held held = hold(&plain);
    unsigned char got[64];

    stream_say(held.stream, "abc", 3, FULL);
    CU_ASSERT_EQUAL(arrived(&held, got, sizeof got), sizeof said);
    CU_ASSERT_EQUAL(memcmp(got, said, sizeof said), 0);
    CU_ASSERT_PTR_NULL(held.stream->out);
    stream_end(held.stream, "done");
    CU_ASSERT_EQUAL(arrived(&held, got, sizeof got), sizeof ended);
    CU_ASSERT_EQUAL(memcmp(got, ended, sizeof ended), 0);
    CU_ASSERT_EQUAL(held.stream->state, STREAM_ENDING);
    stream_say(held.stream, "abc", 3, FULL);
    CU_ASSERT_EQUAL(arrived(&held, got, sizeof got), 0);
    drop(&held);
}

static void
test_long(void)
{
    size_t len = FCGI_MOST + 10, at = 0;
    unsigned char *got = malloc(FULL);
    char *text = memset(malloc(len), 'x', len);
    struct held held = hold(&plain);

    stream_say(held.stream, text, len, FULL);
    CU_ASSERT_PTR_NOT_NULL(held.stream->out);
    for (size_t n; (n = arrived(&held, got + at, FULL - at)) > 0; at += n)
        stream_flush(held.stream);
    CU_ASSERT_EQUAL(at, len + 2 * FCGI_HEAD);
    CU_ASSERT_EQUAL(got[4] << 8 | got[5], FCGI_MOST);
    CU_ASSERT_EQUAL(got[FCGI_HEAD + FCGI_MOST + 5], 10);
    CU_ASSERT_PTR_NULL(held.stream->out);
    CU_ASSERT_EQUAL(held.stream->state, STREAM_OPEN);
    free(got);
    free(text);
    drop(&held);
}

static void
test_slow(void)
{
    char *text = memset(malloc(FULL), 'x', FULL);
    struct held held = hold(&plain);

    stream_say(held.stream, text, FULL, 1000);
    CU_ASSERT_EQUAL(held.stream->state, STREAM_OPEN); /* one message may be as long as it is */
    stream_say(held.stream, "x", 1, FULL);
    CU_ASSERT_EQUAL(held.stream->state, STREAM_OPEN);
    stream_say(held.stream, "x", 1, 1000);
    CU_ASSERT_EQUAL(held.stream->state, STREAM_GONE);
    CU_ASSERT_STRING_EQUAL(held.stream->why, "the client reads too slowly");
    drop(&held);
    free(text);
}

static void
test_left(void)
{
    struct held held = hold(&plain);

    shutdown(held.nginx, SHUT_RDWR);
    stream_say(held.stream, "x", 1, FULL);
    CU_ASSERT_EQUAL(held.stream->state, STREAM_GONE);
    CU_ASSERT_STRING_EQUAL(held.stream->why, "the client left");
    CU_ASSERT_PTR_NULL(held.stream->out);
    drop(&held);
}

static void
test_topics(void)
{
    static const struct stream_topic fixed[] = {{.name = "tools"},
                                                {.name = "resource x://a", .version = 5}};
    struct stream_plan plan = {.tenant = TENANT,
                               .topics = fixed,
                               .topics_count = 2,
                               .control = "session s",
                               .controlled = STR("[[\"resource x://b\", 7]]")};
    struct arena *arena = arena_new(256);
    struct held held = hold(&plan);

    CU_ASSERT_TRUE(stream_has_topic(held.stream, STR("tools")));
    CU_ASSERT_TRUE(stream_has_topic(held.stream, STR("resource x://b")));
    CU_ASSERT_EQUAL(held.stream->topics[2].version, 7);
    CU_ASSERT_FALSE(stream_has_topic(held.stream, STR("prompts")));
    stream_set_topics(held.stream, STR("[[\"c\", 1], [\"d\", 2], 3, [4, 5], [\"e\"]]"), arena);
    CU_ASSERT_EQUAL(held.stream->topics_count, 4);
    CU_ASSERT_TRUE(stream_has_topic(held.stream, STR("d")));
    CU_ASSERT_FALSE(stream_has_topic(held.stream, STR("resource x://b")));
    stream_set_topics(held.stream, STR("{}"), arena);
    CU_ASSERT_EQUAL(held.stream->topics_count, 2);
    stream_set_topics(held.stream, STR("[["), arena);
    CU_ASSERT_EQUAL(held.stream->topics_count, 2);
    CU_ASSERT_TRUE(stream_has_topic(held.stream, STR("resource x://a")));
    arena_free(arena);
    drop(&held);
}

static void
test_events(void)
{
    struct arena *arena = arena_new(256);
    struct buf text;

    buf_start(&text, arena, 64);
    stream_event(&text, TENANT, 3, STR("{}"));
    CU_ASSERT_STRING_EQUAL(text.data, "id: " TENANT ":3\nevent: message\ndata: {}\n\n");
    text.len = 0;
    stream_event(&text, NULL, -1, STR("{\n}"));
    CU_ASSERT_STRING_EQUAL(text.data, "event: message\ndata: {\ndata: }\n\n");
    arena_free(arena);
}

SUITE("stream", {"what is said is a record, and the end two of them", test_records},
      {"long messages take several records, as the peer takes them", test_long},
      {"who does not read is cut by the next message", test_slow},
      {"who left is gone, and nothing is kept for it", test_left},
      {"topics of a session come and go beside the fixed ones", test_topics},
      {"an event has an id where it can be asked for again", test_events});
