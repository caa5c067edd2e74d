/*
 * cmd_tools: kvasir tools: list the HTTP tools of a tenant, add one, remove one.
 */
#include "app/command.h"
#include "app/visit.h"
#include "base/js.h"
#include "remote/declaration.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define FILE_MOST 1000000

struct wish {
    const char *tenant, *verb, *what;
};

static const struct option options[] = {
    {"tenant", required_argument, NULL, 't'},
    {NULL, 0, NULL, 0},
};

static bool
wish_read(const struct command_args *args, struct wish *wish)
{
    *wish = (struct wish){.tenant = "default_tenant"};
    optind = 0; /* begin anew */
    for (int option;
         (option = getopt_long(args->count, args->values, "", options, NULL)) != -1;) {
        if (option != 't')
            return false;
        wish->tenant = optarg;
    }
    wish->verb = args->values[optind] == NULL ? "list" : args->values[optind++];
    wish->what = args->values[optind];
    if (strcmp(wish->verb, "list") == 0)
        return wish->what == NULL;
    return (strcmp(wish->verb, "add") == 0 || strcmp(wish->verb, "remove") == 0) &&
           wish->what != NULL && args->values[optind + 1] == NULL;
}

static bool
list(struct visit *visit, bool as_json, struct err *err)
{
    struct pipe *pipe = visit_pipe(visit);
    struct call *call = pipe_add(pipe, STMT_http_tool_list);

    if (!visit_run(pipe, err))
        return false;
    for (size_t row = 0; row < call_rows(call); row++) {
        struct declaration one = declaration_read(call, row);
        struct emit json;
        struct buf buf;

        buf_start(&buf, visit->arena, 512);
        emit_start(&json, &buf);
        declaration_emit(&json, &one);
        if (as_json)
            puts(buf.data);
        else
            printf("%-24.*s %-6.*s %.*s\n", (int)one.name.len, one.name.at, (int)one.method.len,
                   one.method.at, (int)one.url.len, one.url.at);
    }
    return true;
}

static bool
file_read(struct visit *visit, const char *path, struct str *text_out, struct err *err)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    char *text = arena_take(visit->arena, FILE_MOST + 1);
    bool read;

    if (file == NULL)
        return err_set(err, ERR_INPUT, "%.100s: %s", path, strerror(errno));
    *text_out = (struct str){text, fread(text, 1, FILE_MOST, file)};
    read = ferror(file) == 0 && feof(file) != 0;
    if (file != stdin)
        fclose(file);
    return read || err_set(err, ERR_INPUT, "%.100s cannot be read, or is too large", path);
}

static bool
add(struct visit *visit, const char *path, struct err *err)
{
    struct pipe *pipe = visit_pipe(visit);
    struct json_object *given;
    struct call *call;
    struct str text = {NULL, 0};

    if (!file_read(visit, path, &text, err) || !js_parse(visit->arena, text, &given, err) ||
        !declaration_put(pipe, visit->arena, given, &call, err) || !visit_run(pipe, err))
        return false;
    text = js_str(js_find(given, "name"));
    printf("%.*s %s\n", (int)text.len, text.at,
           call_cell_bool(call, 0, 0) ? "is declared" : "is declared anew");
    return true;
}

static bool
drop(struct visit *visit, const char *name, struct err *err)
{
    struct pipe *pipe = visit_pipe(visit);

    call_text(pipe_add(pipe, STMT_http_tool_drop), name);
    if (!visit_run(pipe, err))
        return false;
    printf("%s is removed\n", name);
    return true;
}

int
cmd_tools(const struct command_args *args)
{
    struct err err = {.kind = ERR_NONE};
    struct visit visit;
    struct wish wish;

    if (!wish_read(args, &wish))
        return command_usage(args);
    if (!visit_begin(&visit, VISIT_WITHOUT_MODEL, false, &err))
        return command_fail(args, &err);
    visit.claims.tenant = wish.tenant;
    if (strcmp(wish.verb, "add") == 0)
        add(&visit, wish.what, &err);
    else if (strcmp(wish.verb, "remove") == 0)
        drop(&visit, wish.what, &err);
    else
        list(&visit, args->json, &err);
    visit_end(&visit);
    return err.kind == ERR_NONE ? COMMAND_OK : command_fail(args, &err);
}
