/*
 * secret: what a header of an HTTP tool holds and no table does: files of the engine's machine.
 *
 * The setting tool_secrets names a folder; the secret `name` of a tenant is the first line of
 * <folder>/<tenant>/<name>.  A tenant reaches its own folder and no other.
 */
#ifndef REMOTE_SECRET_H
#define REMOTE_SECRET_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>

/* A name that is safe as that of a file: letters, digits, '_', '-' and '.', which does not
   begin it. */
bool secret_is_name(struct str name);

/* Its text in the arena; ERR_UNAVAILABLE when it is not there, and the log says why. */
bool secret_read(struct arena *arena, struct str tenant, struct str name, const char **text_out,
                 struct err *err);

#endif
