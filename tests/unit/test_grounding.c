/*
 * grounding: of a model's reply what stands in the text is kept, with its place there.
 */
#include "graph/grounding.h"

#include "base/js.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

static const char text[] = "Zoë met  Ada Lovelace.";

#define ENTITY(name, aliases, quote)                                                           \
    "{\"name\":\"" name "\",\"type\":\"person\",\"aliases\":[" aliases "],\"quote\":\"" quote  \
    "\"}"
#define RELATION(subject, object, quote)                                                       \
    "{\"subject\":\"" subject "\",\"predicate\":\"met\",\"object\":\"" object                  \
    "\",\"quote\":\"" quote "\",\"valid_from\":null,\"valid_to\":\"1850\",\"confidence\":2}"
#define REPLY(entities, relations) "{\"entities\":[" entities "],\"relations\":[" relations "]}"

/* "key start-stop ..." and then the relations. */
static void
check(const char *reply, const char *entities, const char *relations, size_t dropped)
{
    struct arena *arena = arena_new(1024);
    struct grounding *found = arena_take(arena, sizeof *found);
    struct json_object *tree = NULL;
    struct err err = {.kind = ERR_NONE};
    struct buf json, told;
    struct emit emit;

    CU_ASSERT_TRUE(js_parse(arena, str_of(reply), &tree, &err) && grounding_fits(tree, &err));
    buf_start(&json, arena, 64);
    buf_start(&told, arena, 64);
    emit_start(&emit, &json);
    emit_array(&emit, NULL);
    grounding_judge(arena, tree, str_of(text), 100, STR("r"), &emit, found);
    emit_array_end(&emit);
    for (size_t i = 0; i < found->entities_count; i++)
        buf_fmt(&told, "%s%.*s %ld-%ld", i > 0 ? " " : "", (int)found->entities[i].key.len,
                found->entities[i].key.at, found->entities[i].start, found->entities[i].stop);
    buf_byte(&told, '\0');
    if (strcmp(told.data, entities) != 0 || strcmp(json.data, relations) != 0)
        printf("\n  got %s\n      %s\n", told.data, json.data);
    CU_ASSERT_STRING_EQUAL(told.data, entities);
    CU_ASSERT_STRING_EQUAL(json.data, relations);
    CU_ASSERT_EQUAL(found->dropped, dropped);
    arena_free(arena);
}

static void
entities(void)
{
    check(REPLY(ENTITY("Ada Lovelace", "", "met Ada Lovelace."), ""), "ada lovelace 109-121",
          "[]", 0);
    check(REPLY(ENTITY("The Countess", "", "Ada Lovelace"), ""), "the countess 109-121", "[]",
          0);
    check(
        REPLY(ENTITY("Zoë", "", "Zoë") "," ENTITY("Bob", "", "Bob") "," ENTITY("!", "", "Zoë"),
              ""),
        "zoe 100-103", "[]", 2);
}

static void
relations(void)
{
    check(REPLY(ENTITY("Zoë", "\"Z.\"", "Zoë") "," ENTITY("Ada Lovelace", "", "Ada Lovelace"),
                RELATION("z", "ADA LOVELACE", "Zoë met Ada Lovelace")),
          "zoe 100-103 ada lovelace 109-121",
          "[{\"subject\":\"zoe\",\"predicate\":\"met\",\"object\":\"ada lovelace\","
          "\"valid_to\":\"1850\",\"evidence\":[{\"record\":\"r\",\"start\":100,\"end\":121,"
          "\"confidence\":1.0}]}]",
          0);
    check(REPLY(ENTITY("Zoë", "", "Zoë"), RELATION("Zoë", "Ada Lovelace", "Zoë met")),
          "zoe 100-103", "[]", 1);
    check(REPLY(ENTITY("Zoë", "", "Zoë"), RELATION("Zoë", "Zoë", "Zoë met Bob")), "zoe 100-103",
          "[]", 1);
}

SUITE("grounding", {"an entity has the place of its name, else of its quote", entities},
      {"a relation needs its quote and two entities that count", relations});
