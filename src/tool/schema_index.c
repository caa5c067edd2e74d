/*
 * schema_index: where the parts of a schema are, by $id, by anchor and by JSON pointer.
 */
#include "tool/schema_part.h"

#include "web/percent.h"

#include <stdio.h>
#include <string.h>

#define META_AREA "https://json-schema.org/draft/2020-12/"

/* clang-format off */
static const struct {
    const char *name;
    enum schema_kind kind; /* what subschemas it holds */
} words[] = {
    {"$defs", SCHEMA_MAP}, {"definitions", SCHEMA_MAP}, {"properties", SCHEMA_MAP},
    {"patternProperties", SCHEMA_MAP}, {"dependentSchemas", SCHEMA_MAP},
    {"allOf", SCHEMA_LIST}, {"anyOf", SCHEMA_LIST}, {"oneOf", SCHEMA_LIST},
    {"prefixItems", SCHEMA_LIST},
    {"additionalProperties", SCHEMA_ONE}, {"unevaluatedProperties", SCHEMA_ONE},
    {"unevaluatedItems", SCHEMA_ONE}, {"items", SCHEMA_ONE}, {"contains", SCHEMA_ONE},
    {"not", SCHEMA_ONE}, {"if", SCHEMA_ONE}, {"then", SCHEMA_ONE}, {"else", SCHEMA_ONE},
    {"propertyNames", SCHEMA_ONE}, {"contentSchema", SCHEMA_ONE},
    {"$schema", SCHEMA_PLAIN}, {"$id", SCHEMA_PLAIN}, {"$anchor", SCHEMA_PLAIN},
    {"$dynamicAnchor", SCHEMA_PLAIN}, {"$ref", SCHEMA_PLAIN}, {"$dynamicRef", SCHEMA_PLAIN},
    {"$vocabulary", SCHEMA_PLAIN}, {"$comment", SCHEMA_PLAIN},
    {"type", SCHEMA_PLAIN}, {"enum", SCHEMA_PLAIN}, {"const", SCHEMA_PLAIN},
    {"multipleOf", SCHEMA_PLAIN}, {"minimum", SCHEMA_PLAIN}, {"maximum", SCHEMA_PLAIN},
    {"exclusiveMinimum", SCHEMA_PLAIN}, {"exclusiveMaximum", SCHEMA_PLAIN},
    {"minLength", SCHEMA_PLAIN}, {"maxLength", SCHEMA_PLAIN}, {"pattern", SCHEMA_PLAIN},
    {"minItems", SCHEMA_PLAIN}, {"maxItems", SCHEMA_PLAIN}, {"uniqueItems", SCHEMA_PLAIN},
    {"minContains", SCHEMA_PLAIN}, {"maxContains", SCHEMA_PLAIN},
    {"minProperties", SCHEMA_PLAIN}, {"maxProperties", SCHEMA_PLAIN},
    {"required", SCHEMA_PLAIN}, {"dependentRequired", SCHEMA_PLAIN},
    {"title", SCHEMA_PLAIN}, {"description", SCHEMA_PLAIN}, {"default", SCHEMA_PLAIN},
    {"examples", SCHEMA_PLAIN}, {"deprecated", SCHEMA_PLAIN}, {"readOnly", SCHEMA_PLAIN},
    {"writeOnly", SCHEMA_PLAIN}, {"format", SCHEMA_PLAIN},
    {"contentEncoding", SCHEMA_PLAIN}, {"contentMediaType", SCHEMA_PLAIN},
};
/* clang-format on */

enum schema_kind
schema_index_kind(const char *word)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].name, word) == 0)
            return words[i].kind;
    return SCHEMA_NO_WORD;
}

static const struct schema_resource *
add_resource(struct schema *schema, const char *uri, struct json_object *node)
{
    struct schema_resource *resource = arena_take(schema->arena, sizeof *resource);
    char *end = strchr(uri, '#');

    *resource = (struct schema_resource){
        schema->resources,
        end == NULL ? uri : str_copy(schema->arena, (struct str){uri, (size_t)(end - uri)}),
        node};
    schema->resources = resource;
    return resource;
}

