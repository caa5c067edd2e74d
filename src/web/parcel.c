/*
 * parcel: what other threads leave for the one that writes to streams.
 */
#include "web/parcel.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* The text again, at *place, which moves behind it. */
static struct str
put(char **place, struct str text)
{
    char *own = *place;

    if (text.at == NULL)
        return text;
    memcpy(own, text.at, text.len);
    own[text.len] = '\0';
    *place = own + text.len + 1;
    return (struct str){own, text.len};
}

bool
parcel_box_open(struct parcel_box *box, struct err *err)
{
    box->first = NULL;
    box->end = &box->first;
    pthread_mutex_init(&box->lock, NULL);
    box->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return box->wake >= 0 ||
           err_set(err, ERR_INTERNAL, "no descriptor to wake by: %s", strerror(errno));
}

void
parcel_box_close(struct parcel_box *box)
{
    assert(box->first == NULL);
    close(box->wake);
    pthread_mutex_destroy(&box->lock);
}

void
parcel_wake(const struct parcel_box *box)
{
    static const uint64_t one = 1;

    if (write(box->wake, &one, sizeof one) < 0)
        assert(errno == EAGAIN); /* 2^64 - 2 unread events would be needed */
}

void
parcel_leave(struct parcel_box *box, const struct parcel *said)
{
    struct parcel *parcel =
        malloc(sizeof *parcel + said->to.len + said->name.len + said->text.len + 3);
    char *place;

    if (parcel == NULL)
        abort();
    *parcel = *said;
    parcel->next = NULL;
    place = (char *)(parcel + 1);
    parcel->to = put(&place, said->to);
    parcel->name = put(&place, said->name);
    parcel->text = put(&place, said->text);
    pthread_mutex_lock(&box->lock);
    *box->end = parcel;
    box->end = &parcel->next;
    pthread_mutex_unlock(&box->lock);
    parcel_wake(box);
}

struct parcel *
parcel_take(struct parcel_box *box)
{
    struct parcel *first;
    uint64_t times;

    if (read(box->wake, &times, sizeof times) < 0)
        assert(errno == EAGAIN);
    pthread_mutex_lock(&box->lock);
    first = box->first;
    box->first = NULL;
    box->end = &box->first;
    pthread_mutex_unlock(&box->lock);
    return first;
}

void
parcel_free(struct parcel *parcel)
{
    free(parcel);
}
