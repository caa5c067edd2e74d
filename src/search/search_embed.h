/*
 * search_embed: the query's own embedding, when a search wants one and none was given.
 *
 * Most of a search's processor time is spent here, and is for nothing where the collection's
 * embeddings are by somebody else.  So what words tell of the collection (words/lookup.h) is
 * remembered with the session, and the query of the next search there is kept back: not
 * embedded unless the collection turns out to want it after all.
 */
#ifndef SEARCH_SEARCH_EMBED_H
#define SEARCH_SEARCH_EMBED_H

#include "search/search.h"

#include <stdbool.h>

/* False: ERR_BUSY, a search by vector that this server cannot embed; or that of the embedder.
 */
bool search_embed(struct search *search, const struct service *service, struct arena *arena,
                  struct err *err);

/* The same for a request: its key is proven first, and the query may be kept back. */
bool search_embed_for(struct search *search, struct ctx *ctx);

/* Remembers whose embeddings the trip told the collection to have. */
void search_embed_learn(const struct search *search, const struct lookup_trip *trip,
                        const struct lookup *lookup);

/* Was the query kept back, and are the embeddings by this server's embedder after all? */
bool search_embed_is_late(const struct search *search, const struct lookup *lookup);

/* Embeds it then; the trip has proven the caller's key. */
bool search_embed_late(struct search *search, struct arena *arena, struct err *err);

#endif
