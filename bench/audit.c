/* SPDX-License-Identifier: Apache-2.0 */
#include "audit.h"

#include "base/clock.h"
#include "client/ask.h"

/* An answer is waited for this long, and asked for so often: a collector that is busy is slow, one
 * that is gone is found out between two of them. */
#define ASK_NS (2 * TCN_SECOND_NS)
#define ASK_TRIES 5
#define SETTLE_MS 20
#define SAMPLE_MS 200

static enum tcn_status ask(struct bench_district *district, const struct tcn_query *query,
                           struct tcn_answer *out_answer) {
    enum tcn_status status = TCN_TIMEOUT;
    for (uint32_t i = 0; i < ASK_TRIES; i++) {
        status = tcn_ask(district->session, query, tcn_clock_monotonic_ns() + ASK_NS, out_answer);
        if (status != TCN_TIMEOUT && status != TCN_UNREACHABLE_PEER) {
            return status;
        }
        if (!bench_district_is_whole(district)) {
            return TCN_CLOSED;
        }
    }
    return status;
}

enum tcn_status bench_audit_stats(struct bench_district *district,
                                  struct tcn_stats_row *out_stats) {
    const struct tcn_query query = {.kind = TCN_QUERY_STATS};
    struct tcn_answer answer;
    const enum tcn_status status = ask(district, &query, &answer);
    if (status == TCN_OK && !answer.has_stats) {
        return TCN_ABSENT;
    }
    if (status == TCN_OK) {
        *out_stats = answer.stats;
    }
    return status;
}

enum tcn_status bench_audit_settle(struct bench_district *district, double limit_s,
                                   struct tcn_stats_row *out_stats) {
    const int64_t deadline_ns = tcn_clock_monotonic_ns() + (int64_t)(limit_s * 1e9);
    while (!bench_is_stopped(district->options)) {
        const enum tcn_status status = bench_audit_stats(district, out_stats);
        if (status != TCN_OK || out_stats->applied.position == out_stats->last_position) {
            return status;
        }
        if (tcn_clock_monotonic_ns() > deadline_ns) {
            return TCN_TIMEOUT;
        }
        bench_wait_ms(SETTLE_MS);
    }
    return TCN_CANCELED;
}

enum tcn_status bench_audit_watch(struct bench_district *district, atomic_uint *done_count,
                                  uint32_t count, struct bench_lag *out_lag) {
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK && atomic_load(done_count) < count) {
        struct tcn_stats_row stats;
        status =
            bench_district_is_whole(district) ? bench_audit_stats(district, &stats) : TCN_CLOSED;
        if (status == TCN_OK) {
            out_lag->end = stats.last_position - stats.applied.position;
            out_lag->max = out_lag->end > out_lag->max ? out_lag->end : out_lag->max;
            bench_wait_ms(SAMPLE_MS);
        }
    }
    return status;
}

enum tcn_status bench_audit_stored(struct bench_district *district, uint64_t *out_count,
                                   uint64_t *out_void_count) {
    struct tcn_query query = {.kind = TCN_QUERY_SOURCES, .at_least_position = TCN_QUERY_LATEST};
    uint64_t count = 0;
    uint64_t void_count = 0;
    do {
        struct tcn_answer answer;
        const enum tcn_status status = ask(district, &query, &answer);
        if (status != TCN_OK) {
            return status;
        }
        for (uint32_t i = 0; i < answer.source_count; i++) {
            count += answer.sources[i].lane.source == 0 ? 0 : answer.sources[i].sequence;
            void_count += answer.sources[i].void_count;
        }
        query.page = answer.next_page;
    } while (query.page != 0);
    *out_count = count;
    *out_void_count = void_count;
    return TCN_OK;
}
