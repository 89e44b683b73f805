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

/** Places that one thing takes among libzmq's poll items: a dealer has its connection watched too.
 */
static size_t item_place_count(const struct tcn_poller_item *item) {
    return item->sock != NULL && tcn_sock_is_dealer(item->sock) ? 2 : 1;
}

/** Places taken. */
static size_t place_count(const struct tcn_poller *poller) {
    size_t count = 0;
    for (size_t i = 0; i < poller->count; i++) {
        count += item_place_count(&poller->items[i]);
    }
    return count;
}

/** Adds one thing behind the others. */
static enum tcn_status item_add(struct tcn_poller *poller, struct tcn_poller_item item) {
    if (item_find(poller, item.sock, item.descriptor) < poller->count) {
        return TCN_EXISTS;
    }
    if (place_count(poller) + item_place_count(&item) > TCN_POLLER_MAX) {
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

/** Makes libzmq's poll items: one for each thing, in order, and behind them the connections of
 * those dealers that have one. Gives the count of all. */
static size_t items_make(const struct tcn_poller *poller, zmq_pollitem_t items[TCN_POLLER_MAX]) {
    size_t count = poller->count;
    for (size_t i = 0; i < poller->count; i++) {
        const struct tcn_poller_item *item = &poller->items[i];
        unsigned events = item->events;
        if (item->sock != NULL) {
            tcn_sock_check_owner(item->sock);
            /* Unconnected, libzmq would say that there is room, again and again. */
            events &= tcn_dial_is_open(item->sock) ? ~0U : ~(unsigned)TCN_POLL_OUT;
            int descriptor = tcn_dial_descriptor(item->sock);
            if (descriptor >= 0) {
                TCN_CHECK(count < TCN_POLLER_MAX);
                items[count] = (zmq_pollitem_t){.fd = descriptor, .events = ZMQ_POLLIN};
                count++;
            }
        }
        items[i] = (zmq_pollitem_t){.socket = item->sock != NULL ? item->sock->handle : NULL,
                                    .fd = item->descriptor,
                                    .events = events_to_foreign(events)};
    }
    return count;
}

/** Lets those dealers step whose time has come. Gives when the next comes, no later than `end_ns`.
 */
static int64_t dials_step_due(const struct tcn_poller *poller, int64_t now_ns, int64_t end_ns) {
    for (size_t i = 0; i < poller->count; i++) {
        struct tcn_sock *sock = poller->items[i].sock;
        if (sock == NULL) {
            continue;
        }
        if (tcn_dial_due_ns(sock) <= now_ns) {
            tcn_dial_step(sock);
        }
        int64_t due_ns = tcn_dial_due_ns(sock);
        end_ns = due_ns < end_ns ? due_ns : end_ns;
    }
    return end_ns;
}

/** Lets those dealers step whose connection has something to say. True when there was one. */
static bool dials_step_told(const struct tcn_poller *poller, const zmq_pollitem_t *items) {
    bool was_told = false;
    size_t place = poller->count;
    for (size_t i = 0; i < poller->count; i++) {
        struct tcn_sock *sock = poller->items[i].sock;
        if (sock == NULL || tcn_dial_descriptor(sock) < 0) {
            continue;
        }
        if (items[place].revents != 0) {
            tcn_dial_step(sock);
            was_told = true;
        }
        place++;
    }
    return was_told;
}

/** Writes down what is ready. A dealer whose connection broke just now takes nothing any more. */
static size_t ready_collect(const struct tcn_poller *poller, const zmq_pollitem_t *items,
                            struct tcn_poller_ready out_ready[TCN_POLLER_MAX]) {
    size_t count = 0;
    for (size_t i = 0; i < poller->count; i++) {
        const struct tcn_poller_item *item = &poller->items[i];
        unsigned events = events_from_foreign(items[i].revents);
        if (item->sock != NULL && !tcn_dial_is_open(item->sock)) {
            events &= ~(unsigned)TCN_POLL_OUT;
        }
        if (events != 0) {
            out_ready[count] = (struct tcn_poller_ready){.token = item->token, .events = events};
            count++;
        }
    }
    return count;
}

enum tcn_status tcn_poller_wait(struct tcn_poller *poller, int64_t timeout_ns,
                                struct tcn_poller_ready out_ready[TCN_POLLER_MAX],
                                size_t *out_count) {
    TCN_CHECK(place_count(poller) <= TCN_POLLER_MAX);
    int64_t now_ns = tcn_clock_monotonic_ns();
    bool has_end = timeout_ns >= 0 && timeout_ns < INT64_MAX - now_ns;
    int64_t end_ns = has_end ? now_ns + timeout_ns : INT64_MAX;
    size_t count = 0;
    bool goes_on = true;
    while (goes_on) { /* another round only after a connection came or went, or a rest was over */
        zmq_pollitem_t items[TCN_POLLER_MAX] = {0};
        int64_t next_ns = dials_step_due(poller, now_ns, end_ns);
        size_t item_count = items_make(poller, items);
        int64_t rest_ns = next_ns > now_ns ? next_ns - now_ns : 0;
        int result = zmq_poll(items, (int)item_count, wait_ms(next_ns == INT64_MAX ? -1 : rest_ns));
        if (result < 0 && errno != EINTR) {
            return tcn_status_of_errno(errno);
        }
        bool was_told = dials_step_told(poller, items);
        count = ready_collect(poller, items, out_ready);
        now_ns = tcn_clock_monotonic_ns();
        goes_on = count == 0 && result >= 0 && now_ns < end_ns && (was_told || next_ns < end_ns);
    }
    *out_count = count;
    return TCN_OK;
}
