/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a snapshot of the state says that it is of. Errors are listed in wire/frame.h.
 */
#ifndef TCN_WIRE_CHECKPOINT_H
#define TCN_WIRE_CHECKPOINT_H

#include "base/arena.h"
#include "model/chunk.h"

/** Most bytes of an encoded checkpoint. */
#define TCN_CHECKPOINT_BYTES_MAX 512

/** Appends a checkpoint. Errors: TCN_TOOBIG does not fit. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_checkpoint_encode(const struct tcn_checkpoint *checkpoint,
                                                          struct tcn_writer *writer,
                                                          struct tcn_slice *out_bytes);

/** Reads a checkpoint.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_checkpoint_decode(struct tcn_slice bytes,
                                                          struct tcn_arena *arena,
                                                          struct tcn_checkpoint *out_checkpoint);

#endif
