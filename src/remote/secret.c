/*
 * secret: what a header of an HTTP tool holds and no table does: files of the engine's machine.
 */
#include "remote/secret.h"

#include "base/conf.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define SECRET_MOST 4096

bool
secret_is_name(struct str name)
{
    if (name.len == 0 || name.len > 200 || name.at[0] == '.')
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];

        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
            c != '_' && c != '-' && c != '.')
            return false;
    }
    return true;
}

static bool
missing(struct str name, const char *why, struct err *err)
{
    err_detail(err, "secret %.*s: %s", (int)name.len, name.at, why);
    return err_set(err, ERR_UNAVAILABLE, "the engine has no secret %.*s for this tenant",
                   (int)name.len, name.at);
}

bool
secret_read(struct arena *arena, struct str tenant, struct str name, const char **text_out,
            struct err *err)
{
    const char *folder = conf_text(CONF_tool_secrets);
    char line[SECRET_MOST];
    FILE *file;
    bool read;

    if (folder[0] == '\0' || !secret_is_name(tenant) || !secret_is_name(name))
        return missing(name, "no folder tool_secrets, or a name that is none of a file", err);
    file = fopen(str_format(arena, "%s/%.*s/%.*s", folder, (int)tenant.len, tenant.at,
                            (int)name.len, name.at),
                 "re");
    if (file == NULL)
        return missing(name, strerror(errno), err);
    read = fgets(line, sizeof line, file) != NULL;
    fclose(file);
    line[read ? strcspn(line, "\r\n") : 0] = '\0';
    *text_out = arena_strdup(arena, line);
    explicit_bzero(line, sizeof line);
    for (const char *c = *text_out; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || (unsigned char)*c >= 0x7f)
            return missing(name, "it has characters that no header has", err);
    return (*text_out)[0] != '\0' || missing(name, "it is empty", err);
}
