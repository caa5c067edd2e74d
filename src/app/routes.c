/*
 * routes: the table of contents: every path that kvasir-fcgi answers.
 *
 * Method, path, handler, scope (NULL: public), what it does, media type of its bodies (NULL: JSON,
 * "*": any).  The first row that matches wins, so a literal stands above a `:name` of the same place.
 */
#include "app/routes.h"

#include "rest/health.h"

/* clang-format off */
const struct route routes[] = {
    {"GET",    "/livez",   health_livez,   NULL, "Whether the process answers.", NULL},
    {"GET",    "/readyz",  health_readyz,  NULL, "Whether each thing that it needs answers.", NULL},
    {"GET",    "/metrics", health_metrics, NULL, "Counters in Prometheus' text format.", NULL},
    {"GET",    "/",        health_index,   NULL, "What this is and where things are.", NULL},
};
/* clang-format on */

const size_t routes_count = sizeof routes / sizeof routes[0];
