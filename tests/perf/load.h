/*
 * load: what the measuring clients share: repeatable data, exact answers, and HTTP on a kept
 * connection.
 */
#ifndef PERF_LOAD_H
#define PERF_LOAD_H

#include <stdbool.h>
#include <stddef.h>

enum { DIMS = 384, QUERIES = 200, K = 10 };

struct load {
    int records;
    float *vectors, *queries; /* clustered unit vectors, DIMS each; the same in every run */
};

/* Ends the program with a reason. */
_Noreturn void die(const char *what);

double now(void); /* seconds */

/* A repeatable number in (0, 1). */
double uniform(void);

void load_make(struct load *load, int records);

/* The K nearest of those records that `passes` (NULL: all) lets through, best first; -1: fewer.
 */
void load_exact(const struct load *load, const float *query, bool (*passes)(int record),
                int best[K]);
int hits_in(const int exact[K], int id);

char *floats_text(char *to, const float *vector);   /* [0.1,...] */
char *floats_base64(char *to, const float *vector); /* little-endian float32, in quotes */

/* A kept connection; a request with its headers; one exchange.  The answer's body stands inside
   `answer`, NUL-terminated; a connection that the server ended is made anew. */
struct peer {
    const char *host, *port;
    int fd;
};
void dial(struct peer *peer);
char *request_of(const char *method, const char *path, const char *body, size_t *len_out);
char *ask(struct peer *peer, const char *request, size_t len, char *answer, size_t room,
          int *status);
int http(struct peer *peer, const char *method, const char *path, const char *body,
         char *answer, size_t room);

#endif
