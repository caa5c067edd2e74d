/*
 * command: one verb of the program kvasir.
 */
#include "app/command.h"

#include "base/arena.h"
#include "base/emit.h"
#include "base/str.h"

#include <stdio.h>

static const struct command rows[] = {
#define COMMAND(name, needs, usage, says) {#name, needs, usage, says, cmd_##name},
#include "app/command_table.h"
#undef COMMAND
};

#define ROWS (sizeof rows / sizeof rows[0])

const struct command *
command_row(size_t index)
{
    return index < ROWS ? &rows[index] : NULL;
}

const struct command *
command_find(const char *name, struct err *err)
{
    const char *names[ROWS], *near;

    for (size_t i = 0; i < ROWS; i++) {
        if (str_is(str_of(name), rows[i].name))
            return &rows[i];
        names[i] = rows[i].name;
    }
    near = str_nearest(name, names, ROWS);
    if (near != NULL)
        err_set(err, ERR_INPUT, "there is no verb %.60s; did you mean %s?", name, near);
    else
        err_set(err, ERR_INPUT, "there is no verb %.60s; see kvasir help", name);
    return NULL;
}

static void
print_json(const struct err *err)
{
    struct arena *arena = arena_new(1024);
    struct emit emit;
    struct buf buf;

    buf_start(&buf, arena, 512);
    emit_start(&emit, &buf);
    emit_object(&emit, NULL);
    emit_text(&emit, "error", err_kind_name(err->kind));
    emit_text(&emit, "message", err->text);
    if (err->detail[0] != '\0')
        emit_text(&emit, "detail", err->detail);
    emit_object_end(&emit);
    fprintf(stderr, "%s\n", buf.data);
    arena_free(arena);
}

static enum command_exit
exit_of(enum err_kind kind)
{
    switch (kind) {
    case ERR_MISSING: return COMMAND_MISSING;
    case ERR_UNAVAILABLE:
    case ERR_BUSY:
    case ERR_TIMEOUT: return COMMAND_UNAVAILABLE;
    case ERR_NONE:
    case ERR_INPUT:
    case ERR_AUTH:
    case ERR_DENIED:
    case ERR_METHOD:
    case ERR_CONFLICT:
    case ERR_ENDED:
    case ERR_TOO_LARGE:
    case ERR_MEDIA:
    case ERR_SHAPE:
    case ERR_LIMITED:
    case ERR_GONE:
    case ERR_INTERNAL:
    case ERR_UNKNOWN_OUTCOME:
    case ERR_KINDS: break;
    }
    return COMMAND_FAILED;
}

int
command_fail(const struct command_args *args, const struct err *err)
{
    if (args->json)
        print_json(err);
    else
        fprintf(stderr, "kvasir %s: %s%s%s%s\n", args->command->name, err->text,
                err->detail[0] == '\0' ? "" : " (", err->detail,
                err->detail[0] == '\0' ? "" : ")");
    return (int)exit_of(err->kind);
}

int
command_usage(const struct command_args *args)
{
    const struct command *row = args->command;

    fprintf(stderr, "Usage: kvasir %s%s%s\n", row->name, row->usage[0] == '\0' ? "" : " ",
            row->usage);
    return COMMAND_USAGE;
}
