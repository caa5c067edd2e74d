/*
 * schema: the files that make the database, embedded by the build.
 *
 * From sql/ledger.sql, sql/migrations and sql/functions by way of schema_table.h.
 */
#ifndef DB_SCHEMA_H
#define DB_SCHEMA_H

#include <stddef.h>

enum schema_kind {
    SCHEMA_LEDGER,    /* where we write down what was done; may be run any number of times */
    SCHEMA_MIGRATION, /* applied once, never edited */
    SCHEMA_FUNCTION,  /* applied again whenever it changes */
};

struct schema {
    enum schema_kind kind;
    int number;       /* of a migration, from 1; else 0 */
    const char *name; /* of the file */
    const char *text;
};

/* All files, in the order in which they are applied. */
const struct schema *schema_rows(size_t *count_out);

#endif
