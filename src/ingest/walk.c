/*
 * walk: the files below some paths.
 */
#include "ingest/walk.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "ingest/extract.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Folders that hold copies and machinery, not what people wrote here. */
static const char *const passed_over[] = {"CVS", "node_modules", "__pycache__"};

/* Folders still to be read; no recursion, so that depth costs no stack. */
struct folder {
    struct folder *next;
    const char *path;
};

const char *
walk_clean(struct arena *arena, const char *path)
{
    struct buf buf;

    buf_start(&buf, arena, strlen(path));
    if (*path == '/')
        buf_byte(&buf, '/');
    while (*path != '\0') {
        size_t len = strcspn(path, "/");

        if (len > 0 && !(len == 1 && *path == '.')) {
            if (buf.len > 0 && buf.data[buf.len - 1] != '/')
                buf_byte(&buf, '/');
            buf_add(&buf, path, len);
        }
        path += len + strspn(path + len, "/");
    }
    return buf.data;
}

bool
walk_below(const char *path, const char *root)
{
    size_t len = strlen(root);

    if (len == 0)
        return path[0] != '/' && strncmp(path, "../", 3) != 0;
    return strncmp(path, root, len) == 0 &&
           (path[len] == '\0' || path[len] == '/' || root[len - 1] == '/');
}

static void *
grow(struct arena *arena, void *list, size_t count, size_t *room, size_t size)
{
    void *more;

    if (count < *room)
        return list;
    *room = *room == 0 ? 32 : 2 * *room;
    more = arena_take(arena, *room * size);
    return count == 0 ? more : memcpy(more, list, count * size);
}

void
walk_skip_add(struct walk *walk, const char *path, const char *reason)
{
    walk->skips = grow(walk->arena, walk->skips, walk->skips_count, &walk->skips_room,
                       sizeof *walk->skips);
    walk->skips[walk->skips_count++] =
        (struct walk_skip){arena_strdup(walk->arena, path), arena_strdup(walk->arena, reason)};
}

/* Names go into the database and onto terminals. */
static bool
name_speaks(const char *path)
{
    size_t bad;

    for (const char *at = path; *at != '\0'; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f)
            return false;
    return utf8_valid(path, strlen(path), &bad);
}

static bool
glob_any(const char *const *globs, size_t count, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash == NULL ? path : slash + 1;

    for (size_t i = 0; i < count; i++)
        if (fnmatch(globs[i], path, 0) == 0 || fnmatch(globs[i], name, 0) == 0)
            return true;
    return false;
}

static bool
is_wanted(const struct walk_rule *rule, const char *path)
{
    return (rule->include_count == 0 || glob_any(rule->include, rule->include_count, path)) &&
           !glob_any(rule->exclude, rule->exclude_count, path);
}

static void
file_add(struct walk *walk, const char *path, size_t size, bool named)
{
    if (!is_wanted(walk->rule, path))
        return;
    if (!extract_knows(path)) {
        walk->others++;
        if (named)
            walk_skip_add(walk, path, "not a kind of file that is read");
    } else if (!name_speaks(path)) {
        walk_skip_add(walk, "(a name that is not shown)", "name is not UTF-8 or not printable");
    } else {
        walk->files =
            grow(walk->arena, walk->files, walk->count, &walk->files_room, sizeof *walk->files);
        walk->files[walk->count++] = (struct walk_file){path, size};
    }
}

static bool
is_passed_over(const char *name)
{
    if (name[0] == '.')
        return true;
    for (size_t i = 0; i < sizeof passed_over / sizeof passed_over[0]; i++)
        if (strcmp(name, passed_over[i]) == 0)
            return true;
    return false;
}

static void
folder_push(struct walk *walk, struct folder **folders, const char *path)
{
    struct folder *folder = arena_take(walk->arena, sizeof *folder);

    *folder = (struct folder){*folders, path};
    *folders = folder;
}

