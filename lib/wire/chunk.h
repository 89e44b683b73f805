/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The frames of a CHUNK: head, body and shares. The body is split and joined without copying, so
 * events keep the very bytes that were hashed. Errors are listed in wire/frame.h.
 */
#ifndef TCN_WIRE_CHUNK_H
#define TCN_WIRE_CHUNK_H

#include "base/arena.h"
#include "model/chunk.h"
#include "model/sealed.h"

/** Appends a chunk head. Errors: TCN_TOOBIG does not fit, or over TCN_CHUNK_HEAD_BYTES_MAX.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_chunk_head_encode(const struct tcn_chunk_head *head,
                                                          struct tcn_writer *writer,
                                                          struct tcn_slice *out_bytes);

/** Reads a chunk head. The count is 1 to TCN_CHUNK_EVENTS_MAX and the sequences do not run over
 * 2^64; a VOID over a range has count 1.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_chunk_head_decode(struct tcn_slice bytes,
                                                          struct tcn_arena *arena,
                                                          struct tcn_chunk_head *out_head);

/** Gives the encoded events of a body in order, 1 to TCN_CHUNK_EVENTS_MAX.
 * Owns: events lend from `bytes`.
 * Errors: as all of wire, never TCN_NOMEM.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status
tcn_wire_chunk_body_split(struct tcn_slice bytes, struct tcn_slice out_events[TCN_CHUNK_EVENTS_MAX],
                          uint32_t *out_count);

/** Appends a body made of encoded events.
 * Errors: TCN_TOOBIG does not fit, or over TCN_CHUNK_EVENTS_MAX or TCN_CHUNK_BODY_BYTES_MAX.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_chunk_body_join(const struct tcn_slice *events,
                                                        uint32_t count, struct tcn_writer *writer,
                                                        struct tcn_slice *out_bytes);

/** Bytes that an encoded event of `event_bytes` takes in a body. Thread: any. */
size_t tcn_wire_chunk_body_size(size_t event_bytes);

/** Gives the shares of a shares frame, 1 to TCN_CHUNK_EVENTS_MAX, their indices below
 * TCN_CHUNK_EVENTS_MAX and rising.
 * Errors: as all of wire, never TCN_NOMEM.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status
tcn_wire_shares_split(struct tcn_slice bytes,
                      struct tcn_share_entry out_entries[TCN_CHUNK_EVENTS_MAX],
                      uint32_t *out_count);

/** Appends a shares frame; entries are in rising order of their index.
 * Errors: TCN_TOOBIG does not fit, or over TCN_CHUNK_EVENTS_MAX; TCN_BAD_VALUE the order.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_shares_join(const struct tcn_share_entry *entries,
                                                    uint32_t count, struct tcn_writer *writer,
                                                    struct tcn_slice *out_bytes);

#endif
