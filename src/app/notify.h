/*
 * notify: tell the supervisor how we are, as sd_notify(3) does.
 */
#ifndef APP_NOTIFY_H
#define APP_NOTIFY_H

/* "READY=1", "STOPPING=1", "STATUS=..." to the socket of NOTIFY_SOCKET; nothing without one. */
void notify_tell(const char *state);

#endif
