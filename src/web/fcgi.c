/*
 * fcgi: one FastCGI request at a time on a connection that somebody else accepted.
 *
 * libfcgi reads the next request from request->ipcFd when there is one, and leaves it open at
 * the end when keepConnection is set.  Both fields are below the header's "Don't use anything
 * below here", hence configure (m4/kvasir_fcgi.m4) and tests/unit/test_fcgi.c make sure of
 * them.
 */
#include "web/fcgi.h"

#include <assert.h>
#include <fastcgi.h>
#include <fcgiapp.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>

struct fcgi {
    FCGX_Request request;
};

void
fcgi_init(void)
{
    /* How long libfcgi's close waits for the peer's close, in ms; its own 2000 would let a peer
       that does nothing hold a thread. */
    setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "100", 0);
    if (FCGX_Init() != 0)
        abort();
    signal(SIGPIPE, SIG_IGN); /* libfcgi has just put its own handler there */
}

struct fcgi *
fcgi_new(void)
{
    struct fcgi *fcgi = calloc(1, sizeof *fcgi);

    /* No listener: when libfcgi finds the connection useless, its accept() fails at once. */
    if (fcgi == NULL || FCGX_InitRequest(&fcgi->request, -1, FCGI_FAIL_ACCEPT_ON_INTR) != 0)
        abort();
    fcgi->request.ipcFd = -1;
    return fcgi;
}

void
fcgi_free(struct fcgi *fcgi)
{
    FCGX_Free(&fcgi->request, 1);
    free(fcgi);
}

bool
fcgi_begin(struct fcgi *fcgi, int fd)
{
    FCGX_Request *request = &fcgi->request;

    assert(request->ipcFd < 0);
    request->ipcFd = fd;
    request->keepConnection = 1; /* else accept would begin by closing it */
    if (FCGX_Accept_r(request) != 0) {
        request->ipcFd = -1;
        return false;
    }
    /* libfcgi takes a failure between two parameters for their end. */
    if (request->role == FCGI_RESPONDER && FCGX_GetError(request->in) == 0)
        return true;
    fcgi_end(fcgi, true);
    return false;
}

char **
fcgi_params(const struct fcgi *fcgi)
{
    return fcgi->request.envp;
}

size_t
fcgi_read(struct fcgi *fcgi, void *to, size_t len)
{
    size_t got = 0;

    while (got < len) {
        int step = len - got > INT_MAX ? INT_MAX : (int)(len - got);
        int count = FCGX_GetStr((char *)to + got, step, fcgi->request.in);

        if (count <= 0)
            break;
        got += (size_t)count;
    }
    return got;
}

bool
fcgi_write(struct fcgi *fcgi, const void *bytes, size_t len)
{
    const char *at = bytes;

    while (len > 0) {
        int step = len > INT_MAX ? INT_MAX : (int)len;

        if (FCGX_PutStr(at, step, fcgi->request.out) != step)
            return false;
        at += step;
        len -= (size_t)step;
    }
    return true;
}

bool
fcgi_flush(struct fcgi *fcgi)
{
    return FCGX_FFlush(fcgi->request.out) == 0;
}

int
fcgi_end(struct fcgi *fcgi, bool last)
{
    int fd;

    if (last)
        fcgi->request.keepConnection = 0;
    FCGX_Finish_r(&fcgi->request);
    fd = fcgi->request.ipcFd;
    fcgi->request.ipcFd = -1;
    return fd;
}
