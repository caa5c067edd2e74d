/*
 * curl: libcurl, which is loaded with the first transfer.
 *
 * It brings eight libraries along, and most processes never ask another server: they hold
 * nothing of it.  Calls are libcurl's own, by a table: curl.easy_perform(handle).
 */
#ifndef EMBED_CURL_H
#define EMBED_CURL_H

#include <curl/curl.h>
#include <stdbool.h>

/* The calls that are made. */
#define CURL_CALLS(CALL)                                                                       \
    CALL(easy_cleanup)                                                                         \
    CALL(easy_getinfo)                                                                         \
    CALL(easy_init)                                                                            \
    CALL(easy_perform)                                                                         \
    CALL(easy_setopt)                                                                          \
    CALL(easy_strerror)                                                                        \
    CALL(global_init)                                                                          \
    CALL(multi_add_handle)                                                                     \
    CALL(multi_cleanup)                                                                        \
    CALL(multi_info_read)                                                                      \
    CALL(multi_init)                                                                           \
    CALL(multi_perform)                                                                        \
    CALL(multi_poll)                                                                           \
    CALL(multi_remove_handle)                                                                  \
    CALL(slist_append)                                                                         \
    CALL(slist_free_all)

struct curl {
#define CURL_MEMBER(name) __typeof__(curl_##name) *(name);
    CURL_CALLS(CURL_MEMBER)
#undef CURL_MEMBER
};

extern struct curl curl; /* to be called after curl_open() said yes */

/* By any thread, any number of times.  False: libcurl is not there, or not as this was built
 * for. */
bool curl_open(void);

#endif
