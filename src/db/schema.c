/*
 * schema: the files that make the database, embedded by the build.
 */
#include "db/schema.h"

static const struct schema rows[] = {
#define SCHEMA(kind, number, name, text) {SCHEMA_##kind, number, name, text},
#include "db/schema_table.h"
#undef SCHEMA
};

const struct schema *
schema_rows(size_t *count_out)
{
    *count_out = sizeof rows / sizeof rows[0];
    return rows;
}
