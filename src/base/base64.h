/*
 * base64: bytes as text and back (RFC 4648, section 4), strictly; the door to libcrypto for it.
 *
 * Embeddings have a decoder of their own (chroma/vector64), which writes floats in place.
 */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/str.h"

#include <stdbool.h>

/* In the alphabet of URLs and headers, without padding (RFC 4648, section 5). */
char *base64_url(struct arena *arena, const void *bytes, size_t len);
/* Only what base64_url() writes: other characters, padding or stray bits are false. */
bool base64_url_decode(struct arena *arena, struct str text, struct str *bytes_out);

/* Whole groups of four, right padding, no other characters; false otherwise.  The bytes are the
   arena's, with a NUL behind them. */
bool base64_decode(struct arena *arena, struct str text, struct str *bytes_out);

/* With padding, NUL-terminated. */
char *base64_encode(struct arena *arena, struct str bytes);

#endif