static void
add_anchor(struct schema *schema, const struct schema_resource *resource,
           struct json_object *node, const char *word)
{
    struct schema_anchor *anchor;
    struct str name = js_str(js_find(node, word));

    if (name.at == NULL)
        return;
    anchor = arena_take(schema->arena, sizeof *anchor);
    *anchor = (struct schema_anchor){schema->anchors, resource, name, node,
                                     strcmp(word, "$dynamicAnchor") == 0};
    schema->anchors = anchor;
}

/* NOLINTBEGIN(misc-no-recursion): as deep as a tree that base/js lets in */

static void walk(struct schema *schema, const struct schema_resource *resource,
                 struct json_object *node);

static void
walk_word(struct schema *schema, const struct schema_resource *resource,
          const struct js_place *member)
{
    enum schema_kind kind = schema_index_kind(member->name);

    if (kind == SCHEMA_ONE)
        walk(schema, resource, member->value);
    for (size_t i = 0; kind == SCHEMA_LIST && js_type(member->value) == JS_ARRAY &&
                       i < js_count(member->value);
         i++)
        walk(schema, resource, js_item(member->value, i));
    for (struct js_place p = {0}; kind == SCHEMA_MAP && js_next(member->value, &p);)
        walk(schema, resource, p.value);
}

static void
walk(struct schema *schema, const struct schema_resource *resource, struct json_object *node)
{
    struct str id = js_str(js_find(node, "$id"));

    if (id.at != NULL && (resource == NULL || node != resource->node))
        resource =
            add_resource(schema, schema_uri_resolve(schema->arena, resource->uri, id), node);
    add_anchor(schema, resource, node, "$anchor");
    add_anchor(schema, resource, node, "$dynamicAnchor");
    for (struct js_place p = {0}; js_next(node, &p);)
        walk_word(schema, resource, &p);
}

/* Whether something is named inside, and whether some part asks what others have evaluated:
   anywhere, for a reference may lead to what is no subschema by its place. */
static void
look(struct json_object *tree, bool *names, bool *tracks)
{
    for (size_t i = 0; js_type(tree) == JS_ARRAY && i < js_count(tree); i++)
        look(js_item(tree, i), names, tracks);
    for (struct js_place p = {0}; js_next(tree, &p);) {
        *names = *names || p.name[0] == '$';
        *tracks = *tracks || strncmp(p.name, "unevaluated", 11) == 0;
        look(p.value, names, tracks);
    }
}

/* NOLINTEND(misc-no-recursion) */

void
schema_index(struct schema *schema, const char *uri, struct json_object *root)
{
    struct str id = js_str(js_find(root, "$id"));
    const struct schema_resource *resource;
    bool names = false;

    if (id.at != NULL && uri[0] != '\0') /* found by where it came from, too */
        add_resource(schema, uri, root);
    if (id.at != NULL)
        uri = schema_uri_resolve(schema->arena, uri, id);
    resource = add_resource(schema, uri, root);
    if (schema->root == NULL)
        schema->root = resource;
    look(root, &names, &schema->tracks);
    if (names)
        walk(schema, resource, root);
}

const struct schema_resource *
schema_index_of(struct schema *schema, struct json_object *node,
                const struct schema_resource *otherwise)
{
    if (otherwise->node == node || !js_has(node, "$id"))
        return otherwise;
    for (const struct schema_resource *r = schema->resources; r != NULL; r = r->next)
        if (r->node == node)
            return r;
    return otherwise;
}

static const struct schema_resource *
by_uri(struct schema *schema, struct str uri)
{
    for (const struct schema_resource *r = schema->resources; r != NULL; r = r->next)
        if (str_is(uri, r->uri))
            return r;
    return NULL;
}

