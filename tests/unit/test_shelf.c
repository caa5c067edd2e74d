/*
 * test_shelf: what a folder above put on the shelf is found by its address or name.
 */
#include "tool/shelf.h"

#include "suite.h"

static const struct shelf_resource resources[] = {
    {.uri = "test://one", .name = "one"},
    {.uri = "test://made/{id}/end", .name = "made"},
};

static const struct shelf_prompt prompts[] = {{.name = "greet"}};

static void
test_find(void)
{
    static const struct {
        const char *uri, *name, *variable;
    } table[] = {
        {"test://one", "one", NULL},
        {"test://made/7/end", "made", "7"},
        {"test://made/a%20b/end", "made", "a%20b"},
        {"test://made//end", NULL, NULL},
        {"test://made/a/b/end", NULL, NULL},
        {"test://made/7/en", NULL, NULL},
        {"test://made/end", NULL, NULL},
        {"test://on", NULL, NULL},
        {"test://one/", NULL, NULL},
        {"", NULL, NULL},
    };
    struct str variable;

    shelf_add(resources, 2, prompts, 1);
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const struct shelf_resource *found =
            shelf_resource_find(str_of(table[i].uri), &variable);

        CU_ASSERT_EQUAL(found == NULL, table[i].name == NULL);
        if (found == NULL)
            continue;
        CU_ASSERT_STRING_EQUAL(found->name, table[i].name);
        CU_ASSERT_TRUE(table[i].variable == NULL ? variable.at == NULL
                                                 : str_is(variable, table[i].variable));
    }
    CU_ASSERT_PTR_EQUAL(shelf_prompt_find(STR("greet")), &prompts[0]);
    CU_ASSERT_PTR_NULL(shelf_prompt_find(STR("gree")));
    CU_ASSERT_PTR_NULL(shelf_resource_row(2));
    CU_ASSERT_PTR_NULL(shelf_prompt_row(1));
}

SUITE("shelf", {"by its address, with the variable of a template, or by name", test_find});
