/*
 * manifest: the SHA256SUMS file of an installed model.
 */
#include "embed/manifest.h"

#include "base/buf.h"
#include "base/digest.h"
#include "base/str.h"
#include "embed/folder.h"

#include <string.h>
#include <sys/stat.h>

#define SUM_LEN (DIGEST_HEX - 1)

char *
manifest_text(struct arena *arena, const struct model_file *files)
{
    struct buf text;

    buf_start(&text, arena, 1024);
    for (; files->path != NULL; files++)
        buf_fmt(&text, "%s  %s\n", files->sha256, files->path);
    return text.data;
}

bool
manifest_matches(struct arena *arena, const char *folder, const struct model_file *files)
{
    struct err ignored = {.kind = ERR_NONE};
    struct str text;

    if (!folder_text(arena, folder_path(arena, folder, MANIFEST_NAME), &text, &ignored) ||
        !str_is(text, manifest_text(arena, files)))
        return false;
    for (; files->path != NULL; files++) {
        struct stat found;

        if (stat(folder_path(arena, folder, files->path), &found) != 0 ||
            (size_t)found.st_size != files->bytes)
            return false;
    }
    return true;
}

/* "SUM  path": the path stays inside the folder. */
static bool
line_read(struct arena *arena, struct str line, char **sum_out, char **path_out)
{
    if (line.len <= SUM_LEN + 2 || memcmp(line.at + SUM_LEN, "  ", 2) != 0)
        return false;
    *sum_out = str_copy(arena, (struct str){line.at, SUM_LEN});
    *path_out = str_copy(arena, (struct str){line.at + SUM_LEN + 2, line.len - SUM_LEN - 2});
    return **path_out != '/' && strstr(*path_out, "..") == NULL;
}

static bool
line_verify(struct arena *arena, const char *folder, struct str line, struct err *err)
{
    char *sum, *path, hex[DIGEST_HEX];

    if (!line_read(arena, line, &sum, &path))
        return err_set(err, ERR_INPUT, "%s of %.150s is damaged", MANIFEST_NAME, folder);
    if (!digest_file(folder_path(arena, folder, path), hex, err))
        return false;
    if (strcmp(sum, hex) != 0)
        return err_set(err, ERR_INPUT,
                       "%.60s in %.90s is damaged; run: kvasir model install --force", path,
                       folder);
    return true;
}

bool
manifest_verify(struct arena *arena, const char *folder, const struct model_watch *watch,
                struct err *err)
{
    struct str text;
    size_t lines = 0;

    if (!folder_text(arena, folder_path(arena, folder, MANIFEST_NAME), &text, err))
        return false;
    for (size_t at = 0; at < text.len; lines++) {
        const char *stop = memchr(text.at + at, '\n', text.len - at);
        size_t len = stop == NULL ? text.len - at : (size_t)(stop - text.at) - at;

        model_progress(watch, folder, at, text.len);
        if (!line_verify(arena, folder, (struct str){text.at + at, len}, err))
            return false;
        at += len + 1;
    }
    model_progress(watch, folder, text.len, text.len);
    return lines > 0 || err_set(err, ERR_INPUT, "%s of %.150s is empty", MANIFEST_NAME, folder);
}
