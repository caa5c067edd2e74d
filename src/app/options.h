/*
 * options: what a daemon's command line may say.
 */
#ifndef APP_OPTIONS_H
#define APP_OPTIONS_H

#include <stddef.h>

#define OPTIONS_MOST 64

struct options {
    const char *set[OPTIONS_MOST]; /* "key=value", for conf_load() */
    size_t count;
};

struct options_help {
    const char *program, *says;
    const char *socket; /* what --socket does; NULL: there is no such option */
};

/* Reads --set KEY=VALUE and --socket PATH; --help and --version are answered and end the
   process with 0, anything else with 2. */
struct options options_read(int argc, char **argv, const struct options_help *help);

#endif
