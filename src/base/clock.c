/*
 * clock: time that only goes forward, and time of day.
 */
#include "base/clock.h"

#include <limits.h>
#include <stdio.h>
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
    char date[64];
    struct tm tm;

    if (part < 0) { /* before 1970 the division rounds the wrong way */
        part += SECOND;
        seconds--;
    }
    if (gmtime_r(&seconds, &tm) == NULL)
        memset(&tm, 0, sizeof tm);
    snprintf(date, sizeof date, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", tm.tm_year + 1900,
             tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, (int)part);
    memcpy(text, date, CLOCK_TEXT - 1);
    text[CLOCK_TEXT - 1] = '\0';
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
