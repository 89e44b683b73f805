/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The collector's keys as a frame of their own: what it puts behind a message that is signed by a
 * key which the receiver may not know yet. Errors are listed in wire/frame.h.
 */
#ifndef TCN_WIRE_KEYS_H
#define TCN_WIRE_KEYS_H

#include "base/arena.h"
#include "model/registry.h"

/** Bytes of an encoded list at most. */
#define TCN_KEYS_BYTES_MAX 8192

/** Appends a list of 1 to TCN_SUCCESSORS_MAX keys. Errors: TCN_TOOBIG does not fit, or there are
 * more. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_keys_encode(const struct tcn_keys *keys,
                                                    struct tcn_writer *writer,
                                                    struct tcn_slice *out_bytes);

/** Reads a list. The links lend from the arena.
 * Errors: as all of wire; TCN_BAD_VALUE it is empty.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_keys_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                                    struct tcn_keys *out_keys);

#endif
