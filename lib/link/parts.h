/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One whole multipart message. It is received all or not at all, holds at most TCN_PARTS_MAX frames
 * and never more bytes than its socket allows. Frames are kept as the transport made them, so that
 * forwarding copies no payload.
 */
#ifndef TCN_LINK_PARTS_H
#define TCN_LINK_PARTS_H

#include "base/bytes.h"

#include <stdalign.h>

/** Frames of one message at most, routing id included. */
#define TCN_PARTS_MAX 16

/** Bytes of a foreign message handle. */
#define TCN_FRAME_OPAQUE_BYTES 64

/** Room for a user id, its NUL included. Source: RFC 27, at most 255 bytes. */
#define TCN_USER_ID_BYTES 256

/** One frame. Open only so that a message needs no allocation; never look inside. */
struct tcn_frame {
    alignas(16) uint8_t opaque[TCN_FRAME_OPAQUE_BYTES];
};

/** One message. Open: embedded or on the stack; never copy or move the struct itself, because
 * small frames live inside. */
struct tcn_parts {
    struct tcn_frame frames[TCN_PARTS_MAX];
    size_t count;              /**< frames held; 0 when empty */
    size_t bytes;              /**< their sizes together */
    bool is_from_curve_server; /**< received on a socket that authenticates its peers */
};

/** Makes an empty message. Thread: any, one at a time, as for all of this file. */
void tcn_parts_init(struct tcn_parts *parts);

/** Gives all frames back and leaves an empty message that can be used again. */
void tcn_parts_clear(struct tcn_parts *parts);

/** The same as tcn_parts_clear, said at the end of its life; accepts NULL and a zeroed struct. */
void tcn_parts_fini(struct tcn_parts *parts);

/** Copies one frame in behind the last.
 * Owns: copies.
 * Errors: TCN_LIMIT it holds TCN_PARTS_MAX frames; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_parts_push(struct tcn_parts *parts, struct tcn_slice frame);

/** The bytes of frame `index`, 0 for the first; an empty slice with NULL when there is none.
 * Owns: lent until the message is cleared. */
struct tcn_slice tcn_parts_frame(const struct tcn_parts *parts, size_t index);

/** The user id that the ZAP handler gave the peer, or NULL when the message did not come through a
 * CURVE server socket. It is read from the last frame: libzmq 4.3.4 may lose it on the first one.
 * A local peer can claim any user id in its handshake, so none is ever believed from there.
 * Owns: lent until the message is cleared. */
const char *tcn_parts_user_id(const struct tcn_parts *parts);

/** The peer's network address for logs, or NULL when unknown. It proves nothing.
 * Owns: lent until the message is cleared. */
const char *tcn_parts_peer_address(const struct tcn_parts *parts);

#endif
