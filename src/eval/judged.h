/*
 * judged: documents, questions, and people's judgement of which answers which.
 *
 * Two forms are read from a folder: NAME.docs.tsv (id, text), NAME.queries.tsv (id, text) and
 * NAME.qrels.tsv (query id, document id, relevance > 0); or NAME.passages.jsonl ({id, title,
 * text}) and NAME.queries.jsonl ({id, q, gold: [ids]} and, where there are several kinds of
 * questions, type).
 */
#ifndef EVAL_JUDGED_H
#define EVAL_JUDGED_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

struct judged_doc {
    struct str id;
    struct str title; /* absent: it has none */
    struct str text;  /* with the title as its first line */
};

struct judged_query {
    struct str id, text;
    struct str type;      /* absent: all are of one kind */
    struct str *relevant; /* ids of documents */
    size_t relevant_count, relevant_room;
};

struct judged {
    const char *name;
    struct judged_doc *docs;
    size_t docs_count;
    struct judged_query *queries; /* those without a relevant document are left out */
    size_t queries_count;
};

/* All sets of a folder in the order of their names; text lives in the arena. */
bool judged_read(struct arena *arena, const char *dir, struct judged **sets_out,
                 size_t *count_out, struct err *err);

/* One half of the questions, always the same: by their ids, not by their order. */
struct judged judged_half(struct arena *arena, const struct judged *set, bool second);

bool judged_is_relevant(const struct judged_query *query, struct str doc);

#endif
