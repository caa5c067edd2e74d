/*
 * folder: the small files of a model folder.
 */
#include "embed/folder.h"

#include "base/js.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX ((off_t)16 << 20)

char *
folder_path(struct arena *arena, const char *folder, const char *file)
{
    return str_format(arena, "%s/%s", folder, file);
}

static bool
bytes_read(int fd, char *bytes, size_t len)
{
    size_t got = 0;

    while (got < len) {
        ssize_t more = read(fd, bytes + got, len - got);

        if (more < 0 && errno == EINTR)
            continue;
        if (more <= 0)
            return false;
        got += (size_t)more;
    }
    return true;
}

static bool
text_read(struct arena *arena, int fd, const char *path, struct str *text_out, struct err *err)
{
    struct stat stat;
    char *bytes;

    if (fstat(fd, &stat) != 0 || !S_ISREG(stat.st_mode))
        return err_set(err, ERR_INPUT, "%.180s is not a file", path);
    if (stat.st_size > FILE_MAX)
        return err_set(err, ERR_TOO_LARGE, "%.180s is too large", path);
    bytes = arena_take(arena, (size_t)stat.st_size + 1);
    if (!bytes_read(fd, bytes, (size_t)stat.st_size))
        return err_set(err, ERR_INPUT, "cannot read %.180s", path);
    *text_out = (struct str){bytes, (size_t)stat.st_size};
    return true;
}

bool
folder_text(struct arena *arena, const char *path, struct str *text_out, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool good;

    if (fd < 0)
        return err_set(err, errno == ENOENT || errno == ENOTDIR ? ERR_MISSING : ERR_INPUT,
                       "cannot open %.180s: %s", path, strerror(errno));
    good = text_read(arena, fd, path, text_out, err);
    (void)close(fd);
    return good;
}

bool
folder_json(struct arena *arena, const char *folder, const char *file,
            struct json_object **value_out, struct err *err)
{
    struct err why = {.kind = ERR_NONE};
    struct str text = {NULL, 0};

    *value_out = NULL;
    if (!folder_text(arena, folder_path(arena, folder, file), &text, &why))
        return why.kind == ERR_MISSING || err_set(err, why.kind, "%s", why.text);
    if (!js_parse(arena, text, value_out, &why))
        return err_set(err, ERR_INPUT, "%.60s: %.160s", file, why.text);
    return true;
}
