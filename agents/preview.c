/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/preview.h"

#include "agents/accused.h"
#include "agents/answer.h"
#include "agents/inner.h"
#include "base/clock.h"
#include "seal/random.h"

#include <string.h>

_Static_assert(TCN_ROUTE_RECIPIENTS_MAX <= TCN_LOCAL_TOLD_MAX, "all who are told fit");
_Static_assert(TCN_ACCUSED_ORGANS_MAX <= TCN_LOCAL_KEPT_MAX, "all who are accused fit");

/** Keeps an organ of those who may not hear of it, unless it is there or no more fit. */
static void keep(struct tcn_agent_preview *preview, uint16_t organ) {
    for (uint32_t i = 0; i < preview->kept_count; i++) {
        if (preview->kept[i] == organ) {
            return;
        }
    }
    if (preview->kept_count < TCN_LOCAL_KEPT_MAX) {
        preview->kept[preview->kept_count] = organ;
        preview->kept_count++;
    }
}

/** Who may not hear of a complaint that was entered well. */
static void note_kept(const struct tcn_agent *agent, const struct tcn_draft *draft,
                      struct tcn_agent_preview *preview) {
    const struct tcn_policy *policy = agent->office.policy;
    struct tcn_agent_fault fault;
    struct tcn_accused accused;
    const struct tcn_slice speaker =
        draft->event.office.size > 0 ? draft->event.office : agent->office.organ_id;
    if (draft->accused_count == 0 ||
        tcn_agent_accused_find(policy, draft, speaker, &fault, &accused) != TCN_OK) {
        return;
    }
    for (uint32_t i = 0; i < draft->accused_count; i++) {
        keep(preview, tcn_policy_organ_by_id(policy, draft->accused_organs[i])->number);
    }
    for (uint32_t i = 0; i < accused.excluded_count; i++) {
        keep(preview, accused.excluded[i]);
    }
    preview->kept_total = accused.excluded_count;
}

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
    note_kept(agent, draft, out_preview);
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
    struct tcn_slice *kept = tcn_arena_alloc(arena, TCN_LOCAL_KEPT_MAX * sizeof(*kept));
    if (rows == NULL || kept == NULL) {
        return TCN_NOMEM;
    }
    const struct tcn_policy *policy = agent->office.policy;
    uint32_t kept_count = 0;
    for (uint32_t i = 0; i < preview->kept_count; i++) {
        const struct tcn_organ *organ = tcn_policy_organ(policy, preview->kept[i]);
        if (organ != NULL) {
            kept[kept_count] = tcn_slice_text(organ->id);
            kept_count++;
        }
    }
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
        .kept = kept,
        .kept_count = kept_count,
        .kept_total = preview->kept_total,
    };
    return TCN_OK;
}
