/*
 * toolset: parts of the registry that a client can ask for by the address /mcp/NAME.
 */
#include "tool/toolset.h"

#include <stdio.h>
#include <string.h>

/* clang-format off */
static const struct toolset toolsets[] = {
    {"search",      "Finding and reading what is stored, and nothing else."},
    {"documents",   "Documents of any collection: search, fetch, add, update, delete."},
    {"collections", "The collections that documents stand in."},
    {"graph",       "What documents speak of, and how that hangs together."},
    {"knowledge",   "The archive of texts in namespaces."},
    {"memory",      "What agents remember from one conversation to the next."},
    {"entities",    "The nine tools of MCP's reference memory server."},
    {"notes",       "Notes of people and agents."},
    {"project",     "Events and features of a project."},
    {"facts",       "Structured facts and calculations over them."},
    {"prompts",     "Versions of prompts and how well they did."},
    {"system",      "Whether all of this works, and what happened lately."},
    {"sql",         "Functions of the database that its owner made tools."},
    {"legacy",      "What clients of an older system call beside all these."},
};
/* clang-format on */
#define TOOLSETS (sizeof toolsets / sizeof toolsets[0])

const struct toolset *
toolset_row(size_t index)
{
    return index < TOOLSETS ? &toolsets[index] : NULL;
}

const struct toolset *
toolset_find(struct str name, struct err *err)
{
    char names[240] = "";

    for (size_t i = 0; i < TOOLSETS; i++) {
        size_t used = strlen(names);

        if (str_is(name, toolsets[i].name))
            return &toolsets[i];
        snprintf(names + used, sizeof names - used, "%s%s", i == 0 ? "" : ", ",
                 toolsets[i].name);
    }
    err_set(err, ERR_MISSING, "there is no toolset %.*s; there are %s",
            (int)(name.len < 30 ? name.len : 30), name.at, names);
    return NULL;
}

bool
toolset_has(const struct toolset *toolset, const struct tool *tool)
{
    const char *at = tool->toolsets;

    if (toolset == NULL)
        return true;
    while (at != NULL && *at != '\0') {
        size_t len = strcspn(at, " ");

        if (str_is((struct str){at, len}, toolset->name))
            return true;
        at += len + strspn(at + len, " ");
    }
    return false;
}

bool
toolset_is_sql(const struct toolset *toolset)
{
    return toolset == NULL || strcmp(toolset->name, "sql") == 0;
}
