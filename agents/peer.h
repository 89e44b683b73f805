/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom a local answer goes to: the routing id, and the frames before the request that the asking
 * program wants back. Kept by value, because an answer may come long after its request.
 */
#ifndef TCN_AGENTS_PEER_H
#define TCN_AGENTS_PEER_H

#include "link/parts.h"
#include "link/sock.h"

/** Frames before a request at most, the routing id among them. */
#define TCN_AGENT_PEER_FRAMES_MAX 3

/** Bytes of each of them at most. */
#define TCN_AGENT_PEER_FRAME_BYTES_MAX 64

/** Where an answer goes. */
struct tcn_agent_peer {
    uint8_t bytes[TCN_AGENT_PEER_FRAMES_MAX][TCN_AGENT_PEER_FRAME_BYTES_MAX];
    uint8_t sizes[TCN_AGENT_PEER_FRAMES_MAX];
    uint32_t count; /**< frames, at least 1 */
};

/** Reads all frames but the last of a message that a router received.
 * Errors: TCN_MALFORMED no request, or too many or too long frames before it.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_agent_peer_read(const struct tcn_parts *parts,
                                                   struct tcn_agent_peer *out_peer);

/** Sends an answer. A peer that is gone or does not read loses it.
 * Errors: TCN_CLOSED the link is shut down; TCN_NOMEM; TCN_IO.
 * Thread: the socket's. */
TCN_MUST_CHECK enum tcn_status tcn_agent_peer_send(const struct tcn_agent_peer *peer,
                                                   struct tcn_sock *sock, struct tcn_slice answer);

#endif
