/*
 * uuid: identifiers as RFC 9562 writes them.
 */
#ifndef BASE_UUID_H
#define BASE_UUID_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

#define UUID_TEXT 37
void uuid_new(char text[UUID_TEXT]); /* version 4, from the kernel's random source */
bool uuid_is(struct str text);       /* 8-4-4-4-12 hexadecimal digits, any case */

/* `len` bytes from the kernel's random source; never fails once the system is up. */
void uuid_random(void *bytes, size_t len);

#endif
