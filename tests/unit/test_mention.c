/*
 * mention: names, identifiers and titles are found with the place where they stand.
 */
#include "graph/mention.h"

#include "base/buf.h"
#include "graph/entity.h"
#include "graph/gram.h"
#include "graph/token.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

static struct arena *arena;

/* "key[sentence start-stop] ..." of the mentions of one kind. */
static const char *
told(const char *document, const char *metadata, const char *fields, enum mention_kind kind)
{
    struct mention_source source = {
        .document = str_of(document), .metadata = str_of(metadata), .fields = str_of(fields)};
    struct mention_list found = mention_find(arena, &source);
    struct buf buf;

    buf_start(&buf, arena, 256);
    for (size_t i = 0; i < found.count; i++) {
        const struct mention *at = &found.at[i];

        if (at->kind != kind)
            continue;
        buf_fmt(&buf, "%s%.*s[%ld %ld-%ld]", buf.len > 0 ? " " : "", (int)at->key.len,
                at->key.at, at->sentence, at->start, at->stop);
    }
    buf_byte(&buf, '\0');
    return buf.data;
}

static const char *
spoken(const char *document)
{
    return told(document, "{}", NULL, MENTION_SPOKEN);
}

static void
check(const char *got, const char *wanted)
{
    if (strcmp(got, wanted) != 0)
        printf("\n  got    %s\n  wanted %s\n", got, wanted);
    CU_ASSERT_STRING_EQUAL(got, wanted);
}

static void
names(void)
{
    check(spoken("Ada Lovelace met Charles Babbage in London."),
          "ada lovelace[0 0-12] charles babbage[0 17-32] london[0 36-42]");
    check(spoken("the University of Notre Dame and the 2006 World Cup"),
          "university of notre dame[0 4-28] 2006 world cup[0 37-51]");
    check(spoken("However, the Bank of England grew."), "bank of england[0 13-28]");
    check(spoken("Simon & Schuster sold it to J. K. Rowling near St. Louis."),
          "simon schuster[0 0-16] j k rowling[0 28-41] st louis[0 47-56]");
    check(spoken("On Monday he ate. It was May."), "");
}

static void
sentences(void)
{
    check(spoken("He saw Rome. Rome saw him! was it Paris?\n\nThen Oslo."),
          "rome[0 7-11] rome[1 13-17] paris[1 34-39] oslo[2 47-51]");
    check(spoken("Old Title\nNew York"), "old title[0 0-9] new york[0 10-18]");
}

static void
places_are_characters(void)
{
    check(spoken("\xc3\x89mile G\xc3\xb6"
                 "del\xe2\x80\x99s Z\xc3\xbcrich"),
          "emile godel[0 0-13] zurich[0 14-20]");
    check(spoken("see \xe6\x9d\xb1\xe4\xba\xac and \xc3\x85"
                 "bo"),
          "abo[0 11-14]");
}

static void
identifiers(void)
{
    check(spoken("mail ada@example.org about KV-42, see https://docs.example.org/x"),
          "ada example org[0 5-20] kv 42[0 27-32] docs example org[0 46-62]");
    check(spoken("call max_connections or indexOf now"),
          "max connections[0 5-20] indexof[0 24-31]");
    check(spoken("KV-x and A-1 and mcDonald"), "kv x[0 0-4] a 1[0 9-12] mcdonald[0 17-25]");
}

static void
about(void)
{
    check(told("It is red.", "{\"title\": \"Mercury (planet)\"}", NULL, MENTION_ABOUT),
          "mercury planet[-1 0-16] mercury[-1 0-7]");
    check(told("x", "{\"title\": \"The Beatles\"}", NULL, MENTION_ABOUT),
          "the beatles[-1 0-11] beatles[-1 4-11]");
    check(told("x", "{\"heading\": \"Guide > Setup > On Linux\", \"aliases\": [\"Tux\"]}", NULL,
               MENTION_ABOUT),
          "on linux[-1 16-24] tux[-1 0-3]");
    check(told("Grace Hopper built it.", "{}", NULL, MENTION_ABOUT), "grace hopper[0 0-12]");
    check(told(NULL, "{\"title\": \" \"}", NULL, MENTION_ABOUT), "");
    check(told("nothing", "not json", NULL, MENTION_ABOUT), "");
}

