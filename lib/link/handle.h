/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of this room: foreign handles and what its files share. No other room includes it.
 */
#ifndef TCN_LINK_HANDLE_H
#define TCN_LINK_HANDLE_H

#include "link/dial.h"
#include "link/sock.h"

#include <pthread.h>
#include <stdatomic.h>
#include <zmq.h>

/** Tries of a foreign call that a signal interrupted. */
#define TCN_INTERRUPT_MAX 16

/** How long a dealer rests after a break before it calls again: chosen once for each socket,
 * doubled up to the limit while nobody is there. After a broker's restart the collector and the
 * agents are back, and there is an acknowledgement, within 5 s, however long the broker was away.
 */
#define TCN_RECONNECT_MS_MIN 200
#define TCN_RECONNECT_MS_MAX 600
#define TCN_RECONNECT_MS_LIMIT 1200

/** Foreign sockets that one socket costs at most: a dealer has three, its own and the two ends of a
 * monitor, and while they are replaced the old ones are still being put away. */
#define TCN_FOREIGN_PER_SOCK 6

_Static_assert(TCN_DIAL_ADDRESS_BYTES == TCN_ADDRESS_BYTES, "one bound for every address");

/** The context and what all threads count in it. */
struct tcn_link {
    void *context;
    size_t sock_count_max;
    atomic_size_t sock_count;
    atomic_uint_fast64_t serial; /**< names given so far; makes inproc addresses unique */
};

/** One socket and its bounds. */
struct tcn_sock {
    void *handle;
    struct tcn_link *link;
    pthread_t owner;
    enum tcn_sock_role role;
    bool insecure_loopback;
    bool is_draining; /**< the rest of an oversized message is still to be thrown away */
    size_t message_bytes_max;
    struct tcn_sock_counts counts;
    struct tcn_dial dial;
    struct tcn_sock_options options;      /**< for the next foreign socket; dealers only */
    uint8_t keys[2][TCN_CURVE_KEY_BYTES]; /**< what its pointers point at: public, secret */
    uint8_t server_keys[TCN_SERVER_KEYS_MAX][TCN_CURVE_KEY_BYTES]; /**< and the server's */
    char inproc[TCN_ADDRESS_BYTES]; /**< the inproc name it bound last; empty when none */
};

/** A status for an errno of libzmq; TCN_IO for one that is not expected. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_status_of_errno(int error);

/** Sets every option of the baseline on a new socket.
 * Errors: TCN_CONFIG the options do not fit the role or libzmq refused one. */
TCN_MUST_CHECK enum tcn_status tcn_baseline_apply(void *handle,
                                                  const struct tcn_sock_options *options);

/** Opens a foreign socket with the whole baseline.
 * Owns: gives the handle, to be closed with zmq_close.
 * Errors: TCN_CONFIG as tcn_baseline_apply; TCN_LIMIT; TCN_CLOSED; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status
tcn_handle_open(struct tcn_link *link, const struct tcn_sock_options *options, void **out_handle);

/** Aborts when the caller is not the owner: only a bug can do that. */
void tcn_sock_check_owner(const struct tcn_sock *sock);

/** True for a socket that calls: it has a dial, and takes two places in a poller. */
bool tcn_sock_is_dealer(const struct tcn_sock *sock);

/** Makes the calling thread the owner. Only for a socket that nobody has used since the thread was
 * created, because creating a thread is the memory barrier that libzmq asks for. */
void tcn_sock_adopt(struct tcn_sock *sock);

/** The foreign message inside a frame. */
zmq_msg_t *tcn_frame_message(const struct tcn_frame *frame);

#endif
