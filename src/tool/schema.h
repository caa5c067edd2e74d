/*
 * schema: values checked against JSON Schema 2020-12, with reasons that help to mend them.
 *
 * The vocabularies core, applicator, unevaluated and validation are checked whole; `format` and
 * the words of the vocabularies meta-data and content are for readers (JSON Schema Validation
 * 2020-12, sections 7 to 9).  References lead within the document, to documents given with it,
 * and to the metaschema of 2020-12; nothing is fetched.  Regular expressions are PCRE2's, which
 * read what ECMA-262 writes but for some classes (docs/tools.md).
 *
 * A schema may come from somebody else: depth, steps, memory and the work of its regular
 * expressions are bounded, and what would take more is ERR_UNAVAILABLE, as is a reference that
 * leads nowhere.  A value that does not fit is ERR_INPUT.
 */
#ifndef TOOL_SCHEMA_H
#define TOOL_SCHEMA_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>

struct json_object;
struct schema;

/* The arguments of a tool: a member with the value null counts as absent, unless its type
   allows null.  The reason names the argument and what was expected: "limit must be a whole
   number from 1 to 100", "records[2].content is required", "limt is not known here (did you
   mean limit?)". */
bool schema_check(struct arena *arena, struct json_object *schema, struct json_object *value,
                  struct err *err);

/* Is this a schema: by its metaschema, with references that lead somewhere and regular
   expressions that can be read? */
bool schema_accept(struct arena *arena, struct json_object *schema, struct err *err);

/* Its parts, for whoever checks many values or has several documents.  An opened schema lives
   as long as the arena and both trees, and belongs to one thread. */
struct schema *schema_open(struct arena *arena, struct json_object *root);
/* One more document that references may lead to, by its absolute address. */
void schema_add(struct schema *schema, const char *uri, struct json_object *root);
/* To the letter: null is a value like others. */
bool schema_holds(struct schema *schema, struct json_object *value, struct err *err);

/* Is each word of this schema one that is checked or one for readers, and does each default
   fit?  For tests of our own tables: a misspelt word is no error by the standard. */
bool schema_is_known(struct arena *arena, struct json_object *schema, struct err *err);

#endif
