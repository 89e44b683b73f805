/* SPDX-License-Identifier: Apache-2.0 */
#include "replay.h"

#include "base/clock.h"
#include "client/replay.h"

/* Counts what came: bytes of events, and that every position came once and in order. */
struct seen {
    uint64_t bytes;
    uint64_t position; /* of the last item */
    bool is_ordered;
};

static enum tcn_status take(void *context, const struct tcn_item *item) {
    struct seen *seen = context;
    seen->is_ordered = seen->is_ordered && item->position > seen->position;
    seen->position = item->position;
    seen->bytes += item->open.size + item->sealed.size;
    return TCN_OK;
}

void bench_replay(struct bench_district *district, uint64_t last_position,
                  struct bench_result *result) {
    const struct tcn_replay everything = {.last_position = last_position};
    struct seen seen = {.is_ordered = true};
    struct tcn_replay_result came = {0};
    struct bench_usage before;
    result->is_ok = true;
    (void)snprintf(result->name, sizeof result->name, "replay");
    bench_usage_read(district, &before);
    const int64_t start_ns = tcn_clock_monotonic_ns();
    const enum tcn_status status =
        tcn_replay_run(district->session, &everything, take, &seen, &came);
    result->seconds = (double)(tcn_clock_monotonic_ns() - start_ns) / 1e9;
    bench_usage_read(district, &result->usage);
    bench_usage_since(&result->usage, &before);
    if (status != TCN_OK) {
        bench_fault(result, "%s", tcn_status_sentence(status));
        return;
    }
    result->count = came.count;
    result->total_count = came.count;
    result->rate = (double)came.count / result->seconds;
    result->megabytes_rate = (double)seen.bytes / result->seconds / 1e6;
    result->event_bytes = came.count == 0 ? 0 : (double)seen.bytes / (double)came.count;
    if (!seen.is_ordered || came.last_position != last_position) {
        bench_fault(result, "positions are missing or out of order");
    }
}
