/*
 * cmd_key: kvasir key: make, list and revoke the keys that requests carry.
 */
#include "access/keys.h"
#include "app/command.h"
#include "app/visit.h"
#include "base/emit.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

struct wish {
    const char *name;
    const char *scopes; /* comma-separated */
    long days;          /* 0: for ever */
};

static const struct option options[] = {
    {"tenant", required_argument, NULL, 't'},
    {"name", required_argument, NULL, 'n'},
    {"scopes", required_argument, NULL, 's'},
    {"days", required_argument, NULL, 'd'},
    {NULL, 0, NULL, 0},
};

static bool
option_take(int option, struct visit *visit, struct wish *wish)
{
    switch (option) {
    case 't': visit->claims.tenant = optarg; return true;
    case 'n': wish->name = optarg; return true;
    case 's': wish->scopes = optarg; return true;
    case 'd': return str_to_long(str_of(optarg), 1, 36500, &wish->days);
    default: return false;
    }
}

static void
call_scopes(struct pipe *pipe, struct call *call, const char *scopes)
{
    struct array *array = array_new(pipe, ARRAY_TEXT);

    while (*scopes != '\0') {
        size_t len = strcspn(scopes, ",");

        array_str(array, (struct str){scopes, len});
        scopes += len + (scopes[len] == ',');
    }
    call_array(call, array);
}

static bool
key_create(struct visit *visit, const struct wish *wish, bool json, struct err *err)
{
    struct pipe *pipe = visit_pipe(visit);
    struct call *call = pipe_add(pipe, STMT_key_create);
    char text[KEYS_TEXT];
    struct key key;

    keys_new(text, &key);
    call_text(call, key.id);
    call_bytes(call, key.hash, sizeof key.hash);
    call_text(call, wish->name);
    call_scopes(pipe, call, wish->scopes);
    if (wish->days == 0)
        call_null(call);
    else
        call_long(call, wish->days);
    if (!visit_run(pipe, err))
        return false;
    if (json)
        printf("{\"id\":\"%s\",\"key\":\"%s\"}\n", key.id, text);
    else
        printf("%s\nThis key is shown once and only its hash is kept: store it now.\n", text);
    return true;
}

static bool
key_revoke(struct visit *visit, const char *id, struct err *err)
{
    struct pipe *pipe = visit_pipe(visit);

    call_text(pipe_add(pipe, STMT_key_revoke), id);
    if (!visit_run(pipe, err))
        return false;
    printf("key %s is revoked\n", id);
    return true;
}

static void
print_key(const struct call *call, size_t row)
{
    const char *state = !call_is_null(call, row, 5)  ? "revoked"
                        : call_is_null(call, row, 4) ? "valid"
                                                     : call_cell(call, row, 4).at;

    printf("%-10s %-24s %-20s %s\n", call_cell(call, row, 0).at, call_cell(call, row, 1).at,
           call_cell(call, row, 2).at, state);
}

static bool
key_list(struct visit *visit, bool json, struct err *err)
{
    static const char *const names[] = {"id",         "name",       "scopes",
                                        "created_at", "expires_at", "revoked_at"};
    struct pipe *pipe = visit_pipe(visit);
    struct call *call = pipe_add(pipe, STMT_key_list);
    struct emit emit;
    struct buf text;

    if (!visit_run(pipe, err))
        return false;
    if (!json) {
        for (size_t row = 0; row < call_rows(call); row++)
            print_key(call, row);
        return true;
    }
    buf_start(&text, visit->arena, 1024);
    emit_start(&emit, &text);
    emit_array(&emit, NULL);
    for (size_t row = 0; row < call_rows(call); row++) {
        emit_object(&emit, NULL);
        for (int column = 0; column < 6; column++)
            emit_str(&emit, names[column], call_cell(call, row, column));
        emit_object_end(&emit);
    }
    emit_array_end(&emit);
    puts(text.data);
    return true;
}

static int
dispatch(const struct command_args *args, struct visit *visit, const struct wish *wish)
{
    const char *what = args->values[optind], *operand = NULL;
    struct err err = {.kind = ERR_NONE};

    if (what != NULL)
        operand = args->values[optind + 1];
    if (what != NULL && strcmp(what, "create") == 0 && operand == NULL)
        key_create(visit, wish, args->json, &err);
    else if (what != NULL && strcmp(what, "list") == 0 && operand == NULL)
        key_list(visit, args->json, &err);
    else if (what != NULL && strcmp(what, "revoke") == 0 && operand != NULL)
        key_revoke(visit, operand, &err);
    else
        return command_usage(args);
    return err.kind == ERR_NONE ? COMMAND_OK : command_fail(args, &err);
}

int
cmd_key(const struct command_args *args)
{
    struct wish wish = {.name = "unnamed", .scopes = "read,write"};
    struct err err = {.kind = ERR_NONE};
    struct visit visit;
    bool understood = true;
    int status;

    if (!visit_begin(&visit, VISIT_WITHOUT_MODEL, false, &err))
        return command_fail(args, &err);
    for (int option; understood && (option = getopt_long(args->count, args->values,
                                                         "t:n:s:d:", options, NULL)) != -1;)
        understood = option_take(option, &visit, &wish);
    status = understood ? dispatch(args, &visit, &wish) : command_usage(args);
    visit_end(&visit);
    return status;
}
