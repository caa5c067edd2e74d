/*
 * wordpiece: text to the token ids of a BERT vocabulary.
 *
 * One pass: each code point is cleaned, decomposed and lowered on its own, and joins the word
 * under way or ends it.  A finished word is looked up piece by piece in an open-addressing hash
 * of the vocabulary, whose hashes grow byte by byte, so that all prefixes cost one scan.
 */
#include "embed/wordpiece.h"

#include "base/utf8.h"
#include "embed/codepoint.h"

#include <assert.h>
#include <string.h>

#define WORD_MAX    100 /* code points; a longer word is [UNK], as in the reference */
#define PIECES_MAX  ((size_t)1 << 22)
#define HASH_START  2166136261U
#define HASH_FACTOR 16777619U

enum special { SPECIAL_PAD, SPECIAL_UNK, SPECIAL_CLS, SPECIAL_SEP, SPECIAL_MASK, SPECIALS };

static const struct str special_names[SPECIALS] = {
    {"[PAD]", 5}, {"[UNK]", 5}, {"[CLS]", 5}, {"[SEP]", 5}, {"[MASK]", 6},
};

struct piece {
    uint32_t at;  /* offset in the vocabulary's text, behind "##" for an inner piece */
    uint32_t len; /* in bytes; INNER is set for an inner piece */
};
#define INNER 0x80000000U

struct wordpiece {
    struct wordpiece_rules rules;
    const char *text;
    struct piece *pieces;
    size_t count, longest; /* the longest piece in bytes */
    int32_t *slots;        /* id, or -1 */
    uint32_t mask;
    int32_t special[SPECIALS];
};

/* What one call is doing: the word under way and the ids so far. */
struct pass {
    const struct wordpiece *words;
    uint32_t word[WORD_MAX];
    size_t len; /* code points of the word, also those beyond WORD_MAX */
    int32_t *ids;
    size_t room, count;
};

static uint32_t
hash_byte(uint32_t hash, char byte)
{
    return (hash ^ (unsigned char)byte) * HASH_FACTOR;
}

static uint32_t
hash_start(uint32_t inner)
{
    return inner ? ~HASH_START : HASH_START;
}

/* The low bits of a multiplicative hash know little of its high ones. */
static uint32_t
hash_slot(const struct wordpiece *words, uint32_t hash)
{
    return (hash ^ hash >> 15) & words->mask;
}

static int32_t
piece_find(const struct wordpiece *words, uint32_t hash, struct str text, uint32_t inner)
{
    for (uint32_t slot = hash_slot(words, hash);; slot = (slot + 1) & words->mask) {
        int32_t id = words->slots[slot];
        const struct piece *piece;

        if (id < 0)
            return -1;
        piece = &words->pieces[id];
        if (piece->len == ((uint32_t)text.len | inner) &&
            memcmp(words->text + piece->at, text.at, text.len) == 0)
            return id;
    }
}

/* Of two equal lines the later one counts, as in the reference. */
static void
piece_add(struct wordpiece *words, int32_t id)
{
    const struct piece *piece = &words->pieces[id];
    uint32_t inner = piece->len & INNER, hash = hash_start(inner);
    struct str text = {words->text + piece->at, piece->len & ~INNER};
    uint32_t slot;

    for (size_t i = 0; i < text.len; i++)
        hash = hash_byte(hash, text.at[i]);
    if (text.len > words->longest)
        words->longest = text.len;
    for (slot = hash_slot(words, hash); words->slots[slot] >= 0;
         slot = (slot + 1) & words->mask) {
        const struct piece *other = &words->pieces[words->slots[slot]];

        if (other->len == piece->len && memcmp(words->text + other->at, text.at, text.len) == 0)
            break;
    }
    words->slots[slot] = id;
}

static struct piece
piece_of_line(const char *text, const char *line, size_t len)
{
    if (len > 0 && line[len - 1] == '\r')
        len--;
    if (len > 2 && line[0] == '#' && line[1] == '#')
        return (struct piece){(uint32_t)(line + 2 - text), (uint32_t)(len - 2) | INNER};
    return (struct piece){(uint32_t)(line - text), (uint32_t)len};
}

