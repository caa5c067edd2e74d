/*
 * fuzz_sealed: nothing opens that was not sealed here, and whatever is inside is read safely.
 *
 * The input is taken as a seal, as the text of a session's id, and as that of a call's state;
 * sealed and opened again it is the same.
 */
#include "base/base64.h"
#include "base/seal.h"
#include "mcp/session.h"
#include "mcp/talk.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const unsigned char key[SEAL_KEY] = "fuzz";
    struct arena *arena = arena_new(4096);
    char *copy = arena_take(arena, size + 1);
    struct str text = {copy, size}, back;
    struct session session;
    struct talk talk = {.level = 0};

    memcpy(copy, data, size);
    assert(!seal_open(arena, key, STR("about"), text, &back));
    if (base64_url_decode(arena, text, &back))
        assert(str_same(text, str_of(base64_url(arena, back.at, back.len))));
    if (session_parse(text, 1000, &session))
        assert(session.version != NULL && session.expires > 1000 &&
               uuid_is(str_of(session.id)));
    if (round_parse(text, 1000, &talk))
        assert(talk.expires > 1000 && talk.turn.state.len < size &&
               uuid_is(str_of(talk.nonce)));
    assert(seal_open(arena, key, STR("about"),
                     str_of(seal_close(arena, key, STR("about"), text)), &back));
    assert(str_same(text, back));
    arena_free(arena);
    return 0;
}
