/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nights of a collector that is killed: a log writer and a fold over a disk in memory, killed at
 * random points (before the sync, before the fold, before the state's commit, behind it) and down
 * for up to six hours, people who fetch when they like, and some who acknowledge or accept. Ladders
 * and one clock run meanwhile. What is told is for ladders.c to judge. One thread.
 */
#ifndef TCN_SIM_NIGHT_H
#define TCN_SIM_NIGHT_H

#include "core/fold.h"
#include "testlib/memstate.h"

#define SECOND INT64_C(1000000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define ENTRIES_MAX 4096u
#define KILLS 5u
#define MATTERS_MAX 48u

/** What is wrong with a night. */
enum sabotage {
    HONEST,
    TELL_LATE,
    TELL_AGAIN,
    TELL_EARLY,
    FORGET,
    CLOCK_AGAIN,
    CLOCK_EARLY,
    CLOCK_FORGET,
};

/** One event of the log. */
struct entry {
    struct tcn_event event;
    uint16_t organ;
    int64_t log_time_ns;
};

/** A collector, its disk, and those who read. */
struct night {
    struct entry log[ENTRIES_MAX];
    uint32_t count; /**< synced: all that a kill leaves */
    struct tcn_memstate state;
    struct tcn_memstate disk; /**< the state's last commit */
    struct tcn_fold fold;
    struct tcn_policy policy;
    uint64_t random;
    int64_t now_ns;
    int64_t kills[KILLS + 1];
    int64_t starts[KILLS + 1]; /**< behind the kill of the same index */
    uint32_t start_count;
    int64_t fetch_ns[3];
    enum sabotage sabotage;
    bool is_down; /**< killed within what it was doing */
};

/** Begins a night at dawn: nothing was said yet. */
void night_init(struct night *night, uint64_t seed, enum sabotage sabotage);
/** Gives the memory back. */
void night_fini(struct night *night);
/** Lives it, with its kills, to its end. */
void night_live(struct night *night);
/** Folds the whole log into another state, which is empty. */
void night_fold_anew(const struct night *night, struct tcn_memstate *state);

#endif
