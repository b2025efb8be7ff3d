/* Load client of the fan-out benchmark: one thread, one epoll, any number of WebSocket connections.

   Every published message carries a marker: '`', a class letter, 16 letters of nanoseconds. The client counts markers in
   what it receives and keeps their age in a histogram per class, however many of them travel in one frame.

   On stdin, one line per run: "run SECONDS WINDOW RATE WINDOW RATE STALL", for each of the two classes how many messages
   are kept in flight, or how many are sent per second; on stdout, one JSON line per run, after everything has arrived. */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { MARK = '`', STAMP = 18, AT_ONCE = 128, BUFFER = 1 << 18, CLASSES = 2, BUCKETS = 64 * 32 };
enum state { CONNECTING, UPGRADING, GREETING, READY, CLOSED };

struct connection {
    int fd;
    enum state state;
    uint8_t opcode, head_size, carry_size, control_size;
    uint64_t left;                /* bytes of the current frame still to come */
    char head[14], carry[STAMP];  /* a frame's header, a marker: each may arrive in pieces */
    char control[126];
    int is_stalled, status;
    char *request;                /* answer head while upgrading, then nothing */
    int request_size;
};

struct message { char *bytes; size_t size; char *stamp; };
struct book { struct message *messages; int count, next; };
struct tally { uint64_t received, sent, max, histogram[BUCKETS]; };

static struct connection *connections;
static struct sockaddr_in servers[64];
static char **paths;
static int total, stalled, publishers = 1, path_count, server_count, is_socketio, is_greeted;
static int started, in_progress, ready, closed, stalled_closed;
static uint64_t audience, frames, answers_wrong, last_stalled_close;
static struct book books[CLASSES];
static struct tally tallies[CLASSES];
static int poller, timer, bus = -1;
static char input[BUFFER];

static uint64_t now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec * 1000000000ull + at.tv_nsec;
}

static void die(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

static char *slurp(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file) die("cannot read %s", path);
    fseek(file, 0, SEEK_END);
    *size = ftell(file);
    rewind(file);
    char *text = malloc(*size + 1);
    if (fread(text, 1, *size, file) != *size) die("cannot read %s", path);
    fclose(file);
    text[*size] = 0;
    return text;
}

static void watch(int fd, uint32_t events, uint64_t data, int how)
{
    struct epoll_event event = {.events = events, .data.u64 = data};
    if (epoll_ctl(poller, how, fd, &event)) die("epoll: %s", strerror(errno));
}

/* ---- out ------------------------------------------------------------------------------------------------------------ */

static void write_all(int fd, const char *bytes, size_t size)
{
    while (size) {
        ssize_t done = send(fd, bytes, size, MSG_NOSIGNAL);
        if (done < 0 && errno == EAGAIN) continue; /* only ever a few bytes to a server that reads */
        if (done < 0) return;                      /* the reading side sees the reason */
        bytes += done, size -= done;
    }
}

static size_t frame_head(char *head, int opcode, size_t size)
{
    size_t at = 2;
    head[0] = (char)(0x80 | opcode);
    if (size < 126) {
        head[1] = (char)(0x80 | size);
    } else {
        if (size > 65535) die("message too long");
        head[1] = (char)(0x80 | 126), head[2] = (char)(size >> 8), head[3] = (char)size;
        at = 4;
    }
    memset(head + at, 0, 4); /* masked with zeros: a valid mask that changes nothing */
    return at + 4;
}

static void send_frame(struct connection *to, int opcode, const char *bytes, size_t size)
{
    char frame[256];
    size_t head = frame_head(frame, opcode, size);
    memcpy(frame + head, bytes, size);
    write_all(to->fd, frame, head + size);
}

static void publish(int class)
{
    struct book *book = &books[class];
    int index = book->next++;
    struct message *message = &book->messages[index % book->count];
    uint64_t at = now();
    message->stamp[1] = (char)('A' + class);
    for (int digit = 0; digit < 16; digit++) message->stamp[2 + digit] = (char)('a' + ((at >> (60 - 4 * digit)) & 15));
    tallies[class].sent++;
    write_all(bus >= 0 ? bus : connections[index % publishers].fd, message->bytes, message->size);
}

