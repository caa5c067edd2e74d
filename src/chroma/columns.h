/*
 * columns: which parts of records a client asked for (`include`), and the answer in columns.
 *
 * Every statement that answers so returns the columns of enum column first, in this order; what
 * was not asked for is null there, and null as a whole in the answer.
 */
#ifndef CHROMA_COLUMNS_H
#define CHROMA_COLUMNS_H

#include "base/emit.h"
#include "base/scan.h"
#include "db/pipe.h"

#include <stdbool.h>
#include <stddef.h>

enum column {
    COLUMN_ID,
    COLUMN_DOCUMENT,
    COLUMN_METADATA,
    COLUMN_URI,
    COLUMN_EMBEDDING,
    COLUMN_DISTANCE,
    COLUMN_COUNT
};

struct columns {
    bool wanted[COLUMN_COUNT];
    const char *echo; /* include, as sent: JSON */
};

/* Without `include`: documents and metadatas, and of a query the distances. */
void columns_start(struct columns *columns, bool query);

/* The value of `include`, an array of names. */
bool columns_scan(struct columns *columns, struct scan *scan);

/* For statements: a text with a letter for each part that it has to bring, of "dmue". */
const char *columns_letters(const struct columns *columns, struct arena *arena);

/* One row's cell of a column. */
void columns_cell(struct emit *emit, const struct call *call, size_t row, enum column column);

/* Rows from..to of one column as an array. */
void columns_list(struct emit *emit, const char *name, const struct call *call,
                  enum column column, size_t from, size_t to);

/* The members of the answer to a get, and to a query: there lists have a list per embedding,
   which ends before row ends[i]. */
void columns_emit(struct emit *emit, const struct columns *columns, const struct call *call);
void columns_emit_query(struct emit *emit, const struct columns *columns,
                        const struct call *call, const size_t *ends, size_t count);

#endif
