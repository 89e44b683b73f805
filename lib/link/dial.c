/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Invariants:
 *   D1  over a network the transport is given messages only while UP;
 *   D2  a foreign socket has at most one connection in its life;
 *   D3  the foreign socket is replaced only by its owner, between two messages.
 */
#include "link/dial.h"

#include "link/handle.h"

#include "base/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/** What the monitor is asked to tell. */
#define NEWS_EVENTS                                                                                \
    (ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_DISCONNECTED |    \
     ZMQ_EVENT_CONNECT_RETRIED)

/** A foreign socket with one connection tells four things at most; more would be a fault of its. */
#define NEWS_COUNT_MAX 16

/** Who sends and does nothing else learns of a break no later than this. */
#define LOOK_NS TCN_MS_NS

/** Doublings of the rest after which its limit is reached, whatever the first was. */
#define FAILURE_COUNT_MAX 3

/** Frames of one piece of news: what, and where. */
#define NEWS_FRAMES_MAX 2

/** Opens our end of the foreign socket's monitor. It holds more than a connection ever says, so the
 * I/O thread never waits for it. */
static enum tcn_status monitor_open(struct tcn_link *link, void *handle, void **out_monitor) {
    char address[TCN_ADDRESS_BYTES];
    (void)snprintf(address, sizeof(address), "inproc://dial/%" PRIu64,
                   (uint64_t)atomic_fetch_add(&link->serial, 1));
    void *monitor = zmq_socket(link->context, ZMQ_PAIR);
    if (monitor == NULL) {
        return tcn_status_of_errno(errno);
    }
    const int linger = 0;
    if (zmq_setsockopt(monitor, ZMQ_LINGER, &linger, sizeof(linger)) != 0 ||
        zmq_socket_monitor(handle, address, NEWS_EVENTS) != 0 ||
        zmq_connect(monitor, address) != 0) {
        enum tcn_status status = tcn_status_of_errno(errno);
        (void)zmq_close(monitor);
        return status;
    }
    *out_monitor = monitor;
    return TCN_OK;
}

/** Makes the first and only call of a foreign socket, with a monitor that hears all of it. */
static enum tcn_status call_start(struct tcn_link *link, void *handle, const char *address,
                                  void **out_monitor, int *out_descriptor) {
    void *monitor = NULL;
    enum tcn_status status = monitor_open(link, handle, &monitor);
    if (status != TCN_OK) {
        return status;
    }
    int descriptor = -1;
    int events = 0;
    size_t size = sizeof(descriptor);
    /* The descriptor tells of what comes after a look that found nothing, so the look comes first.
     */
    if (zmq_getsockopt(monitor, ZMQ_FD, &descriptor, &size) != 0 ||
        zmq_getsockopt(monitor, ZMQ_EVENTS, &events, &size) != 0 ||
        zmq_connect(handle, address) != 0) {
        status = tcn_status_of_errno(errno);
        (void)zmq_socket_monitor(handle, NULL, 0);
        (void)zmq_close(monitor);
        return status;
    }
    *out_monitor = monitor;
    *out_descriptor = descriptor;
    return TCN_OK;
}

/** Closes our end of the monitor, the other end first. */
static void monitor_close(struct tcn_sock *sock) {
    struct tcn_dial *dial = &sock->dial;
    if (dial->monitor == NULL) {
        return;
    }
    (void)zmq_socket_monitor(sock->handle, NULL, 0); /* fails when the link is shut down */
    (void)zmq_close(dial->monitor);
    dial->monitor = NULL;
    dial->monitor_descriptor = -1;
}

/** Puts another foreign socket in the place of the old one, which goes with all it held (D3). */
static void handle_replace(struct tcn_sock *sock, void *handle) {
    monitor_close(sock);
    int result = zmq_close(sock->handle);
    TCN_CHECK(result == 0);
    sock->handle = handle;
    sock->is_draining = false;
}

