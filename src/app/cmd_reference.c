/*
 * cmd_reference: kvasir reference: the program's tables for its manual, as Markdown or mdoc.
 *
 * What it prints stands in the manual pages and in docs/reference.md, so that they cannot tell
 * anything else than the program does.
 */
#include "app/command.h"
#include "app/reference_tools.h"
#include "app/routes.h"
#include "base/conf.h"
#include "base/metric.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* One row of a printed table; `more` may be "". */
struct item {
    const char *term, *more, *says;
};

typedef void (*print_fn)(const struct item *item);

/* mdoc: a backslash begins an escape, and a '.' or an apostrophe at the begin of a line a
 * macro. */
static void
put_mdoc(const char *text)
{
    if (*text == '.' || *text == '\'')
        fputs("\\&", stdout);
    for (; *text != '\0'; text++) {
        if (*text == '\\')
            fputs("\\e", stdout);
        else
            putchar(*text);
    }
}

static void
print_mdoc(const struct item *item)
{
    fputs(".It Sy \"", stdout);
    put_mdoc(item->term);
    fputs("\"\n", stdout);
    if (item->more[0] != '\0') {
        put_mdoc(item->more); /* in no macro: one would take words such as No for macros */
        fputs("\n.br\n", stdout);
    }
    put_mdoc(item->says);
    putchar('\n');
}

static void
put_markdown(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '|')
            putchar('\\');
        putchar(*text);
    }
}

static void
print_markdown(const struct item *item)
{
    fputs("| `", stdout);
    put_markdown(item->term);
    fputs("` | ", stdout);
    put_markdown(item->more);
    fputs(" | ", stdout);
    put_markdown(item->says);
    fputs(" |\n", stdout);
}

static void
print_commands(print_fn print)
{
    const struct command *row;

    for (size_t i = 0; (row = command_row(i)) != NULL; i++)
        print(&(struct item){row->name, row->usage, row->says});
}

static void
print_exits(print_fn print)
{
#define COMMAND_EXIT(name, status, says) print(&(struct item){#status, "", says});
    COMMAND_EXITS
#undef COMMAND_EXIT
}

static void
print_metrics(print_fn print)
{
    static const char *const types[] = {"counter", "gauge", "histogram"};
    const struct metric_row *row;
    const char *says = "";

    for (size_t i = 0; (row = metric_row(i)) != NULL; i++) {
        const char *mark = strstr(row->name, "__");
        char name[100], more[100];

        snprintf(name, sizeof name, "kvasir_%.*s",
                 (int)(mark == NULL ? strlen(row->name) : (size_t)(mark - row->name)),
                 row->name);
        snprintf(more, sizeof more, "%s%s%s", types[row->type],
                 row->label[0] == '\0' ? "" : " ", row->label);
        if (row->says[0] != '\0') /* told by the first row of a metric with several labels */
            says = row->says;
        print(&(struct item){name, more, says});
    }
}

static void
print_routes(print_fn print)
{
    for (size_t i = 0; i < routes_count; i++) {
        const struct route *row = &routes[i];
        char term[300], more[100];

        snprintf(term, sizeof term, "%s %s", row->method, row->path);
        snprintf(more, sizeof more, "%s%s", row->scope == NULL ? "public" : "scope ",
                 row->scope == NULL ? "" : row->scope);
        print(&(struct item){term, more, row->says});
    }
}

static void
print_settings(print_fn print)
{
    const struct conf_row *row;

    for (size_t i = 0; (row = conf_row(i)) != NULL; i++) {
        char more[300];

        snprintf(more, sizeof more, "%s%s%s%s", row->type == CONF_SECRET ? "secret " : "",
                 row->unit, row->otherwise[0] == '\0' ? "" : "; default ", row->otherwise);
        print(&(struct item){row->key, more, row->says});
    }
}

static const struct table {
    const char *name, *heading;
    void (*print)(print_fn print);
} tables[] = {
    {"commands", "| Verb | Arguments | What it does |", print_commands},
    {"exits", "| Status | | What it says |", print_exits},
    {"metrics", "| Metric | Type and label | What it counts |", print_metrics},
    {"routes", "| Method and path | Who | What it does |", print_routes},
    {"settings", "| Setting | Values | What it does |", print_settings},
};

static bool
print_table(const char *name, bool mdoc)
{
    if (strcmp(name, "tools") == 0 && !mdoc) {
        reference_tools_print();
        return true;
    }
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        if (strcmp(name, tables[i].name) != 0)
            continue;
        if (!mdoc)
            printf("%s\n|---|---|---|\n", tables[i].heading);
        tables[i].print(mdoc ? print_mdoc : print_markdown);
        return true;
    }
    return false;
}

int
cmd_reference(const struct command_args *args)
{
    static const struct option known[] = {{"mdoc", no_argument, NULL, 'm'}, {NULL, 0, NULL, 0}};
    bool mdoc = false;

    for (int option;
         (option = getopt_long(args->count, args->values, "", known, NULL)) != -1;) {
        if (option != 'm')
            return command_usage(args);
        mdoc = true;
    }
    if (optind + 1 != args->count || !print_table(args->values[optind], mdoc))
        return command_usage(args);
    return COMMAND_OK;
}
