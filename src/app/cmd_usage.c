/*
 * cmd_usage: kvasir usage: what a tenant has spent on the language model, and what it may.
 *
 * Reading goes by the setting database; a budget is set by database_admin, as no request can.
 */
#include "app/command.h"
#include "app/visit.h"
#include "base/conf.h"
#include "base/js.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

struct wish {
    const char *tenant;
    bool sets_budget;
    long budget; /* micro-USD; -1: none of its own */
};

static const struct option options[] = {
    {"tenant", required_argument, NULL, 't'},
    {"budget", required_argument, NULL, 'b'},
    {NULL, 0, NULL, 0},
};

static bool
wish_read(const struct command_args *args, struct wish *wish)
{
    *wish = (struct wish){.tenant = "default_tenant", .budget = -1};
    optind = 0; /* begin anew */
    for (int option;
         (option = getopt_long(args->count, args->values, "", options, NULL)) != -1;) {
        if (option == 't')
            wish->tenant = optarg;
        else if (option != 'b')
            return false;
        else if (strcmp(optarg, "none") != 0 &&
                 !str_to_long(str_of(optarg), 0, LONG_MAX, &wish->budget))
            return false;
        else
            wish->sets_budget = true;
    }
    return optind == args->count;
}

static bool
budget_set(struct visit *visit, const struct wish *wish, struct err *err)
{
    struct pipe *pipe = visit_pipe(visit);
    struct call *call = pipe_add(pipe, STMT_llm_budget_set);

    if (wish->budget < 0)
        call_null(call);
    else
        call_long(call, wish->budget);
    if (!visit_run(pipe, err))
        return false;
    if (wish->budget < 0)
        printf("%s has no budget of its own any more: the setting llm_budget holds\n",
               wish->tenant);
    else
        printf("%s may spend %.6f USD a month\n", wish->tenant, (double)wish->budget / 1e6);
    return true;
}

static void
print_group(struct json_object *group)
{
    struct str task = js_str(js_find(group, "task")), model = js_str(js_find(group, "model"));
    struct str outcome = js_str(js_find(group, "outcome"));

    printf("%-8.*s %-20.*s %-14.*s %8ld calls %12ld tokens in %10ld out %14.6f USD%s\n",
           (int)task.len, task.at, (int)model.len, model.at, (int)outcome.len, outcome.at,
           js_long(js_find(group, "calls"), 0), js_long(js_find(group, "prompt_tokens"), 0),
           js_long(js_find(group, "completion_tokens"), 0),
           js_double(js_find(group, "cost_microusd"), 0) / 1e6,
           js_long(js_find(group, "estimated"), 0) > 0 ? " (partly estimated)" : "");
}

static bool
print(struct visit *visit, struct str json, struct err *err)
{
    struct json_object *usage = NULL, *calls;
    struct str month;

    if (!js_parse(visit->arena, json, &usage, err))
        return false;
    month = js_str(js_find(usage, "month"));
    calls = js_find(usage, "calls");
    printf("%.*s: %.6f USD spent", (int)month.len, month.at,
           js_double(js_find(usage, "spent_microusd"), 0) / 1e6);
    if (js_type(js_find(usage, "budget_microusd")) != JS_NULL)
        printf(" of %.6f", js_double(js_find(usage, "budget_microusd"), 0) / 1e6);
    printf("\n");
    for (size_t i = 0; i < js_count(calls); i++)
        print_group(js_item(calls, i));
    return true;
}

static bool
usage_tell(struct visit *visit, bool json, struct err *err)
{
    struct pipe *pipe = visit_pipe(visit);
    struct call *call = pipe_add(pipe, STMT_llm_usage);

    call_null(call);
    call_long(call, conf_long(CONF_llm_budget));
    if (!visit_run(pipe, err))
        return false;
    if (!json)
        return print(visit, call_cell(call, 0, 0), err);
    puts(call_cell(call, 0, 0).at);
    return true;
}

int
cmd_usage(const struct command_args *args)
{
    struct err err = {.kind = ERR_NONE};
    struct visit visit;
    struct wish wish;

    if (!wish_read(args, &wish))
        return command_usage(args);
    if (!visit_begin(&visit, VISIT_WITHOUT_MODEL, wish.sets_budget, &err))
        return command_fail(args, &err);
    visit.claims.tenant = wish.tenant;
    if (wish.sets_budget)
        budget_set(&visit, &wish, &err);
    else
        usage_tell(&visit, args->json, &err);
    visit_end(&visit);
    return err.kind == ERR_NONE ? COMMAND_OK : command_fail(args, &err);
}