static size_t
lines_count(struct str text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++)
        count += text.at[i] == '\n';
    return count + (text.len > 0 && text.at[text.len - 1] != '\n');
}

static void
pieces_read(struct wordpiece *words, struct arena *arena, struct str vocab)
{
    const char *at = vocab.at, *end = vocab.at + vocab.len;
    size_t slots = 16;

    while (slots < words->count * 2)
        slots *= 2;
    words->mask = (uint32_t)(slots - 1);
    words->slots = arena_take(arena, slots * sizeof *words->slots);
    memset(words->slots, 0xff, slots * sizeof *words->slots);
    words->pieces = arena_take(arena, words->count * sizeof *words->pieces);
    for (size_t i = 0; i < words->count; i++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t len = (size_t)((stop == NULL ? end : stop) - at);

        words->pieces[i] = piece_of_line(vocab.at, at, len);
        piece_add(words, (int32_t)i);
        at += len + 1;
    }
}

static bool
specials_find(struct wordpiece *words, struct err *err)
{
    for (int i = 0; i < SPECIALS; i++) {
        struct str name = special_names[i];
        uint32_t hash = hash_start(0);

        for (size_t at = 0; at < name.len; at++)
            hash = hash_byte(hash, name.at[at]);
        words->special[i] = piece_find(words, hash, name, 0);
        if (words->special[i] < 0 && i >= SPECIAL_UNK && i <= SPECIAL_SEP)
            return err_set(err, ERR_INPUT, "vocab.txt has no token %s", name.at);
    }
    return true;
}

bool
wordpiece_open(struct arena *arena, struct str vocab, struct wordpiece_rules rules,
               struct wordpiece **words_out, struct err *err)
{
    struct wordpiece *words = arena_take(arena, sizeof *words);

    words->rules = rules;
    words->text = vocab.at;
    words->count = lines_count(vocab);
    if (words->count == 0 || words->count > PIECES_MAX || vocab.len > INT32_MAX)
        return err_set(err, ERR_INPUT, "vocab.txt is empty or too long");
    pieces_read(words, arena, vocab);
    *words_out = words;
    return specials_find(words, err);
}

size_t
wordpiece_count(const struct wordpiece *words)
{
    return words->count;
}

int32_t
wordpiece_cls(const struct wordpiece *words)
{
    return words->special[SPECIAL_CLS];
}

int32_t
wordpiece_sep(const struct wordpiece *words)
{
    return words->special[SPECIAL_SEP];
}

static void
id_add(struct pass *pass, int32_t id)
{
    if (pass->count < pass->room)
        pass->ids[pass->count] = id;
    pass->count++;
}

/* The longest piece that `text` begins with; its length goes to *len_out. */
static int32_t
piece_longest(const struct wordpiece *words, struct str text, uint32_t inner, size_t *len_out)
{
    uint32_t hashes[WORD_MAX * 4], hash = hash_start(inner);
    size_t most = text.len < words->longest ? text.len : words->longest;

    for (size_t i = 0; i < most; i++)
        hashes[i] = hash = hash_byte(hash, text.at[i]);
    for (size_t len = most; len > 0; len--) {
        int32_t id = piece_find(words, hashes[len - 1], (struct str){text.at, len}, inner);

        if (id >= 0) {
            *len_out = len;
            return id;
        }
    }
    return -1;
}

/* A word that the pieces do not cover whole is one [UNK]; pieces already written are taken
 * back. */
static void
word_split(struct pass *pass, struct str word)
{
    size_t before = pass->count;
    uint32_t inner = 0;

    while (word.len > 0) {
        size_t len;
        int32_t id = piece_longest(pass->words, word, inner, &len);

        if (id < 0) {
            pass->count = before;
            id_add(pass, pass->words->special[SPECIAL_UNK]);
            return;
        }
        id_add(pass, id);
        word.at += len;
        word.len -= len;
        inner = INNER;
    }
}