static void read_book(struct book *book, const char *path, int is_framed)
{
    size_t size;
    char *text = slurp(path, &size), *end = text + size;
    while (text < end) { /* "<size>\n<bytes>" each */
        size_t length = strtoul(text, &text, 10);
        struct message message = {.bytes = malloc(length + 8)};
        size_t head = is_framed ? frame_head(message.bytes, 1, length) : 0;
        memcpy(message.bytes + head, ++text, length);
        message.size = head + length;
        message.stamp = memchr(message.bytes, MARK, message.size);
        if (!message.stamp) die("no marker in %s", path);
        book->messages = realloc(book->messages, (book->count + 1) * sizeof message);
        book->messages[book->count++] = message;
        text += length;
    }
}

/* ---- in ------------------------------------------------------------------------------------------------------------- */

static int bucket_of(uint64_t age)
{
    uint64_t micros = age / 1000;
    if (micros < 32) return (int)micros;
    int exponent = 63 - __builtin_clzll(micros);
    return (exponent - 4) * 32 + (int)((micros >> (exponent - 5)) & 31);
}

static double bucket_ms(int bucket)
{
    if (bucket < 32) return bucket / 1000.0;
    int exponent = bucket / 32 + 4;
    return (double)((32ull + bucket % 32) << (exponent - 5)) / 1000.0;
}

static void take_stamp(const char *stamp, uint64_t at)
{
    struct tally *tally = &tallies[(stamp[1] - 'A') & 1];
    uint64_t sent = 0;
    for (int digit = 0; digit < 16; digit++) sent = sent << 4 | ((stamp[2 + digit] - 'a') & 15);
    uint64_t age = at > sent ? at - sent : 0;
    tally->received++;
    if (age > tally->max) tally->max = age;
    tally->histogram[bucket_of(age)]++;
}

static void scan(struct connection *from, const char *bytes, size_t size, uint64_t at)
{
    const char *end = bytes + size;
    if (from->carry_size) {
        size_t more = STAMP - from->carry_size;
        if (more > size) more = size;
        memcpy(from->carry + from->carry_size, bytes, more);
        from->carry_size += more;
        bytes += more;
        if (from->carry_size < STAMP) return;
        take_stamp(from->carry, at);
        from->carry_size = 0;
    }
    while (bytes < end && (bytes = memchr(bytes, MARK, end - bytes))) {
        if (end - bytes < STAMP) {
            from->carry_size = (uint8_t)(end - bytes);
            memcpy(from->carry, bytes, from->carry_size);
            return;
        }
        take_stamp(bytes, at);
        bytes += STAMP;
    }
}

static void become_ready(struct connection *one)
{
    one->state = READY;
    ready++, in_progress--;
}

static void hang_up(struct connection *one)
{
    if (one->state == CLOSED) return;
    if (one->state != READY) in_progress--;
    one->state = CLOSED;
    closed++;
    if (one->is_stalled) stalled_closed++, last_stalled_close = now();
    close(one->fd);
}

static void finish_frame(struct connection *one)
{
    frames++;
    if (one->opcode == 9) send_frame(one, 10, one->control, one->control_size);
    if (one->opcode == 8) one->status = one->control_size > 1 ? (uint8_t)one->control[0] << 8 | (uint8_t)one->control[1] : 0;
    if (is_socketio && one->opcode == 1) {
        if (one->control_size == 1 && one->control[0] == '2') send_frame(one, 1, "3", 1);
        if (one->state == GREETING && one->control[0] == '0') send_frame(one, 1, "40", 2);
        if (one->state == GREETING && one->control[0] == '4') become_ready(one);
    } else if (one->state == GREETING) {
        become_ready(one);
    }
}

