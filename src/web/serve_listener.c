/*
 * serve_listener: the socket that we were given, or one of our own.
 *
 * systemd gives descriptor 3 and says so in LISTEN_PID and LISTEN_FDS; spawn-fcgi, multiwatch
 * and systemd's StandardInput=socket give descriptor 0.
 */
#include "web/serve.h"

#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define FROM_SYSTEMD 3 /* SD_LISTEN_FDS_START of sd_listen_fds(3) */

static bool
listens(int fd)
{
    int yes = 0;
    socklen_t size = sizeof yes;

    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &size) == 0 && yes;
}

static int
given(void)
{
    const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
    long own = getpid(), value;
    bool ours = str_to_long(str_of(pid), own, own, &value) &&
                str_to_long(str_of(count), 1, INT_MAX, &value);

    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    if (ours && listens(FROM_SYSTEMD))
        return fcntl(FROM_SYSTEMD, F_DUPFD_CLOEXEC, 10);
    return listens(STDIN_FILENO) ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 10) : -1;
}

/* Bound under another name and moved into place, so that a predecessor who listens there is
   relieved between two connections and none is refused. */
static int
bind_beside(const char *path, struct err *err)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), room = sizeof address.sun_path;
    mode_t mask;
    bool bound;

    if (fd < 0 || snprintf(address.sun_path, sizeof address.sun_path, "%s.%ld", path,
                           (long)getpid()) >= room) {
        err_set(err, ERR_INPUT, "%s: %s", path,
                fd < 0 ? strerror(errno) : "too long for a socket");
        return fd < 0 ? -1 : (close(fd), -1);
    }
    unlink(address.sun_path);
    mask = umask(0117);
    bound = bind(fd, (struct sockaddr *)&address, sizeof address) == 0;
    umask(mask);
    if (bound && listen(fd, SOMAXCONN) == 0 && rename(address.sun_path, path) == 0)
        return fd;
    err_set(err, ERR_INPUT, "cannot listen at %s: %s", path, strerror(errno));
    unlink(address.sun_path);
    close(fd);
    return -1;
}

int
serve_listener(const char *path, struct err *err)
{
    struct stat there;
    int fd = given();

    if (fd < 0 && *path == '\0') {
        err_set(err, ERR_INPUT,
                "there is no socket to listen on: start me by systemd or spawn-fcgi, "
                "or name one with --socket PATH");
        return -1;
    }
    if (fd < 0 && lstat(path, &there) == 0 && !S_ISSOCK(there.st_mode)) {
        err_set(err, ERR_INPUT, "%s is there and is not a socket", path);
        return -1;
    }
    if (fd < 0)
        fd = bind_beside(path, err);
    if (fd >= 0 && fcntl(fd, F_SETFL, O_NONBLOCK) != 0) {
        err_set(err, ERR_INTERNAL, "the listening socket: %s", strerror(errno));
        close(fd);
        fd = -1;
    }
    return fd;
}
