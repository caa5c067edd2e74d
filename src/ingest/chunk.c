/*
 * chunk: a document cut into passages that fit the embedding model.
 */
#include "ingest/chunk.h"

#include "base/utf8.h"
#include "ingest/piece.h"

#include <assert.h>
#include <string.h>

#define TAIL_SHARE 4 /* a last piece of at most target/4 joins the passage before it */

struct packer {
    struct arena *arena;
    const struct document *doc;
    const struct chunk_rule *rule;
    struct piece_list pieces;
    struct chunk *chunks;
    size_t count, room;
};

/* A word is 1.3 tokens, as WordPiece has it for English; an ideograph or kana is a word. */
static size_t
words_tokens(void *self, struct str text)
{
    const char *at = text.at, *end = text.at + text.len;
    size_t words = 0;
    bool inside = false;

    (void)self;
    while (at < end) {
        bool blank = document_blank(*at), wide = utf8_next(&at, end) >= 0x2e80;

        words += wide || (!blank && !inside);
        inside = !blank && !wide;
    }
    return (words * 13 + 9) / 10;
}

struct chunk_rule
chunk_rule_words(void)
{
    return (struct chunk_rule){.target = 200, .limit = 256, .tokens = words_tokens};
}

struct str
chunk_input(struct arena *arena, const struct chunk *chunk)
{
    size_t above = strlen(chunk->context);
    char *input;

    if (above == 0)
        return chunk->text;
    input = arena_take(arena, above + 1 + chunk->text.len + 1);
    memcpy(input, chunk->context, above);
    input[above] = '\n';
    memcpy(input + above + 1, chunk->text.at, chunk->text.len);
    return (struct str){input, above + 1 + chunk->text.len};
}

static bool
section_ends(const struct piece_list *pieces, size_t i)
{
    return i + 1 == pieces->count ||
           pieces->at[i + 1].block->heading != pieces->at[i].block->heading;
}

/* Whether piece i still belongs to the passage of which `used` tokens are taken. */
static bool
piece_joins(const struct packer *packer, size_t i, size_t used, bool body)
{
    const struct piece *piece = &packer->pieces.at[i];
    const struct chunk_rule *rule = packer->rule;
    size_t sum = used + piece->cost;

    if (piece->first && piece->block->kind == BLOCK_HEADING && body)
        return false; /* a section begins */
    if (!body)
        return sum <= rule->limit; /* headings keep what they head */
    if (piece->table > 0 && used + piece->table > rule->limit && piece->table < rule->limit)
        return false; /* a table that fits by itself begins by itself */
    if (piece->block->kind == BLOCK_ROW)
        return sum <= rule->limit;
    return sum <= rule->target ||
           (sum <= rule->limit && piece->cost <= rule->target / TAIL_SHARE &&
            section_ends(&packer->pieces, i));
}

/* The index after the last piece of the passage that begins with piece `first`. */
static size_t
passage_end(const struct packer *packer, size_t first)
{
    const struct piece *pieces = packer->pieces.at;
    const struct chunk_rule *rule = packer->rule;
    size_t used = rule->tokens(rule->self, STR("")), i = first;
    bool body = false;

    used += piece_cost(rule, str_of(piece_context(rule, &pieces[first])));
    do {
        used += pieces[i].cost;
        body = body || !pieces[i].lead;
        i++;
    } while (i < packer->pieces.count && piece_joins(packer, i, used, body));
    return i;
}

static const char *
section_of(const struct piece *pieces, size_t first, size_t last)
{
    while (first + 1 < last && pieces[first].lead)
        first++;
    return pieces[first].block->heading;
}

static struct chunk
chunk_make(const struct packer *packer, size_t first, size_t last)
{
    const struct piece *pieces = packer->pieces.at;
    size_t begin = pieces[first].begin, end = pieces[last - 1].end;

    return (struct chunk){.text = {packer->doc->text.at + begin, end - begin},
                          .begin = begin,
                          .end = end,
                          .heading = section_of(pieces, first, last),
                          .context = piece_context(packer->rule, &pieces[first]),
                          .ordinal = packer->count};
}

static bool
chunk_fits(const struct packer *packer, const struct chunk *chunk)
{
    const struct chunk_rule *rule = packer->rule;
    size_t marks = rule->tokens(rule->self, STR(""));

    return chunk->text.len <= rule->limit * CHUNK_TOKEN_BYTES &&
           marks + piece_cost(rule, chunk_input(packer->arena, chunk)) <= rule->limit;
}

static void
chunk_add(struct packer *packer, struct chunk chunk)
{
    struct str input = chunk_input(packer->arena, &chunk);

    digest_hex(input.at, input.len, chunk.hash);
    if (packer->count == packer->room) {
        size_t room = packer->room == 0 ? 16 : 2 * packer->room;
        struct chunk *chunks = arena_take(packer->arena, room * sizeof *chunks);

        if (packer->count > 0)
            memcpy(chunks, packer->chunks, packer->count * sizeof *chunks);
        packer->chunks = chunks;
        packer->room = room;
    }
    packer->chunks[packer->count++] = chunk;
}

/* Where the next passage begins: at `last`, or some pieces before it inside one long paragraph.
 */
static size_t
overlap_begin(const struct packer *packer, size_t first, size_t last)
{
    const struct piece *pieces = packer->pieces.at;
    const struct block *block;
    size_t most = piece_overlap(packer->rule), used = 0, begin = last;

    if (last >= packer->pieces.count || pieces[last].first)
        return last;
    block = pieces[last].block;
    if (block->kind != BLOCK_PARAGRAPH && block->kind != BLOCK_ITEM)
        return last;
    while (begin - 1 > first && pieces[begin - 1].block == block &&
           used + pieces[begin - 1].cost <= most)
        used += pieces[--begin].cost;
    return used + pieces[last].cost <= packer->rule->target / 2 ? begin : last;
}

/*
 * The pieces' costs add up for any tokeniser that parts at blanks.  What lies between pieces (a
 * comment, say) is weighed here with the whole, and the passage is shortened until it fits.
 * Returns the index after its last piece; `fresh` is the first piece that no passage holds yet.
 */
static size_t
passage_add(struct packer *packer, size_t first, size_t fresh)
{
    size_t last = passage_end(packer, first);
    struct chunk chunk;

    if (last <= fresh) {
        first = fresh;
        last = passage_end(packer, first);
    }
    chunk = chunk_make(packer, first, last);
    while (!chunk_fits(packer, &chunk) && last > fresh + 1)
        chunk = chunk_make(packer, first, --last);
    if (!chunk_fits(packer, &chunk))
        chunk = chunk_make(packer, fresh, last);
    if (!chunk_fits(packer, &chunk))
        chunk.context = "";
    chunk_add(packer, chunk);
    return last;
}

struct chunk *
chunk_document(struct arena *arena, const struct document *doc, const struct chunk_rule *rule,
               size_t *count_out)
{
    struct packer packer = {.arena = arena, .doc = doc, .rule = rule};
    size_t first = 0, fresh = 0;

    assert(rule->target > 0 && rule->target <= rule->limit);
    piece_split(arena, doc, rule, &packer.pieces);
    while (fresh < packer.pieces.count) {
        size_t last = passage_add(&packer, first, fresh);

        first = overlap_begin(&packer, first, last);
        fresh = last;
    }
    *count_out = packer.count;
    return packer.chunks;
}
