/*
 * cmd_tenant: kvasir tenant: make, list and drop tenants.
 *
 * A matter of the installation, not of one tenant: all three log in by database_admin.
 */
#include "app/command.h"
#include "app/visit.h"
#include "base/emit.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct wish {
    enum { WHAT_LIST, WHAT_CREATE, WHAT_DROP } what;
    const char *name;
    bool yes;
};

static bool
tenant_create(struct visit *visit, const char *name, struct err *err)
{
    struct pipe *pipe = pipe_new(visit->conn, visit->arena, NULL);
    struct call *call = pipe_add(pipe, STMT_tenant_create);

    call_text(call, name);
    call_bool(call, false);
    if (!visit_run(pipe, err))
        return false;
    printf("tenant %s is there; kvasir key --tenant %s create makes a key for it\n", name,
           name);
    return true;
}

static bool
tenant_drop(struct visit *visit, const char *name, struct err *err)
{
    struct pipe *pipe;

    visit->claims.tenant = name;
    pipe = visit_pipe(visit);
    pipe_add(pipe, STMT_tenant_drop);
    if (!visit_run(pipe, err))
        return false;
    printf("tenant %s is gone with all that it held\n", name);
    return true;
}

static void
print_json(struct visit *visit, const struct call *call)
{
    struct emit emit;
    struct buf text;

    buf_start(&text, visit->arena, 1024);
    emit_start(&emit, &text);
    emit_array(&emit, NULL);
    for (size_t row = 0; row < call_rows(call); row++) {
        emit_object(&emit, NULL);
        emit_str(&emit, "name", call_cell(call, row, 0));
        emit_str(&emit, "id", call_cell(call, row, 1));
        emit_str(&emit, "created_at", call_cell(call, row, 2));
        emit_object_end(&emit);
    }
    emit_array_end(&emit);
    puts(text.data);
}

static bool
tenant_list(struct visit *visit, bool json, struct err *err)
{
    struct pipe *pipe = pipe_new(visit->conn, visit->arena, NULL);
    struct call *call = pipe_add(pipe, STMT_tenant_list);

    if (!visit_run(pipe, err))
        return false;
    if (json)
        print_json(visit, call);
    for (size_t row = 0; !json && row < call_rows(call); row++)
        printf("%-32s %s  since %s\n", call_cell(call, row, 0).at, call_cell(call, row, 1).at,
               call_cell(call, row, 2).at);
    return true;
}

static const struct option options[] = {
    {"yes", no_argument, NULL, 'y'},
    {NULL, 0, NULL, 0},
};

static bool
wish_read(const struct command_args *args, struct wish *wish)
{
    int left;

    *wish = (struct wish){.what = WHAT_LIST};
    optind = 0; /* begin anew */
    for (int option;
         (option = getopt_long(args->count, args->values, "", options, NULL)) != -1;)
        if (option != 'y')
            return false;
        else
            wish->yes = true;
    left = args->count - optind;
    if (left == 1 && strcmp(args->values[optind], "list") == 0)
        return !wish->yes;
    if (left != 2)
        return false;
    wish->name = args->values[optind + 1];
    wish->what = strcmp(args->values[optind], "drop") == 0 ? WHAT_DROP : WHAT_CREATE;
    return wish->what == WHAT_DROP ||
           (strcmp(args->values[optind], "create") == 0 && !wish->yes);
}

/* Dropping cannot be undone: --yes, or the name typed again by whoever sits there. */
static bool
confirmed(const struct wish *wish, struct err *err)
{
    char line[2048] = "";

    if (wish->what != WHAT_DROP || wish->yes)
        return true;
    if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
        return err_set(err, ERR_INPUT,
                       "this removes all that the tenant holds: say --yes, or run it on a "
                       "terminal");
    fprintf(stderr,
            "This removes the tenant %s with its collections, records, keys and events.\n"
            "Type its name to go on: ",
            wish->name);
    if (fgets(line, sizeof line, stdin) != NULL)
        line[strcspn(line, "\n")] = '\0';
    return strcmp(line, wish->name) == 0 ||
           err_set(err, ERR_INPUT, "that is not its name: nothing was removed");
}

static int
work(const struct command_args *args, const struct wish *wish)
{
    struct err err = {.kind = ERR_NONE};
    struct visit visit;

    if (!visit_begin(&visit, VISIT_WITHOUT_MODEL, true, &err))
        return command_fail(args, &err);
    switch (wish->what) {
    case WHAT_CREATE: tenant_create(&visit, wish->name, &err); break;
    case WHAT_DROP: tenant_drop(&visit, wish->name, &err); break;
    case WHAT_LIST: tenant_list(&visit, args->json, &err); break;
    }
    visit_end(&visit);
    return err.kind == ERR_NONE ? COMMAND_OK : command_fail(args, &err);
}

int
cmd_tenant(const struct command_args *args)
{
    struct err err = {.kind = ERR_NONE};
    struct wish wish;

    if (!wish_read(args, &wish))
        return command_usage(args);
    if (!confirmed(&wish, &err)) {
        command_fail(args, &err);
        return COMMAND_USAGE;
    }
    return work(args, &wish);
}
