/*
 * hub: a model's files from the model hub, over HTTP; the door to libcurl.
 */
#ifndef EMBED_HUB_H
#define EMBED_HUB_H

#include "embed/model.h"
#include "embed/stage.h"

#include <stdbool.h>

/* The hub, or what the environment variable HF_ENDPOINT puts in its place (a company's mirror).
 */
const char *hub_base(void);

/* Fetches every file of the model into the stage; none is larger than the table says.  What
   came is not yet verified. */
bool hub_fetch(const struct stage *stage, const char *base, const struct model *model,
               const struct model_watch *watch, struct err *err);

#endif
