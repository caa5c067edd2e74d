/*
 * spread: many texts embedded by all processors of the machine.
 *
 * A model works in the thread that calls it; requests come by themselves on many threads, but
 * an ingestion is alone and would leave the others idle.
 */
#ifndef INGEST_SPREAD_H
#define INGEST_SPREAD_H

#include "embed/embed.h"

/* As embed_texts(), on as many threads as there are processors (at most 16). */
bool spread_texts(const struct embed *embed, const struct str *texts, size_t count,
                  float *vectors, struct err *err);

#endif
