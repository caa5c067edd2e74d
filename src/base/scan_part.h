/*
 * scan_part: what the files of base/scan tell each other; no one else includes this.
 */
#ifndef BASE_SCAN_PART_H
#define BASE_SCAN_PART_H

#include "base/scan.h"

#include <stdint.h>

/* A number as it was written: value = mantissa * 10^exponent, when `exact`.  Otherwise digits
   after the 19th were left out and the true magnitude is a little more. */
struct scan_number {
    struct str text;
    uint64_t mantissa;
    int exponent;
    bool negative;
    bool exact;
    bool whole; /* written without a point or an exponent */
};

bool scan_part_failed(const struct scan *scan);
bool scan_part_syntax(struct scan *scan, const char *at, const char *what);
bool scan_part_need(struct scan *scan,
                    enum scan_type wanted); /* the next value is of this type */

bool scan_text_read(struct scan *scan, struct str *text); /* at stands on the quote */

bool scan_number_read(struct scan *scan, struct scan_number *number); /* on '-' or a digit */
/* False without an error when the number is beyond the type's range. */
bool scan_number_to_double(struct scan *scan, const struct scan_number *number, double *value);
bool scan_number_to_float(struct scan *scan, const struct scan_number *number, float *value);

#endif
