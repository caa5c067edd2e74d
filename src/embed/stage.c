/*
 * stage: a folder that becomes a model all at once, or never.
 */
#include "embed/stage.h"

#include "base/digest.h"
#include "base/str.h"
#include "embed/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COPY_MAX ((off_t)8 << 30)

static int
entry_remove(const char *path, const struct stat *stat, int type, struct FTW *where)
{
    (void)stat;
    (void)type;
    (void)where;
    return remove(path);
}

void
stage_remove(const char *folder)
{
    (void)nftw(folder, entry_remove, 8, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

static void
stage_end(void *folder)
{
    stage_remove(folder);
}

static bool
folder_make(struct arena *arena, const char *folder, struct err *err)
{
    char *path = arena_strdup(arena, folder);

    for (char *at = path + 1; *at != '\0'; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        (void)mkdir(path, 0755);
        *at = '/';
    }
    if (mkdir(path, 0755) != 0 && errno != EEXIST)
        return err_set(err, ERR_UNAVAILABLE, "cannot make the folder %.150s: %s", folder,
                       strerror(errno));
    return true;
}

bool
stage_begin(struct stage *stage, struct arena *arena, const char *dir, const char *name,
            struct err *err)
{
    stage->arena = arena;
    stage->dir = dir;
    stage->name = name;
    stage->folder = str_format(arena, "%s/%s.tmp.XXXXXX", dir, name);
    if (!folder_make(arena, dir, err))
        return false;
    if (mkdtemp(stage->folder) == NULL)
        return err_set(err, ERR_UNAVAILABLE, "cannot write to %.160s: %s", dir,
                       strerror(errno));
    arena_defer(arena, stage_end, stage->folder);
    (void)chmod(stage->folder, 0755); /* other users' workers map these files */
    return true;
}

FILE *
stage_create(const struct stage *stage, const char *path, struct err *err)
{
    char *full = folder_path(stage->arena, stage->folder, path), *slash = strrchr(full, '/');
    FILE *file;

    *slash = '\0';
    (void)mkdir(full, 0755);
    *slash = '/';
    file = fopen(full, "wbxe");
    if (file == NULL)
        (void)err_set(err, ERR_UNAVAILABLE, "cannot write %.160s: %s", full, strerror(errno));
    return file;
}

bool
stage_close(FILE *file, const char *path, struct err *err)
{
    bool written = fflush(file) == 0 && fsync(fileno(file)) == 0;

    if (fclose(file) != 0 || !written)
        return err_set(err, ERR_UNAVAILABLE, "cannot write %.160s: %s", path, strerror(errno));
    return true;
}

static bool
bytes_copy(int from, FILE *to, size_t most)
{
    char bytes[65536];
    size_t all = 0;
    ssize_t got;

    while ((got = read(from, bytes, sizeof bytes)) > 0) {
        all += (size_t)got;
        if (all > most || fwrite(bytes, 1, (size_t)got, to) != (size_t)got)
            return false;
    }
    return got == 0;
}

static bool
copy_open(const struct stage *stage, int fd, const struct model_file *file, struct err *err)
{
    struct stat stat;
    FILE *to;
    bool copied;

    if (fstat(fd, &stat) != 0 || !S_ISREG(stat.st_mode) || stat.st_size > COPY_MAX)
        return err_set(err, ERR_INPUT, "%.120s is not a file, or too large", file->path);
    if (file->sha256 != NULL && (size_t)stat.st_size != file->bytes)
        return err_set(err, ERR_INPUT, "%.80s has %lld bytes where %s has %zu", file->path,
                       (long long)stat.st_size, stage->name, file->bytes);
    to = stage_create(stage, file->path, err);
    if (to == NULL)
        return false;
    copied = bytes_copy(fd, to, (size_t)stat.st_size);
    if (!stage_close(to, file->path, err))
        return false;
    return copied || err_set(err, ERR_UNAVAILABLE, "cannot copy %.160s", file->path);
}

bool
stage_copy(const struct stage *stage, const char *from, const struct model_file *file,
           bool *there_out, struct err *err)
{
    char *path = folder_path(stage->arena, from, file->path);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool good;

    *there_out = fd >= 0;
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ||
               err_set(err, ERR_INPUT, "cannot open %.160s: %s", path, strerror(errno));
    good = copy_open(stage, fd, file, err);
    (void)close(fd);
    return good;
}

bool
stage_verify(const struct stage *stage, const struct model_file *files, struct err *err)
{
    for (const struct model_file *file = files; file->path != NULL; file++) {
        char hex[DIGEST_HEX];

        if (!digest_file(folder_path(stage->arena, stage->folder, file->path), hex, err))
            return false;
        if (strcmp(hex, file->sha256) != 0)
            return err_set(err, ERR_INPUT,
                           "%.60s is not the file of %.60s that we know (its SHA-256 differs)",
                           file->path, stage->name);
    }
    return true;
}

bool
stage_commit(const struct stage *stage, struct err *err)
{
    char *to = folder_path(stage->arena, stage->dir, stage->name);
    bool there = access(to, F_OK) == 0;
    int done;

    done = there ? renameat2(AT_FDCWD, stage->folder, AT_FDCWD, to, RENAME_EXCHANGE)
                 : rename(stage->folder, to);
    if (done != 0)
        return err_set(err, ERR_UNAVAILABLE, "cannot move the model to %.140s: %s", to,
                       strerror(errno));
    return true;
}
