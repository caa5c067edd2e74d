/*
 * doctor: what `kvasir doctor` looks at, one check after the other.
 */
#include "app/doctor.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

void
doctor_say(struct doctor_finding *finding, enum doctor_state state, const char *fmt, ...)
{
    va_list ap;

    finding->state = state;
    va_start(ap, fmt);
    vsnprintf(finding->says, sizeof finding->says, fmt, ap);
    va_end(ap);
}

void
doctor_mend(struct doctor_finding *finding, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(finding->mend, sizeof finding->mend, fmt, ap);
    va_end(ap);
}

void
doctor_err(struct doctor_finding *finding, enum doctor_state state, const struct err *err)
{
    bool more = err->detail[0] != '\0';

    doctor_say(finding, state, "%s%s%s%s", err->text, more ? " (" : "", err->detail,
               more ? ")" : "");
}
