/*
 * fcgi: the struct fields of libfcgi that connections are handed over by do what we rely on.
 */
#include "web/fcgi.h"

#include "suite.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { BEGIN = 1, END = 3, PARAMS = 4, STDIN = 5, STDOUT = 6 };

struct wire {
    uint8_t bytes[512];
    size_t len;
};

static void
record(struct wire *wire, uint8_t type, const void *content, uint8_t len)
{
    const uint8_t head[8] = {1, type, 0, 1, 0, len, 0, 0};

    memcpy(wire->bytes + wire->len, head, 8);
    if (len > 0)
        memcpy(wire->bytes + wire->len + 8, content, len);
    wire->len += 8u + len;
}

/* A POST of `body`, as nginx sends it. */
static struct wire
request_of(uint8_t role, uint8_t keep, const char *body)
{
    const uint8_t begin[8] = {0, role, keep};
    struct wire wire = {.len = 0};

    record(&wire, BEGIN, begin, 8);
    record(&wire, PARAMS, "\x0e\x04REQUEST_METHODPOST", 20);
    record(&wire, PARAMS, NULL, 0);
    if (*body != '\0')
        record(&wire, STDIN, body, (uint8_t)strlen(body));
    record(&wire, STDIN, NULL, 0);
    return wire;
}

struct pair {
    int nginx, ours;
};

static struct pair
pair_new(void)
{
    static const struct timeval stall = {.tv_usec = 200000};
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        abort();
    setsockopt(ends[1], SOL_SOCKET, SO_RCVTIMEO, &stall, sizeof stall);
    return (struct pair){ends[0], ends[1]};
}

static void
say(int fd, const void *bytes, size_t len)
{
    CU_ASSERT_EQUAL(write(fd, bytes, len), (ssize_t)len);
}

static bool
is_open(int fd)
{
    return fcntl(fd, F_GETFD) != -1;
}

/* Serve one request and return what fcgi_end() did. */
static int
serve(struct fcgi *fcgi, int fd, const char *body)
{
    char got[64] = "";

    CU_ASSERT(fcgi_begin(fcgi, fd));
    CU_ASSERT_EQUAL(fcgi_read(fcgi, got, sizeof got), strlen(body));
    CU_ASSERT_STRING_EQUAL(got, body);
    CU_ASSERT(fcgi_write(fcgi, "Status: 200 OK\r\n\r\nhi", 20));
    return fcgi_end(fcgi, false);
}

static void
test_kept(void)
{
    struct wire wire = request_of(1, 1, "abc");
    struct fcgi *fcgi = fcgi_new();
    struct pair pair = pair_new();

    for (int i = 0; i < 3; i++) {
        uint8_t answer[256];
        ssize_t len;

        say(pair.nginx, wire.bytes, wire.len);
        CU_ASSERT_EQUAL(serve(fcgi, pair.ours, "abc"), pair.ours);
        len = read(pair.nginx, answer, sizeof answer);
        CU_ASSERT(len > 24 && answer[1] == STDOUT && answer[len - 15] == END);
    }
    CU_ASSERT(is_open(pair.ours));
    close(pair.ours);
    close(pair.nginx);
    fcgi_free(fcgi);
}

static void
test_not_kept(void)
{
    struct wire wire = request_of(1, 0, "");
    struct fcgi *fcgi = fcgi_new();
    struct pair pair = pair_new();

    say(pair.nginx, wire.bytes, wire.len);
    CU_ASSERT_EQUAL(serve(fcgi, pair.ours, ""), -1);
    CU_ASSERT_FALSE(is_open(pair.ours));
    close(pair.nginx);

    wire = request_of(1, 1, "left unread");
    pair = pair_new();
    say(pair.nginx, wire.bytes, wire.len);
    CU_ASSERT(fcgi_begin(fcgi, pair.ours));
    CU_ASSERT_EQUAL(fcgi_end(fcgi, true), -1);
    CU_ASSERT_FALSE(is_open(pair.ours));
    close(pair.nginx);
    fcgi_free(fcgi);
}

