/*
 * who: on whose behalf a request runs, from what it carries.
 */
#include "access/who.h"

#include "access/keys.h"
#include "base/conf.h"
#include "web/ctx.h"

#include <string.h>
#include <strings.h>

#define OPEN_TENANT "default_tenant"

/* A run of exactly `len` lower-case hexadecimal digits that are not all zero. */
static bool
hex_run(const char *at, size_t len)
{
    return strspn(at, "0123456789abcdef") >= len && strspn(at, "0") < len;
}

bool
who_trace_valid(struct str text)
{
    char copy[56];

    if (text.at == NULL || text.len != 55)
        return false;
    memcpy(copy, text.at, 55);
    copy[55] = '\0';
    return strncmp(copy, "00-", 3) == 0 && hex_run(copy + 3, 32) && copy[35] == '-' &&
           hex_run(copy + 36, 16) && copy[52] == '-' &&
           strspn(copy + 53, "0123456789abcdef") == 2;
}

const char *
who_principal(struct ctx *ctx)
{
    if (ctx->claims.kind == CLAIMS_KEY)
        return str_format(ctx->arena, "key %s", ctx->claims.key_id);
    return str_format(ctx->arena, "open %s", ctx->claims.tenant);
}

/* What stands for the key, or absent: neither header was sent. */
static struct str
credential(const struct request *request)
{
    const char *bearer = request_header(request, "authorization");

    if (bearer != NULL && strncasecmp(bearer, "Bearer ", 7) == 0)
        return str_trim(str_of(bearer + 7));
    if (bearer != NULL)
        return str_trim(str_of(bearer)); /* another scheme: no key, but not nothing either */
    bearer = request_header(request, "x-chroma-token");
    return bearer != NULL ? str_trim(str_of(bearer)) : (struct str){NULL, 0};
}

static bool
admit_key(struct ctx *ctx, const struct key *key)
{
    ctx->claims.kind = CLAIMS_KEY;
    ctx->claims.key_id = arena_strdup(ctx->arena, key->id);
    memcpy(ctx->claims.key_hash, key->hash, sizeof ctx->claims.key_hash);
    return true;
}

bool
who_admit(struct ctx *ctx)
{
    const char *trace = request_header(ctx->request, "traceparent");
    struct str given = credential(ctx->request);
    struct key key;

    if (who_trace_valid(str_of(trace)))
        ctx->claims.trace = trace;
    if (given.at != NULL && keys_parse(given, &key))
        return admit_key(ctx, &key);
    if (strcmp(conf_text(CONF_auth), "open") == 0) {
        ctx->claims.kind = CLAIMS_OPEN;
        ctx->claims.tenant = OPEN_TENANT;
        return true;
    }
    if (given.at != NULL)
        return err_set(
            &ctx->err, ERR_AUTH,
            "This is not a key of this server: keys look like kv_<8>_<43 characters>.");
    return err_set(
        &ctx->err, ERR_AUTH,
        "Send an API key: \"Authorization: Bearer kv_...\" or \"x-chroma-token: kv_...\". "
        "`kvasir key create` makes one.");
}
