/*
 * schema: arguments checked against the part of JSON Schema that our tools use.
 *
 * type (one name or a list), enum, required, properties, additionalProperties (false or a
 * schema), items, minItems, maxItems, minLength, maxLength (characters), minimum, maximum.
 * title, description and default are for readers.  A member with the value null counts as
 * absent, unless its type allows null.
 */
#ifndef TOOL_SCHEMA_H
#define TOOL_SCHEMA_H

#include "base/err.h"

#include <stdbool.h>

struct json_object;

/* ERR_INPUT naming the argument and what was expected: "limit must be a whole number from 1 to
   100", "records[2].content is required", "limt is not known here (did you mean limit?)". */
bool schema_check(struct json_object *schema, struct json_object *value, struct err *err);

/* Is this text a schema made of the words above, and nothing else?  For tests of our own
 * tables. */
bool schema_is_known(struct json_object *schema, struct err *err);

#endif