static void
entry_read(struct walk *walk, struct folder **folders, const char *folder, const char *name)
{
    const char *path;
    struct stat stat;

    if (is_passed_over(name))
        return;
    path = folder[0] == '\0'
               ? arena_strdup(walk->arena, name)
               : str_format(walk->arena, folder[strlen(folder) - 1] == '/' ? "%s%s" : "%s/%s",
                            folder, name);
    if (lstat(path, &stat) != 0)
        walk_skip_add(walk, path, strerror(errno));
    else if (S_ISDIR(stat.st_mode))
        folder_push(walk, folders, path);
    else if (S_ISREG(stat.st_mode))
        file_add(walk, path, (size_t)stat.st_size, false);
}

static void
folder_read(struct walk *walk, struct folder **folders, const char *path)
{
    DIR *dir = opendir(path[0] == '\0' ? "." : path);

    if (dir == NULL) {
        walk_skip_add(walk, path, strerror(errno));
        return;
    }
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
        entry_read(walk, folders, path, entry->d_name);
    closedir(dir);
}

static bool
root_read(struct walk *walk, const char *named, struct err *err)
{
    const char *path = walk_clean(walk->arena, named);
    struct folder *folders = NULL;
    struct stat info;

    if (named[0] == '\0' || stat(path[0] == '\0' ? "." : path, &info) != 0)
        return err_set(err, ERR_MISSING, "%s: %s", named,
                       named[0] == '\0' ? "an empty path" : strerror(errno));
    if (S_ISREG(info.st_mode))
        file_add(walk, path, (size_t)info.st_size, true);
    else if (S_ISDIR(info.st_mode))
        folder_push(walk, &folders, path);
    else
        return err_set(err, ERR_INPUT, "%s: neither a file nor a folder", named);
    while (folders != NULL) {
        struct folder *folder = folders;

        folders = folder->next;
        folder_read(walk, &folders, folder->path);
    }
    return true;
}

static int
file_compare(const void *a, const void *b)
{
    const struct walk_file *one = a, *two = b;

    return strcmp(one->path, two->path);
}

static void
files_sort(struct walk *walk)
{
    size_t kept = 0;

    if (walk->count > 0)
        qsort(walk->files, walk->count, sizeof *walk->files, file_compare);
    for (size_t i = 0; i < walk->count; i++)
        if (kept == 0 || strcmp(walk->files[kept - 1].path, walk->files[i].path) != 0) {
            walk->files[kept++] = walk->files[i];
            walk->bytes += walk->files[i].size;
        }
    walk->count = kept;
}

bool
walk_paths(struct arena *arena, const struct walk_rule *rule, struct walk *walk_out,
           struct err *err)
{
    *walk_out = (struct walk){.arena = arena, .rule = rule};
    for (size_t i = 0; i < rule->paths_count; i++)
        if (!root_read(walk_out, rule->paths[i], err))
            return false;
    files_sort(walk_out);
    return true;
}

static bool
descriptor_read(int fd, struct buf *buf, size_t most, struct err *err)
{
    ssize_t got;

    do {
        buf_reserve(buf, 1 << 16);
        got = read(fd, buf->data + buf->len, 1 << 16);
        if (got > 0)
            buf->len += (size_t)got;
        if (buf->len > most)
            return err_set(err, ERR_TOO_LARGE, "larger than %zu MiB", most >> 20);
    } while (got > 0 || (got < 0 && errno == EINTR));
    buf->data[buf->len] = '\0';
    return got == 0 || err_set(err, ERR_INPUT, "%s", strerror(errno));
}

bool
walk_read(struct arena *arena, const char *path, size_t most, struct str *bytes_out,
          struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat info;
    struct buf buf;
    bool fine;

    if (fd < 0)
        return err_set(err, ERR_INPUT, "%s", strerror(errno));
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        close(fd);
        return err_set(err, ERR_MEDIA, "not a regular file");
    }
    if ((size_t)info.st_size > most) {
        close(fd);
        return err_set(err, ERR_TOO_LARGE, "larger than %zu MiB", most >> 20);
    }
    buf_start(&buf, arena, (size_t)info.st_size + (1 << 16));
    fine = descriptor_read(fd, &buf, most, err);
    close(fd);
    *bytes_out = (struct str){buf.data, buf.len};
    return fine;
}