static void take(struct connection *one, const char *bytes, size_t size, uint64_t at)
{
    while (size) {
        if (one->left == 0) { /* in a header */
            one->head[one->head_size++] = *bytes++, size--;
            if (one->head_size < 2) continue;
            int length = one->head[1] & 127, wanted = length == 127 ? 10 : length == 126 ? 4 : 2;
            if (one->head_size < wanted) continue;
            uint64_t left = wanted == 2 ? length : 0;
            for (int place = 2; place < wanted; place++) left = left << 8 | (uint8_t)one->head[place];
            one->opcode = one->head[0] & 15, one->left = left;
            one->head_size = one->control_size = 0;
            if (!left) finish_frame(one);
            continue;
        }
        size_t part = size < one->left ? size : one->left;
        for (size_t place = 0; place < part && one->control_size < 125; place++) {
            one->control[one->control_size++] = bytes[place];
            if (one->opcode < 8 && one->control_size > 1) break; /* of data frames only the beginning matters */
        }
        if (one->opcode < 8) scan(one, bytes, part, at);
        bytes += part, size -= part, one->left -= part;
        if (!one->left) finish_frame(one);
    }
}

static void take_upgrade(struct connection *one, const char *bytes, size_t size)
{
    one->request = realloc(one->request, one->request_size + size + 1);
    memcpy(one->request + one->request_size, bytes, size);
    one->request_size += size;
    one->request[one->request_size] = 0;
    char *end = strstr(one->request, "\r\n\r\n");
    if (!end) return;
    if (strncmp(one->request, "HTTP/1.1 101", 12)) die("refused: %s", one->request);
    size_t rest = one->request_size - (end + 4 - one->request);
    one->state = GREETING;
    if (!is_greeted) become_ready(one);
    char *whole = one->request;
    one->request = NULL;
    take(one, end + 4, rest, now());
    free(whole);
}

static void upgrade(struct connection *one)
{
    char request[2048];
    int size = snprintf(request, sizeof request,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
        paths[(one - connections) % path_count]);
    one->state = UPGRADING;
    write_all(one->fd, request, size);
    watch(one->fd, EPOLLIN, one - connections, EPOLL_CTL_MOD);
}

static void open_next(void)
{
    struct connection *one = &connections[started++];
    struct linger at_once = {1, 0};
    int yes = 1;
    one->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (one->fd < 0) die("socket: %s", strerror(errno));
    setsockopt(one->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    setsockopt(one->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    struct sockaddr_in *server = &servers[(one - connections) % server_count];
    if (connect(one->fd, (struct sockaddr *)server, sizeof *server) && errno != EINPROGRESS)
        die("connect: %s", strerror(errno));
    watch(one->fd, EPOLLOUT, one - connections, EPOLL_CTL_ADD);
    in_progress++;
}

static void on_event(struct epoll_event *event)
{
    struct connection *one = &connections[event->data.u64];
    if (one->state == CLOSED) return;
    if (one->state == CONNECTING) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(one->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error) die("connect: %s", strerror(error));
        upgrade(one);
    } else if (one->is_stalled) {
        hang_up(one); /* nothing but an error or a reset is reported for these */
    } else {
        ssize_t size = recv(one->fd, input, sizeof input, 0);
        if (size < 0 && errno == EAGAIN) return;
        if (size <= 0) {
            hang_up(one);
        } else if (one->state == UPGRADING) {
            take_upgrade(one, input, size);
        } else {
            take(one, input, size, now());
        }
    }
}

static void on_bus(void)
{
    static char last = '\n';
    ssize_t size = recv(bus, input, sizeof input, MSG_DONTWAIT);
    if (size == 0) die("the bus hung up");
    for (ssize_t at = 0; at < size; at++) {
        if (input[at] == '-' && last == '\n') answers_wrong++;
        last = input[at];
    }
}

/* One turn: at most `wait` milliseconds until something happens. What comes is taken at most every 0.1 ms, as from a
   network card that gathers interrupts: no server pays for waking a client of the same machine with every send. */
static void turn(int wait)
{
    static const struct timespec gather = {0, 100000};
    struct epoll_event events[256];
    while (started < total && in_progress < AT_ONCE) open_next();
    int count = epoll_wait(poller, events, 256, wait);
    if (count > 0 && count < 64) {
        nanosleep(&gather, NULL);
        count = epoll_wait(poller, events, 256, 0);
    }
    for (int at = 0; at < count; at++) {
        if (events[at].data.u64 == UINT64_MAX) on_bus();
        else if (events[at].data.u64 == UINT64_MAX - 1) (void)!read(timer, &(uint64_t){0}, 8);
        else on_event(&events[at]);
    }
}

/* ---- runs ----------------------------------------------------------------------------------------------------------- */

static void set_timer(uint64_t at)
{
    struct itimerspec due = {.it_value = {at / 1000000000ull, at % 1000000000ull}};
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &due, NULL);
}

