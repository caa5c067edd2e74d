/*
 * cmd_tasks: kvasir tasks: list the tasks of a tenant, show one, cancel one.
 */
#include "app/command.h"
#include "app/visit.h"
#include "base/buf.h"
#include "tool/task.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

struct wish {
    const char *tenant, *verb, *id;
    struct str status;
    long count;
};

static const struct option options[] = {
    {"tenant", required_argument, NULL, 't'},
    {"status", required_argument, NULL, 's'},
    {"count", required_argument, NULL, 'c'},
    {NULL, 0, NULL, 0},
};

static bool
wish_read(const struct command_args *args, struct wish *wish)
{
    *wish = (struct wish){.tenant = "default_tenant", .count = 20};
    optind = 0; /* begin anew */
    for (int option;
         (option = getopt_long(args->count, args->values, "", options, NULL)) != -1;) {
        if (option == 't')
            wish->tenant = optarg;
        else if (option == 's')
            wish->status = str_of(optarg);
        else if (option != 'c' || !str_to_long(str_of(optarg), 1, 1000, &wish->count))
            return false;
    }
    wish->verb = args->values[optind] == NULL ? "list" : args->values[optind++];
    wish->id = args->values[optind];
    if (strcmp(wish->verb, "list") == 0)
        return wish->id == NULL;
    return (strcmp(wish->verb, "show") == 0 || strcmp(wish->verb, "cancel") == 0) &&
           wish->id != NULL && args->values[optind + 1] == NULL;
}

static void
print_line(const struct task *task)
{
    printf("%.*s  %-14.*s  %.19sZ  %.*s%s%.*s\n", (int)task->id.len, task->id.at,
           (int)task->status.len, task->status.at, task->created.at, (int)task->name.len,
           task->name.at, task->says.at == NULL ? "" : ": ", (int)task->says.len,
           task->says.at == NULL ? "" : task->says.at);
}

static void
print_json(struct visit *visit, const struct task *task)
{
    struct emit json;
    struct buf buf;

    buf_start(&buf, visit->arena, 512);
    emit_start(&json, &buf);
    task_emit(&json, NULL, task, false);
    puts(buf.data);
}

static bool
act(struct visit *visit, const struct wish *wish, bool json, struct err *err)
{
    struct pipe *pipe = visit_pipe(visit);
    bool lists = strcmp(wish->verb, "list") == 0;
    struct str id = str_of(wish->id);
    struct call *call =
        lists ? task_page(pipe, true, wish->status, (struct str){NULL, 0}, wish->count)
        : strcmp(wish->verb, "show") == 0 ? task_get(pipe, id, true)
                                          : task_cancel(pipe, id, true);

    if (!visit_run(pipe, err))
        return false;
    for (size_t row = 0; row < call_rows(call); row++) {
        struct task task = task_read(call, row);

        if (json || strcmp(wish->verb, "show") == 0)
            print_json(visit, &task);
        else
            print_line(&task);
    }
    return true;
}

int
cmd_tasks(const struct command_args *args)
{
    struct err err = {.kind = ERR_NONE};
    struct visit visit;
    struct wish wish;

    if (!wish_read(args, &wish))
        return command_usage(args);
    if (!visit_begin(&visit, VISIT_WITHOUT_MODEL, false, &err))
        return command_fail(args, &err);
    visit.claims.tenant = wish.tenant;
    act(&visit, &wish, args->json, &err);
    visit_end(&visit);
    return err.kind == ERR_NONE ? COMMAND_OK : command_fail(args, &err);
}
