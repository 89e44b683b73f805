/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers on their way out: stamp, header and body frames as one message to the net actor, which
 * sends them as they are.
 */
#ifndef TCN_COLLECTOR_POST_H
#define TCN_COLLECTOR_POST_H

#include "link/mailbox.h"
#include "model/message.h"

/** Posts one answer.
 * Owns: copies everything.
 * Errors: TCN_AGAIN the mailbox is full; as tcn_mailbox_post.
 * Thread: the socket's owner. */
TCN_MUST_CHECK enum tcn_status tcn_post(struct tcn_sock *net, const struct tcn_stamp *stamp,
                                        const struct tcn_header *header,
                                        const struct tcn_slice *bodies, size_t count);

/** Posts an ERROR with a code as the answer to a message.
 * Errors: as tcn_post.
 * Thread: the socket's owner. */
TCN_MUST_CHECK enum tcn_status tcn_post_error(struct tcn_sock *net, const struct tcn_stamp *stamp,
                                              const struct tcn_header *asked, enum tcn_status code);

#endif
