/*
 * uri: the addresses of what is stored, as clients of MCP name it.
 *
 *     kvasir://collections/{name}
 *     kvasir://collections/{name}/records/{id}
 *     kvasir://collections/{name}/entities/{entity}
 *
 * Each part is percent-encoded UTF-8 (RFC 3986, section 2.1).  They are written by kvasir.uri()
 * in sql/functions/resource.sql and read here.
 */
#ifndef STORE_URI_H
#define STORE_URI_H

#include "base/arena.h"
#include "base/str.h"

#include <stdbool.h>

#define URI_COLLECTION "kvasir://collections/{name}"
#define URI_RECORD     URI_COLLECTION "/records/{id}"
#define URI_ENTITY     URI_COLLECTION "/entities/{entity}"

struct uri {
    struct str collection;
    struct str kind; /* "records" or "entities"; absent: the collection itself */
    struct str item; /* which of them */
};

/* False: it names nothing of ours.  The parts are decoded, in the arena. */
bool uri_read(struct arena *arena, struct str text, struct uri *uri_out);

#endif
