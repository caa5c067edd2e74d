/*
 * template: an address with {argument} in its path and query, and the address of one call.
 *
 * Scheme, host and port are the declaration's own words: no argument reaches them, and none
 * makes another segment, parameter or fragment, because all but unreserved characters are
 * written as %XX (RFC 3986, 2.3) and no segment becomes "." or "..".
 */
#ifndef REMOTE_TEMPLATE_H
#define REMOTE_TEMPLATE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>

struct json_object;

#define TEMPLATE_MOST 2000 /* bytes of a template */

/* Whether it is one; ERR_INPUT says what is wrong. */
bool template_check(struct str template, struct err *err);

/* Its host, without port, as written; only after template_check(). */
struct str template_host(struct str template);

/* Whether the template has {name}. */
bool template_uses(struct str template, const char *name);

/* The address for these arguments; ERR_INPUT when one is missing or makes no segment.  With
   `rest`, those that the template does not name follow in the query. */
bool template_expand(struct str template, struct json_object *args, bool rest, struct buf *url,
                     struct err *err);

#endif
