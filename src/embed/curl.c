/*
 * curl: libcurl, opened when it is needed.
 */
#include "embed/curl.h"

#include <dlfcn.h>
#include <pthread.h>

#define LIBRARY "libcurl.so.4"

struct curl curl;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static void *library; /* stays open */
static bool is_there;

static bool
call_find(const char *name, void *call)
{
    *(void **)call = dlsym(library, name);
    return *(void **)call != NULL;
}

static void
library_open(void)
{
    library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
#define FIND(name) &&call_find("curl_" #name, &curl.name)
    is_there =
        library != NULL CURL_CALLS(FIND) && curl.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
#undef FIND
}

bool
curl_open(void)
{
    (void)pthread_once(&once, library_open);
    return is_there;
}
