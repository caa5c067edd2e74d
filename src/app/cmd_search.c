/*
 * cmd_search: kvasir search: find records and print them.
 */
#include "app/command.h"
#include "app/visit.h"
#include "base/clock.h"
#include "search/search.h"
#include "search/search_embed.h"
#include "search/search_emit.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN       200 /* bytes of a text that the list shows */
#define PATIENCE_US (60 * 1000000LL)

static const struct option options[] = {
    {"collection", required_argument, NULL, 'c'},
    {"tenant", required_argument, NULL, 't'},
    {"mode", required_argument, NULL, 'm'},
    {"count", required_argument, NULL, 'k'},
    {"explain", no_argument, NULL, 'e'},
    {"operators", no_argument, NULL, 'o'},
    {NULL, 0, NULL, 0},
};

static bool
mode_read(const char *name, enum search_mode *mode)
{
    for (*mode = SEARCH_HYBRID; *mode <= SEARCH_GLOBAL; (*mode)++) {
        if (strcmp(name, search_mode_name(*mode)) == 0)
            return true;
    }
    return false;
}

static bool
option_take(int option, struct visit *visit, struct search *search)
{
    switch (option) {
    case 'c': search->collection = str_of(optarg); return true;
    case 't': visit->claims.tenant = optarg; return true;
    case 'm': return mode_read(optarg, &search->mode);
    case 'k': return str_to_long(str_of(optarg), 1, SEARCH_LIMIT, &search->limit);
    case 'e': search->explain = true; return true;
    case 'o': search->operators = true; return true;
    default: return false;
    }
}

/* The words of the command line as one query. */
static struct str
query_of(struct arena *arena, char **words)
{
    struct buf text;

    buf_start(&text, arena, 256);
    for (size_t i = 0; words[i] != NULL; i++) {
        buf_text(&text, i == 0 ? "" : " ");
        buf_text(&text, words[i]);
    }
    return (struct str){text.data, text.len};
}

/* A line of text for a terminal: no control characters, no more than fits a glance. */
static void
print_text(struct str text)
{
    size_t len = text.len < SHOWN ? text.len : SHOWN;

    while (len > 0 && len < text.len && ((unsigned char)text.at[len] & 0xC0) == 0x80)
        len--; /* not in the middle of a character */
    fputs("   ", stdout);
    for (size_t i = 0; i < len; i++)
        putchar((unsigned char)text.at[i] < ' ' || text.at[i] == 0x7F ? ' ' : text.at[i]);
    puts(len < text.len ? "..." : "");
}

static void
print_hits(const struct search *search, const struct call *call)
{
    struct str reason = search_reason(search, call);

    for (size_t i = 0; i < search_hits(search, call); i++) {
        struct str id = search_hit_id(search, call, i);

        printf("%2zu. %.3f  %.*s\n", i + 1, search_hit_score(search, call, i), (int)id.len,
               id.at);
        print_text(search_hit_text(search, call, i));
    }
    if (search_hits(search, call) == 0)
        puts("nothing found");
    if (reason.at != NULL)
        fprintf(stderr, "by words only: %.*s\n", (int)reason.len, reason.at);
}

static void
print_json(struct arena *arena, const struct search *search, const struct call *call)
{
    struct buf text;
    struct emit emit;

    buf_start(&text, arena, 4096);
    emit_start(&emit, &text);
    emit_object(&emit, NULL);
    search_emit(search, call, &emit);
    emit_object_end(&emit);
    puts(text.data);
}

static bool
find(const struct command_args *args, struct visit *visit, struct search *search,
     struct err *err)
{
    struct call *call;

    search->query = query_of(visit->arena, args->values + optind);
    if (!search_operators(search, visit->arena, err) ||
        !search_embed(search, &visit->service, visit->arena, err) ||
        !search_run(search, visit->conn, visit->arena, &visit->claims, clock_us() + PATIENCE_US,
                    &call, err))
        return false;
    if (args->json)
        print_json(visit->arena, search, call);
    else
        print_hits(search, call);
    return true;
}

int
cmd_search(const struct command_args *args)
{
    struct err err = {.kind = ERR_NONE};
    struct visit visit;
    struct search search;
    bool understood = true;

    if (!visit_begin(&visit, VISIT_WITH_MODEL, false, &err))
        return command_fail(args, &err);
    search_start(&search, visit.arena);
    search.collection = STR("docs");
    for (int option; understood && (option = getopt_long(args->count, args->values,
                                                         "c:t:m:k:eo", options, NULL)) != -1;)
        understood = option_take(option, &visit, &search);
    if (!understood || args->values[optind] == NULL) {
        visit_end(&visit);
        return command_usage(args);
    }
    find(args, &visit, &search, &err);
    visit_end(&visit);
    return err.kind == ERR_NONE ? COMMAND_OK : command_fail(args, &err);
}
