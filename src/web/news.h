/*
 * news: the one connection by which a process hears from Postgres what its streams wait for.
 *
 * It is open while there are streams.  A notification says where to look; what it did not
 * bring, because the connection was lost, is looked up when there is a new one: messages by
 * their numbers, resources by their versions, topics by the transactions that told them.
 */
#ifndef WEB_NEWS_H
#define WEB_NEWS_H

#include "base/str.h"

#include <stdbool.h>

struct news; /* opaque */
struct streams;

struct news *news_new(struct streams *streams, const char *conninfo);
void news_free(struct news *news);

/* There is a new stream to look after. */
void news_poke(struct news *news);

/* What a notification says: "topic TENANT TOPIC", "words TENANT TOPIC" (whose words are to be
   looked up), "stream TENANT STREAM", "key TENANT KEY", "floor TENANT STREAM MS SESSION".
   False: something else. */
enum news_kind { NEWS_TOPIC, NEWS_WORDS, NEWS_STREAM, NEWS_KEY, NEWS_FLOOR };
bool news_read(const char *payload, enum news_kind *kind_out, struct str *tenant_out,
               struct str *name_out);

#endif
