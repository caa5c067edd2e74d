/*
 * health: is the process alive, does all that it needs answer, what has it counted.
 */
#ifndef REST_HEALTH_H
#define REST_HEALTH_H

#include <stdbool.h>

struct ctx;

bool health_livez(struct ctx *ctx);   /* asks nobody */
bool health_readyz(struct ctx *ctx);  /* asks Postgres, Redis and the embedding model */
bool health_metrics(struct ctx *ctx); /* Prometheus text exposition format 0.0.4 */
bool health_index(struct ctx *ctx);   /* GET / */

#endif
