/*
 * tenancy: tenants and databases, and the reset of all.
 *
 * With open access a client makes tenants as it likes; a key opens the one tenant it belongs to
 * and makes none.
 */
#ifndef CHROMA_TENANCY_H
#define CHROMA_TENANCY_H

#include "web/ctx.h"

#include <stdbool.h>

bool tenancy_tenant_create(struct ctx *ctx);
bool tenancy_tenant(struct ctx *ctx);
bool tenancy_tenant_change(struct ctx *ctx);
bool tenancy_database_create(struct ctx *ctx);
bool tenancy_database_list(struct ctx *ctx);
bool tenancy_database(struct ctx *ctx);
bool tenancy_database_delete(struct ctx *ctx);
bool tenancy_reset(struct ctx *ctx);

#endif