/** Rests before the next call: twice as long after each that failed, up to the limit. */
static void rest_start(struct tcn_dial *dial, uint64_t random) {
    int64_t rest_ms = TCN_RECONNECT_MS_MIN +
                      (int64_t)(random % (TCN_RECONNECT_MS_MAX - TCN_RECONNECT_MS_MIN + 1));
    for (unsigned i = 0; i < dial->failure_count; i++) {
        rest_ms *= 2;
    }
    if (rest_ms > TCN_RECONNECT_MS_LIMIT) {
        rest_ms = TCN_RECONNECT_MS_LIMIT;
    }
    if (dial->failure_count < FAILURE_COUNT_MAX) {
        dial->failure_count++;
    }
    dial->state = TCN_DIAL_RESTING;
    dial->rest_until_ns = tcn_clock_monotonic_ns() + rest_ms * TCN_MS_NS;
}

/** Calls again with a new foreign socket; when there is none to be had, rests again. */
static void call_again(struct tcn_sock *sock) {
    struct tcn_dial *dial = &sock->dial;
    void *handle = NULL;
    void *monitor = NULL;
    int descriptor = -1;
    enum tcn_status status = tcn_handle_open(sock->link, &sock->options, &handle);
    if (status == TCN_OK) {
        status = call_start(sock->link, handle, dial->address, &monitor, &descriptor);
    }
    if (status != TCN_OK) {
        if (handle != NULL) {
            (void)zmq_close(handle);
        }
        rest_start(dial, sock->options.random);
        return;
    }
    handle_replace(sock, handle);
    dial->monitor = monitor;
    dial->monitor_descriptor = descriptor;
    dial->state = TCN_DIAL_CALLING;
}

/** Takes one piece of news; false when there is none. */
static bool news_recv(void *monitor, uint16_t *out_event) {
    uint16_t event = 0;
    bool more = true;
    for (size_t i = 0; i < NEWS_FRAMES_MAX && more; i++) {
        zmq_msg_t message;
        int result = zmq_msg_init(&message);
        TCN_CHECK(result == 0);
        result = -1;
        for (int j = 0; j < TCN_INTERRUPT_MAX && result < 0; j++) {
            result = zmq_msg_recv(&message, monitor, ZMQ_DONTWAIT);
            if (result < 0 && errno != EINTR) {
                break;
            }
        }
        if (result < 0) {
            (void)zmq_msg_close(&message);
            return false;
        }
        if (i == 0 && zmq_msg_size(&message) >= sizeof(event)) {
            memcpy(&event, zmq_msg_data(&message), sizeof(event));
        }
        more = zmq_msg_more(&message) != 0;
        (void)zmq_msg_close(&message);
    }
    *out_event = event;
    return true;
}

/** The handshake came to nothing: perhaps the server has another of its keys by now. */
static void key_failed(struct tcn_sock *sock) {
    struct tcn_dial *dial = &sock->dial;
    const size_t count = sock->options.server_key_count;
    if (count > 1) {
        dial->key_index = (dial->key_index + 1) % count;
        sock->options.server_key = sock->server_keys[dial->key_index];
    }
    dial->tried_count++;
    if (dial->tried_count >= count) {
        dial->tried_count = 0;
        rest_start(dial, sock->options.random);
        return;
    }
    dial->state = TCN_DIAL_RESTING;
    dial->rest_until_ns = tcn_clock_monotonic_ns();
}

/** One move of the drawing in dial.h; what does not fit there is the same end, told twice. */
static void news_take(struct tcn_sock *sock, uint16_t event) {
    struct tcn_dial *dial = &sock->dial;
    bool is_calling = dial->state == TCN_DIAL_CALLING;
    bool is_over = event == ZMQ_EVENT_DISCONNECTED || event == ZMQ_EVENT_CONNECT_RETRIED;
    if (is_calling && event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED) {
        dial->state = TCN_DIAL_UP;
        dial->failure_count = 0;
        dial->tried_count = 0;
    } else if (is_calling && event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH) {
        dial->state = TCN_DIAL_DENIED;
    } else if (is_calling && event == ZMQ_EVENT_DISCONNECTED) {
        key_failed(sock);
    } else if (is_over && (is_calling || dial->state == TCN_DIAL_UP)) {
        rest_start(dial, sock->options.random);
    }
}

void tcn_dial_step(struct tcn_sock *sock) {
    struct tcn_dial *dial = &sock->dial;
    uint16_t event = 0;
    for (size_t i = 0; i < NEWS_COUNT_MAX && tcn_dial_descriptor(sock) >= 0; i++) {
        if (!news_recv(dial->monitor, &event)) {
            break;
        }
        news_take(sock, event);
    }
    if (!tcn_dial_is_calling(sock)) {
        return;
    }
    dial->looked_ns = tcn_clock_monotonic_ns();
    if (dial->state == TCN_DIAL_RESTING && dial->looked_ns >= dial->rest_until_ns) {
        call_again(sock);
    }
}

