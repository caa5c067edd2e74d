/*
 * vault: the installation's secret, by which one process opens what another has sealed.
 *
 * It stands in Postgres (kvasir.installation), so that every process on every host has the same
 * one, and is asked for once in a process's life.  It is never logged and never answered.
 */
#ifndef ACCESS_VAULT_H
#define ACCESS_VAULT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/seal.h"
#include "db/conn.h"

#include <stdbool.h>
#include <stdint.h>

struct vault; /* one for a process, for all its threads */

struct vault *vault_new(void);
void vault_free(struct vault *vault);

/* The secret, over this thread's connection when the process does not have it yet: one round
   trip then, none later.  ERR_BUSY and the like while Postgres is away. */
bool vault_key(struct vault *vault, struct conn *conn, struct arena *arena, int64_t deadline,
               unsigned char key_out[SEAL_KEY], struct err *err);

#endif
