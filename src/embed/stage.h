/*
 * stage: a folder that becomes a model all at once, or never.
 *
 * Files are gathered in NAME.tmp.XXXXXX beside the final place; the last step is one rename, or
 * an exchange when there is a folder of that name.  What is not committed is removed.
 */
#ifndef EMBED_STAGE_H
#define EMBED_STAGE_H

#include "base/arena.h"
#include "base/err.h"
#include "embed/model.h"

#include <stdbool.h>
#include <stdio.h>

struct stage {
    struct arena *arena;
    const char *dir, *name;
    char *folder; /* the temporary one */
};

/* Makes `dir` when it is not there, and the temporary folder, which ends with the arena. */
bool stage_begin(struct stage *stage, struct arena *arena, const char *dir, const char *name,
                 struct err *err);

/* A new file of the stage, in a folder that is made for it; closed by stage_close(). */
FILE *stage_create(const struct stage *stage, const char *path, struct err *err);
bool stage_close(FILE *file, const char *path, struct err *err); /* also to the disk */

/* Copies a file in; one that is not there is no error, *there_out is false then. */
bool stage_copy(const struct stage *stage, const char *from, const struct model_file *file,
                bool *there_out, struct err *err);

/* Every pinned file is there, with its size and its SHA-256. */
bool stage_verify(const struct stage *stage, const struct model_file *files, struct err *err);

bool stage_commit(const struct stage *stage, struct err *err);
void stage_remove(const char *folder); /* with all that it holds */

#endif
