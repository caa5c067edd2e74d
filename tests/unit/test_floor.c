/*
 * floor: of the streams of a session one is told, and the next one says what it has noted.
 */
#include "web/floor.h"

#include "base/clock.h"
#include "suite.h"

#include <string.h>

#define TENANT "0b9e8c7e-1111-4222-8333-444455556666"
#define OTHER  "11111111-1111-4222-8333-444455556666"

static void
write_topic(const char *tag, struct str topic, struct str said, struct buf *to)
{
    (void)tag;
    (void)said;
    buf_add(to, topic.at, topic.len);
    buf_byte(to, ';');
}

static struct stream *
one_of_many(void)
{
    static const struct stream_topic topics[] = {
        {.name = "tools"}, {.name = "prompts"}, {.name = "resource x://a"}};
    const struct stream_plan plan = {.tenant = TENANT,
                                     .topics = topics,
                                     .topics_count = 3,
                                     .control = "session s",
                                     .takes_turns = true,
                                     .event = write_topic};
    const struct fcgi_open at = {.fd = -1};

    return stream_new(&plan, &at, NULL);
}

static void
test_read(void)
{
    struct floor_given given;

    CU_ASSERT_TRUE(floor_read(STR(OTHER " 25 session a b"), &given));
    CU_ASSERT_TRUE(str_is(given.place, OTHER));
    CU_ASSERT_EQUAL(given.ms, 25);
    CU_ASSERT_TRUE(str_is(given.session, "session a b"));
    CU_ASSERT_FALSE(floor_read(STR(OTHER " 25"), &given));
    CU_ASSERT_FALSE(floor_read(STR(OTHER " -1 session s"), &given));
    CU_ASSERT_FALSE(floor_read(STR("nobody 25 session s"), &given));
}

static void
test_take(void)
{
    struct stream *stream = one_of_many();
    struct arena *arena = arena_new(256);
    struct floor_given given = {str_of(OTHER), STR("session s"), 500};
    struct buf said;

    buf_start(&said, arena, 64);
    CU_ASSERT_TRUE(stream->is_silent);
    floor_note(stream, STR("tools"));
    floor_note(stream, STR("nothing that it hears of"));
    floor_take(stream, &given, &said); /* somebody else's */
    CU_ASSERT_TRUE(stream->is_silent);
    CU_ASSERT_EQUAL(said.len, 0);
    floor_note(stream, STR("prompts"));
    floor_note(stream, STR("resource x://a"));
    stream_topic(stream, STR("tools"))->told = clock_us() - 600000;
    stream_topic(stream, STR("resource x://a"))->told = clock_us() - 600000;
    given.place = str_of(stream->place);
    floor_take(stream, &given, &said);
    CU_ASSERT_FALSE(stream->is_silent);
    CU_ASSERT_STRING_EQUAL(said.data, "prompts;resource x://a;"); /* tools was told before */
    floor_take(stream, &given, &said);
    CU_ASSERT_EQUAL(said.len, strlen("prompts;resource x://a;"));
    arena_free(arena);
    stream_free(stream);
}

SUITE("floor", {"who has the floor is read from a notification", test_read},
      {"who gets it says what was told of late", test_take});
