/*
 * proof: a table of the keys that were proven of late.
 */
#include "access/proof.h"

#include "base/clock.h"
#include "db/pipe.h"
#include "web/ctx.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define SLOTS   256
#define HOLDS   (60 * (int64_t)1000000) /* microseconds */
#define LONGEST 8                       /* of a scope, with its end */

struct proof {
    unsigned char hash[32];
    char scope[LONGEST];
    int64_t until;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct proof
    proofs[SLOTS]; /* by the first byte of the hash; a newer one takes the place */

static bool
is_proven(const struct proof *wanted)
{
    const struct proof *proof = &proofs[wanted->hash[0]];
    bool proven;

    (void)pthread_mutex_lock(&lock);
    proven = proof->until > clock_us() && strcmp(proof->scope, wanted->scope) == 0 &&
             memcmp(proof->hash, wanted->hash, sizeof proof->hash) == 0;
    (void)pthread_mutex_unlock(&lock);
    return proven;
}

static void
keep(struct proof *proof)
{
    proof->until = clock_us() + HOLDS;
    (void)pthread_mutex_lock(&lock);
    proofs[proof->hash[0]] = *proof;
    (void)pthread_mutex_unlock(&lock);
}

bool
proof_need(struct ctx *ctx)
{
    struct proof proof = {.until = 0};

    if (ctx->claims.kind != CLAIMS_KEY)
        return true;
    memcpy(proof.hash, ctx->claims.key_hash, sizeof proof.hash);
    if (ctx->claims.scope != NULL)
        (void)snprintf(proof.scope, sizeof proof.scope, "%s", ctx->claims.scope);
    if (is_proven(&proof))
        return true;
    if (!pipe_run(pipe_new(ctx->conn, ctx->arena, &ctx->claims), ctx->deadline, &ctx->err))
        return false;
    keep(&proof);
    return true;
}