static void
fields(void)
{
    check(told("x", "{\"author\": \"Ada\", \"teams\": [\"Core\", 7], \"n\": 1}",
               "[\"author\", \"teams\", \"n\", \"none\"]", MENTION_SPOKEN),
          "ada[-1 0-3] core[-1 0-4]");
}

static void
keys(void)
{
    static const struct {
        const char *name, *key;
    } rows[] = {
        {"G\xc3\xb6"
         "del's",
         "godel"},
        {"A.B. Corp.", "a b corp"},
        {"  x--Y ", "x y"},
        {"Edward VII", "edward vii"},
        {"!!", NULL},
        {"", NULL},
        {"\xc4\xb0zmir", "izmir"},
    };
    char lengthy[ENTITY_KEY_MAX + 2];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct str key = entity_key(arena, str_of(rows[i].name));

        if (rows[i].key == NULL)
            CU_ASSERT_PTR_NULL(key.at)
        else
            CU_ASSERT(str_is(key, rows[i].key));
    }
    memset(lengthy, 'x', sizeof lengthy - 1);
    lengthy[sizeof lengthy - 1] = '\0';
    CU_ASSERT_PTR_NULL(entity_key(arena, str_of(lengthy)).at);
    CU_ASSERT(entity_is_common(STR("However")) && entity_is_common(STR("a")) &&
              entity_is_common(STR("your")) && !entity_is_common(STR("Rome")));
}

static void
check_grams(struct gram_list grams, const char *want)
{
    struct buf buf;

    buf_start(&buf, arena, 256);
    for (size_t i = 0; i < grams.count; i++)
        buf_fmt(&buf, "%.*s/%zu ", (int)grams.at[i].key.len, grams.at[i].key.at,
                grams.at[i].first);
    buf_byte(&buf, '\0');
    check(buf.data, want);
}

/* Runs of whole names; of a name's parts those that a small word or a number joins. */
static void
candidates(void)
{
    static const struct {
        const char *text, *grams;
    } rows[] = {
        {"Lady Ada met Charles Babbage.",
         "lady ada/0 lady ada met charles babbage/0 charles babbage/3 "},
        {"Then Ada met Mary",
         "then/0 then ada/0 then ada met mary/0 ada/1 ada met mary/1 mary/3 "},
        {"They sing The Bells of Saint Mary. Alone",
         "they/0 they sing the/0 they sing the bells of saint mary/0 the/2 "
         "the bells of saint mary/2 bells/3 bells of saint mary/3 saint mary/5 alone/7 "},
        {"the 2006 World Cup", "2006 world cup/1 world cup/2 "},
        {"no names here", ""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct token_list tokens;

        token_split(arena, str_of(rows[i].text), 100, &tokens);
        check_grams(gram_of_text(arena, &tokens, 100), rows[i].grams);
    }
}

static void
questions(void)
{
    check_grams(gram_of_question(arena, STR("Who wrote the Iliad")),
                "who wrote the iliad/0 who wrote the/0 wrote the iliad/1 who wrote/0 "
                "wrote the/1 the iliad/2 iliad/3 ");
}

static void
begin(void (*run)(void))
{
    arena = arena_new(4096);
    run();
    arena_free(arena);
}

#define CASE(name)                                                                             \
    static void name##_case(void)                                                              \
    {                                                                                          \
        begin(name);                                                                           \
    }
CASE(names)
CASE(sentences)
CASE(places_are_characters)
CASE(identifiers)
CASE(about)
CASE(fields)
CASE(keys)
CASE(candidates)
CASE(questions)

SUITE("mention", {"capitals make names, common words do not", names_case},
      {"sentences and lines end names", sentences_case},
      {"places count characters, not bytes", places_are_characters_case},
      {"identifiers are told by their form", identifiers_case},
      {"titles, headings, aliases or the first name are what it is about", about_case},
      {"fields that are named are spoken of", fields_case},
      {"keys are the same for ways of writing", keys_case},
      {"a text offers runs of whole names, and parts that small words join", candidates_case},
      {"a question offers its runs of words, longest first", questions_case});
