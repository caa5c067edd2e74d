/*
 * extraction: /v1/collections/:name/extraction, what a language model reads in records.
 */
#ifndef REST_EXTRACTION_H
#define REST_EXTRACTION_H

#include "web/ctx.h"

#include <stdbool.h>

bool extraction_get(struct ctx *ctx);
bool extraction_put(struct ctx *ctx);      /* {"enabled": true} */
bool extraction_delete(struct ctx *ctx);   /* ?extractor=llm:MODEL@VERSION */
bool extraction_mentions(struct ctx *ctx); /* ?limit=&offset= */
bool extraction_estimate_get(struct ctx *ctx);

#endif
