/*
 * extract_text: plain text: paragraphs parted by blank lines.
 */
#include "ingest/extract.h"

#include <string.h>

/* The offset after the line that begins at `at`; any of LF, CRLF and CR ends a line. */
static size_t
line_end(struct str text, size_t at)
{
    while (at < text.len && text.at[at] != '\n' && text.at[at] != '\r')
        at++;
    if (at + 1 < text.len && text.at[at] == '\r' && text.at[at + 1] == '\n')
        at++;
    return at < text.len ? at + 1 : at;
}

static bool
line_blank(struct str text, size_t begin, size_t end)
{
    while (begin < end && document_blank(text.at[begin]))
        begin++;
    return begin == end;
}

bool
extract_text(struct arena *arena, struct str bytes, struct document *doc_out, struct err *err)
{
    size_t begin = extract_bom(bytes);

    (void)err;
    document_start(doc_out, arena, "text", bytes);
    for (size_t at = begin, next; at < bytes.len; at = next) {
        next = line_end(bytes, at);
        if (line_blank(bytes, at, next) || next == bytes.len) {
            document_block(doc_out, BLOCK_PARAGRAPH, begin, next);
            begin = next;
        }
    }
    return true;
}
