/*
 * digest: SHA-256 and the text forms of bytes; the door to libcrypto for hashes.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

#define DIGEST_HEX 65
void digest_sha256(const void *bytes, size_t len, unsigned char sum[32]);
void digest_hex(const void *bytes, size_t len, char hex[DIGEST_HEX]); /* of the SHA-256 */
bool digest_file(const char *path, char hex[DIGEST_HEX], struct err *err);

/* Base 62 of random or other bytes, for keys that people copy: `len` characters and a NUL. */
void digest_base62(const unsigned char *bytes, size_t count, char *text, size_t len);

#endif