static void stall(void)
{
    for (int at = total - stalled; at < total; at++) {
        connections[at].is_stalled = 1;
        watch(connections[at].fd, 0, at, EPOLL_CTL_MOD);
    }
}

static double percentile(struct tally *tally, double share)
{
    uint64_t wanted = (uint64_t)(tally->received * share), seen = 0;
    for (int bucket = 0; bucket < BUCKETS; bucket++)
        if ((seen += tally->histogram[bucket]) > wanted) return bucket_ms(bucket);
    return 0;
}

static void print_tally(const char *name, struct tally *tally)
{
    printf(", \"%s\": {\"sent\": %lu, \"received\": %lu, \"p50\": %.3f, \"p99\": %.3f, \"max\": %.3f}", name, tally->sent,
           tally->received, percentile(tally, 0.5), percentile(tally, 0.99), tally->max / 1e6);
}

/* Publishes what is due; when the next message of a class is, or 0. */
static uint64_t pace(int class, double rate, uint64_t begin, uint64_t until)
{
    if (rate <= 0) return 0;
    uint64_t due;
    while ((due = begin + (uint64_t)(tallies[class].sent * 1e9 / rate)) <= now()) {
        if (due >= until) return 0;
        publish(class);
    }
    return due;
}

/* Keeps so many messages of a class in flight. */
static void fill(int class, uint64_t window, uint64_t receivers)
{
    if (!window) return;
    while (tallies[class].sent - tallies[class].received / receivers < window) publish(class);
}

static void run(double seconds, const uint64_t *window, const double *rate, int is_stalling)
{
    memset(tallies, 0, sizeof tallies);
    frames = answers_wrong = 0;
    int closed_before = closed;
    if (is_stalling) stall();
    uint64_t receivers = audience - (is_stalling ? stalled : 0);
    uint64_t begin = now(), until = begin + (uint64_t)(seconds * 1e9), seen = 0, end = begin;
    struct tally *chat = &tallies[0], *prompt = &tallies[1];
    for (;;) {
        uint64_t at = now();
        if (at < until) {
            uint64_t next = 0;
            for (int class = 0; class < CLASSES; class++) {
                fill(class, window[class], receivers);
                uint64_t due = pace(class, rate[class], begin, until);
                if (due && (!next || due < next)) next = due;
            }
            if (next) set_timer(next);
        }
        turn(at < until ? 20 : 1);
        uint64_t received = chat->received + prompt->received;
        at = now();
        if (received != seen) seen = received, end = at;
        uint64_t silent = at - end, wanted = (chat->sent + prompt->sent) * receivers;
        if (at >= until && (received >= wanted || silent > 3000000000ull)) break;
        if ((window[0] || window[1]) && silent > 5000000000ull) break; /* something was lost: the figures show it */
    }
    printf("{\"seconds\": %.6f, \"frames\": %lu, \"closed\": %d, \"stalled_closed\": %d, \"stalled_seconds\": %.2f, "
           "\"errors\": %lu",
           (end - begin) / 1e9, frames, closed - closed_before, stalled_closed,
           stalled_closed ? (last_stalled_close - begin) / 1e9 : 0.0, answers_wrong);
    print_tally("chat", chat);
    print_tally("prompt", prompt);
    printf("}\n");
    fflush(stdout);
}