static void
test_no_request(void)
{
    struct fcgi *fcgi = fcgi_new();
    struct wire filter = request_of(3, 1, ""), whole = request_of(1, 1, "");
    /* clang-format off */
    const struct { const void *bytes; size_t len; } rows[] = {
        {"", 0},                                    /* hung up */
        {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 27},  /* another protocol */
        {"\1\1\0\1\0\10\0\0\0\1\1\0\0\0\0\0\1\5\0\1\0\0\0\0", 24}, /* a body before its params */
        {filter.bytes, filter.len},                 /* a role that we do not play */
        {whole.bytes, 30},                          /* half a request */
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct pair pair = pair_new();

        say(pair.nginx, rows[i].bytes, rows[i].len);
        shutdown(pair.nginx, SHUT_WR);
        CU_ASSERT_FALSE(fcgi_begin(fcgi, pair.ours));
        CU_ASSERT_FALSE(is_open(pair.ours));
        close(pair.nginx);
    }
    fcgi_free(fcgi);
}

static void
test_stall(void)
{
    struct wire wire = request_of(1, 1, "");
    struct fcgi *fcgi = fcgi_new();
    struct pair pair = pair_new();

    say(pair.nginx, wire.bytes, 12); /* and then nothing */
    CU_ASSERT_FALSE(fcgi_begin(fcgi, pair.ours));
    CU_ASSERT_FALSE(is_open(pair.ours));
    close(pair.nginx);

    pair = pair_new();
    say(pair.nginx, wire.bytes, wire.len); /* the same thread goes on */
    CU_ASSERT_EQUAL(serve(fcgi, pair.ours, ""), pair.ours);
    close(pair.ours);
    close(pair.nginx);
    fcgi_free(fcgi);
}

static void
test_peer_gone(void)
{
    struct wire wire = request_of(1, 1, "");
    struct fcgi *fcgi = fcgi_new();
    struct pair pair = pair_new();
    static char much[100000];

    say(pair.nginx, wire.bytes, wire.len);
    CU_ASSERT(fcgi_begin(fcgi, pair.ours));
    close(pair.nginx);
    CU_ASSERT_FALSE(fcgi_write(fcgi, much, sizeof much));
    CU_ASSERT_EQUAL(fcgi_end(fcgi, false), -1);
    CU_ASSERT_FALSE(is_open(pair.ours));
    fcgi_free(fcgi);
}

/* The connection lives on by itself, and the thread takes another one. */
static void
test_detached(void)
{
    static const uint8_t ending[] = {1, STDOUT, 0, 1, 0, 0, 0, 0, 1, END, 0, 1,
                                     0, 8,      0, 0, 0, 0, 0, 0, 0, 0,   0, 0};
    struct wire kept = request_of(1, 1, "abc"), once = request_of(1, 0, "");
    struct fcgi *fcgi = fcgi_new();
    struct pair pair = pair_new(), other = pair_new();
    unsigned char bytes[FCGI_ENDING];
    struct fcgi_open open;
    char body[8] = "";

    say(pair.nginx, kept.bytes, kept.len);
    CU_ASSERT(fcgi_begin(fcgi, pair.ours));
    CU_ASSERT_EQUAL(fcgi_read(fcgi, body, sizeof body), 3);
    fcgi_detach(fcgi, &open);
    CU_ASSERT(open.fd == pair.ours && open.id == 1 && open.keep && is_open(pair.ours));
    say(other.nginx, once.bytes, once.len);
    CU_ASSERT(fcgi_begin(fcgi, other.ours));
    fcgi_detach(fcgi, &open);
    CU_ASSERT(open.fd == other.ours && open.id == 1 && !open.keep);
    CU_ASSERT_EQUAL(recv(pair.nginx, bytes, sizeof bytes, MSG_DONTWAIT), -1);
    fcgi_ending(bytes, &open);
    CU_ASSERT_EQUAL(memcmp(bytes, ending, sizeof ending), 0);
    fcgi_free(fcgi);
    CU_ASSERT(is_open(pair.ours) && is_open(other.ours));
    close(pair.ours), close(pair.nginx), close(other.ours), close(other.nginx);
}

static void
test_init(void)
{
    fcgi_init();
    CU_PASS("libfcgi is ready");
}

SUITE("fcgi", {"the library starts", test_init},
      {"a kept connection carries one request after another", test_kept},
      {"a connection ends when nginx or an unread body asks for it", test_not_kept},
      {"what is no request closes the connection and nothing else", test_no_request},
      {"a peer that stalls does not hold the thread", test_stall},
      {"a request that stays open leaves the thread", test_detached},
      {"a peer that left is noticed when writing", test_peer_gone});
