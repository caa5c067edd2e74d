/*
 * fuzz_event_id: whatever a client sends as Last-Event-ID or a session as a notification, what
 * is read of it is a uuid with something behind it.
 */
#include "mcp/sse.h"
#include "web/floor.h"
#include "web/news.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(256);
    struct str text = {(const char *)data, size}, tenant, name;
    const char *stream;
    struct floor_given given;
    enum news_kind kind;
    long number;

    if (sse_id(arena, text, &stream, &number))
        assert(uuid_is(str_of(stream)) && number >= 0);
    if (news_read(str_copy(arena, text), &kind, &tenant, &name))
        assert(uuid_is(tenant) && name.len > 0 && kind <= NEWS_FLOOR);
    if (floor_read(text, &given))
        assert(uuid_is(given.place) && given.ms >= 0 && given.session.at != NULL);
    arena_free(arena);
    return 0;
}
