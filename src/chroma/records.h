/*
 * records: what Chroma's clients write: .../collections/:collection/{add,upsert,update,
 * delete}.
 */
#ifndef CHROMA_RECORDS_H
#define CHROMA_RECORDS_H

#include "web/ctx.h"

#include <stdbool.h>

bool chroma_records_add(struct ctx *ctx);
bool chroma_records_upsert(struct ctx *ctx);
bool chroma_records_update(struct ctx *ctx);
bool chroma_records_delete(struct ctx *ctx);

#endif
