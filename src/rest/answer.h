/*
 * answer: /v1/answer, a question answered by sentences that stand in records.
 */
#ifndef REST_ANSWER_H
#define REST_ANSWER_H

#include "web/ctx.h"

#include <stdbool.h>

bool rest_answer(struct ctx *ctx);

#endif
