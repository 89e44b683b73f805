/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The compiled policy in canonical bytes: the same tables give the same bytes, on every machine.
 * Errors are listed in wire/frame.h.
 */
#ifndef TCN_WIRE_POLICY_H
#define TCN_WIRE_POLICY_H

#include "base/arena.h"
#include "model/policy.h"

/** Appends a policy, at most TCN_POLICY_BYTES_MAX bytes; organs are sorted by number, domains by
 * id, divisions by code, each once. Errors: TCN_TOOBIG does not fit, or over TCN_POLICY_BYTES_MAX,
 * or a count over its maximum; TCN_BAD_VALUE a table is not sorted. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_policy_encode(const struct tcn_policy *policy,
                                                      struct tcn_writer *writer,
                                                      struct tcn_slice *out_bytes);

/** Reads a policy, at most TCN_POLICY_BYTES_MAX bytes; organs are sorted by number, domains by id,
 * divisions by code, each once. Arrays lend from the arena. Errors: as all of wire. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_policy_decode(struct tcn_slice bytes,
                                                      struct tcn_arena *arena,
                                                      struct tcn_policy *out_policy);

#endif
