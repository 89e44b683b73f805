/* SPDX-License-Identifier: Apache-2.0 */
#include "core/fold_second.h"

#include <string.h>

/** Keeps a word of the event; one that is too long is no word of the policy, and kept as none. */
static void keep_word(struct tcn_slice word, char out_word[TCN_WORD_BYTES_MAX + 1]) {
    memset(out_word, 0, TCN_WORD_BYTES_MAX + 1);
    if (word.size > 0 && word.size <= TCN_WORD_BYTES_MAX) {
        memcpy(out_word, word.data, word.size);
    }
}

/** What two posts name besides the act, its hash and the organ that it goes to: of an erasure, and
 * of the end of the hold that kept it from being one, the reason; else the domain, which a
 * hand-over does not change. */
static struct tcn_slice second_word(const struct tcn_event *event) {
    if (event->act == TCN_ACT_TRANSFERRED) {
        return (struct tcn_slice){0};
    }
    const bool has_reason = event->act == TCN_ACT_ERASED || event->act == TCN_ACT_HOLD_ENDED;
    return has_reason ? event->act_body.reason : event->domain;
}

bool tcn_fold_is_second(const struct tcn_fold_step *step) {
    const struct tcn_second *second = &step->matter.second;
    return second->act != TCN_ACT_NONE && second->act == step->event->act &&
           second->source != step->in->lane.source &&
           tcn_hash_equals(&second->hash, &step->event->act_body.act_hash) &&
           tcn_slice_equals(tcn_slice_text(second->domain), second_word(step->event)) &&
           tcn_slice_equals(tcn_slice_text(second->organ), step->event->act_body.to_organ);
}

void tcn_fold_keep_first(struct tcn_fold_step *step) {
    struct tcn_second *second = &step->matter.second;
    *second = (struct tcn_second){.act = step->event->act,
                                  .source = step->in->lane.source,
                                  .hash = step->event->act_body.act_hash};
    keep_word(second_word(step->event), second->domain);
    keep_word(step->event->act_body.to_organ, second->organ);
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
