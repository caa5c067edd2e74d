/*
 * codepoint: what BERT's normaliser asks of Unicode; the door to utf8proc.
 */
#include "embed/codepoint.h"

#include <utf8proc.h>

struct range {
    uint32_t first, last;
};

/* The blocks that the reference tokeniser sets apart; extension E begins one block late there.
 */
static const struct range cjk[] = {
    {0x3400, 0x4dbf},   {0x4e00, 0x9fff},   {0xf900, 0xfaff},   {0x20000, 0x2a6df},
    {0x2a700, 0x2b73f}, {0x2b740, 0x2b81f}, {0x2b920, 0x2ceaf}, {0x2f800, 0x2fa1f},
};

static utf8proc_category_t
category(uint32_t point)
{
    return utf8proc_category((utf8proc_int32_t)point);
}

static bool
category_in(uint32_t point, unsigned set)
{
    return (set >> (unsigned)category(point) & 1U) != 0;
}

#define SET(name) (1U << UTF8PROC_CATEGORY_##name)
#define OTHER     (SET(CC) | SET(CF) | SET(CO) | SET(CS)) /* not CN: the reference keeps those */
#define BLANK     (SET(ZS) | SET(ZL) | SET(ZP))
#define PUNCT     (SET(PC) | SET(PD) | SET(PS) | SET(PE) | SET(PI) | SET(PF) | SET(PO))

bool
codepoint_is_dropped(uint32_t point)
{
    if (point == '\t' || point == '\n' || point == '\r')
        return false;
    if (point < 0x7f)
        return point < 0x20;
    return point == 0xfffd || category_in(point, OTHER);
}

bool
codepoint_is_blank(uint32_t point)
{
    if (point < 0x80)
        return point == ' ' || point == '\t' || point == '\n' || point == '\r';
    return category_in(point, BLANK);
}

#define LETTER (SET(LU) | SET(LL) | SET(LT) | SET(LM) | SET(LO))
#define MARK   (SET(MN) | SET(MC) | SET(ME))
#define NUMBER (SET(ND) | SET(NL) | SET(NO))

bool
codepoint_is_word(uint32_t point)
{
    if (point < 0x80)
        return (point >= '0' && point <= '9') || (point >= 'a' && point <= 'z') ||
               (point >= 'A' && point <= 'Z');
    return category_in(point, LETTER | MARK | NUMBER);
}

bool
codepoint_is_upper(uint32_t point)
{
    if (point < 0x80)
        return point >= 'A' && point <= 'Z';
    return category_in(point, SET(LU) | SET(LT));
}

bool
codepoint_is_digit(uint32_t point)
{
    return point < 0x80 ? point >= '0' && point <= '9' : category_in(point, SET(ND));
}

bool
codepoint_is_punctuation(uint32_t point)
{
    if (point < 0x80)
        return (point >= '!' && point <= '/') || (point >= ':' && point <= '@') ||
               (point >= '[' && point <= '`') || (point >= '{' && point <= '~');
    return category_in(point, PUNCT);
}

bool
codepoint_is_cjk(uint32_t point)
{
    for (size_t i = 0; i < sizeof cjk / sizeof cjk[0]; i++)
        if (point <= cjk[i].last)
            return point >= cjk[i].first;
    return false;
}

int
codepoint_order(uint32_t point)
{
    return utf8proc_get_property((utf8proc_int32_t)point)->combining_class;
}

size_t
codepoint_lower(uint32_t point, uint32_t lowered[2])
{
    if (point < 0x80) {
        lowered[0] = point >= 'A' && point <= 'Z' ? point + ('a' - 'A') : point;
        return 1;
    }
    if (point == 0x130) { /* the one letter whose lower case has two code points */
        lowered[0] = 'i';
        lowered[1] = 0x307;
        return 2;
    }
    lowered[0] = (uint32_t)utf8proc_tolower((utf8proc_int32_t)point);
    return 1;
}

size_t
codepoint_bare(uint32_t point, uint32_t parts[CODEPOINT_PARTS])
{
    utf8proc_int32_t all[CODEPOINT_PARTS];
    utf8proc_ssize_t count;
    size_t kept = 0;

    if (point < 0xc0) {
        parts[0] = point;
        return 1;
    }
    count = utf8proc_decompose_char((utf8proc_int32_t)point, all, CODEPOINT_PARTS,
                                    UTF8PROC_DECOMPOSE, NULL);
    for (utf8proc_ssize_t i = 0; i < count && i < CODEPOINT_PARTS; i++)
        if (category((uint32_t)all[i]) != UTF8PROC_CATEGORY_MN)
            parts[kept++] = (uint32_t)all[i];
    return kept;
}
