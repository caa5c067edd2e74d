/*
 * streams_list: what other threads see of the streams of a process: how many, which, who has
 * left.
 */
#include "web/streams_part.h"

size_t
streams_count(struct streams *streams)
{
    size_t count;

    pthread_mutex_lock(&streams->lock);
    count = streams->count;
    pthread_mutex_unlock(&streams->lock);
    return count;
}

bool
streams_has_room(struct streams *streams)
{
    return streams_count(streams) < streams->rules.most;
}

void
streams_each(struct streams *streams, void (*each)(void *own, struct stream *stream), void *own)
{
    pthread_mutex_lock(&streams->lock);
    for (struct stream *stream = streams->first; stream != NULL; stream = stream->next)
        each(own, stream);
    pthread_mutex_unlock(&streams->lock);
}

bool
streams_have_left(struct streams *streams)
{
    bool any;

    pthread_mutex_lock(&streams->lock);
    any = streams->left != NULL;
    pthread_mutex_unlock(&streams->lock);
    return any;
}

void
streams_forget_left(struct streams *streams, void (*each)(void *own, struct stream *stream),
                    void *own)
{
    struct stream *left;

    pthread_mutex_lock(&streams->lock);
    left = streams->left;
    streams->left = NULL;
    pthread_mutex_unlock(&streams->lock);
    for (struct stream *next; left != NULL; left = next) {
        next = left->next;
        if (each != NULL)
            each(own, left);
        stream_free(left);
    }
}

struct parcel_box *
streams_box(struct streams *streams)
{
    return &streams->box;
}
