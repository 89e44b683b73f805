/* SPDX-License-Identifier: Apache-2.0 */
/* Shared between memstate.c and memstate_dues.c only. One thread. */
#ifndef TCN_TESTS_MEMSTATE_INSIDE_H
#define TCN_TESTS_MEMSTATE_INSIDE_H

#include "testlib/memstate.h"

/** The row at an index. Owns: lent until the next push. Thread: one. */
void *tcn_memtable_at(const struct tcn_memtable *table, size_t index);
/** Room for one more row, filled. A test that is out of memory stops. Owns: as above.
 * Thread: one. */
void *tcn_memtable_push(struct tcn_memtable *table, const void *row);
/** Counts a call; true when it is the one that fails. Thread: one. */
bool tcn_memstate_fails(struct tcn_memstate *state);
/** The hash with all clocks in it. Thread: one. */
uint64_t tcn_memstate_hash_clocks(const struct tcn_memstate *state, uint64_t hash);

/* The ops of the same name. Errors: as model/state.h says; TCN_IO when made to fail. Thread: one.
 */

/** ops.due_get */
enum tcn_status tcn_memstate_due_get(void *context, const struct tcn_due_key *key,
                                     struct tcn_due *out_due);
/** ops.due_put */
enum tcn_status tcn_memstate_due_put(void *context, const struct tcn_due *due);
/** ops.due_del */
enum tcn_status tcn_memstate_due_del(void *context, const struct tcn_due_key *key);
/** ops.due_first */
enum tcn_status tcn_memstate_due_first(void *context, struct tcn_due *out_due);
/** ops.clock_get */
enum tcn_status tcn_memstate_clock_get(void *context, uint64_t birth, uint32_t rule,
                                       struct tcn_matter_clock *out_clock);
/** ops.clock_put */
enum tcn_status tcn_memstate_clock_put(void *context, const struct tcn_matter_clock *clock);
/** ops.clock_del */
enum tcn_status tcn_memstate_clock_del(void *context, uint64_t birth, uint32_t rule);
/** ops.clock_next */
enum tcn_status tcn_memstate_clock_next(void *context, uint64_t birth, uint32_t rule,
                                        struct tcn_matter_clock *out_clock);

/** ops.erasure_get */
enum tcn_status tcn_memstate_erasure_get(void *context, const struct tcn_lane_key *lane,
                                         uint64_t sequence, struct tcn_erasure *out_erasure);
/** ops.erasure_put */
enum tcn_status tcn_memstate_erasure_put(void *context, const struct tcn_erasure *erasure);
/** ops.placement_get */
enum tcn_status tcn_memstate_placement_get(void *context, uint64_t birth,
                                           struct tcn_placement *out_placement);
/** ops.placement_put */
enum tcn_status tcn_memstate_placement_put(void *context, const struct tcn_placement *placement);
/** A hash with all placements in it. Thread: one. */
uint64_t tcn_memstate_hash_placements(const struct tcn_memstate *state, uint64_t hash);
/** ops.alert_get */
enum tcn_status tcn_memstate_alert_get(void *context, struct tcn_stream stream, uint64_t number,
                                       struct tcn_alert *out_alert);
/** ops.ladder_get */
enum tcn_status tcn_memstate_ladder_get(void *context, uint64_t birth, uint32_t slot,
                                        struct tcn_ladder *out_ladder);
/** ops.ladder_put */
enum tcn_status tcn_memstate_ladder_put(void *context, const struct tcn_ladder *ladder);
/** ops.ladder_del */
enum tcn_status tcn_memstate_ladder_del(void *context, uint64_t birth, uint32_t slot);
/** ops.ladder_next */
enum tcn_status tcn_memstate_ladder_next(void *context, uint64_t birth, uint32_t slot,
                                         struct tcn_ladder *out_ladder);
/** ops.ladder_waiting */
enum tcn_status tcn_memstate_ladder_waiting(void *context, struct tcn_stream stream,
                                            uint64_t number, struct tcn_ladder *out_ladder);
/** ops.delivery_put */
enum tcn_status tcn_memstate_delivery_put(void *context, const struct tcn_delivery *delivery);
/** ops.deed_put */
enum tcn_status tcn_memstate_deed_put(void *context, const struct tcn_deed *deed);
/** ops.silence_get */
enum tcn_status tcn_memstate_silence_get(void *context, uint64_t position,
                                         struct tcn_silence *out_silence);
/** ops.silence_put */
enum tcn_status tcn_memstate_silence_put(void *context, const struct tcn_silence *silence);
/** ops.silence_del */
enum tcn_status tcn_memstate_silence_del(void *context, uint64_t position);
/** ops.silence_next */
enum tcn_status tcn_memstate_silence_next(void *context, uint64_t position,
                                          struct tcn_silence *out_silence);
/** A hash with all ladders, deliveries, deeds and silences in it. Thread: one. */
uint64_t tcn_memstate_hash_ladders(const struct tcn_memstate *state, uint64_t hash);

/** ops.expected_get */
enum tcn_status tcn_memstate_expected_get(void *context, const struct tcn_expected_key *key,
                                          struct tcn_expected *out_expected);
/** ops.expected_put */
enum tcn_status tcn_memstate_expected_put(void *context, const struct tcn_expected *expected);
/** ops.expected_del */
enum tcn_status tcn_memstate_expected_del(void *context, const struct tcn_expected_key *key);
/** ops.expected_next */
enum tcn_status tcn_memstate_expected_next(void *context, const struct tcn_expected_key *key,
                                           struct tcn_expected *out_expected);
/** The hash with all that offices said in it. Thread: one. */
uint64_t tcn_memstate_hash_expected(const struct tcn_memstate *state, uint64_t hash);
/** A hash with all erasures in it. Thread: one. */
uint64_t tcn_memstate_hash_erasures(const struct tcn_memstate *state, uint64_t hash);

/** ops.summons_get */
enum tcn_status tcn_memstate_summons_get(void *context, bool is_kept, uint16_t organ,
                                         uint64_t birth, struct tcn_summons *out_summons);
/** ops.summons_put */
enum tcn_status tcn_memstate_summons_put(void *context, const struct tcn_summons *summons);
/** ops.summons_del */
enum tcn_status tcn_memstate_summons_del(void *context, bool is_kept, uint16_t organ,
                                         uint64_t birth);
/** ops.shift_get */
enum tcn_status tcn_memstate_shift_get(void *context, uint16_t organ, struct tcn_shift *out_shift);
/** ops.shift_put */
enum tcn_status tcn_memstate_shift_put(void *context, const struct tcn_shift *shift);
/** A hash with all of both in it. Thread: one. */
uint64_t tcn_memstate_hash_shifts(const struct tcn_memstate *state, uint64_t hash);

#endif
