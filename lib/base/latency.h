/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A histogram of durations with fixed memory: exact below 256 ns, above that 128 buckets for each
 * doubling, so that a percentile is at most 1/128 too high (two significant digits). It never
 * allocates and two can be merged; each thread records into its own.
 */
#ifndef TCN_BASE_LATENCY_H
#define TCN_BASE_LATENCY_H

#include "base/clock.h"
#include "base/status.h"

#include <stddef.h>

/** The longest duration told apart: one hour. Longer ones count as one hour; max_ns keeps them. */
#define TCN_LATENCY_MAX_NS (INT64_C(3600) * TCN_SECOND_NS)

/** Buckets: 256 exact ones and 128 for each doubling from 2^8 to beyond one hour (2^42). */
#define TCN_LATENCY_BUCKET_COUNT (256 + 34 * 128)

/** The histogram. Open: embedded; empty when zeroed. 37 KiB. */
struct tcn_latency {
    uint64_t buckets[TCN_LATENCY_BUCKET_COUNT];
    uint64_t count;  /**< durations recorded; 0 when empty */
    uint64_t sum_ns; /**< their sum, each counted as at most one hour */
    int64_t min_ns;  /**< the shortest; 0 when empty */
    int64_t max_ns;  /**< the longest, also beyond one hour; 0 when empty */
};

/** Records one duration; a negative one counts as 0. Thread: one per histogram. */
void tcn_latency_record(struct tcn_latency *latency, int64_t duration_ns);

/** The duration that `percent` of all recorded ones do not exceed, as the upper end of its bucket
 * and never above max_ns; 0 when empty. `percent` is from 0 (the shortest) to 100 (the longest).
 * Thread: one per histogram. */
int64_t tcn_latency_percentile(const struct tcn_latency *latency, double percent);

/** Adds everything that `other` recorded. Thread: one for both. */
void tcn_latency_merge(struct tcn_latency *latency, const struct tcn_latency *other);

#endif
