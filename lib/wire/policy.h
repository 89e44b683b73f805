/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The compiled policy in canonical bytes: the same tables give the same bytes, on every machine.
 * What passes here is as the models promise: sorted, in range, and whatever one table names in
 * another is there. Errors are listed in wire/frame.h.
 */
#ifndef TCN_WIRE_POLICY_H
#define TCN_WIRE_POLICY_H

#include "base/arena.h"
#include "model/policy.h"

/** Arena bytes that decoding a policy of `size` bytes takes at most: rows are wider than their
 * bytes, so what tables can take at their largest comes on top. */
#define TCN_POLICY_ARENA_BYTES(size)                                                               \
    (16 * (size) + 128 * (size_t)1024 + TCN_CLOCKS_MAX * sizeof(struct tcn_clock_rule) +           \
     TCN_POLICY_ATTRIBUTES_MAX * sizeof(struct tcn_attribute_rule) +                               \
     TCN_SEAL_RULES_MAX * sizeof(struct tcn_seal_rule) +                                           \
     TCN_ESCALATION_STEPS_MAX * sizeof(struct tcn_escalation_step) +                               \
     TCN_EXPECTED_REPORTS_MAX * sizeof(struct tcn_expected_report) +                               \
     TCN_RETENTION_RULES_MAX * sizeof(struct tcn_retention_rule) +                                 \
     TCN_PROGRAMS_MAX * sizeof(struct tcn_program) +                                               \
     TCN_ORGANS_MAX * sizeof(struct tcn_organ_posts))

/** Appends a policy, at most TCN_POLICY_BYTES_MAX bytes; organs are sorted by number, domains by
 * id, divisions by code, clocks by id, each once. Errors: TCN_TOOBIG does not fit, or over
 * TCN_POLICY_BYTES_MAX, or a count over its maximum; TCN_BAD_VALUE a table is not sorted, a value
 * out of its range, or what one names is not there. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_policy_encode(const struct tcn_policy *policy,
                                                      struct tcn_writer *writer,
                                                      struct tcn_slice *out_bytes);

/** Reads a policy, at most TCN_POLICY_BYTES_MAX bytes, as it is written. Arrays lend from the
 * arena. Errors: as all of wire. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_wire_policy_decode(struct tcn_slice bytes,
                                                      struct tcn_arena *arena,
                                                      struct tcn_policy *out_policy);

#endif
