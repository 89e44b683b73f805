/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/gather.h"
#include "agents/inner.h"
#include "agents/mend.h"
#include "base/clock.h"
#include "seal/random.h"

#include <string.h>

/** Acknowledged chunks, kept to be sent again after a restore, are forgotten while more than this
 * percentage of the quota is in use. */
#define RETAIN_PERCENT 50u

/** Acknowledgements between two trims. */
#define TRIM_EVERY 32u

/** Trims of one call: what is left waits for the next. */
#define TRIM_CALLS_MAX 8

/** A random epoch; 0 would mean none. */
static uint64_t new_epoch(void) {
    uint64_t epoch = tcn_random_u64();
    return epoch == 0 ? 1 : epoch;
}

enum tcn_status tcn_agent_mend_first_epoch(struct tcn_agent *agent) {
    uint64_t epoch = new_epoch();
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < TCN_AGENT_LANES && status == TCN_OK; i++) {
        const struct tcn_outbox_lane row = {
            .lane = {.source = agent->config->source,
                     .epoch = epoch,
                     .lane = agent->lanes[i].number},
            .next_sequence = 1,
        };
        status = tcn_outbox_lane_put(agent->outbox, &row);
    }
    return status;
}

/** The log's mark may lie inside one of our chunks: what stands there in the log is then of another
 * chunk than ours, so all of ours re-enters. */
static enum tcn_status step_back(struct tcn_agent *agent, struct tcn_agent_lane *lane,
                                 struct tcn_outbox_lane *row) {
    struct tcn_outbox_chunk chunk;
    struct tcn_chunk_head head;
    enum tcn_status status =
        tcn_outbox_chunk_find(agent->outbox, &row->lane, lane->settled_sequence + 1, &chunk);
    if (status == TCN_ABSENT ||
        (status == TCN_OK && chunk.first_sequence > lane->settled_sequence)) {
        return TCN_OK;
    }
    if (status == TCN_OK) {
        tcn_arena_reset(&agent->look);
        status = tcn_agent_cut_head(&chunk, &agent->look, &head);
    }
    if (status != TCN_OK) {
        return status;
    }
    row->acked_sequence = chunk.first_sequence - 1;
    row->acked_hash = head.previous_hash;
    row->acked_position = 0;
    lane->settled_sequence = row->acked_sequence;
    return tcn_outbox_lane_put(agent->outbox, row);
}

/** Moves what the log does not have of one lane to a new epoch. */
static enum tcn_status move_lane(struct tcn_agent *agent, struct tcn_agent_lane *lane,
                                 uint64_t epoch, struct tcn_outbox_lane *out_row) {
    struct tcn_outbox_lane row;
    struct tcn_agent_gathered gathered;
    enum tcn_status status = tcn_outbox_lane_get(agent->outbox, lane->number, &row);
    if (status == TCN_OK) {
        status = step_back(agent, lane, &row);
    }
    if (status == TCN_OK) {
        status = tcn_agent_gather(agent, &row.lane, lane->settled_sequence, &gathered);
    }
    if (status != TCN_OK) {
        return status;
    }
    tcn_agent_life_forget(agent, &gathered);
    status = tcn_outbox_recut(agent->outbox, lane->number, lane->settled_sequence);
    struct tcn_outbox_lane made = {
        .lane = row.lane, .predecessor = row.lane.epoch, .next_sequence = 1};
    made.lane.epoch = epoch;
    if (status == TCN_OK) {
        status = tcn_outbox_lane_put(agent->outbox, &made);
    }
    if (status == TCN_OK) {
        status = tcn_agent_cut_again(agent, &gathered, &made);
    }
    tcn_arena_fini(&gathered.arena);
    if (status == TCN_OK) {
        *out_row = made;
    }
    return status;
}

enum tcn_status tcn_agent_mend_renew(struct tcn_agent *agent) {
    for (uint32_t i = 0; i < TCN_AGENT_LANES; i++) {
        if (!agent->lanes[i].is_settled) {
            return TCN_OK;
        }
    }
    uint64_t epoch = new_epoch();
    struct tcn_outbox_lane rows[TCN_AGENT_LANES];
    memset(rows, 0, sizeof(rows));
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < TCN_AGENT_LANES && status == TCN_OK; i++) {
        status = move_lane(agent, &agent->lanes[i], epoch, &rows[i]);
    }
    if (status != TCN_OK) {
        return status;
    }
    for (uint32_t i = 0; i < TCN_AGENT_LANES; i++) {
        struct tcn_outlane_facts facts;
        tcn_agent_lane_facts(agent, &rows[i], &facts);
        agent->lanes[i].is_settled = false;
        agent->lanes[i].refused_count = 0;
        agent->lanes[i].apart_first = 0;
        tcn_agent_lane_apart(&agent->lanes[i], facts.acked_sequence + 1, facts.cut_sequence);
        agent->lanes[i].acked_count = TRIM_EVERY; /* one epoch more is over */
        tcn_outlane_epoch(&agent->lanes[i].brain, &facts, tcn_clock_monotonic_ns());
    }
    tcn_agent_note(agent, "the outbox goes on under a new epoch: the old one was closed");
    return TCN_OK;
}

/** Forgets what is beyond the window: epochs that are over first, for nothing of them is ever sent
 * again. */
enum tcn_status tcn_agent_mend_trim(struct tcn_agent *agent, struct tcn_agent_lane *lane) {
    if (lane->acked_count < TRIM_EVERY) {
        return TCN_OK;
    }
    lane->acked_count = 0;
    const struct tcn_outlane_facts *facts = &lane->brain.facts;
    uint64_t keep_bytes = agent->quota_bytes / 100 * RETAIN_PERCENT;
    uint64_t window = TCN_OUTBOX_RETAIN_EVENTS;
    uint64_t left = window > facts->acked_sequence ? window - facts->acked_sequence : 0;
    size_t trimmed = 1;
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < TRIM_CALLS_MAX && status == TCN_OK && trimmed > 0; i++) {
        status = tcn_outbox_trim_older(agent->outbox, lane->number, left, keep_bytes / 2, &trimmed);
    }
    trimmed = 1;
    for (uint32_t i = 0; i < TRIM_CALLS_MAX && status == TCN_OK && trimmed > 0; i++) {
        status = tcn_outbox_trim(agent->outbox, &facts->key, window, keep_bytes, &trimmed);
    }
    return status;
}
