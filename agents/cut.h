/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cutting: pieces of one lane become signed chunks in the outbox. A chunk is closed at
 * TCN_CHUNK_EVENTS_MAX events, where its body would pass TCN_CHUNK_BODY_BYTES_SOFT, and where the
 * mode changes; a larger event goes alone. A feed's chunk is also closed where the time changes:
 * a chunk has one log time, and were it the newest of several, clocks would fire before acts that
 * came first, at other places each time, as chunks end where a group of drafts happens to. So the
 * same feed gives the same log times, and with them the same alerts. Everything is written into the
 * outbox's open group; what is in a chunk is never sent otherwise than as it was cut.
 */
#ifndef TCN_AGENTS_CUT_H
#define TCN_AGENTS_CUT_H

#include "agents/piece.h"
#include "base/arena.h"
#include "model/chunk.h"
#include "seal/sign.h"
#include "store/outbox.h"

/** Bytes of a shares frame at most. */
#define TCN_AGENT_SHARES_BYTES_MAX (TCN_CHUNK_EVENTS_MAX * 64)

/** Whoever cuts. Open: embedded in the agent; buffers are its own, the key is lent. */
struct tcn_agent_cutter {
    const struct tcn_signing_key *key;
    struct tcn_key_id key_id;
    struct tcn_id log_id;
    enum tcn_mode mode; /**< of a VOID range */
    bool is_by_instant; /**< a feed's: all events of a chunk were recorded at one instant */
    struct tcn_slice organ_id;
    uint8_t head[TCN_CHUNK_HEAD_BYTES_MAX];
    struct tcn_signature signature;
    uint8_t body[TCN_CHUNK_BODY_BYTES_MAX];
    uint8_t shares[TCN_AGENT_SHARES_BYTES_MAX];
};

/** A range of sequences that will never come. Open: made by the caller. */
struct tcn_agent_hole {
    uint64_t first_sequence;
    uint64_t count; /**< sequences that it covers, at least 1 */
    enum tcn_status cause;
    struct tcn_hash previous_hash; /**< of the chunk before it; none when it is the first */
    struct tcn_hash next_previous; /**< what the chunk behind it names; none when none is there */
    int64_t now_ns;                /**< wall clock */
};

/** Cuts all pieces in order and appends the chunks behind the row's next_sequence. Stops at the
 * first chunk that the outbox has no room for; out_count says how many pieces are in.
 * Owns: the row is moved on as the outbox's own is; pieces are only read.
 * Errors: TCN_FULL not all are in, what is in stays in; TCN_TOOBIG an event is over
 * TCN_EVENT_BYTES_MAX; as tcn_outbox_chunk_append. Out_count is written on TCN_OK and TCN_FULL.
 * Thread: the outbox's. */
TCN_MUST_CHECK enum tcn_status tcn_agent_cut(struct tcn_agent_cutter *cutter,
                                             struct tcn_outbox *outbox, struct tcn_outbox_lane *row,
                                             const struct tcn_agent_piece *const *pieces,
                                             uint32_t count, uint32_t *out_count);

/** Puts a signed VOID over a range of sequences before the oldest retained chunk of the row's lane.
 * Errors: as tcn_outbox_chunk_prepend.
 * Thread: the outbox's. */
TCN_MUST_CHECK enum tcn_status tcn_agent_cut_hole(struct tcn_agent_cutter *cutter,
                                                  struct tcn_outbox *outbox,
                                                  const struct tcn_lane_key *lane,
                                                  const struct tcn_agent_hole *hole);

/** The VOID that takes the place of a refused event; a feed's has that event's time.
 * Owns: the piece lends from the arena.
 * Errors: TCN_NOMEM the arena is spent.
 * Thread: any, one per arena. */
TCN_MUST_CHECK enum tcn_status tcn_agent_cut_void(const struct tcn_agent_cutter *cutter,
                                                  const struct tcn_agent_hole *hole,
                                                  const struct tcn_agent_piece *refused,
                                                  struct tcn_arena *arena,
                                                  struct tcn_agent_piece *out_piece);

/** Takes a retained chunk apart. Events lend from the chunk, retry keys are left empty.
 * Errors: TCN_CORRUPT it does not decode; TCN_NOMEM the arena is spent.
 * Thread: any, one per arena. */
TCN_MUST_CHECK enum tcn_status
tcn_agent_cut_apart(const struct tcn_outbox_chunk *chunk, struct tcn_arena *arena,
                    struct tcn_agent_piece out_pieces[TCN_CHUNK_EVENTS_MAX], uint32_t *out_count);

/** The head of a retained chunk.
 * Errors: TCN_CORRUPT it does not decode; TCN_NOMEM the arena is spent.
 * Thread: any, one per arena. */
TCN_MUST_CHECK enum tcn_status tcn_agent_cut_head(const struct tcn_outbox_chunk *chunk,
                                                  struct tcn_arena *arena,
                                                  struct tcn_chunk_head *out_head);

#endif
