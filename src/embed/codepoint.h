/*
 * codepoint: what BERT's normaliser asks of Unicode; the door to utf8proc.
 */
#ifndef EMBED_CODEPOINT_H
#define EMBED_CODEPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CODEPOINT_PARTS 8 /* the longest canonical decomposition has 4 */

bool codepoint_is_dropped(uint32_t point); /* controls, formats, private use, U+FFFD */
bool codepoint_is_blank(uint32_t point);
bool codepoint_is_punctuation(uint32_t point); /* also the ASCII symbols, as BERT has it */
bool codepoint_is_cjk(uint32_t point);         /* ideographs; not kana or hangul */
bool codepoint_is_word(uint32_t point);        /* letters, marks and numbers */
bool codepoint_is_upper(uint32_t point);       /* upper or title case */
bool codepoint_is_digit(uint32_t point);
int codepoint_order(uint32_t point); /* canonical combining class */

/* The lower case: one code point, or two for U+0130. */
size_t codepoint_lower(uint32_t point, uint32_t lowered[2]);

/* The canonical decomposition without nonspacing marks: may be empty. */
size_t codepoint_bare(uint32_t point, uint32_t parts[CODEPOINT_PARTS]);

#endif
