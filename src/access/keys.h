/*
 * keys: API keys as people and programs hold them: kv_<8 characters>_<43 characters>.
 *
 * The first part names the key and is not secret; the second is 256 random bits in base 62.
 * Only the SHA-256 of the whole text is stored: with so much chance in it, a slow hash would
 * protect nothing more.
 */
#ifndef ACCESS_KEYS_H
#define ACCESS_KEYS_H

#include "base/str.h"

#include <stdbool.h>

#define KEYS_ID   8
#define KEYS_BODY 43
#define KEYS_TEXT (3 + KEYS_ID + 1 + KEYS_BODY + 1)

struct key {
    char id[KEYS_ID + 1];
    unsigned char hash[32];
};

/* A new key: its text, to be shown once, and what is stored of it. */
void keys_new(char text[KEYS_TEXT], struct key *key_out);

/* False unless the text has the form of a key. */
bool keys_parse(struct str text, struct key *key_out);

#endif
