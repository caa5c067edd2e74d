/*
 * bare_fcgi: the least that libfcgi can be asked to do, to compare with.
 *
 * Threads that accept, answer what /livez answers, and accept again.  Usage: bare_fcgi SOCKET
 * THREADS
 */
#include <fcgiapp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static int listener;

static void *
run(void *unused)
{
    FCGX_Request request;

    (void)unused;
    FCGX_InitRequest(&request, listener, 0);
    while (FCGX_Accept_r(&request) == 0) {
        FCGX_PutS(
            "Status: 200 OK\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n"
            "{\"status\":\"pass\"}",
            request.out);
        FCGX_Finish_r(&request);
    }
    return NULL;
}

int
main(int argc, char **argv)
{
    int threads = argc == 3 ? atoi(argv[2]) : 0;
    pthread_t thread;

    if (threads < 1) {
        fprintf(stderr, "usage: %s SOCKET THREADS\n", argv[0]);
        return 2;
    }
    FCGX_Init();
    listener = FCGX_OpenSocket(argv[1], 512);
    for (int i = 0; i < threads; i++)
        if (pthread_create(&thread, NULL, run, NULL) != 0)
            return 1;
    pthread_join(thread, NULL);
    return 0;
}
