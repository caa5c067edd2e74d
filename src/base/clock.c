/*
 * clock: time that only goes forward, and time of day.
 */
#include "base/clock.h"

#include "base/digits.h"

#include <limits.h>
#include <string.h>
#include <time.h>

#define SECOND 1000000 /* in microseconds */

static int64_t
read_us(clockid_t id)
{
    struct timespec now;

    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * SECOND + now.tv_nsec / 1000;
}

int64_t
clock_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

int64_t
clock_wall(void)
{
    return read_us(CLOCK_REALTIME);
}

void
clock_text(int64_t wall_us, char text[CLOCK_TEXT])
{
    int64_t part = wall_us % SECOND;
    time_t seconds = (time_t)(wall_us / SECOND);
    struct tm tm;

    if (part < 0) { /* before 1970 the division rounds the wrong way */
        part += SECOND;
        seconds--;
    }
    if (gmtime_r(&seconds, &tm) == NULL)
        memset(&tm, 0, sizeof tm);
    memcpy(text, "0000-00-00T00:00:00.000000Z", CLOCK_TEXT);
    digits_pad(text, (unsigned)(tm.tm_year + 1900), 4);
    digits_pad(text + 5, (unsigned)tm.tm_mon + 1, 2);
    digits_pad(text + 8, (unsigned)tm.tm_mday, 2);
    digits_pad(text + 11, (unsigned)tm.tm_hour, 2);
    digits_pad(text + 14, (unsigned)tm.tm_min, 2);
    digits_pad(text + 17, (unsigned)tm.tm_sec, 2);
    digits_pad(text + 20, (unsigned)part, 6);
}

int
clock_left_ms(int64_t deadline_us)
{
    int64_t now = clock_us();

    if (deadline_us <= now)
        return 0;
    if ((deadline_us - now) / 1000 >= INT_MAX)
        return INT_MAX;
    return (int)((deadline_us - now + 999) / 1000); /* rounded up, or poll() would spin */
}
