/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of reading: OPEN, OPENED, FETCH, MOVE, GAP, RESET, HEAD, REPLAY and END. What they
 * bring, items, is in wire/item.h. Errors are listed in wire/frame.h.
 */
#ifndef TCN_WIRE_FEED_H
#define TCN_WIRE_FEED_H

#include "base/arena.h"
#include "model/feed.h"

/** Appends an OPEN. Errors: TCN_TOOBIG does not fit, or over TCN_OPEN_STREAMS_MAX streams;
 * TCN_BAD_TEXT the name holds a NUL. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_open_encode(const struct tcn_open *open,
                                                    struct tcn_writer *writer,
                                                    struct tcn_slice *out_bytes);

/** Reads an OPEN; it has at least one stream. The name lends from the arena.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_open_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                                    struct tcn_open *out_open);

/** Appends an OPENED: one head for each stream of the OPEN.
 * Errors: TCN_TOOBIG does not fit, or over TCN_OPEN_STREAMS_MAX.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_opened_encode(const struct tcn_head *heads, uint32_t count,
                                                      struct tcn_writer *writer,
                                                      struct tcn_slice *out_bytes);

/** Reads an OPENED.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status
tcn_wire_opened_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                       struct tcn_head out_heads[TCN_OPEN_STREAMS_MAX], uint32_t *out_count);

/** Appends a FETCH, a MOVE or a REPLAY_FETCH. Errors: TCN_TOOBIG does not fit. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_fetch_encode(const struct tcn_fetch *fetch,
                                                     struct tcn_writer *writer,
                                                     struct tcn_slice *out_bytes);

/** Reads a FETCH, a MOVE or a REPLAY_FETCH. In a REPLAY_FETCH the stream is none and the number is
 * the absolute credit of items. Errors: as all of wire. Thread: any. */
TCN_MUST_CHECK enum tcn_status
tcn_wire_fetch_decode(struct tcn_slice bytes, struct tcn_arena *arena, struct tcn_fetch *out_fetch);

/** Appends a GAP. Errors: TCN_TOOBIG does not fit. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_gap_encode(const struct tcn_gap *gap,
                                                   struct tcn_writer *writer,
                                                   struct tcn_slice *out_bytes);

/** Reads a GAP; first <= last.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_gap_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                                   struct tcn_gap *out_gap);

/** Appends a RESET. Errors: TCN_TOOBIG does not fit. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_reset_encode(const struct tcn_reset *reset,
                                                     struct tcn_writer *writer,
                                                     struct tcn_slice *out_bytes);

/** Reads a RESET.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status
tcn_wire_reset_decode(struct tcn_slice bytes, struct tcn_arena *arena, struct tcn_reset *out_reset);

/** Appends a HEAD. Errors: TCN_TOOBIG does not fit. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_head_encode(const struct tcn_head *head,
                                                    struct tcn_writer *writer,
                                                    struct tcn_slice *out_bytes);

/** Reads a HEAD.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_head_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                                    struct tcn_head *out_head);

/** Appends a REPLAY. Errors: TCN_TOOBIG does not fit; TCN_BAD_TEXT the domain holds a NUL. Thread:
 * any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_replay_encode(const struct tcn_replay *replay,
                                                      struct tcn_writer *writer,
                                                      struct tcn_slice *out_bytes);

/** Reads a REPLAY. The domain lends from the arena.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_replay_decode(struct tcn_slice bytes,
                                                      struct tcn_arena *arena,
                                                      struct tcn_replay *out_replay);

/** Appends an END. Errors: TCN_TOOBIG does not fit. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_end_encode(const struct tcn_end *end,
                                                   struct tcn_writer *writer,
                                                   struct tcn_slice *out_bytes);

/** Reads an END.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_end_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                                   struct tcn_end *out_end);

#endif
