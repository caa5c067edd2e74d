/*
 * canon: the SHA-256 of arguments, the same for all texts that mean the same JSON.
 *
 * Members are taken in the order of the bytes of their names, without blanks (in the manner of
 * RFC 8785); numbers as base/js writes them, so that 1 and 1.0 differ.
 */
#ifndef TOOL_CANON_H
#define TOOL_CANON_H

#include "base/arena.h"

struct json_object;

#define CANON_DIGEST 32

void canon_digest(struct arena *arena, struct json_object *value,
                  unsigned char digest[CANON_DIGEST]);

/* The text itself, for tests. */
const char *canon_text(struct arena *arena, struct json_object *value);

#endif
