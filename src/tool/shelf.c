/*
 * shelf: resources and prompts that the program itself has, beside those that are stored.
 */
#include "tool/shelf.h"

#include <assert.h>
#include <string.h>

static const struct shelf_resource *resources;
static const struct shelf_prompt *prompts;
static size_t resources_count, prompts_count;

void
shelf_add(const struct shelf_resource *more_resources, size_t more_resources_count,
          const struct shelf_prompt *more_prompts, size_t more_prompts_count)
{
    assert(resources == NULL && prompts == NULL);
    resources = more_resources;
    resources_count = more_resources_count;
    prompts = more_prompts;
    prompts_count = more_prompts_count;
}

const struct shelf_resource *
shelf_resource_row(size_t index)
{
    return index < resources_count ? &resources[index] : NULL;
}

const struct shelf_prompt *
shelf_prompt_row(size_t index)
{
    return index < prompts_count ? &prompts[index] : NULL;
}

bool
shelf_is_template(const struct shelf_resource *resource)
{
    return strchr(resource->uri, '{') != NULL;
}

/* What stands between the parts before and behind the {variable}; no slash, and not nothing. */
static bool
fits(const char *pattern, struct str uri, struct str *variable_out)
{
    const char *open = strchr(pattern, '{'), *close = strchr(pattern, '}');
    size_t before = (size_t)(open - pattern), behind = strlen(close + 1);

    if (uri.len <= before + behind || memcmp(uri.at, pattern, before) != 0 ||
        memcmp(uri.at + uri.len - behind, close + 1, behind) != 0)
        return false;
    *variable_out = (struct str){uri.at + before, uri.len - before - behind};
    return memchr(variable_out->at, '/', variable_out->len) == NULL;
}

const struct shelf_resource *
shelf_resource_find(struct str uri, struct str *variable_out)
{
    *variable_out = (struct str){NULL, 0};
    for (size_t i = 0; i < resources_count; i++)
        if (shelf_is_template(&resources[i]) ? fits(resources[i].uri, uri, variable_out)
                                             : str_is(uri, resources[i].uri))
            return &resources[i];
    return NULL;
}

const struct shelf_prompt *
shelf_prompt_find(struct str name)
{
    for (size_t i = 0; i < prompts_count; i++)
        if (str_is(name, prompts[i].name))
            return &prompts[i];
    return NULL;
}
