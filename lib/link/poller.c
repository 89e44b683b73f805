/* SPDX-License-Identifier: Apache-2.0 */
#include "link/poller.h"

#include "link/handle.h"

#include "base/clock.h"

#include <errno.h>
#include <limits.h>

#define NO_DESCRIPTOR (-1)

void tcn_poller_init(struct tcn_poller *poller) {
    poller->count = 0;
}

/** The place of a socket, or of a descriptor when `sock` is NULL; count when it is not there. */
static size_t item_find(const struct tcn_poller *poller, const struct tcn_sock *sock,
                        int descriptor) {
    TCN_CHECK(poller->count <= TCN_POLLER_MAX);
    size_t i = 0;
    while (i < poller->count &&
           (poller->items[i].sock != sock || poller->items[i].descriptor != descriptor)) {
        i++;
    }
    return i;
}

/** Adds one thing behind the others. */
static enum tcn_status item_add(struct tcn_poller *poller, struct tcn_poller_item item) {
    if (item_find(poller, item.sock, item.descriptor) < poller->count) {
        return TCN_EXISTS;
    }
    if (poller->count == TCN_POLLER_MAX) {
        return TCN_LIMIT;
    }
    poller->items[poller->count] = item;
    poller->count++;
    return TCN_OK;
}

/** Changes what one thing is watched for. */
static enum tcn_status item_set(struct tcn_poller *poller, const struct tcn_sock *sock,
                                int descriptor, unsigned events) {
    size_t i = item_find(poller, sock, descriptor);
    if (i == poller->count) {
        return TCN_ABSENT;
    }
    poller->items[i].events = events;
    return TCN_OK;
}

/** Takes one thing out and keeps the others in their order. */
static void item_remove(struct tcn_poller *poller, const struct tcn_sock *sock, int descriptor) {
    size_t i = item_find(poller, sock, descriptor);
    if (i == poller->count) {
        return;
    }
    poller->count--;
    for (; i < poller->count; i++) {
        poller->items[i] = poller->items[i + 1];
    }
}

enum tcn_status tcn_poller_add(struct tcn_poller *poller, struct tcn_sock *sock, unsigned events,
                               uint64_t token) {
    TCN_CHECK(sock != NULL);
    tcn_sock_check_owner(sock);
    return item_add(
        poller, (struct tcn_poller_item){
                    .sock = sock, .token = token, .descriptor = NO_DESCRIPTOR, .events = events});
}

enum tcn_status tcn_poller_add_descriptor(struct tcn_poller *poller, int descriptor,
                                          unsigned events, uint64_t token) {
    TCN_CHECK(descriptor >= 0);
    return item_add(poller, (struct tcn_poller_item){
                                .token = token, .descriptor = descriptor, .events = events});
}

enum tcn_status tcn_poller_set(struct tcn_poller *poller, const struct tcn_sock *sock,
                               unsigned events) {
    TCN_CHECK(sock != NULL);
    return item_set(poller, sock, NO_DESCRIPTOR, events);
}

enum tcn_status tcn_poller_set_descriptor(struct tcn_poller *poller, int descriptor,
                                          unsigned events) {
    TCN_CHECK(descriptor >= 0);
    return item_set(poller, NULL, descriptor, events);
}

void tcn_poller_remove(struct tcn_poller *poller, const struct tcn_sock *sock) {
    TCN_CHECK(sock != NULL);
    item_remove(poller, sock, NO_DESCRIPTOR);
}

void tcn_poller_remove_descriptor(struct tcn_poller *poller, int descriptor) {
    TCN_CHECK(descriptor >= 0);
    item_remove(poller, NULL, descriptor);
}

/** Milliseconds for libzmq: -1 without end, rounded up, bounded by what an int holds. */
static long wait_ms(int64_t timeout_ns) {
    if (timeout_ns < 0) {
        return -1;
    }
    int64_t ms = timeout_ns / TCN_MS_NS + (timeout_ns % TCN_MS_NS > 0 ? 1 : 0);
    return ms < INT_MAX ? (long)ms : INT_MAX;
}

/** Our events as libzmq's. */
static short events_to_foreign(unsigned events) {
    unsigned foreign = ((events & TCN_POLL_IN) != 0 ? (unsigned)ZMQ_POLLIN : 0U) |
                       ((events & TCN_POLL_OUT) != 0 ? (unsigned)ZMQ_POLLOUT : 0U);
    return (short)foreign;
}

/** libzmq's events as ours; a descriptor that failed or hung up is readable, so that reading it
 * tells why. */
static unsigned events_from_foreign(short foreign) {
    unsigned events = 0;
    if ((foreign & (ZMQ_POLLIN | ZMQ_POLLERR)) != 0) {
        events |= TCN_POLL_IN;
    }
    if ((foreign & ZMQ_POLLOUT) != 0) {
        events |= TCN_POLL_OUT;
    }
    return events;
}

enum tcn_status tcn_poller_wait(struct tcn_poller *poller, int64_t timeout_ns,
                                struct tcn_poller_ready out_ready[TCN_POLLER_MAX],
                                size_t *out_count) {
    TCN_CHECK(poller->count <= TCN_POLLER_MAX);
    zmq_pollitem_t items[TCN_POLLER_MAX] = {0};
    for (size_t i = 0; i < poller->count; i++) {
        const struct tcn_poller_item *item = &poller->items[i];
        if (item->sock != NULL) {
            tcn_sock_check_owner(item->sock);
        }
        items[i] = (zmq_pollitem_t){.socket = item->sock != NULL ? item->sock->handle : NULL,
                                    .fd = item->descriptor,
                                    .events = events_to_foreign(item->events)};
    }
    if (zmq_poll(items, (int)poller->count, wait_ms(timeout_ns)) < 0 && errno != EINTR) {
        return tcn_status_of_errno(errno);
    }
    size_t count = 0;
    for (size_t i = 0; i < poller->count; i++) {
        unsigned events = events_from_foreign(items[i].revents);
        if (events != 0) {
            out_ready[count] =
                (struct tcn_poller_ready){.token = poller->items[i].token, .events = events};
            count++;
        }
    }
    *out_count = count;
    return TCN_OK;
}
