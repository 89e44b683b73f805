/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A piece: one event as it goes into a chunk, freshly entered or taken out of a chunk that is cut
 * anew. Its bytes are those that are hashed, stored and replayed; nobody decodes them on the way.
 */
#ifndef TCN_AGENTS_PIECE_H
#define TCN_AGENTS_PIECE_H

#include "base/bytes.h"
#include "model/id.h"
#include "model/sealed.h"

/** Bytes of the hash that tells one content from another under a retry key. */
#define TCN_AGENT_CONTENT_BYTES 8

/** One event, ready to be cut. Slices lend from whoever made the piece. */
struct tcn_agent_piece {
    struct tcn_slice event; /**< encoded */
    struct tcn_hash hash;   /**< of the event */
    enum tcn_mode mode;
    int64_t recorded_ns;
    bool has_share;
    struct tcn_share share;
    struct tcn_slice retry_key; /**< empty when it has none */
    uint8_t content[TCN_AGENT_CONTENT_BYTES];
};

#endif
