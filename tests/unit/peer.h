/*
 * peer: a scripted Redis: a Unix socket whose other end answers from a list of scenes.
 *
 * Each scene is one connection: every time that the bytes received so far contain the next cue,
 * the line's answer is sent; when the lines are used up the connection is closed.
 */
#ifndef TESTS_PEER_H
#define TESTS_PEER_H

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct peer_line {
    const char *cue, *answer;
};

struct peer {
    const struct peer_line *const
        *scenes; /* each ended by a line without a cue; NULL ends all */
    char dir[32], path[64], url[80];
    int listener;
    pthread_t thread;
    char heard[65536]; /* of the last connection */
    size_t len;
};

static inline void
peer_play(struct peer *peer, int fd, const struct peer_line *line)
{
    size_t from = 0;

    peer->len = 0;
    peer->heard[0] = '\0';
    while (line->cue != NULL) {
        char *found = strstr(peer->heard + from, line->cue);
        ssize_t got;

        if (found != NULL) {
            from = (size_t)(found - peer->heard) + strlen(line->cue);
            if (write(fd, line->answer, strlen(line->answer)) < 0)
                return;
            line++;
            continue;
        }
        got = read(fd, peer->heard + peer->len, sizeof peer->heard - 1 - peer->len);
        if (got <= 0)
            return;
        peer->len += (size_t)got;
        peer->heard[peer->len] = '\0';
    }
}

static inline void *
peer_run(void *arg)
{
    struct peer *peer = arg;

    for (size_t i = 0; peer->scenes[i] != NULL; i++) {
        int fd = accept(peer->listener, NULL, NULL);

        peer_play(peer, fd, peer->scenes[i]);
        close(fd);
    }
    return NULL;
}

static inline void
peer_start(struct peer *peer, const struct peer_line *const *scenes)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};

    memset(peer, 0, sizeof *peer);
    peer->scenes = scenes;
    strcpy(peer->dir, "/tmp/kvasir-peer-XXXXXX");
    if (mkdtemp(peer->dir) == NULL)
        abort();
    snprintf(peer->path, sizeof peer->path, "%s/s", peer->dir);
    snprintf(peer->url, sizeof peer->url, "unix:%s", peer->path);
    memcpy(at.sun_path, peer->path, strlen(peer->path) + 1);
    peer->listener = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(peer->listener, (struct sockaddr *)&at, sizeof at) != 0 ||
        listen(peer->listener, 8) != 0 ||
        pthread_create(&peer->thread, NULL, peer_run, peer) != 0)
        abort();
}

/* Waits until all scenes are over. */
static inline void
peer_end(struct peer *peer)
{
    pthread_join(peer->thread, NULL);
    close(peer->listener);
    unlink(peer->path);
    rmdir(peer->dir);
}

#endif
