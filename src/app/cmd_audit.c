/*
 * cmd_audit: kvasir audit: who called which tool, the newest call first.
 */
#include "app/command.h"
#include "app/visit.h"
#include "base/js.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>

struct wish {
    const char *tenant, *tool, *outcome, *caller;
    long within, count; /* within 0: not said */
};

static const struct option options[] = {
    {"tenant", required_argument, NULL, 't'},
    {"tool", required_argument, NULL, 'n'},
    {"outcome", required_argument, NULL, 'o'},
    {"caller", required_argument, NULL, 'c'},
    {"within", required_argument, NULL, 'w'},
    {"count", required_argument, NULL, 'k'},
    {NULL, 0, NULL, 0},
};

static bool
option_take(int option, struct wish *wish)
{
    switch (option) {
    case 't': wish->tenant = optarg; return true;
    case 'n': wish->tool = optarg; return true;
    case 'o': wish->outcome = optarg; return true;
    case 'c': wish->caller = optarg; return true;
    case 'w': return str_to_long(str_of(optarg), 1, INT_MAX, &wish->within);
    case 'k': return str_to_long(str_of(optarg), 1, 100000, &wish->count);
    default: return false;
    }
}

static bool
wish_read(const struct command_args *args, struct wish *wish)
{
    *wish = (struct wish){.tenant = "default_tenant", .count = 50};
    optind = 0; /* begin anew */
    for (int option;
         (option = getopt_long(args->count, args->values, "", options, NULL)) != -1;)
        if (!option_take(option, wish))
            return false;
    return optind == args->count;
}

static void
print_text(struct json_object *call, const char *name, int width)
{
    struct str text = js_str(js_find(call, name));

    printf("%-*.*s  ", width, (int)text.len, text.at == NULL ? "" : text.at);
}

static bool
print(struct visit *visit, struct str json, struct err *err)
{
    struct json_object *calls = NULL;

    if (!js_parse(visit->arena, json, &calls, err))
        return false;
    for (size_t i = 0; i < js_count(calls); i++) {
        struct json_object *call = js_item(calls, i);

        print_text(call, "called_at", 27);
        print_text(call, "caller", 10);
        print_text(call, "wire", 8);
        print_text(call, "tool", 28);
        print_text(call, "outcome", 11);
        printf("%8ld ms  ", js_long(js_find(call, "ms"), 0));
        print_text(call, "request_id", 1);
        printf("\n");
    }
    return true;
}

static bool
audit_tell(struct visit *visit, const struct wish *wish, bool json, struct err *err)
{
    struct pipe *pipe = visit_pipe(visit);
    struct call *call = pipe_add(pipe, STMT_audit_list);

    call_text(call, wish->tool);
    call_text(call, wish->outcome);
    call_text(call, wish->caller);
    if (wish->within == 0)
        call_null(call);
    else
        call_long(call, wish->within);
    call_null(call);
    call_long(call, wish->count);
    if (!visit_run(pipe, err))
        return false;
    if (!json)
        return print(visit, call_cell(call, 0, 0), err);
    puts(call_cell(call, 0, 0).at);
    return true;
}

int
cmd_audit(const struct command_args *args)
{
    struct err err = {.kind = ERR_NONE};
    struct visit visit;
    struct wish wish;

    if (!wish_read(args, &wish))
        return command_usage(args);
    if (!visit_begin(&visit, VISIT_WITHOUT_MODEL, false, &err))
        return command_fail(args, &err);
    visit.claims.tenant = wish.tenant;
    audit_tell(&visit, &wish, args->json, &err);
    visit_end(&visit);
    return err.kind == ERR_NONE ? COMMAND_OK : command_fail(args, &err);
}
