/*
 * entity: the key by which two ways of writing a name are the same.
 */
#include "graph/entity.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "embed/codepoint.h"

#include <stdlib.h>
#include <string.h>

#define WORD_MOST 16 /* bytes of the longest common word, and its end */

/* Function words of English, its months and weekdays; in the order of strcmp(). */
static const char *const common[] = {
    "a",       "about",     "above",    "according", "across",    "after",     "again",
    "against", "all",       "almost",   "along",     "already",   "also",      "although",
    "always",  "am",        "among",    "an",        "and",       "another",   "any",
    "april",   "are",       "around",   "as",        "at",        "august",    "be",
    "because", "been",      "before",   "being",     "below",     "between",   "both",
    "but",     "by",        "can",      "could",     "december",  "despite",   "did",
    "do",      "does",      "during",   "each",      "early",     "either",    "even",
    "every",   "few",       "february", "first",     "five",      "following", "for",
    "four",    "friday",    "from",     "further",   "had",       "has",       "have",
    "he",      "her",       "here",     "hers",      "him",       "his",       "how",
    "however", "i",         "if",       "in",        "including", "instead",   "into",
    "is",      "it",        "its",      "january",   "july",      "june",      "just",
    "last",    "late",      "later",    "like",      "many",      "march",     "may",
    "me",      "meanwhile", "monday",   "more",      "most",      "much",      "must",
    "my",      "near",      "neither",  "never",     "new",       "no",        "nor",
    "not",     "november",  "now",      "october",   "of",        "off",       "often",
    "on",      "once",      "one",      "only",      "or",        "other",     "our",
    "out",     "over",      "part",     "perhaps",   "saturday",  "second",    "september",
    "several", "shall",     "she",      "should",    "similarly", "since",     "six",
    "so",      "some",      "soon",     "still",     "such",      "sunday",    "than",
    "that",    "the",       "their",    "them",      "then",      "there",     "therefore",
    "these",   "they",      "third",    "this",      "those",     "three",     "through",
    "thus",    "thursday",  "to",       "today",     "together",  "too",       "tuesday",
    "two",     "under",     "unlike",   "until",     "up",        "upon",      "us",
    "very",    "was",       "we",       "wednesday", "were",      "what",      "when",
    "where",   "whether",   "which",    "while",     "who",       "whom",      "whose",
    "why",     "will",      "with",     "within",    "without",   "would",     "yet",
    "you",     "your",
};

static bool
is_genitive(const char *at, const char *end)
{
    const char *next = at;

    if (next >= end || (*next != 's' && *next != 'S'))
        return false;
    next++;
    return next >= end || !codepoint_is_word(utf8_next(&next, end));
}

static void
key_point(struct buf *key, uint32_t point)
{
    uint32_t parts[CODEPOINT_PARTS], lowered[2];
    size_t count = codepoint_bare(point, parts);
    char bytes[4];

    for (size_t i = 0; i < count; i++) {
        size_t low = codepoint_lower(parts[i], lowered);

        for (size_t j = 0; j < low; j++) {
            size_t len = codepoint_is_word(lowered[j]) ? utf8_put(bytes, lowered[j]) : 0;

            buf_add(key, bytes, len);
        }
    }
}

struct str
entity_key(struct arena *arena, struct str name)
{
    const char *at = name.at, *end = name.at + name.len;
    bool gap = false;
    struct buf key;

    buf_start(&key, arena, name.len + 8);
    while (at < end) {
        uint32_t point = utf8_next(&at, end);

        if ((point == '\'' || point == 0x2019) && is_genitive(at, end)) {
            at++;
            continue;
        }
        if (!codepoint_is_word(point)) {
            gap = key.len > 0;
            continue;
        }
        if (gap)
            buf_byte(&key, ' ');
        gap = false;
        key_point(&key, point);
    }
    if (key.len == 0 || key.len > ENTITY_KEY_MAX)
        return (struct str){0};
    return (struct str){key.data, key.len};
}

struct str
entity_bare(struct str name)
{
    struct str all = str_trim(name);
    size_t open = all.len;

    if (all.len == 0 || all.at[all.len - 1] != ')')
        return all;
    while (open > 0 && all.at[open - 1] != '(')
        open--;
    if (open <= 1)
        return all;
    return str_trim((struct str){all.at, open - 1});
}

static int
word_order(const void *wanted, const void *entry)
{
    const char *const *word = entry;

    return strcmp(wanted, *word);
}

bool
entity_is_common(struct str word)
{
    char lower[WORD_MOST];

    if (word.len >= sizeof lower)
        return false;
    for (size_t i = 0; i < word.len; i++)
        lower[i] =
            (char)(word.at[i] >= 'A' && word.at[i] <= 'Z' ? word.at[i] + 32 : word.at[i]);
    lower[word.len] = '\0';
    return bsearch(lower, common, sizeof common / sizeof common[0], sizeof common[0],
                   word_order) != NULL;
}