static void
add_meta(struct schema *schema)
{
    struct err ignored = {.kind = ERR_NONE};
    struct json_object *tree;

    schema->has_meta = true;
    for (size_t i = 0; schema_meta(i) != NULL; i++)
        if (js_parse(schema->arena, str_of(schema_meta(i)), &tree, &ignored))
            schema_index(schema, "", tree);
}

/* %25 and the like; what is no such triplet stays. */
static struct str
unescape(struct arena *arena, struct str text)
{
    char *out = str_copy(arena, text);
    size_t len = 0;

    for (size_t i = 0; i < text.len; i++) {
        int byte = percent_byte(text.at + i, text.at + text.len);

        out[len++] = byte < 0 ? text.at[i] : (char)byte;
        i += byte < 0 ? 0 : 2;
    }
    out[len] = '\0';
    return (struct str){out, len};
}

/* One step of a JSON pointer (RFC 6901, 4). */
static struct json_object *
step(struct json_object *node, char *name)
{
    size_t len = 0;
    long index;

    for (const char *at = name; *at != '\0'; at++) {
        bool tilde = at[0] == '~' && (at[1] == '0' || at[1] == '1');

        name[len++] = (char)(!tilde ? *at : at[1] == '0' ? '~' : '/');
        at += tilde;
    }
    name[len] = '\0';
    if (js_type(node) == JS_OBJECT)
        return js_find(node, name);
    return str_to_long(str_of(name), 0, 1000000, &index) ? js_item(node, (size_t)index) : NULL;
}

static void
pointer(struct schema *schema, struct str path, struct schema_target *target)
{
    while (path.len > 0 && target->node != NULL) {
        const char *slash = memchr(path.at + 1, '/', path.len - 1);
        size_t len = slash == NULL ? path.len - 1 : (size_t)(slash - path.at) - 1;

        target->node =
            step(target->node, str_copy(schema->arena, (struct str){path.at + 1, len}));
        if (target->node != NULL)
            target->resource = schema_index_of(schema, target->node, target->resource);
        path = (struct str){path.at + 1 + len, path.len - 1 - len};
    }
}

static void
anchored(struct schema *schema, struct str name, struct schema_target *target)
{
    target->node = NULL;
    for (const struct schema_anchor *a = schema->anchors; a != NULL; a = a->next)
        if (a->resource == target->resource && str_same(a->name, name)) {
            target->node = a->node;
            target->anchor = a;
        }
}

bool
schema_index_find(struct schema *schema, const struct schema_resource *from,
                  struct str reference, struct schema_target *target_out)
{
    const char *full = schema_uri_resolve(schema->arena, from->uri, reference);
    const char *hash = strchr(full, '#');
    struct str uri = {full, hash == NULL ? strlen(full) : (size_t)(hash - full)}, fragment;

    if (!schema_spend(schema, strlen(full) + 20))
        return false;
    *target_out = (struct schema_target){.resource = by_uri(schema, uri)};
    if (target_out->resource == NULL && !schema->has_meta && str_starts(uri, META_AREA)) {
        add_meta(schema);
        target_out->resource = by_uri(schema, uri);
    }
    if (target_out->resource != NULL) {
        fragment = unescape(schema->arena, str_of(hash == NULL ? "" : hash + 1));
        target_out->node = target_out->resource->node;
        if (fragment.len > 0 && fragment.at[0] == '/')
            pointer(schema, fragment, target_out);
        else if (fragment.len > 0)
            anchored(schema, fragment, target_out);
    }
    if (target_out->node != NULL)
        return true;
    return schema_break(schema, "the schema's reference %.*s leads nowhere",
                        (int)(reference.len < 100 ? reference.len : 100), reference.at);
}

const struct schema_anchor *
schema_index_dynamic(struct schema *schema, const struct schema_resource *resource,
                     struct str name)
{
    for (const struct schema_anchor *a = schema->anchors; a != NULL; a = a->next)
        if (a->dynamic && a->resource == resource && str_same(a->name, name))
            return a;
    return NULL;
}
