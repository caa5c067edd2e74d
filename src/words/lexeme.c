/*
 * lexeme: the words of a record, from the binary form of Postgres' tsvector.
 */
#include "words/lexeme.h"

#include <string.h>

void
lexeme_start(struct lexeme_reader *reader, struct str bytes)
{
    const unsigned char *at = (const unsigned char *)bytes.at;

    *reader = (struct lexeme_reader){.at = at, .end = at + bytes.len, .broken = bytes.len < 4};
    if (reader->broken)
        return;
    reader->left = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    reader->at += 4;
}

static bool
take(struct lexeme_reader *reader, struct lexeme *lexeme)
{
    size_t left = (size_t)(reader->end - reader->at);
    const unsigned char *nul = left == 0 ? NULL : memchr(reader->at, '\0', left);

    if (nul == NULL || nul == reader->at || reader->end - nul < 3)
        return false;
    lexeme->text = (struct str){(const char *)reader->at, (size_t)(nul - reader->at)};
    lexeme->often = (uint32_t)nul[1] << 8 | nul[2];
    reader->at = nul + 3;
    if ((size_t)(reader->end - reader->at) < 2 * (size_t)lexeme->often)
        return false;
    reader->at += 2 * (size_t)lexeme->often;
    if (lexeme->often == 0) /* a vector without places: each word once */
        lexeme->often = 1;
    return true;
}

bool
lexeme_next(struct lexeme_reader *reader, struct lexeme *lexeme)
{
    if (reader->left == 0 || reader->broken)
        return false;
    reader->left--;
    reader->broken = !take(reader, lexeme);
    return !reader->broken;
}