static void
word_end(struct pass *pass)
{
    char text[WORD_MAX * 4];
    size_t len = 0;

    if (pass->len > WORD_MAX) {
        id_add(pass, pass->words->special[SPECIAL_UNK]);
    } else if (pass->len > 0) {
        for (size_t i = 0; i < pass->len; i++)
            len += utf8_put(text + len, pass->word[i]);
        word_split(pass, (struct str){text, len});
    }
    pass->len = 0;
}

/* Canonical order (Unicode 3.11, D109): a mark moves before marks of a higher class. */
static void
word_add(struct pass *pass, uint32_t point)
{
    size_t at = pass->len++;

    if (at >= WORD_MAX)
        return;
    if (point >= 0x300 && pass->words->rules.strip_accents) {
        int order = codepoint_order(point);

        for (; order > 0 && at > 0 && codepoint_order(pass->word[at - 1]) > order; at--)
            pass->word[at] = pass->word[at - 1];
    }
    pass->word[at] = point;
}

static void
point_lowered(struct pass *pass, uint32_t point)
{
    uint32_t lowered[2] = {point, 0};
    size_t count = 1;

    if (pass->words->rules.lower)
        count = codepoint_lower(point, lowered);
    for (size_t i = 0; i < count; i++) {
        bool alone = codepoint_is_punctuation(lowered[i]);

        if (alone)
            word_end(pass);
        word_add(pass, lowered[i]);
        if (alone)
            word_end(pass);
    }
}

static void
point_add(struct pass *pass, uint32_t point)
{
    bool ideograph = pass->words->rules.space_cjk && codepoint_is_cjk(point);
    uint32_t parts[CODEPOINT_PARTS] = {point};
    size_t count = 1;

    if (codepoint_is_dropped(point))
        return;
    if (ideograph || codepoint_is_blank(point))
        word_end(pass);
    if (codepoint_is_blank(point))
        return;
    if (pass->words->rules.strip_accents)
        count = codepoint_bare(point, parts);
    for (size_t i = 0; i < count; i++)
        point_lowered(pass, parts[i]);
    if (ideograph)
        word_end(pass);
}

/* A special token written at `at`, or -1. */
static int
special_at(const struct wordpiece *words, const char *at, const char *end)
{
    for (int i = 0; i < SPECIALS; i++)
        if (words->special[i] >= 0 && (size_t)(end - at) >= special_names[i].len &&
            memcmp(at, special_names[i].at, special_names[i].len) == 0)
            return i;
    return -1;
}

size_t
wordpiece_ids(const struct wordpiece *words, struct str text, int32_t *ids, size_t room,
              bool all)
{
    struct pass pass = {.words = words, .ids = ids, .room = room};
    const char *at = text.at, *end = text.at + text.len;

    while (at < end && (all || pass.count <= room)) {
        int special = *at == '[' ? special_at(words, at, end) : -1;

        if (special >= 0) {
            word_end(&pass);
            id_add(&pass, words->special[special]);
            at += special_names[special].len;
        } else {
            point_add(&pass, utf8_next(&at, end));
        }
    }
    word_end(&pass);
    return pass.count;
}

bool
wordpiece_next(struct str *rest, struct str *word_out)
{
    const char *at = rest->at, *end = at + rest->len, *first = NULL;

    while (at < end) {
        const char *here = at;
        uint32_t point = utf8_next(&at, end);
        bool mark = codepoint_is_punctuation(point);

        if (first != NULL && (mark || codepoint_is_blank(point))) {
            at = here;
            break;
        }
        if (!codepoint_is_blank(point) && first == NULL)
            first = here;
        if (mark)
            break;
    }
    *rest = (struct str){at, (size_t)(end - at)};
    *word_out = (struct str){first, first == NULL ? 0 : (size_t)(at - first)};
    return first != NULL;
}
