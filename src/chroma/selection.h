/*
 * selection: which records a request means: "ids", "where", "where_document" and "limit".
 */
#ifndef CHROMA_SELECTION_H
#define CHROMA_SELECTION_H

#include "base/scan.h"
#include "chroma/where.h"
#include "db/pipe.h"

#include <stdbool.h>
#include <stddef.h>

struct selection {
    struct str *ids;
    size_t count, room;
    bool has_ids;                     /* perhaps none */
    struct str where, where_document; /* absent: not given, or null */
    struct chroma_filter filter;
    long limit; /* -1: none */
};

/* A list of ids, or null. */
bool selection_ids(struct selection *selection, struct scan *scan);

/* What is to be deleted: one object, checked whole. */
bool selection_read(struct selection *selection, struct scan *scan);

/* Nothing was said, so nothing is meant. */
bool selection_is_empty(const struct selection *selection);

struct call *selection_delete(const struct selection *selection, struct pipe *pipe,
                              struct str database, struct str collection);

#endif
