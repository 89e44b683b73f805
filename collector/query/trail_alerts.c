/* SPDX-License-Identifier: Apache-2.0 */
#include "query/trail_inside.h"

#include <stdlib.h>

/** The end that an alert tells of, once for all who are told. Events come with the walk. */
static uint32_t fact_of(struct tcn_trail *trail, const struct tcn_alert *alert) {
    for (uint32_t i = 0; i < trail->fact_count; i++) {
        const struct tcn_trail_fact *fact = &trail->facts[i];
        const bool is_it =
            alert->fired.kind == TCN_DUE_NONE
                ? fact->fired.kind == TCN_DUE_NONE && fact->position == alert->position
                : fact->fired.kind == alert->fired.kind && fact->fired.rule == alert->fired.rule &&
                      fact->fired.stage == alert->fired.stage &&
                      fact->fired.subject == alert->fired.subject &&
                      fact->fired.due_ns == alert->fired.due_ns;
        if (is_it) {
            return i;
        }
    }
    const struct tcn_trail_fact made = {.position = alert->position,
                                        .log_time_ns = alert->log_time_ns,
                                        .fired = alert->fired,
                                        .severity = alert->severity,
                                        .policy_version = alert->policy_version};
    return tcn_trail_add_fact(trail, &made) != NULL ? trail->fact_count - 1 : UINT32_MAX;
}

static void take(struct tcn_trail_making *making, const struct tcn_alert *alert) {
    struct tcn_trail *trail = making->trail;
    if (alert->birth_position != trail->matter.birth_position ||
        alert->reason == TCN_REASON_OUTCOME) { /* what its own act came to is no news of another */
        return;
    }
    const uint32_t fact = fact_of(trail, alert);
    const struct tcn_trail_known known = {.fact = fact,
                                          .organ = alert->stream.organ,
                                          .number = alert->number,
                                          .reason = alert->reason,
                                          .told_ns = alert->log_time_ns};
    if (fact == UINT32_MAX) { /* the fact is counted as lost already */
        return;
    }
    tcn_trail_add_known(trail, &known);
    tcn_trail_add_organ(making, alert->stream.organ);
}

/** One stream, page by page, to its end. */
static enum tcn_status walk_stream(struct tcn_trail_making *making, struct tcn_stream stream,
                                   struct tcn_alert *page) {
    uint64_t number = 1;
    size_t count = TCN_SLICE_RECORDS_MAX;
    while (count == TCN_SLICE_RECORDS_MAX) {
        const enum tcn_status status = tcn_state_alerts(
            making->options->state_reader, stream, number, page, TCN_SLICE_RECORDS_MAX, &count);
        if (status != TCN_OK) {
            return status;
        }
        for (size_t i = 0; i < count; i++) {
            take(making, &page[i]);
        }
        number += count;
    }
    return TCN_OK;
}

enum tcn_status tcn_trail_alerts(struct tcn_trail_making *making) {
    const struct tcn_policy *policy = tcn_rights_policy(making->options->rights);
    const uint16_t known_to = making->options->known_to;
    struct tcn_alert *page = calloc(TCN_SLICE_RECORDS_MAX, sizeof(*page));
    enum tcn_status status = page != NULL ? TCN_OK : TCN_NOMEM;
    for (uint32_t i = 0; i < policy->organ_count && status == TCN_OK; i++) {
        const struct tcn_stream stream = {.mode = making->trail->matter.mode,
                                          .organ = policy->organs[i].number};
        if (known_to == 0 || known_to == stream.organ) {
            status = walk_stream(making, stream, page);
        }
    }
    free(page);
    return status;
}
