/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A log's head on the wire and in a file: what the collector signs to say how far its log went.
 * Errors are listed in wire/frame.h.
 */
#ifndef TCN_WIRE_LOG_HEAD_H
#define TCN_WIRE_LOG_HEAD_H

#include "base/arena.h"
#include "model/chunk.h"

/** Appends a head. Errors: TCN_TOOBIG does not fit. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_log_head_encode(const struct tcn_log_head *log_head,
                                                        struct tcn_writer *writer,
                                                        struct tcn_slice *out_bytes);

/** Reads a head. The links of its keys lend from the arena.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_log_head_decode(struct tcn_slice bytes,
                                                        struct tcn_arena *arena,
                                                        struct tcn_log_head *out_log_head);

#endif
