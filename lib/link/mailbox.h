/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mailboxes: two ends, one in each of two threads, that pass whole messages without copying
 * payload. Threads share nothing else. A full mailbox refuses, so a slow actor slows its writers
 * instead of eating memory.
 */
#ifndef TCN_LINK_MAILBOX_H
#define TCN_LINK_MAILBOX_H

#include "link/sock.h"

/** Which end. The first end binds the name, the second connects to it; the order of opening is
 * free. */
enum tcn_mailbox_end {
    TCN_MAILBOX_FIRST,
    TCN_MAILBOX_SECOND,
};

/** Opens one end. Both ends name the same `name`, unique in the link, and the same count_max:
 * about how many messages wait in each direction, 1 to TCN_SOCK_HWM_MAX.
 * Owns: gives a socket for the poller, closed with tcn_sock_close.
 * Errors: TCN_CONFIG name or count_max out of bounds; TCN_LOCKED the first end is open already;
 * TCN_LIMIT; TCN_CLOSED; TCN_NOMEM.
 * Thread: the caller becomes this end's owner. */
TCN_MUST_CHECK enum tcn_status tcn_mailbox_open(struct tcn_link *link, const char *name,
                                                enum tcn_mailbox_end end, size_t count_max,
                                                struct tcn_sock **out_sock);

/** Posts a message of 1 to TCN_PARTS_MAX frames.
 * Owns: takes the frames and leaves `parts` empty when it returns TCN_OK, else leaves it unchanged.
 * Errors: TCN_AGAIN the mailbox is full or its other end was never opened; TCN_CLOSED; TCN_NOMEM.
 * Thread: owner. */
TCN_MUST_CHECK enum tcn_status tcn_mailbox_post(struct tcn_sock *sock, struct tcn_parts *parts);

/** Takes the next message. A user id does not pass a mailbox: put it into a frame.
 * Owns: gives the frames to `parts`.
 * Errors: TCN_AGAIN nothing waits; TCN_CLOSED; TCN_NOMEM.
 * Thread: owner. */
TCN_MUST_CHECK enum tcn_status tcn_mailbox_take(struct tcn_sock *sock, struct tcn_parts *parts);

#endif
