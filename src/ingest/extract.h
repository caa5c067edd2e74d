/*
 * extract: the text of a source file, by its kind.
 *
 * What cannot be read is refused with a reason that a person can act on: a binary file, text
 * that is not UTF-8, an unknown encoding, a file that is too large.  Nothing is repaired
 * silently. Documents live in the arena and borrow `bytes`.
 */
#ifndef INGEST_EXTRACT_H
#define INGEST_EXTRACT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "ingest/document.h"

#define EXTRACT_MOST ((size_t)32 << 20) /* bytes of one source */

/* Whether the name (its suffix, or README and the like) is one that we read. */
bool extract_knows(const char *name);

/* The document in `bytes`; `name` decides how they are read. ERR_MEDIA or ERR_TOO_LARGE. */
bool extract(struct arena *arena, const char *name, struct str bytes, struct document *doc_out,
             struct err *err);

/* The three kinds.  Markdown and text take valid UTF-8 without NUL. */
bool extract_markdown(struct arena *arena, struct str bytes, struct document *doc_out,
                      struct err *err);
bool extract_text(struct arena *arena, struct str bytes, struct document *doc_out,
                  struct err *err);
bool extract_html(struct arena *arena, struct str bytes, struct document *doc_out,
                  struct err *err);

/* Length of a UTF-8 byte order mark at the start: 3 or 0. */
size_t extract_bom(struct str bytes);

#endif
