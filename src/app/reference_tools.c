/*
 * reference_tools: the registry of tools as Markdown, for docs/tools.md.
 */
#include "app/reference_tools.h"

#include "base/js.h"
#include "tool/table.h"
#include "tool/toolset.h"

#include <stdio.h>
#include <string.h>

static bool
is_required(struct json_object *schema, const char *name)
{
    struct json_object *names = js_find(schema, "required");

    for (size_t i = 0; i < js_count(names); i++)
        if (str_is(js_str(js_item(names, i)), name))
            return true;
    return false;
}

/* Required ones stand first, in bold. */
static void
print_arguments(struct arena *arena, const struct tool *tool)
{
    struct err err = {.kind = ERR_NONE};
    struct json_object *schema = NULL;
    const char *between = "";

    if (!js_parse(arena, str_of(tool->schema), &schema, &err))
        return;
    for (int pass = 0; pass < 2; pass++)
        for (struct js_place p = {0}; js_next(js_find(schema, "properties"), &p);) {
            bool required = is_required(schema, p.name);

            if (required != (pass == 0))
                continue;
            printf("%s%s`%s`%s", between, required ? "**" : "", p.name, required ? "**" : "");
            between = ", ";
        }
}

static void
print_tool(struct arena *arena, const struct tool *tool)
{
    printf("| `%s`", tool->name);
    for (size_t i = 0; tool->aliases[i] != NULL; i++)
        printf(", `%s`", tool->aliases[i]);
    printf(" | %s | ", tool_table_risk(tool));
    print_arguments(arena, tool);
    printf(" | %s |\n", tool->says);
}

static bool
is_first(const struct toolset *toolset, const struct tool *tool)
{
    size_t len = strlen(toolset->name);

    return tool->toolsets != NULL && strncmp(tool->toolsets, toolset->name, len) == 0 &&
           (tool->toolsets[len] == '\0' || tool->toolsets[len] == ' ');
}

/* Those that a toolset has beside its own. */
static void
print_others(const struct toolset *toolset)
{
    const char *between = "Also here: ";
    const struct tool *tool;

    for (size_t i = 0; (tool = tool_table_row(i)) != NULL; i++)
        if (toolset_has(toolset, tool) && !is_first(toolset, tool)) {
            printf("%s`%s`", between, tool->name);
            between = ", ";
        }
    if (between[0] == ',')
        printf(".\n\n");
}

static void
print_toolset(struct arena *arena, const struct toolset *toolset)
{
    const char *head = "| Tool | Risk | Arguments | What it does |\n|---|---|---|---|\n";
    const struct tool *tool;

    printf("### /mcp/%s\n\n%s\n\n", toolset->name, toolset->says);
    for (size_t i = 0; (tool = tool_table_row(i)) != NULL; i++)
        if (is_first(toolset, tool)) {
            fputs(head, stdout);
            head = "";
            print_tool(arena, tool);
        }
    if (head[0] == '\0')
        putchar('\n');
    print_others(toolset);
}

void
reference_tools_print(void)
{
    struct arena *arena = arena_new(4096);
    const struct toolset *toolset;

    putchar('\n');
    for (size_t i = 0; (toolset = toolset_row(i)) != NULL; i++)
        print_toolset(arena, toolset);
    arena_free(arena);
}
