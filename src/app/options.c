/*
 * options: what a daemon's command line may say.
 */
#include "app/options.h"

#include "config.h"

#include "base/conf.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
print_settings(void)
{
    const struct conf_row *row;

    puts("\nSettings (file KVASIR_CONF, environment KVASIR_<KEY>, --set):");
    for (size_t i = 0; (row = conf_row(i)) != NULL; i++)
        printf("  %-18s %s%s%s%s\n", row->key, row->says, row->otherwise[0] != '\0' ? " [" : "",
               row->otherwise, row->otherwise[0] != '\0' ? "]" : "");
}

static void
print_help(const struct options_help *help)
{
    printf("Usage: %s [options]\n%s\n\n", help->program, help->says);
    if (help->socket != NULL)
        printf("  --socket PATH    %s\n", help->socket);
    puts("  --set KEY=VALUE  overrule a setting\n"
         "  -h, --help       this text\n"
         "  --version        name and version");
    print_settings();
}

static void
add(struct options *options, const struct options_help *help, const char *setting)
{
    if (options->count == OPTIONS_MOST) {
        fprintf(stderr, "%s: more than %d settings\n", help->program, OPTIONS_MOST);
        exit(2);
    }
    options->set[options->count++] = setting;
}

/* Lives as long as the process, as argv does; of several the last one counts. */
static const char *
socket_setting(const char *path)
{
    static char setting[4096];

    if ((size_t)snprintf(setting, sizeof setting, "socket=%s", path) < sizeof setting)
        return setting;
    fputs("--socket: the path is too long\n", stderr);
    exit(2);
}

struct options
options_read(int argc, char **argv, const struct options_help *help)
{
    static const struct option known[] = {{"socket", required_argument, NULL, 's'},
                                          {"set", required_argument, NULL, 'k'},
                                          {"help", no_argument, NULL, 'h'},
                                          {"version", no_argument, NULL, 'v'},
                                          {NULL, 0, NULL, 0}};
    struct options options = {.count = 0};

    for (int option; (option = getopt_long(argc, argv, "h", known, NULL)) != -1;) {
        if (option == 'h') {
            print_help(help);
            exit(0);
        } else if (option == 'v') {
            printf("%s (%s)\n", help->program, PACKAGE_STRING);
            exit(0);
        } else if (option == 'k') {
            add(&options, help, optarg);
        } else if (option == 's' && help->socket != NULL) {
            add(&options, help, socket_setting(optarg));
        } else {
            fprintf(stderr, "%s: see --help\n", help->program);
            exit(2);
        }
    }
    if (optind < argc) {
        fprintf(stderr, "%s: %s is not an option; see --help\n", help->program, argv[optind]);
        exit(2);
    }
    return options;
}
