/*
 * log: one event, one JSON line, whole even when many threads write.
 *
 * A line leaves in one write(2), which the kernel keeps together on a file opened for appending
 * and, up to PIPE_BUF, on a pipe.  Opening again replaces the file under its descriptor, so
 * that no thread ever holds a closed one.
 */
#include "base/log.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/emit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_ROOM 1024 /* most lines fit */

static const char *const level_names[] = {"debug", "info", "warn", "error"};

static struct {
    const char *program;
    char *path; /* NULL: standard error */
    enum log_level least;
    int fd;
    atomic_int again; /* set by a signal handler; lock-free, hence allowed there */
} sink = {.program = "kvasir", .least = LOG_INFO_LEVEL, .fd = STDERR_FILENO};

static int
file_open(const char *path)
{
    return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
}

bool
log_open(const char *program, const char *path, enum log_level least, struct err *err)
{
    int fd = STDERR_FILENO;

    if (path != NULL && path[0] != '\0') {
        fd = file_open(path);
        if (fd < 0)
            return err_set(err, ERR_UNAVAILABLE, "cannot open the log file %s: %m", path);
    }
    log_close();
    sink.program = program;
    sink.path = fd == STDERR_FILENO ? NULL : strdup(path);
    sink.least = least;
    sink.fd = fd;
    return true;
}

void
log_reopen(void)
{
    atomic_store(&sink.again, 1);
}

void
log_close(void)
{
    if (sink.fd != STDERR_FILENO)
        close(sink.fd);
    free(sink.path);
    sink.path = NULL;
    sink.fd = STDERR_FILENO;
}

bool
log_level_parse(const char *name, enum log_level *level_out)
{
    for (size_t i = 0; i < sizeof level_names / sizeof level_names[0]; i++) {
        if (strcmp(name, level_names[i]) != 0)
            continue;
        *level_out = (enum log_level)i;
        return true;
    }
    return false;
}

/* When the new file cannot be opened the old one goes on: a line in the wrong file beats none.
 */
static void
obey_reopen(void)
{
    int fd;

    if (atomic_exchange(&sink.again, 0) == 0 || sink.path == NULL)
        return;
    fd = file_open(sink.path);
    if (fd < 0)
        return;
    dup3(fd, sink.fd, O_CLOEXEC);
    close(fd);
}

static void
write_whole(const char *at, size_t len)
{
    while (len > 0) {
        ssize_t done = write(sink.fd, at, len);

        if (done < 0 && errno != EINTR)
            return; /* nobody is left to tell */
        if (done > 0) {
            at += done;
            len -= (size_t)done;
        }
    }
}

/* JSON may carry DEL and the C1 controls (U+0080 to U+009F) as they are; a terminal obeys them.
 */
static void
add_tame(struct buf *line, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i], next = (unsigned char)text[i + 1];

        if (c == 0xc2 && next >= 0x80 && next <= 0x9f) {
            buf_fmt(line, "\\u%04x", (unsigned)next);
            i++;
        } else if (c == 0x7f) {
            buf_text(line, "\\u007f");
        } else {
            buf_byte(line, c < 0x20 ? ' ' : text[i]);
        }
    }
}

/* Members come with or without the braces of an object. */
static void
add_members(struct buf *line, const char *json)
{
    size_t len = strlen(json);

    if (len >= 2 && json[0] == '{' && json[len - 1] == '}') {
        json++;
        len -= 2;
    }
    if (len == 0)
        return;
    buf_byte(line, ',');
    add_tame(line, json, len);
}

static void
write_line(struct arena *arena, enum log_level level, const char *event, const char *json)
{
    char time[CLOCK_TEXT];
    struct emit emit;
    struct buf line;

    obey_reopen();
    clock_text(clock_wall(), time);
    memcpy(time + 23, "Z", 2); /* milliseconds will do */
    buf_start(&line, arena, LINE_ROOM);
    emit_start(&emit, &line);
    emit_object(&emit, NULL);
    emit_text(&emit, "time", time);
    emit_text(&emit, "level", level_names[level]);
    emit_text(&emit, "program", sink.program);
    emit_text(&emit, "event", event);
    if (json != NULL)
        add_members(&line, json);
    buf_text(&line, "}\n");
    write_whole(line.data, line.len);
}

void
log_line(enum log_level level, const char *event, const char *members_json)
{
    struct arena *arena;

    if (level < sink.least)
        return;
    arena = arena_new(4 * LINE_ROOM);
    write_line(arena, level, event, members_json);
    arena_free(arena);
}

void
log_say(enum log_level level, const char *event, const char *fmt, ...)
{
    struct arena *arena;
    struct buf said, member;
    va_list ap;

    if (level < sink.least)
        return;
    arena = arena_new(4 * LINE_ROOM);
    buf_start(&said, arena, LINE_ROOM);
    buf_start(&member, arena, LINE_ROOM);
    va_start(ap, fmt);
    buf_vfmt(&said, fmt, ap);
    va_end(ap);
    buf_text(&member, "\"message\":\"");
    emit_escape(&member, said.data, said.len);
    buf_byte(&member, '"');
    write_line(arena, level, event, member.data);
    arena_free(arena);
}
