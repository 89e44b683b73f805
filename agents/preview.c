/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/preview.h"

#include "agents/answer.h"
#include "agents/inner.h"
#include "base/clock.h"
#include "seal/random.h"

#include <string.h>

_Static_assert(TCN_ROUTE_RECIPIENTS_MAX <= TCN_LOCAL_TOLD_MAX, "all who are told fit");

void tcn_agent_preview_make(const struct tcn_agent *agent, const struct tcn_draft *draft,
                            struct tcn_arena *arena, struct tcn_agent_preview *out_preview) {
    struct tcn_agent_moment moment = {.wall_ns = tcn_clock_wall_ns(),
                                      .seen_position = agent->facts.seen_position};
    tcn_random_bytes(moment.random, sizeof(moment.random));
    memset(out_preview, 0, sizeof(*out_preview));
    struct tcn_agent_entry entry;
    out_preview->status =
        tcn_agent_enter(&agent->office, &moment, draft, arena, &out_preview->fault, &entry);
    if (out_preview->status != TCN_OK) {
        return;
    }
    out_preview->lane = entry.lane;
    out_preview->is_guarded = entry.is_guarded;
    out_preview->is_held = entry.is_held || entry.is_guarded;
    memcpy(out_preview->told, entry.told, sizeof(entry.told));
    out_preview->told_count = entry.told_count;
    memcpy(out_preview->readers, entry.readers, sizeof(entry.readers));
    out_preview->reader_count = entry.reader_count;
}

/** The row of an organ, a new one when it has none; NULL when there is no room. */
static struct tcn_local_told *row_of(const struct tcn_policy *policy, uint16_t number,
                                     struct tcn_local_told *rows, uint32_t *count) {
    const struct tcn_organ *organ = tcn_policy_organ(policy, number);
    if (organ == NULL) {
        return NULL;
    }
    for (uint32_t i = 0; i < *count; i++) {
        if (tcn_slice_is_text(rows[i].organ, organ->id)) {
            return &rows[i];
        }
    }
    if (*count == TCN_LOCAL_TOLD_MAX) {
        return NULL;
    }
    rows[*count] = (struct tcn_local_told){.organ = tcn_slice_text(organ->id)};
    (*count)++;
    return &rows[*count - 1];
}

enum tcn_status tcn_agent_preview_answer(const struct tcn_agent *agent,
                                         const struct tcn_agent_preview *preview,
                                         struct tcn_arena *arena,
                                         struct tcn_local_answer *out_answer) {
    tcn_agent_answer_code(preview->status, preview->fault.field, out_answer);
    if (preview->status != TCN_OK) {
        out_answer->sentence = tcn_slice_text(preview->fault.sentence);
        return TCN_OK;
    }
    struct tcn_local_told *rows = tcn_arena_alloc(arena, TCN_LOCAL_TOLD_MAX * sizeof(*rows));
    if (rows == NULL) {
        return TCN_NOMEM;
    }
    const struct tcn_policy *policy = agent->office.policy;
    uint32_t count = 0;
    for (uint32_t i = 0; i < preview->told_count; i++) {
        struct tcn_local_told *row = row_of(policy, preview->told[i].organ, rows, &count);
        if (row != NULL) {
            row->reason = preview->told[i].reason;
        }
    }
    for (uint32_t i = 0; i < preview->reader_count; i++) {
        struct tcn_local_told *row = row_of(policy, preview->readers[i], rows, &count);
        if (row != NULL) {
            row->is_reading = true;
        }
    }
    out_answer->lane = preview->lane;
    out_answer->has_preview = true;
    out_answer->preview = (struct tcn_local_preview){
        .is_guarded = preview->is_guarded,
        .is_held = preview->is_held,
        .told = rows,
        .told_count = count,
    };
    return TCN_OK;
}
