/* The limit of the fan-out benchmark: what the kernel allows. Every message a client sends goes to every socket of its
   room, prepared once, one send() per socket. With --batch, messages that are read together travel in one frame. With
   --tls CERTIFICATE KEY (where OpenSSL's headers were there), one SSL_write() per socket. No handshake hash, no checks, no
   buffers: a server with which nothing real could be done. */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#ifdef WITH_TLS
#include <openssl/ssl.h>
static SSL_CTX *tls;
static SSL *sessions[1 << 17];
#endif

enum { FILES = 1 << 17, BUFFER = 1 << 18 };
static int members[FILES], place[FILES], count, is_batching, lost;
static char is_open[FILES], input[BUFFER], output[BUFFER + 16];
static const char ANSWER[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                             "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

/* What the program writes and reads, through TLS where it was asked for. */
static ssize_t put(int fd, const char *bytes, size_t size)
{
#ifdef WITH_TLS
    if (tls) return SSL_write(sessions[fd], bytes, (int)size);
#endif
    return send(fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static ssize_t take(int fd, char *bytes, size_t size)
{
#ifdef WITH_TLS
    if (tls) {
        int done = SSL_read(sessions[fd], bytes, (int)size), error;
        if (done > 0) return done;
        error = SSL_get_error(sessions[fd], done);
        errno = EAGAIN;
        return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? -1 : 0;
    }
#endif
    return recv(fd, bytes, size, 0);
}

static void leave(int fd)
{
#ifdef WITH_TLS
    if (tls) SSL_free(sessions[fd]), sessions[fd] = NULL;
#endif
    if (is_open[fd]) {
        int last = members[--count];
        members[place[fd]] = last;
        place[last] = place[fd];
        is_open[fd] = 0;
    }
    close(fd);
}

static void broadcast(const char *payload, size_t size)
{
    char head[4] = {(char)0x81, (char)(size < 126 ? size : 126), (char)(size >> 8), (char)size};
    size_t head_size = size < 126 ? 2 : 4;
    char *frame = output + 16 - head_size;
    if (size > 65535) exit(2);
    memcpy(frame, head, head_size);
    if (payload != output + 16) memcpy(output + 16, payload, size);
    for (int at = 0; at < count; at++)
        if (put(members[at], frame, head_size + size) != (ssize_t)(head_size + size)) lost++;
}

static void take_frames(char *bytes, size_t size)
{
    size_t gathered = 1;
    output[16] = '[';
    while (size >= 6) { /* clients here send whole frames, masked with zeros */
        size_t length = bytes[1] & 127, head = 6;
        if (length == 126) length = (uint8_t)bytes[2] << 8 | (uint8_t)bytes[3], head = 8;
        if (size < head + length) exit(3);
        if (!is_batching) {
            broadcast(bytes + head, length);
        } else {
            memcpy(output + 16 + gathered, bytes + head, length);
            gathered += length;
            output[16 + gathered++] = ',';
        }
        bytes += head + length, size -= head + length;
    }
    if (is_batching && gathered > 1) {
        output[16 + gathered - 1] = ']';
        broadcast(output + 16, gathered);
    }
}

int main(int words, char **word)
{
    struct rlimit files;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int yes = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), poller = epoll_create1(0);
    if (words < 2) return 1;
    address.sin_port = htons(atoi(word[1]));
    is_batching = words > 2 && !strcmp(word[2], "--batch");
    if (words > 4 && !strcmp(word[2], "--tls")) {
#ifdef WITH_TLS
        tls = SSL_CTX_new(TLS_server_method());
        if (SSL_CTX_use_certificate_chain_file(tls, word[3]) != 1 ||
            SSL_CTX_use_PrivateKey_file(tls, word[4], SSL_FILETYPE_PEM) != 1)
            return 1;
#else
        return 1;
#endif
    }
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    signal(SIGPIPE, SIG_IGN);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) return 1;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[256];
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int found = epoll_wait(poller, events, 256, -1);
        for (int at = 0; at < found; at++) {
            int fd = events[at].data.fd;
            if (fd == listener) {
                while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
#ifdef WITH_TLS
                    if (tls) {
                        sessions[fd] = SSL_new(tls);
                        SSL_set_fd(sessions[fd], fd);
                        SSL_set_accept_state(sessions[fd]);
                    }
#endif
                    event.data.fd = fd;
                    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
                }
                continue;
            }
            ssize_t size = take(fd, input, sizeof input);
            if (size <= 0) {
                if (size == 0 || errno != EAGAIN) leave(fd);
            } else if (!is_open[fd]) {
                put(fd, ANSWER, sizeof ANSWER - 1);
                is_open[fd] = 1;
                place[fd] = count;
                members[count++] = fd;
            } else {
                take_frames(input, size);
            }
        }
    }
}
