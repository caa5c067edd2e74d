/*
 * schema_part: what the files of tool/schema share: an opened schema and one evaluation in it.
 *
 * schema.c evaluates one subschema; schema_value, schema_list, schema_object and schema_apply
 * know the words; schema_index knows where things are, schema_pattern is the door to PCRE2.
 */
#ifndef TOOL_SCHEMA_PART_H
#define TOOL_SCHEMA_PART_H

#include "base/js.h"
#include "base/trail.h"
#include "tool/schema.h"

#include <stddef.h>

#define SCHEMA_DEPTH 300     /* evaluations inside one another */
#define SCHEMA_STEPS 4000000 /* of one value: evaluations, bytes compared, marks kept */

struct schema_resource { /* a document, or a part of one that has an $id */
    struct schema_resource *next;
    const char *uri; /* absolute where it can be, without fragment */
    struct json_object *node;
};

struct schema_anchor {
    struct schema_anchor *next;
    const struct schema_resource *resource;
    struct str name;
    struct json_object *node;
    bool dynamic;
};

struct schema {
    struct arena *arena;
    struct schema_resource *resources; /* the root's is the first that was made */
    struct schema_anchor *anchors;
    struct schema_pattern *patterns;
    const struct schema_resource *root;
    bool tracks;         /* some part asks what others have evaluated */
    bool null_is_absent; /* members with the value null: schema_check() */
    bool has_meta;       /* the metaschema is among the resources */
    long steps;          /* left for this value */
    struct err broken;   /* why the value cannot be judged at all */
};

/* Where a reference leads. */
struct schema_target {
    const struct schema_resource *resource;
    struct json_object *node;
    const struct schema_anchor *anchor; /* NULL: not named by one */
};

/* The resources that the evaluation came through, the innermost first (Core, 7.1). */
struct schema_scope {
    const struct schema_scope *up;
    const struct schema_resource *resource;
};
struct schema_seen { /* members or items that a subschema has evaluated (Core, 11) */
    size_t count;
    bool *marks;
};

struct schema_eval {
    struct schema *schema;
    struct json_object *rule; /* the subschema */
    struct json_object *value;
    const struct trail *at;
    const struct schema_scope *scope;
    struct schema_seen *seen; /* NULL: nobody asks */
    struct err *err;          /* NULL: nobody asks why */
    int depth;
};

bool schema_evaluate(const struct schema_eval *eval);
/* The same value by another rule; on success what it evaluated counts here too. */
bool schema_also(const struct schema_eval *eval, struct json_object *rule, struct err *err);
bool schema_inside(const struct schema_eval *eval, struct json_object *rule,
                   struct json_object *value, const struct trail *at);
bool schema_refuse(const struct schema_eval *eval, const struct trail *at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The value cannot be judged; false. */
bool schema_break(struct schema *schema, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
bool schema_spend(struct schema *schema, size_t steps); /* false: broken */
void schema_mark(const struct schema_eval *eval, size_t index);
/* schema_value.c: type, enum, const, limits of numbers and texts, and all of them in words. */
bool schema_value_fits(const struct schema_eval *eval);
bool schema_value_allows_null(struct json_object *rule);
/* What is inside; then what nobody has evaluated. */
bool schema_list_fits(const struct schema_eval *eval);
bool schema_list_rest(const struct schema_eval *eval);
bool schema_object_fits(const struct schema_eval *eval);
bool schema_object_rest(const struct schema_eval *eval);
/* schema_apply.c: other subschemas for the same value, references among them. */
bool schema_apply(const struct schema_eval *eval);

bool schema_equal(struct json_object *a, struct json_object *b);
unsigned long schema_equal_hash(struct json_object *value);

/* schema_index.c */
enum schema_kind { SCHEMA_PLAIN, SCHEMA_ONE, SCHEMA_LIST, SCHEMA_MAP, SCHEMA_NO_WORD };
enum schema_kind schema_index_kind(const char *word); /* what subschemas a word holds */
void schema_index(struct schema *schema, const char *uri, struct json_object *root);
const struct schema_resource *schema_index_of(struct schema *schema, struct json_object *node,
                                              const struct schema_resource *otherwise);
/* Follows a reference from inside a resource; false: broken, it leads nowhere. */
bool schema_index_find(struct schema *schema, const struct schema_resource *from,
                       struct str reference, struct schema_target *target_out);
const struct schema_anchor *schema_index_dynamic(struct schema *schema,
                                                 const struct schema_resource *resource,
                                                 struct str name);
/* schema_uri.c: RFC 3986, 5.2 */
char *schema_uri_resolve(struct arena *arena, const char *base, struct str reference);
/* Does the text match somewhere?  False with schema->broken set: unknown. */
bool schema_pattern_matches(struct schema *schema, struct str pattern, struct str text);
bool schema_pattern_reads(struct schema *schema, struct str pattern);
/* The documents of the metaschema of 2020-12; NULL past the last. */
const char *schema_meta(size_t index);

#endif
