/* SPDX-License-Identifier: Apache-2.0 */
#include "link/page.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 4
#define PATIENCE_S 1
#define REQUEST_BYTES_MAX 4096u
#define HEAD_BYTES_MAX 256u
#define TEXT_BYTES_MAX (64u * 1024)

struct tcn_page {
    char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
    int epoll;    /* has the three below in it */
    int listener; /* watched while there is no client */
    int timer;    /* runs while there is one */
    int client;   /* -1: idle */
    bool is_bound;
    unsigned dropped_count;
    size_t request_size;
    size_t answer_size; /* 0 while the client is still asked */
    size_t sent_size;
    char request[REQUEST_BYTES_MAX + 1];
    char answer[HEAD_BYTES_MAX + TEXT_BYTES_MAX];
};

static enum tcn_status status_of(int code) {
    switch (code) {
    case ENOENT:
    case ENOTDIR:
        return TCN_ABSENT;
    case EACCES:
    case EPERM:
    case EROFS:
        return TCN_DENIED;
    case EMFILE:
    case ENFILE:
        return TCN_LIMIT;
    case ENOMEM:
    case ENOBUFS:
        return TCN_NOMEM;
    default:
        return TCN_IO;
    }
}

static struct sockaddr_un address_of(const struct tcn_page *page) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, page->path, sizeof(address.sun_path));
    return address;
}

/* Makes way: only for a socket, and only when nobody listens at it. */
static enum tcn_status clear_path(const struct tcn_page *page) {
    struct stat about;
    if (lstat(page->path, &about) != 0) {
        return errno == ENOENT ? TCN_OK : status_of(errno);
    }
    if (!S_ISSOCK(about.st_mode)) {
        return TCN_EXISTS;
    }
    const struct sockaddr_un address = address_of(page);
    const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (probe < 0) {
        return status_of(errno);
    }
    const bool is_dead = connect(probe, (const struct sockaddr *)&address, sizeof(address)) != 0 &&
                         errno == ECONNREFUSED;
    (void)close(probe);
    if (!is_dead) {
        return TCN_LOCKED;
    }
    return unlink(page->path) == 0 ? TCN_OK : status_of(errno);
}

