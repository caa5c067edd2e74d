/*
 * manifest: the SHA256SUMS file of an installed model.
 *
 * In the form of sha256sum(1), so that an operator can check it without us.
 */
#ifndef EMBED_MANIFEST_H
#define EMBED_MANIFEST_H

#include "base/arena.h"
#include "base/err.h"
#include "embed/model.h"

#include <stdbool.h>

#define MANIFEST_NAME "SHA256SUMS"

/* Without reading the files: the manifest says these sums, and each file has its size. */
bool manifest_matches(struct arena *arena, const char *folder, const struct model_file *files);

/* The text for files whose sums are known. */
char *manifest_text(struct arena *arena, const struct model_file *files);

/* Reads and sums every file that the manifest names. */
bool manifest_verify(struct arena *arena, const char *folder, const struct model_watch *watch,
                     struct err *err);

#endif
