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

#endif
