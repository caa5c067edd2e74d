/*
 * facts: /v1/facts, one function a verb.
 */
#ifndef REST_FACTS_H
#define REST_FACTS_H

#include <stdbool.h>

struct ctx;

bool facts_add(struct ctx *ctx);
bool facts_query(struct ctx *ctx); /* facts by conditions, or groups with aggregates */

#endif
