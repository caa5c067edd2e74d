/*
 * keys: API keys as people and programs hold them: kv_<8 characters>_<43 characters>.
 */
#include "access/keys.h"

#include "base/digest.h"
#include "base/uuid.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

void
keys_new(char text[KEYS_TEXT], struct key *key_out)
{
    unsigned char chance[16 + 64];
    char id[KEYS_ID + 1], body[KEYS_BODY + 1];
    bool right;

    uuid_random(chance, sizeof chance);
    digest_base62(chance, 16, id, KEYS_ID);
    digest_base62(chance + 16, 64, body, KEYS_BODY);
    snprintf(text, KEYS_TEXT, "kv_%s_%s", id, body);
    right = keys_parse(str_of(text), key_out);
    assert(right);
    (void)right;
    explicit_bzero(chance, sizeof chance);
    explicit_bzero(body, sizeof body);
}

static bool
alphanumeric(const char *at, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!isalnum((unsigned char)at[i]) || (unsigned char)at[i] > 0x7f)
            return false;
    return true;
}

bool
keys_parse(struct str text, struct key *key_out)
{
    if (text.len != KEYS_TEXT - 1 || !str_starts(text, "kv_") || text.at[3 + KEYS_ID] != '_' ||
        !alphanumeric(text.at + 3, KEYS_ID) ||
        !alphanumeric(text.at + 3 + KEYS_ID + 1, KEYS_BODY))
        return false;
    memcpy(key_out->id, text.at + 3, KEYS_ID);
    key_out->id[KEYS_ID] = '\0';
    digest_sha256(text.at, text.len, key_out->hash);
    return true;
}
