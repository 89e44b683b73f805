/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words around a chunk: HELLO, WELCOME, ACK with its receipt, REFUSE (also the body of ERROR)
 * and AGAIN. Errors are listed in wire/frame.h.
 */
#ifndef TCN_WIRE_LANE_H
#define TCN_WIRE_LANE_H

#include "base/arena.h"
#include "model/chunk.h"

/** Appends a HELLO. Errors: TCN_TOOBIG does not fit. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_hello_encode(const struct tcn_hello *hello,
                                                     struct tcn_writer *writer,
                                                     struct tcn_slice *out_bytes);

/** Reads a HELLO; source and epoch are not 0.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status
tcn_wire_hello_decode(struct tcn_slice bytes, struct tcn_arena *arena, struct tcn_hello *out_hello);

/** Appends a WELCOME. Errors: TCN_TOOBIG does not fit. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_welcome_encode(const struct tcn_welcome *welcome,
                                                       struct tcn_writer *writer,
                                                       struct tcn_slice *out_bytes);

/** Reads a WELCOME.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_welcome_decode(struct tcn_slice bytes,
                                                       struct tcn_arena *arena,
                                                       struct tcn_welcome *out_welcome);

/** Appends a receipt's body, the leaf of the tree that the collector signs. Errors: TCN_TOOBIG does
 * not fit. Thread: any. */
TCN_MUST_CHECK enum tcn_status
tcn_wire_receipt_body_encode(const struct tcn_receipt_body *receipt_body, struct tcn_writer *writer,
                             struct tcn_slice *out_bytes);

/** Reads a receipt's body, the leaf of the tree that the collector signs.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status
tcn_wire_receipt_body_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                             struct tcn_receipt_body *out_receipt_body);

/** Appends a receipt. Errors: TCN_TOOBIG does not fit, or a path over TCN_PATH_MAX. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_receipt_encode(const struct tcn_receipt *receipt,
                                                       struct tcn_writer *writer,
                                                       struct tcn_slice *out_bytes);

/** Reads a receipt. The body stays encoded and lends from the arena.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_receipt_decode(struct tcn_slice bytes,
                                                       struct tcn_arena *arena,
                                                       struct tcn_receipt *out_receipt);

/** Appends an ACK. Errors: TCN_TOOBIG does not fit, or a path over TCN_PATH_MAX. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_ack_encode(const struct tcn_ack *ack,
                                                   struct tcn_writer *writer,
                                                   struct tcn_slice *out_bytes);

/** Reads an ACK. The receipt's body lends from the arena.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_ack_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                                   struct tcn_ack *out_ack);

/** Appends a REFUSE or the body of an ERROR. Errors: TCN_TOOBIG does not fit, or over
 * TCN_CHUNK_EVENTS_MAX refusals; TCN_BAD_TEXT a field name holds a NUL. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_refuse_encode(const struct tcn_refuse *refuse,
                                                      struct tcn_writer *writer,
                                                      struct tcn_slice *out_bytes);

/** Reads a REFUSE or the body of an ERROR. Field names lend from the arena.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_refuse_decode(struct tcn_slice bytes,
                                                      struct tcn_arena *arena,
                                                      struct tcn_refuse *out_refuse);

/** Appends an AGAIN. Errors: TCN_TOOBIG does not fit. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_again_encode(const struct tcn_again *again,
                                                     struct tcn_writer *writer,
                                                     struct tcn_slice *out_bytes);

/** Reads an AGAIN.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status
tcn_wire_again_decode(struct tcn_slice bytes, struct tcn_arena *arena, struct tcn_again *out_again);

#endif
