/*
 * clock: time that only goes forward, and time of day.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

int64_t clock_us(void);   /* monotonic microseconds */
int64_t clock_wall(void); /* microseconds since 1970, UTC */

#define CLOCK_TEXT 28
/* "2026-01-02T03:04:05.678901Z" (RFC 3339). */
void clock_text(int64_t wall_us, char text[CLOCK_TEXT]);

/* Milliseconds until a clock_us() deadline, at least 0, at most INT_MAX: what poll() takes. */
int clock_left_ms(int64_t deadline_us);

#endif
