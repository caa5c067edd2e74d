/*
 * seal: text that leaves us and comes back unread and unchanged, or not at all.
 *
 * What a client carries for us (a session's id, the state of a call) is encrypted and bound to
 * what it is about: who carries it, and for what.  AES-256-GCM (NIST SP 800-38D) under a key of
 * its own for each text, HMAC-SHA-256 of 16 random bytes under the installation's secret, so
 * that no nonce can repeat however many processes seal.  It does not say when it was sealed nor
 * how often it was opened: whoever needs that puts it inside.
 */
#ifndef BASE_SEAL_H
#define BASE_SEAL_H

#include "base/str.h"

#include <stdbool.h>

#define SEAL_KEY 32

/* In base 64 as URLs have it; `about` is not in it, and must be told again to open it. */
char *seal_close(struct arena *arena, const unsigned char key[SEAL_KEY], struct str about,
                 struct str text);

/* False: another key, another `about`, or not as it was sealed.  The text is the arena's. */
bool seal_open(struct arena *arena, const unsigned char key[SEAL_KEY], struct str about,
               struct str sealed, struct str *text_out);

#endif
