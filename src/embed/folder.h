/*
 * folder: the small files of a model folder.
 */
#ifndef EMBED_FOLDER_H
#define EMBED_FOLDER_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>

struct json_object;

char *folder_path(struct arena *arena, const char *folder, const char *file);

/* The whole file; ERR_MISSING when it is not there, ERR_TOO_LARGE beyond 16 MB. */
bool folder_text(struct arena *arena, const char *path, struct str *text_out, struct err *err);

/* The file as JSON. One that is not there is NULL and true; `err` names a broken one. */
bool folder_json(struct arena *arena, const char *folder, const char *file,
                 struct json_object **value_out, struct err *err);

#endif
