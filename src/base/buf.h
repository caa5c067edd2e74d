/*
 * buf: bytes that grow, inside an arena.
 *
 * A buf never fails: out of memory ends the process, as everywhere.  Its data lives as long as
 * the arena; growing may move it.  It is always followed by a NUL that len does not count.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>

struct buf {
    char *data;
    size_t len;
    size_t room;
    struct arena *arena;
};

void buf_start(struct buf *buf, struct arena *arena, size_t room);
void buf_reserve(struct buf *buf, size_t more); /* room for `more` bytes after len */
void buf_add(struct buf *buf, const void *bytes, size_t len);
void buf_text(struct buf *buf, const char *text);
void buf_byte(struct buf *buf, char byte);
void buf_long(struct buf *buf, long value); /* in decimal */
void buf_fmt(struct buf *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vfmt(struct buf *buf, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));
void buf_be16(struct buf *buf, uint16_t value); /* big-endian, as Postgres sends and takes it */
void buf_be32(struct buf *buf, uint32_t value);
void buf_be64(struct buf *buf, uint64_t value);

#endif
