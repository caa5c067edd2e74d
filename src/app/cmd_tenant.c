/*
 * cmd_tenant: kvasir tenant: make, list and drop tenants.
 *
 * A matter of the installation, not of one tenant: all three log in by database_admin.
 */
#include "app/command.h"
#include "app/visit.h"
#include "base/emit.h"

#include <stdio.h>
#include <string.h>

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

int
cmd_tenant(const struct command_args *args)
{
    const char *what = args->count > 1 ? args->values[1] : "";
    const char *name = args->count == 3 ? args->values[2] : NULL;
    struct err err = {.kind = ERR_NONE};
    struct visit visit;
    bool makes = strcmp(what, "create") == 0 && name != NULL;
    bool drops = strcmp(what, "drop") == 0 && name != NULL;

    if (!makes && !drops && (strcmp(what, "list") != 0 || args->count != 2))
        return command_usage(args);
    if (!visit_begin(&visit, VISIT_WITHOUT_MODEL, true, &err))
        return command_fail(args, &err);
    if (makes)
        tenant_create(&visit, name, &err);
    else if (drops)
        tenant_drop(&visit, name, &err);
    else
        tenant_list(&visit, args->json, &err);
    visit_end(&visit);
    return err.kind == ERR_NONE ? COMMAND_OK : command_fail(args, &err);
}
