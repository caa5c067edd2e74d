/*
 * records: /v1/collections/:name/records, one function a verb.
 */
#ifndef REST_RECORDS_H
#define REST_RECORDS_H

#include <stdbool.h>

struct ctx;

bool records_put(struct ctx *ctx);    /* insert or replace a batch */
bool records_update(struct ctx *ctx); /* change what is given of existing ones */
bool records_get(struct ctx *ctx);    /* by ids, by filter, or all in pages */
bool records_get_one(struct ctx *ctx);
bool records_delete(struct ctx *ctx); /* by ids or by filter */
bool records_delete_one(struct ctx *ctx);

#endif
