/*
 * fcgi: one FastCGI request at a time on a connection that somebody else accepted.
 *
 * The only door to libfcgi.  Its own accept() is never used: a thread that waits there, or in
 * read() on a connection that nginx keeps for later, cannot serve others.
 */
#ifndef WEB_FCGI_H
#define WEB_FCGI_H

#include <stdbool.h>
#include <stddef.h>

struct fcgi; /* one thread's request */

/* A request that has been read and is answered by hand from now on. */
struct fcgi_open {
    int fd;
    int id;    /* which its records carry */
    bool keep; /* the peer may send another request after this one */
};

void fcgi_init(void); /* once, before any thread */
struct fcgi *fcgi_new(void);
void fcgi_free(struct fcgi *fcgi);

/* Read a request's parameters from `fd`, which is ours from now on.  False: no request came
   (the peer hung up, stalled, or does not speak FastCGI) and the connection is closed. */
bool fcgi_begin(struct fcgi *fcgi, int fd);

char **fcgi_params(const struct fcgi *fcgi);

/* Up to `len` bytes of the body: less at its end or when the peer fails. */
size_t fcgi_read(struct fcgi *fcgi, void *to, size_t len);

/* False when the peer has gone. */
bool fcgi_write(struct fcgi *fcgi, const void *bytes, size_t len);

/* Send what was written so far.  False when the peer has gone. */
bool fcgi_flush(struct fcgi *fcgi);

/* End the request.  The connection, when it can carry another request, else -1 (closed).
   `last`: close it in any case, as must be when part of the body was not read. */
int fcgi_end(struct fcgi *fcgi, bool last);

/* Instead of the former, and of any fcgi_write(): the request outlives the thread's interest in
   it.  Its body must have been read; its parameters are forgotten here. */
void fcgi_detach(struct fcgi *fcgi, struct fcgi_open *open_out);

/* What is written by hand then: heads of records with up to FCGI_MOST bytes of STDOUT behind
   them, and at last FCGI_ENDING bytes (the FastCGI Specification 1.0, sections 3.3 and 5.5). */
#define FCGI_HEAD   8
#define FCGI_MOST   65535
#define FCGI_ENDING 24
void fcgi_head(unsigned char head[FCGI_HEAD], const struct fcgi_open *open, size_t len);
void fcgi_ending(unsigned char ending[FCGI_ENDING], const struct fcgi_open *open);

#endif
