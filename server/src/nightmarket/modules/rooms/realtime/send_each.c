/* One finished frame to many sockets. Compiled when the package is built, where there is a compiler; send_each.py does
   the same without it. Called through ctypes, so it needs no Python headers and runs without the interpreter's lock. */

#define _GNU_SOURCE
#include <stddef.h>
#include <sys/socket.h>

/* Sends to each socket and notes those that did not take all of it: their places, and how much they took. */
int send_each(const int *sockets, int count, const char *frame, size_t size, int *places, int *taken)
{
    int unfinished = 0;
    for (int place = 0; place < count; place++) {
        ssize_t done = send(sockets[place], frame, size, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (done == (ssize_t)size)
            continue;
        places[unfinished] = place;
        taken[unfinished++] = done < 0 ? 0 : (int)done;
    }
    return unfinished;
}
