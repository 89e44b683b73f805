/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of this room: foreign handles and what its files share. No other room includes it.
 */
#ifndef TCN_LINK_HANDLE_H
#define TCN_LINK_HANDLE_H

#include "link/sock.h"

#include <pthread.h>
#include <stdatomic.h>
#include <zmq.h>

/** Tries of a foreign call that a signal interrupted. */
#define TCN_INTERRUPT_MAX 16

/** The context and what all threads count in it. */
struct tcn_link {
    void *context;
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
    char inproc[TCN_ADDRESS_BYTES]; /**< the inproc name it bound last; empty when none */
};

/** A status for an errno of libzmq; TCN_IO for one that is not expected. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_status_of_errno(int error);

/** Sets every option of the baseline on a new socket.
 * Errors: TCN_CONFIG the options do not fit the role or libzmq refused one. */
TCN_MUST_CHECK enum tcn_status tcn_baseline_apply(void *handle,
                                                  const struct tcn_sock_options *options);

/** Aborts when the caller is not the owner: only a bug can do that. */
void tcn_sock_check_owner(const struct tcn_sock *sock);

/** Makes the calling thread the owner. Only for a socket that nobody has used since the thread was
 * created, because creating a thread is the memory barrier that libzmq asks for. */
void tcn_sock_adopt(struct tcn_sock *sock);

/** The foreign message inside a frame. */
zmq_msg_t *tcn_frame_message(const struct tcn_frame *frame);

#endif
