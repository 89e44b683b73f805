/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The word that puts another policy in force. Errors are listed in wire/frame.h.
 */
#ifndef TCN_WIRE_ACTIVATION_H
#define TCN_WIRE_ACTIVATION_H

#include "base/arena.h"
#include "model/activation.h"

/** Room for an encoded activation. */
#define TCN_ACTIVATION_BYTES_MAX 256

/** Appends an activation. Errors: TCN_TOOBIG does not fit. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_activation_encode(const struct tcn_activation *activation,
                                                          struct tcn_writer *writer,
                                                          struct tcn_slice *out_bytes);

/** Reads an activation; every field but `restates` and `text_hash` is there.
 * Errors: as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_activation_decode(struct tcn_slice bytes,
                                                          struct tcn_arena *arena,
                                                          struct tcn_activation *out_activation);

#endif
