/*
 * answer: /v1/answer, a question answered from what records say.
 */
#ifndef REST_ANSWER_H
#define REST_ANSWER_H

#include "web/ctx.h"

#include <stdbool.h>

bool rest_answer(struct ctx *ctx);

#endif
