/*
 * buf: bytes that grow, inside an arena.
 *
 * Room doubles, so that n bytes cost O(n) copies in all; what was outgrown stays in the arena
 * until the request ends.
 */
#include "base/buf.h"

#include "base/digits.h"

#include <assert.h>
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUF_LEAST 32

void
buf_start(struct buf *buf, struct arena *arena, size_t room)
{
    buf->arena = arena;
    buf->len = 0;
    buf->room = room < BUF_LEAST ? BUF_LEAST : room;
    buf->data = arena_take(arena, buf->room);
}

void
buf_reserve(struct buf *buf, size_t more)
{
    size_t room = buf->room;
    char *data;

    if (more < room - buf->len) /* one byte is kept for the NUL */
        return;
    if (more >= SIZE_MAX / 4 || room >= SIZE_MAX / 4) {
        fputs("buf: out of memory\n", stderr);
        abort();
    }
    while (room - buf->len <= more)
        room *= 2;
    data = arena_take(buf->arena, room);
    memcpy(data, buf->data, buf->len);
    buf->data = data;
    buf->room = room;
}

void
buf_add(struct buf *buf, const void *bytes, size_t len)
{
    if (len == 0)
        return;
    buf_reserve(buf, len);
    memcpy(buf->data + buf->len, bytes, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void
buf_text(struct buf *buf, const char *text)
{
    buf_add(buf, text, strlen(text));
}

void
buf_byte(struct buf *buf, char byte)
{
    buf_add(buf, &byte, 1);
}

void
buf_long(struct buf *buf, long value)
{
    char text[DIGITS_ROOM];

    buf_add(buf, text, digits_long(text, value));
}

void
buf_vfmt(struct buf *buf, const char *fmt, va_list ap)
{
    va_list again;
    int len;

    assert(fmt != NULL);
    va_copy(again, ap);
    len = vsnprintf(buf->data + buf->len, buf->room - buf->len, fmt, ap);
    assert(len >= 0);
    if ((size_t)len >= buf->room - buf->len) { /* it was cut off */
        buf_reserve(buf, (size_t)len);
        vsnprintf(buf->data + buf->len, (size_t)len + 1, fmt, again);
    }
    va_end(again);
    buf->len += (size_t)len;
}

void
buf_fmt(struct buf *buf, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    buf_vfmt(buf, fmt, ap);
    va_end(ap);
}

void
buf_be16(struct buf *buf, uint16_t value)
{
    value = htobe16(value);
    buf_add(buf, &value, sizeof value);
}

void
buf_be32(struct buf *buf, uint32_t value)
{
    value = htobe32(value);
    buf_add(buf, &value, sizeof value);
}

void
buf_be64(struct buf *buf, uint64_t value)
{
    value = htobe64(value);
    buf_add(buf, &value, sizeof value);
}