static void add_address(struct sockaddr_in *address, char *text)
{
    char *colon = strchr(text, ':');
    if (!colon) die("not HOST:PORT: %s", text);
    *colon = 0;
    address->sin_family = AF_INET;
    address->sin_port = htons(atoi(colon + 1));
    if (inet_pton(AF_INET, text, &address->sin_addr) != 1) die("not an address: %s", text);
}

static void open_bus(char *text)
{
    struct sockaddr_in address = {0};
    int yes = 1;
    add_address(&address, text);
    bus = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(bus, (struct sockaddr *)&address, sizeof address)) die("bus: %s", strerror(errno));
    setsockopt(bus, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    watch(bus, EPOLLIN, UINT64_MAX, EPOLL_CTL_ADD);
}

static void read_paths(const char *file)
{
    size_t size;
    for (char *line = strtok(slurp(file, &size), "\n"); line; line = strtok(NULL, "\n")) {
        paths = realloc(paths, (path_count + 1) * sizeof *paths);
        paths[path_count++] = line;
    }
}

static void read_options(int count, char **words)
{
    char *message_files[CLASSES] = {0};
    int option;
    while ((option = getopt(count, words, "s:p:n:k:a:b:m:u:P:ig")) != -1) switch (option) {
        case 's': add_address(&servers[server_count++], optarg); break;
        case 'p': read_paths(optarg); break;
        case 'n': total = atoi(optarg); break;
        case 'k': stalled = atoi(optarg); break;
        case 'a': audience = strtoul(optarg, NULL, 10); break;
        case 'b': open_bus(optarg); break;
        case 'm': message_files[0] = optarg; break;
        case 'u': message_files[1] = optarg; break;
        case 'P': publishers = atoi(optarg); break;
        case 'i': is_socketio = is_greeted = 1; break;
        case 'g': is_greeted = 1; break;
        default: die("see bench/fanout/load.py for the options");
    }
    for (int class = 0; class < CLASSES; class++)
        if (message_files[class]) read_book(&books[class], message_files[class], bus < 0);
    if (!audience) audience = total;
}

int main(int count, char **words)
{
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    signal(SIGPIPE, SIG_IGN);
    poller = epoll_create1(0);
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    watch(timer, EPOLLIN, UINT64_MAX - 1, EPOLL_CTL_ADD);
    read_options(count, words);
    connections = calloc(total, sizeof *connections);

    uint64_t begin = now();
    while (ready + closed < total) {
        turn(100);
        if (now() - begin > 120000000000ull) die("only %d of %d connections are in", ready, total);
    }
    printf("{\"connected\": %d, \"seconds\": %.6f}\n", ready, (now() - begin) / 1e9);
    fflush(stdout);

    watch(STDIN_FILENO, EPOLLIN, UINT64_MAX - 2, EPOLL_CTL_ADD);
    for (;;) { /* between runs: answer pings, until the driver says what is next */
        struct epoll_event events[256];
        int found = epoll_wait(poller, events, 256, -1), is_asked = 0;
        for (int at = 0; at < found; at++) {
            if (events[at].data.u64 == UINT64_MAX - 2) is_asked = 1;
            else if (events[at].data.u64 == UINT64_MAX - 1) (void)!read(timer, &(uint64_t){0}, 8);
            else if (events[at].data.u64 == UINT64_MAX) on_bus();
            else on_event(&events[at]);
        }
        if (!is_asked) continue;
        char line[256];
        double seconds, rate[CLASSES];
        uint64_t window[CLASSES];
        int is_stalling;
        if (!fgets(line, sizeof line, stdin)) return 0;
        if (sscanf(line, "run %lf %lu %lf %lu %lf %d", &seconds, window, rate, window + 1, rate + 1, &is_stalling) != 6)
            die("not understood: %s", line);
        watch(STDIN_FILENO, EPOLLIN, UINT64_MAX - 2, EPOLL_CTL_DEL);
        run(seconds, window, rate, is_stalling);
        watch(STDIN_FILENO, EPOLLIN, UINT64_MAX - 2, EPOLL_CTL_ADD);
    }
}