enum tcn_status tcn_dial_call(struct tcn_sock *sock, const char *address) {
    struct tcn_dial *dial = &sock->dial;
    bool is_inside = strncmp(address, "inproc://", strlen("inproc://")) == 0;
    if (dial->state != TCN_DIAL_IDLE && (!is_inside || dial->state != TCN_DIAL_STAYING)) {
        return TCN_EXISTS;
    }
    if (is_inside) {
        if (zmq_connect(sock->handle, address) != 0) {
            return tcn_status_of_errno(errno);
        }
        dial->state = TCN_DIAL_STAYING;
        return TCN_OK;
    }
    enum tcn_status status =
        call_start(sock->link, sock->handle, address, &dial->monitor, &dial->monitor_descriptor);
    if (status != TCN_OK) {
        return status;
    }
    (void)snprintf(dial->address, sizeof(dial->address), "%s", address);
    dial->failure_count = 0;
    dial->state = TCN_DIAL_CALLING;
    return TCN_OK;
}

enum tcn_status tcn_dial_hang_up(struct tcn_sock *sock, const char *address) {
    struct tcn_dial *dial = &sock->dial;
    if (!tcn_dial_is_calling(sock)) {
        return zmq_disconnect(sock->handle, address) == 0 ? TCN_OK : tcn_status_of_errno(errno);
    }
    if (strcmp(dial->address, address) != 0) {
        return TCN_ABSENT;
    }
    void *handle = NULL;
    enum tcn_status status = tcn_handle_open(sock->link, &sock->options, &handle);
    if (status != TCN_OK) {
        return status;
    }
    handle_replace(sock, handle);
    dial->state = TCN_DIAL_IDLE;
    return TCN_OK;
}

bool tcn_dial_is_open(const struct tcn_sock *sock) {
    switch (sock->dial.state) {
    case TCN_DIAL_IDLE: /* libzmq itself knows */
    case TCN_DIAL_STAYING:
    case TCN_DIAL_UP:
        return true;
    case TCN_DIAL_CALLING:
    case TCN_DIAL_RESTING:
    case TCN_DIAL_DENIED:
        return false;
    }
    TCN_UNREACHABLE();
}

enum tcn_status tcn_dial_check(struct tcn_sock *sock) {
    if (!tcn_dial_is_calling(sock)) {
        return TCN_OK; /* libzmq itself knows */
    }
    if (!tcn_dial_is_open(sock) || tcn_clock_monotonic_ns() - sock->dial.looked_ns >= LOOK_NS) {
        tcn_dial_step(sock);
    }
    if (tcn_dial_is_open(sock)) {
        return TCN_OK;
    }
    int events = 0;
    size_t size = sizeof(events);
    bool is_closed =
        zmq_getsockopt(sock->handle, ZMQ_EVENTS, &events, &size) != 0 && errno == ETERM;
    return is_closed ? TCN_CLOSED : TCN_AGAIN;
}

int tcn_dial_descriptor(const struct tcn_sock *sock) {
    const struct tcn_dial *dial = &sock->dial;
    bool is_awaited = dial->state == TCN_DIAL_CALLING || dial->state == TCN_DIAL_UP;
    return is_awaited ? dial->monitor_descriptor : -1;
}

int64_t tcn_dial_due_ns(const struct tcn_sock *sock) {
    return sock->dial.state == TCN_DIAL_RESTING ? sock->dial.rest_until_ns : INT64_MAX;
}

bool tcn_dial_is_calling(const struct tcn_sock *sock) {
    return sock->dial.state != TCN_DIAL_IDLE && sock->dial.state != TCN_DIAL_STAYING;
}

void tcn_dial_stay(struct tcn_sock *sock) {
    TCN_CHECK(!tcn_dial_is_calling(sock));
    sock->dial.state = TCN_DIAL_STAYING;
}

void tcn_dial_close(struct tcn_sock *sock) {
    monitor_close(sock);
    sock->dial.state = TCN_DIAL_IDLE;
}
