/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The poller: the only place where a thread of this system waits. Readiness is by level: what was
 * not read is reported again.
 */
#ifndef TCN_LINK_POLLER_H
#define TCN_LINK_POLLER_H

#include "link/sock.h"

/** Places in one poller: libzmq 4.3.4 handles more than 16 wrongly. A thing takes one, a dealer
 * two: its connection is watched with it. */
#define TCN_POLLER_MAX 16

/** Wait without end. */
#define TCN_POLLER_FOREVER INT64_C(-1)

/** What to watch for; values are joined with |. */
enum tcn_poll_events {
    TCN_POLL_IN = 1,  /**< something can be received; also when a descriptor failed or hung up */
    TCN_POLL_OUT = 2, /**< something can be sent; on a dealer only while somebody is connected */
};

/** One thing watched: a socket, or a descriptor when `sock` is NULL. */
struct tcn_poller_item {
    struct tcn_sock *sock;
    uint64_t token;
    int descriptor;
    unsigned events;
};

/** The poller. Open: embedded in the loop that owns it; its fields are its own. */
struct tcn_poller {
    struct tcn_poller_item items[TCN_POLLER_MAX];
    size_t count;
};

/** One thing that is ready. */
struct tcn_poller_ready {
    uint64_t token;  /**< as given when it was added */
    unsigned events; /**< TCN_POLL_IN, TCN_POLL_OUT or both */
};

/** Makes a poller that watches nothing. Thread: the owner of all sockets added, as for all here. */
void tcn_poller_init(struct tcn_poller *poller);

/** Watches a socket.
 * Owns: borrows the socket until it is removed.
 * Errors: TCN_LIMIT fewer places are free than it takes; TCN_EXISTS it watches this one already. */
TCN_MUST_CHECK enum tcn_status tcn_poller_add(struct tcn_poller *poller, struct tcn_sock *sock,
                                              unsigned events, uint64_t token);

/** Watches a file descriptor: a signalfd, a timerfd, an inotify or a local socket.
 * Owns: borrows the descriptor until it is removed.
 * Errors: as tcn_poller_add. */
TCN_MUST_CHECK enum tcn_status tcn_poller_add_descriptor(struct tcn_poller *poller, int descriptor,
                                                         unsigned events, uint64_t token);

/** Changes what a watched socket is watched for; 0 keeps its place and watches for nothing.
 * Errors: TCN_ABSENT it is not watched. */
TCN_MUST_CHECK enum tcn_status tcn_poller_set(struct tcn_poller *poller,
                                              const struct tcn_sock *sock, unsigned events);

/** The same for a descriptor.
 * Errors: TCN_ABSENT it is not watched. */
TCN_MUST_CHECK enum tcn_status tcn_poller_set_descriptor(struct tcn_poller *poller, int descriptor,
                                                         unsigned events);

/** Stops watching a socket; nothing happens when it was not watched. */
void tcn_poller_remove(struct tcn_poller *poller, const struct tcn_sock *sock);

/** Stops watching a descriptor; nothing happens when it was not watched. */
void tcn_poller_remove_descriptor(struct tcn_poller *poller, int descriptor);

/** Waits until something is ready or the time is over: 0 looks and returns, TCN_POLLER_FOREVER has
 * no end; other times are rounded up to a millisecond. Dealers that rest after a break call again
 * meanwhile. *out_count is 0 when the time was over or a signal came; entries come in the order in
 * which they were added.
 * Errors: TCN_CLOSED the link is shut down; TCN_IO a descriptor is not open. */
TCN_MUST_CHECK enum tcn_status tcn_poller_wait(struct tcn_poller *poller, int64_t timeout_ns,
                                               struct tcn_poller_ready out_ready[TCN_POLLER_MAX],
                                               size_t *out_count);

#endif
