/*
 * origin: which web pages may speak to this server through somebody's browser.
 */
#include "mcp/origin.h"

#include "base/conf.h"

#include <string.h>

/* scheme://host[:port] is of this machine. */
static bool
is_local(struct str origin)
{
    static const char *const names[] = {"http://localhost", "https://localhost",
                                        "http://127.0.0.1", "https://127.0.0.1",
                                        "http://[::1]",     "https://[::1]"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t len = strlen(names[i]);

        if (str_starts(origin, names[i]) && (origin.len == len || origin.at[len] == ':'))
            return true;
    }
    return false;
}

/* One of the names in a list parted by blanks. */
static bool
is_listed(struct str origin, const char *list)
{
    while (*list != '\0') {
        size_t len = strcspn(list, " ");

        if (str_same(origin, (struct str){list, len}))
            return true;
        list += len + strspn(list + len, " ");
    }
    return false;
}

bool
origin_allowed(struct ctx *ctx)
{
    struct str origin = str_of(request_header(ctx->request, "origin"));

    if (origin.at == NULL || is_local(origin) || is_listed(origin, conf_text(CONF_url)) ||
        is_listed(origin, conf_text(CONF_allowed_origins)))
        return true;
    return err_set(&ctx->err, ERR_DENIED,
                   "pages of this origin may not speak to this server: see allowed_origins");
}
