/*
 * grounding: of what a language model read in a text, what stands there.
 */
#include "graph/grounding.h"

#include "base/js.h"
#include "graph/entity.h"
#include "graph/relation.h"
#include "llm/quote.h"
#include "llm/shape.h"

#define ALIASES_MOST 8
#define TYPE_BYTES   60
#define NAME_BYTES   400

static const struct shape entity_shape[] = {{"name", SHAPE_TEXT, NULL},
                                            {"type", SHAPE_TEXT, NULL},
                                            {"aliases", SHAPE_TEXTS, NULL},
                                            {"quote", SHAPE_TEXT, NULL},
                                            {NULL, SHAPE_TEXT, NULL}};
static const struct shape relation_shape[] = {{"subject", SHAPE_TEXT, NULL},
                                              {"predicate", SHAPE_TEXT, NULL},
                                              {"object", SHAPE_TEXT, NULL},
                                              {"quote", SHAPE_TEXT, NULL},
                                              {"valid_from", SHAPE_TEXT_OR_NULL, NULL},
                                              {"valid_to", SHAPE_TEXT_OR_NULL, NULL},
                                              {"confidence", SHAPE_NUMBER, NULL},
                                              {NULL, SHAPE_TEXT, NULL}};
static const struct shape reply_shape[] = {{"entities", SHAPE_ITEMS, entity_shape},
                                           {"relations", SHAPE_ITEMS, relation_shape},
                                           {NULL, SHAPE_TEXT, NULL}};

/* The names that stand for an entity. */
struct known {
    struct str keys[1 + ALIASES_MOST];
    size_t count;
};

struct judging {
    struct arena *arena;
    struct quote_text ready;
    long offset;
    struct str record;
    struct grounding *grounding;
    struct known known[GROUNDING_ENTITIES];
};

const char *
grounding_schema(struct arena *arena)
{
    return shape_schema(arena, reply_shape);
}

bool
grounding_fits(struct json_object *reply, struct err *err)
{
    return shape_fits(reply_shape, reply, err);
}

static void
know(struct known *known, struct str key)
{
    if (key.at != NULL && known->count < sizeof known->keys / sizeof known->keys[0])
        known->keys[known->count++] = key;
}

static bool
take_entity(struct judging *judging, struct json_object *said)
{
    struct grounding *grounding = judging->grounding;
    struct grounding_entity *entity = &grounding->entities[grounding->entities_count];
    struct known *known = &judging->known[grounding->entities_count];
    struct json_object *aliases = js_find(said, "aliases");
    struct arena *arena = judging->arena;
    struct str quote = js_str(js_find(said, "quote"));
    long place[2], name[2];

    entity->name = str_trim(js_str(js_find(said, "name")));
    entity->type = quote_cut(quote_flat(arena, js_str(js_find(said, "type"))), TYPE_BYTES);
    entity->key = entity->name.len <= NAME_BYTES ? entity_key(arena, entity->name)
                                                 : (struct str){NULL, 0};
    if (entity->key.at == NULL ||
        !quote_find(arena, &judging->ready, quote, &place[0], &place[1]))
        return false;
    if (quote_find_within(arena, &judging->ready, entity->name, place, &name[0], &name[1])) {
        place[0] = name[0];
        place[1] = name[1];
    }
    entity->start = judging->offset + place[0];
    entity->stop = judging->offset + place[1];
    *known = (struct known){.count = 0};
    know(known, entity->key);
    for (size_t i = 0; i < js_count(aliases) && i < ALIASES_MOST; i++)
        know(known, entity_key(arena, js_str(js_item(aliases, i))));
    grounding->entities_count++;
    return true;
}

/* The entity's own name; absent when there is none that counts. */
static struct str
entity_named(const struct judging *judging, struct str name)
{
    struct str key = entity_key(judging->arena, name);

    for (size_t i = 0; key.at != NULL && i < judging->grounding->entities_count; i++)
        for (size_t k = 0; k < judging->known[i].count; k++)
            if (str_same(judging->known[i].keys[k], key))
                return judging->grounding->entities[i].name;
    return (struct str){NULL, 0};
}

static double
share(double value)
{
    return value >= 1 ? 1 : value >= 0 ? value : 0;
}

static bool
take_relation(struct judging *judging, struct json_object *said, struct emit *relations)
{
    struct arena *arena = judging->arena;
    struct str predicate = quote_flat(arena, js_str(js_find(said, "predicate")));
    struct relation_evidence evidence = {.record = judging->record,
                                         .confidence =
                                             share(js_double(js_find(said, "confidence"), 0))};
    struct relation relation = {
        .subject = entity_named(judging, js_str(js_find(said, "subject"))),
        .predicate = predicate,
        .object = entity_named(judging, js_str(js_find(said, "object"))),
        .valid_from = js_str(js_find(said, "valid_from")),
        .valid_to = js_str(js_find(said, "valid_to")),
        .evidence = &evidence,
        .evidence_count = 1};
    struct err err = {.kind = ERR_NONE};

    if (relation.subject.at == NULL || relation.object.at == NULL || predicate.len == 0 ||
        predicate.len > RELATION_PREDICATE_MAX ||
        !quote_find(arena, &judging->ready, js_str(js_find(said, "quote")), &evidence.start,
                    &evidence.end))
        return false;
    evidence.start += judging->offset;
    evidence.end += judging->offset;
    return relation_emit(arena, relations, &relation, &err); /* its names have keys: it can */
}

void
/* NOLINTNEXTLINE(readability-function-size): what was said, of what, and where both go */
grounding_judge(struct arena *arena, struct json_object *reply, struct str text, long offset,
                struct str record, struct emit *relations, struct grounding *grounding)
{
    struct judging *judging = arena_take(arena, sizeof *judging);
    struct json_object *entities = js_find(reply, "entities"),
                       *said = js_find(reply, "relations");

    *judging = (struct judging){
        .arena = arena, .offset = offset, .record = record, .grounding = grounding};
    quote_prepare(arena, text, &judging->ready);
    grounding->entities_count = grounding->dropped = 0;
    for (size_t i = 0; i < js_count(entities) && i < GROUNDING_ENTITIES; i++)
        grounding->dropped += !take_entity(judging, js_item(entities, i));
    for (size_t i = 0; i < js_count(said) && i < GROUNDING_RELATIONS; i++)
        grounding->dropped += !take_relation(judging, js_item(said, i), relations);
}
