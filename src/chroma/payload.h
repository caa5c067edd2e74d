/*
 * payload: a batch of records as Chroma's clients send it, a column each for ids, embeddings,
 * documents, metadatas and uris, on its way to Postgres.
 *
 * Embeddings, lists of numbers or base64, go straight into the binary array that Postgres
 * takes. Errors have Chroma's words.
 */
#ifndef CHROMA_PAYLOAD_H
#define CHROMA_PAYLOAD_H

#include "base/scan.h"
#include "chroma/typed.h"
#include "db/pipe.h"

#include <stdbool.h>
#include <stddef.h>

enum payload_verb { PAYLOAD_ADD, PAYLOAD_UPSERT, PAYLOAD_UPDATE };

struct payload_column {
    struct str *list;
    size_t count, room;
    bool is_given;
};

struct payload {
    struct arena *arena;
    enum payload_verb verb;
    struct payload_column ids, documents, metadatas, uris;
    struct array *vectors;
    size_t vectors_count;
    size_t dims; /* of every embedding; 0: there is none */
    bool has_lists, has_base64;
    struct typed typed;
    const char *rounds; /* array of int: how often each id stood before; NULL: never */
};

void payload_start(struct payload *payload, enum payload_verb verb, struct pipe *pipe,
                   struct arena *arena);

/* One object, checked whole. */
bool payload_read(struct payload *payload, struct scan *scan);

/* The statement that writes it into a collection; row 0: how many are new, how many changed. */
struct call *payload_call(const struct payload *payload, struct pipe *pipe, struct str database,
                          struct str collection);

#endif
