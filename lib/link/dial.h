/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The dial of a dealer: its one connection over tcp or ipc, from the call to the break and on to
 * the next call. The inside of this room; no other room includes it. All of it belongs to the
 * socket's owner and happens between two messages.
 *
 * A foreign socket serves one connection and is thrown away with it, for two reasons. What libzmq
 * 4.3.4 offers for a queue that dies with its connection, ZMQ_IMMEDIATE, ends the program when a
 * connection breaks while a message is being received: the pipe is given up between two frames
 * (fq.cpp: !_more). And without that option libzmq connects again by itself and sends what was
 * queued for the old connection down the new one. So the option is off, libzmq is told to wait with
 * its second call for longer than any foreign socket lives, a monitor says what became of the
 * first, and the second is made here, with a new foreign socket.
 */
#ifndef TCN_LINK_DIAL_H
#define TCN_LINK_DIAL_H

#include "link/link.h"

/** Room for an address in text, its NUL included; sock.h tells the callers the same. */
#define TCN_DIAL_ADDRESS_BYTES 256

struct tcn_sock;

/**
 *                    handshake done
 *   IDLE ──call──▶ CALLING ─────────▶ UP
 *    ▲              ▲  │ │ key         │
 *    │              │  │ └─denied─▶ DENIED
 *    │         rest │  │ nobody,       │ broken
 *    │         over │  ▼ broken        ▼
 *    │             RESTING ◀───────────┘
 *    └─hang up─ from everywhere
 *
 *   IDLE ──call in this process, or listen──▶ STAYING
 *
 * A server whose key is another one ends the handshake without a word. When more than one key of it
 * is known, the next is tried at once, and the rest comes when all of them were.
 */
enum tcn_dial_state {
    TCN_DIAL_IDLE,    /**< nobody to call: no dealer, or none that was told whom */
    TCN_DIAL_STAYING, /**< inproc, or it listens: nobody is called, libzmq alone knows who is there
                       */
    TCN_DIAL_CALLING, /**< the foreign socket connects or shakes hands */
    TCN_DIAL_UP,      /**< connected: the only state over a network in which something is sent */
    TCN_DIAL_RESTING, /**< the connection is gone; what it brought can still be received */
    TCN_DIAL_DENIED,  /**< the server knows the key and will not have it: only a new socket helps */
};

/** The dial of one socket. Open: lives inside the socket, and only dial.c touches it. */
struct tcn_dial {
    enum tcn_dial_state state;
    void *monitor;          /**< our end of the foreign socket's monitor; NULL without a call */
    int monitor_descriptor; /**< readable when the monitor may have something to say */
    unsigned failure_count; /**< calls since the last that got through, as far as it matters */
    size_t key_index;       /**< of the server's key that the call is made with */
    size_t tried_count;     /**< keys of the server that were no good since the last rest */
    int64_t rest_until_ns;  /**< on the monotonic clock; while resting */
    int64_t looked_ns;      /**< on the monotonic clock: when news was taken last */
    char address[TCN_DIAL_ADDRESS_BYTES];
};

/** Calls an address, with the socket's first foreign socket.
 * Errors: TCN_EXISTS it has one already, or listens; TCN_CONFIG not an address; TCN_LIMIT no
 * descriptors; TCN_CLOSED; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_dial_call(struct tcn_sock *sock, const char *address);

/** Hangs up and drops what was not sent and not received.
 * Errors: TCN_ABSENT it does not call there; TCN_LIMIT, TCN_NOMEM for the foreign socket that takes
 * the place: nothing has changed then; TCN_CONFIG; TCN_CLOSED; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_dial_hang_up(struct tcn_sock *sock, const char *address);

/** True when the socket has an address over a network that it calls, whatever became of it. */
bool tcn_dial_is_calling(const struct tcn_sock *sock);

/** Keeps the foreign socket, because it listens: such a socket calls nobody over a network. */
void tcn_dial_stay(struct tcn_sock *sock);

/** Takes what the monitor has to say, and calls again when the rest is over. Costs a system call or
 * two, so it stands where there is nothing better to do: before a wait, after it, where a send or a
 * receive would answer TCN_AGAIN, and before a send once a millisecond. */
void tcn_dial_step(struct tcn_sock *sock);

/** Whether a message may be handed to the transport, as was known a millisecond ago.
 * Errors: TCN_AGAIN nobody is connected; TCN_CLOSED the link is shut down. */
TCN_MUST_CHECK enum tcn_status tcn_dial_check(struct tcn_sock *sock);

/** True when a message may be handed to the transport, as far as is known. */
bool tcn_dial_is_open(const struct tcn_sock *sock);

/** The descriptor that becomes readable when tcn_dial_step has something to take; -1 for none. */
int tcn_dial_descriptor(const struct tcn_sock *sock);

/** When tcn_dial_step has something to do without being told, on the monotonic clock; INT64_MAX for
 * never. */
int64_t tcn_dial_due_ns(const struct tcn_sock *sock);

/** Closes the monitor; the foreign socket itself is its owner's. */
void tcn_dial_close(struct tcn_sock *sock);

#endif
