/*
 * pooling: from the vectors of a text's tokens to the vector of the text.
 */
#include "embed/pooling.h"

#include "base/js.h"
#include "embed/folder.h"

#include <math.h>
#include <string.h>

/* The last word of "sentence_transformers.models.Pooling". */
static struct str
type_name(struct json_object *module)
{
    struct str type = js_str(js_find(module, "type"));

    for (size_t i = type.len; i > 0; i--)
        if (type.at[i - 1] == '.')
            return (struct str){type.at + i, type.len - i};
    return type;
}

/* A module's folder is named by the model: only a plain name inside its own folder will do. */
static bool
path_is_plain(struct str path)
{
    return path.at != NULL && path.len > 0 && path.at[0] != '.' &&
           memchr(path.at, '/', path.len) == NULL && memchr(path.at, '\0', path.len) == NULL;
}

static bool
pooling_config(struct arena *arena, const char *folder, struct str path,
               struct pooling *pooling, struct err *err)
{
    struct json_object *config;
    const char *file;
    bool mean, first;

    if (!path_is_plain(path))
        return err_set(err, ERR_INPUT, "modules.json: the path of the pooling is not plain");
    file = str_format(arena, "%.*s/config.json", (int)path.len, path.at);
    if (!folder_json(arena, folder, file, &config, err))
        return false;
    if (config == NULL)
        return err_set(err, ERR_MISSING, "there is no %.60s", file);
    mean = js_bool(js_find(config, "pooling_mode_mean_tokens"), false);
    first = js_bool(js_find(config, "pooling_mode_cls_token"), false);
    if (mean == first || js_bool(js_find(config, "pooling_mode_max_tokens"), false) ||
        js_bool(js_find(config, "pooling_mode_mean_sqrt_len_tokens"), false) ||
        js_bool(js_find(config, "pooling_mode_weightedmean_tokens"), false) ||
        js_bool(js_find(config, "pooling_mode_lasttoken"), false))
        return err_set(err, ERR_UNAVAILABLE, "only pooling by mean or by [CLS] is supported");
    pooling->first = first;
    return true;
}

bool
pooling_read(struct arena *arena, const char *folder, struct pooling *pooling_out,
             struct err *err)
{
    struct json_object *modules;

    *pooling_out = (struct pooling){.first = false, .normalise = false};
    if (!folder_json(arena, folder, "modules.json", &modules, err))
        return false;
    if (modules == NULL)
        pooling_out->normalise = true;
    for (size_t i = 0; i < js_count(modules); i++) {
        struct json_object *module = js_item(modules, i);
        struct str type = type_name(module);

        if (type.at != NULL && str_is(type, "Pooling")) {
            if (!pooling_config(arena, folder, js_str(js_find(module, "path")), pooling_out,
                                err))
                return false;
        } else if (type.at != NULL && str_is(type, "Normalize")) {
            pooling_out->normalise = true;
        } else if (type.at == NULL || !str_is(type, "Transformer")) {
            return err_set(err, ERR_UNAVAILABLE, "modules.json: %.*s is not supported",
                           (int)(type.len < 60 ? type.len : 60),
                           type.at == NULL ? "" : type.at);
        }
    }
    return true;
}

void
pooling_add(const float *x, size_t tokens, size_t width, float weight, float *vector)
{
    for (size_t t = 0; t < tokens; t++)
        for (size_t i = 0; i < width; i++)
            vector[i] += weight * x[t * width + i];
}

static void
mean(const float *x, size_t tokens, size_t width, float *vector)
{
    memcpy(vector, x, width * sizeof *vector);
    pooling_add(x + width, tokens - 1, width, 1, vector);
    for (size_t i = 0; i < width; i++)
        vector[i] /= (float)tokens;
}

void
pooling_normalise(float *vector, size_t width)
{
    double square = 0;
    float scale;

    for (size_t i = 0; i < width; i++)
        square += (double)vector[i] * (double)vector[i];
    scale = square > 0 ? (float)(1.0 / sqrt(square)) : 0.0F;
    for (size_t i = 0; i < width; i++)
        vector[i] *= scale;
}

void
pooling_pool(const struct pooling *pooling, const float *x, size_t tokens, size_t width,
             float *vector)
{
    mean(x, pooling->first ? 1 : tokens, width, vector);
    if (pooling->normalise)
        pooling_normalise(vector, width);
}
