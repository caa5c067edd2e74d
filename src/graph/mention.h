/*
 * mention: what a record speaks of, and what it is about, with the place of the evidence.
 *
 * Found by rules alone, in the record alone: the same record always gives the same mentions,
 * in whatever order records come and whatever else is stored.  A mention stands in a sentence
 * of the document or in a field of the metadata, at code points [start, stop) of that text.
 */
#ifndef GRAPH_MENTION_H
#define GRAPH_MENTION_H

#include "base/arena.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

enum mention_kind { MENTION_SPOKEN, MENTION_ABOUT };

enum mention_type {
    MENTION_NAME,
    MENTION_EMAIL,
    MENTION_HOST,
    MENTION_TICKET,
    MENTION_SYMBOL,
    MENTION_TITLE, /* of the record's document or section */
    MENTION_ALIAS, /* another title, from metadata "aliases" */
    MENTION_FIELD, /* a metadata field that the collection names */
};

struct mention {
    struct str key;
    enum mention_kind kind;
    enum mention_type type;
    struct str field; /* of the metadata; empty: the document */
    long sentence, start, stop;
};

struct mention_list {
    struct mention *at;
    size_t count;
    struct str *grams; /* keys that may be names known elsewhere: see graph/gram.h */
    size_t grams_count;
};

struct mention_source {
    struct str document; /* absent: only its metadata speaks */
    struct str metadata; /* JSON object */
    struct str fields;   /* JSON array: names of metadata fields whose values are entities */
};

const char *mention_type_name(enum mention_type type);

struct mention_list mention_find(struct arena *arena, const struct mention_source *source);

#endif
