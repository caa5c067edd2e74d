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
#include <string.h>

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

void
fcgi_detach(struct fcgi *fcgi, struct fcgi_open *open_out)
{
    FCGX_Request *request = &fcgi->request;

    *open_out = (struct fcgi_open){
        .fd = request->ipcFd,
        .id = request->requestId,
        .keep = request->keepConnection != 0,
    };
    FCGX_Free(request, 0); /* its buffers, not the connection */
    if (FCGX_InitRequest(request, -1, FCGI_FAIL_ACCEPT_ON_INTR) != 0)
        abort();
    request->ipcFd = -1;
}

static void
record_head(unsigned char *to, int type, int id, size_t len)
{
    to[0] = FCGI_VERSION_1;
    to[1] = (unsigned char)type;
    to[2] = (unsigned char)(id >> 8);
    to[3] = (unsigned char)id;
    to[4] = (unsigned char)(len >> 8);
    to[5] = (unsigned char)len;
    to[6] =
        0; /* no padding: nginx holds back a record that has some (it reads it as unfinished) */
    to[7] = 0;
}

void
fcgi_head(unsigned char head[FCGI_HEAD], const struct fcgi_open *open, size_t len)
{
    assert(len > 0 && len <= FCGI_MOST); /* an empty record ends the stream */
    record_head(head, FCGI_STDOUT, open->id, len);
}

void
fcgi_ending(unsigned char ending[FCGI_ENDING], const struct fcgi_open *open)
{
    memset(ending, 0, FCGI_ENDING);
    record_head(ending, FCGI_STDOUT, open->id, 0);
    record_head(ending + FCGI_HEAD, FCGI_END_REQUEST, open->id, sizeof(FCGI_EndRequestBody));
    ending[2 * FCGI_HEAD + 4] = FCGI_REQUEST_COMPLETE;
}
