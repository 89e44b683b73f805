/* SPDX-License-Identifier: Apache-2.0 */
#include "core/fold_second.h"

#include "core/second.h"

bool tcn_fold_is_second(const struct tcn_fold_step *step) {
    return tcn_second_matches(&step->matter.second, step->event, step->in->lane.source);
}

void tcn_fold_keep_first(struct tcn_fold_step *step) {
    tcn_second_keep(&step->matter.second, step->event, step->in->lane.source);
}

void tcn_fold_note_second(const struct tcn_fold_step *step, const struct tcn_procedure_input *in,
                          const struct tcn_procedure_verdict *verdict) {
    const struct tcn_procedure_row *row = verdict->row;
    const enum tcn_act waits = step->matter.second.act;
    if (row == NULL || !verdict->needs_two) {
        return;
    }
    if (!verdict->is_waiting) {
        tcn_fold_note(step, (struct tcn_note){.why = TCN_WHY_SECOND_NAMED, .act = in->act});
        return;
    }
    if (waits != TCN_ACT_NONE) {
        tcn_fold_note(step, (struct tcn_note){.why = TCN_WHY_OTHER_GIVES_WAY, .act = waits});
    }
    tcn_fold_note(step, (struct tcn_note){.why = row->is_two_person ? TCN_WHY_WAITS_FOR_SECOND
                                                                    : TCN_WHY_WAITS_AS_GUARDED,
                                          .act = in->act,
                                          .source = row->source});
}
