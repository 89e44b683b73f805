/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the collector of a district says about itself, asked over the wire like any auditor would:
 * its numbers, how far the fold is behind, and how much it has stored of each source. Main thread.
 */
#ifndef BENCH_AUDIT_H
#define BENCH_AUDIT_H

#include "district.h"

#include <stdatomic.h>

/** The collector's numbers now. Errors: TCN_CLOSED a program of the district ended, as for all
 * here; what else tcn_ask says. */
TCN_MUST_CHECK enum tcn_status bench_audit_stats(struct bench_district *district,
                                                 struct tcn_stats_row *out_stats);

/** Asks until the state on disk has everything that the log has, every 20 ms, at most `limit_s`.
 * Errors: TCN_TIMEOUT; TCN_CANCELED; as bench_audit_stats. */
TCN_MUST_CHECK enum tcn_status bench_audit_settle(struct bench_district *district, double limit_s,
                                                  struct tcn_stats_row *out_stats);

/** Looks five times a second how far the fold is behind the log, until `count` threads are done.
 * Errors: as bench_audit_stats. */
TCN_MUST_CHECK enum tcn_status bench_audit_watch(struct bench_district *district,
                                                 atomic_uint *done_count, uint32_t count,
                                                 struct bench_lag *out_lag);

/** Sums what is stored of all sources but the collector's own: the last sequence of each lane,
 * which begins with 1 and has no holes, and how many of them were without effect. The state has to
 * be settled. Errors: as bench_audit_stats. */
TCN_MUST_CHECK enum tcn_status bench_audit_stored(struct bench_district *district,
                                                  uint64_t *out_count, uint64_t *out_void_count);

#endif
