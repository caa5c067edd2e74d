/*
 * community: what hangs together is found, the same each time.
 */
#include "graph/community.h"

#include "suite.h"

#include <string.h>

static struct arena *arena;

/* All pairs of [from, to). */
static size_t
clique(struct community_edge *edges, size_t count, uint32_t from, uint32_t to)
{
    for (uint32_t a = from; a < to; a++)
        for (uint32_t b = a + 1; b < to; b++)
            edges[count++] = (struct community_edge){a, b, 1};
    return count;
}

static void
two_cliques_and_a_bridge_are_two(void)
{
    struct community_edge edges[64];
    uint32_t count = 0, *label;
    size_t made;

    arena = arena_new(4096);
    made = clique(edges, clique(edges, 0, 0, 5), 5, 10);
    edges[made++] = (struct community_edge){9, 0, 1};
    label = community_find(arena, 11, edges, made, &count);
    CU_ASSERT_EQUAL(count, 3); /* node 10 stands alone */
    for (uint32_t u = 0; u < 10; u++)
        CU_ASSERT_EQUAL(label[u], u / 5);
    CU_ASSERT_EQUAL(label[10], 2);
    arena_free(arena);
}

static void
a_ring_of_cliques_is_its_cliques(void)
{
    struct community_edge edges[400];
    uint32_t count = 0, *label;
    size_t made = 0;

    arena = arena_new(4096);
    for (uint32_t c = 0; c < 8; c++) {
        made = clique(edges, made, 6 * c, 6 * c + 6);
        edges[made++] = (struct community_edge){6 * c, (6 * c + 11) % 48, 1};
    }
    label = community_find(arena, 48, edges, made, &count);
    CU_ASSERT_EQUAL(count, 8);
    for (uint32_t u = 0; u < 48; u++)
        CU_ASSERT_EQUAL(label[u], u / 6);
    arena_free(arena);
}

static void
weights_and_doubles_add_up(void)
{
    /* 0-1 and 2-3 are said often, 1-2 once */
    struct community_edge edges[] = {{0, 1, 1}, {1, 0, 1}, {0, 1, 1}, {2, 3, 3}, {1, 2, 0.5}};
    uint32_t count = 0, *label;

    arena = arena_new(4096);
    label = community_find(arena, 4, edges, 5, &count);
    CU_ASSERT_EQUAL(count, 2);
    CU_ASSERT(label[0] == label[1] && label[2] == label[3] && label[1] != label[2]);
    arena_free(arena);
}

static void
nothing_is_nothing(void)
{
    struct community_edge loop[] = {{0, 0, 1}};
    uint32_t count = 7;

    arena = arena_new(4096);
    community_find(arena, 0, loop, 0, &count);
    CU_ASSERT_EQUAL(count, 0);
    community_find(arena, 1, loop, 1, &count);
    CU_ASSERT_EQUAL(count, 1);
    arena_free(arena);
}

static void
the_order_of_edges_changes_nothing(void)
{
    struct community_edge one[300], two[300];
    uint32_t count = 0, again = 0, seed = 5, *label, *other;

    arena = arena_new(4096);
    for (size_t i = 0; i < 300; i++) {
        seed = seed * 1664525u + 1013904223u;
        one[i] =
            (struct community_edge){(seed >> 8) % 60, (seed >> 16) % 60, 1 + (double)(i % 3)};
        two[299 - i] = (struct community_edge){one[i].b, one[i].a, one[i].weight};
    }
    label = community_find(arena, 60, one, 300, &count);
    other = community_find(arena, 60, two, 300, &again);
    CU_ASSERT(count == again && count > 1 && memcmp(label, other, 60 * sizeof *label) == 0);
    arena_free(arena);
}

SUITE("community", {"two cliques and a bridge are two", two_cliques_and_a_bridge_are_two},
      {"a ring of cliques is its cliques", a_ring_of_cliques_is_its_cliques},
      {"weights and doubles add up", weights_and_doubles_add_up},
      {"nothing is nothing", nothing_is_nothing},
      {"the order of edges changes nothing", the_order_of_edges_changes_nothing});