/* The socket file gets its mode before anybody can connect: listening comes last. */
static enum tcn_status bind_path(struct tcn_page *page) {
    const struct sockaddr_un address = address_of(page);
    page->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (page->listener < 0) {
        return status_of(errno);
    }
    if (bind(page->listener, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        return errno == EADDRINUSE ? TCN_LOCKED : status_of(errno);
    }
    page->is_bound = true;
    if (chmod(page->path, 0600) != 0 || listen(page->listener, BACKLOG) != 0) {
        return status_of(errno);
    }
    return TCN_OK;
}

static bool watch(const struct tcn_page *page, int operation, int descriptor, uint32_t events) {
    struct epoll_event event = {.events = events, .data.fd = descriptor};
    return epoll_ctl(page->epoll, operation, descriptor, &event) == 0;
}

static enum tcn_status open_all(struct tcn_page *page) {
    enum tcn_status status = clear_path(page);
    if (status == TCN_OK) {
        status = bind_path(page);
    }
    if (status != TCN_OK) {
        return status;
    }
    page->epoll = epoll_create1(EPOLL_CLOEXEC);
    page->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (page->epoll < 0 || page->timer < 0 ||
        !watch(page, EPOLL_CTL_ADD, page->listener, EPOLLIN) ||
        !watch(page, EPOLL_CTL_ADD, page->timer, EPOLLIN)) {
        return status_of(errno);
    }
    return TCN_OK;
}

enum tcn_status tcn_page_open(const char *path, struct tcn_page **out_page) {
    struct tcn_page *page = calloc(1, sizeof(*page));
    if (page == NULL) {
        return TCN_NOMEM;
    }
    page->epoll = -1;
    page->listener = -1;
    page->timer = -1;
    page->client = -1;
    const int size = snprintf(page->path, sizeof(page->path), "%s", path);
    const bool is_fit = size > 0 && size < (int)sizeof(page->path);
    const enum tcn_status status = is_fit ? open_all(page) : TCN_TOOBIG;
    if (status != TCN_OK) {
        tcn_page_close(&page);
        return status;
    }
    *out_page = page;
    return TCN_OK;
}

static void close_one(int descriptor) {
    if (descriptor >= 0) {
        (void)close(descriptor);
    }
}

void tcn_page_close(struct tcn_page **page) {
    if (page == NULL || *page == NULL) {
        return;
    }
    struct tcn_page *closing = *page;
    if (closing->is_bound) {
        (void)unlink(closing->path);
    }
    close_one(closing->client);
    close_one(closing->listener);
    close_one(closing->timer);
    close_one(closing->epoll);
    free(closing);
    *page = NULL;
}

int tcn_page_descriptor(const struct tcn_page *page) {
    return page->epoll;
}

unsigned tcn_page_dropped_count(const struct tcn_page *page) {
    return page->dropped_count;
}

/* The client's time begins, or is over (0). */
static bool set_timer(const struct tcn_page *page, time_t seconds) {
    const struct itimerspec time = {.it_value.tv_sec = seconds};
    return timerfd_settime(page->timer, 0, &time, NULL) == 0;
}

/* Back to idle: the next one in the queue has its turn. */
static void end_client(struct tcn_page *page) {
    close_one(page->client); /* takes it out of the epoll too */
    page->client = -1;
    page->request_size = 0;
    page->answer_size = 0;
    page->sent_size = 0;
    (void)set_timer(page, 0);
    (void)watch(page, EPOLL_CTL_MOD, page->listener, EPOLLIN);
}

static void accept_client(struct tcn_page *page) {
    page->client = accept(page->listener, NULL, NULL);
    if (page->client < 0) {
        /* It went away; or there is no descriptor, and then the queue would be ready for ever. */
        if (errno != EAGAIN && set_timer(page, PATIENCE_S)) {
            (void)watch(page, EPOLL_CTL_MOD, page->listener, 0);
        }
        return;
    }
    if (fcntl(page->client, F_SETFD, FD_CLOEXEC) != 0 || !set_timer(page, PATIENCE_S) ||
        !watch(page, EPOLL_CTL_ADD, page->client, EPOLLIN) ||
        !watch(page, EPOLL_CTL_MOD, page->listener, 0)) {
        end_client(page);
    }
}

static void make_answer(struct tcn_page *page, tcn_page_write *write, void *argument) {
    const bool is_get = strncmp(page->request, "GET ", 4) == 0;
    const char *place = page->request + 4;
    const bool is_known =
        is_get && (strncmp(place, "/ ", 2) == 0 || strncmp(place, "/metrics ", 9) == 0);
    char *text = page->answer + HEAD_BYTES_MAX;
    size_t size = is_known ? write(argument, text, TEXT_BYTES_MAX) : 0;
    TCN_CHECK(size <= TEXT_BYTES_MAX);
    const char *word = is_known && size > 0 ? "200 OK"
                       : is_known           ? "500 Internal Server Error"
                       : is_get             ? "404 Not Found"
                                            : "405 Method Not Allowed";
    char head[HEAD_BYTES_MAX];
    const int head_size = snprintf(head, sizeof(head),
                                   "HTTP/1.0 %s\r\nContent-Type: text/plain; version=0.0.4; "
                                   "charset=utf-8\r\nContent-Length: %zu\r\nConnection: close\r\n"
                                   "\r\n",
                                   word, size);
    TCN_CHECK(head_size > 0 && head_size < (int)sizeof(head));
    memmove(page->answer + head_size, text, size);
    memcpy(page->answer, head, (size_t)head_size);
    page->answer_size = (size_t)head_size + size;
}

static void send_answer(struct tcn_page *page) {
    const ssize_t size = send(page->client, page->answer + page->sent_size,
                              page->answer_size - page->sent_size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    page->sent_size += size > 0 ? (size_t)size : 0;
    if (size < 0 || page->sent_size == page->answer_size) {
        end_client(page);
    }
}

static void read_request(struct tcn_page *page, tcn_page_write *write, void *argument) {
    const size_t room = REQUEST_BYTES_MAX - page->request_size;
    const ssize_t size = recv(page->client, page->request + page->request_size, room, MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (size <= 0) {
        end_client(page);
        return;
    }
    page->request_size += (size_t)size;
    page->request[page->request_size] = '\0';
    if (strstr(page->request, "\r\n\r\n") == NULL && strstr(page->request, "\n\n") == NULL) {
        if (page->request_size == REQUEST_BYTES_MAX) {
            page->dropped_count++;
            end_client(page);
        }
        return;
    }
    make_answer(page, write, argument);
    if (watch(page, EPOLL_CTL_MOD, page->client, EPOLLOUT)) {
        send_answer(page);
    } else {
        end_client(page);
    }
}

void tcn_page_step(struct tcn_page *page, tcn_page_write *write, void *argument) {
    struct epoll_event events[3];
    const int count = epoll_wait(page->epoll, events, 3, 0);
    for (int index = 0; index < count; index++) {
        const int descriptor = events[index].data.fd;
        if (descriptor == page->listener && page->client < 0) {
            accept_client(page);
        } else if (descriptor == page->timer) {
            page->dropped_count += page->client >= 0 ? 1 : 0;
            end_client(page);
        } else if (descriptor == page->client && page->answer_size > 0) {
            send_answer(page);
        } else if (descriptor == page->client && page->client >= 0) {
            read_request(page, write, argument);
        }
    }
}
