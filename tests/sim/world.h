/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole district in one thread: three offices (and a clone, perhaps), a collector, three watchers
 * and a network, driven by one seed. For ninety seconds people work and things break; then
 * everything heals, and everything that was accepted must arrive. The same seed gives the same
 * trace.
 */
#ifndef TCN_TESTS_SIM_WORLD_H
#define TCN_TESTS_SIM_WORLD_H

#include "keeper.h"
#include "liar.h"
#include "office.h"
#include "watcher.h"

#define SIM_OFFICES 4
#define SIM_WATCHERS 3

/** What may happen in a run, drawn from its seed. */
struct sim_fate {
    bool has_rollback;
    bool has_clone;
    bool has_restore;
    bool has_short_memory; /**< outboxes retain few acknowledged chunks */
    bool has_liar;         /**< the broker is taken over until everything heals */
};

/** What came of a run. */
struct sim_result {
    bool is_good;
    char why[256]; /**< empty when it is good */
    uint64_t trace;
    uint64_t event_count; /**< accepted */
    uint64_t record_count;
    uint64_t alert_count;
    uint64_t fired_count; /**< alerts of these that a clock made */
    uint64_t message_count;
    uint64_t epoch_count;
    uint64_t recut_count;
    uint64_t void_count;
    uint64_t duplicate_count; /**< resends that were recognised */
    uint64_t conflict_count;
    uint64_t restore_count;
    uint64_t lie_counts[SIM_LIE_COUNT]; /**< told by the broker */
    uint64_t forged_count;              /**< found out by the offices' signature checks */
    int64_t quiet_ns;                   /**< from the end of trouble until all had arrived */
};

/** Runs one seed. Thread: one. */
void sim_run(uint64_t seed, enum sim_sabotage sabotage, struct sim_result *out_result);

#endif
