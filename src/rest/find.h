/*
 * find: /v1/search and /v1/embeddings.
 */
#ifndef REST_FIND_H
#define REST_FIND_H

#include <stdbool.h>

struct ctx;

bool find_search(struct ctx *ctx);
bool
find_embeddings(struct ctx *ctx); /* as OpenAI's: {"input": text or texts, "model": name} */

#endif
