/*
 * vault: the installation's secret, by which one process opens what another has sealed.
 */
#include "access/vault.h"

#include "db/pipe.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct vault {
    pthread_mutex_t lock;
    bool known;
    unsigned char key[SEAL_KEY];
};

struct vault *
vault_new(void)
{
    struct vault *vault = calloc(1, sizeof *vault);

    if (vault == NULL || pthread_mutex_init(&vault->lock, NULL) != 0)
        abort();
    return vault;
}

void
vault_free(struct vault *vault)
{
    if (vault == NULL)
        return;
    pthread_mutex_destroy(&vault->lock);
    explicit_bzero(vault, sizeof *vault);
    free(vault);
}

static bool
copy_out(struct vault *vault, unsigned char key_out[SEAL_KEY])
{
    bool known;

    pthread_mutex_lock(&vault->lock);
    known = vault->known;
    memcpy(key_out, vault->key, SEAL_KEY);
    pthread_mutex_unlock(&vault->lock);
    return known;
}

static void
copy_in(struct vault *vault, const char *secret)
{
    pthread_mutex_lock(&vault->lock);
    memcpy(vault->key, secret, SEAL_KEY);
    vault->known = true;
    pthread_mutex_unlock(&vault->lock);
}

/* Two threads that ask at the same time are told the same. */
bool
vault_key(struct vault *vault, struct conn *conn, struct arena *arena, int64_t deadline,
          unsigned char key_out[SEAL_KEY], struct err *err)
{
    struct claims nobody = {.kind = CLAIMS_NONE};
    struct pipe *pipe;
    struct call *call;

    if (copy_out(vault, key_out))
        return true;
    pipe = pipe_new(conn, arena, &nobody);
    call = pipe_add(pipe, STMT_mcp_secret);
    call_binary(call);
    if (!pipe_run(pipe, deadline, err))
        return false;
    if (call_rows(call) != 1 || call_cell(call, 0, 0).len != SEAL_KEY)
        return err_set(err, ERR_INTERNAL, "the installation's secret is not there");
    copy_in(vault, call_cell(call, 0, 0).at);
    return copy_out(vault, key_out);
}
