/* SPDX-License-Identifier: Apache-2.0 */
#include "core/erasure.h"

static const char *const reasons[TCN_ERASURE_REASONS] = {"request", "purpose", "period", "unlawful",
                                                         "emergency"};

const char *tcn_erasure_reason(size_t index) {
    return index < TCN_ERASURE_REASONS ? reasons[index] : NULL;
}

bool tcn_erasure_is_reason(struct tcn_slice word) {
    for (size_t i = 0; i < TCN_ERASURE_REASONS; i++) {
        if (tcn_slice_is_text(word, reasons[i])) {
            return true;
        }
    }
    return false;
}

enum tcn_status tcn_erasure_look(const struct tcn_fold_step *step, uint32_t *out_facts,
                                 bool *out_is_erased) {
    const struct tcn_fold *fold = step->fold;
    const struct tcn_fold_named *named = &step->in->named;
    const struct tcn_act_body *body = &step->event->act_body;
    const bool is_reason = tcn_erasure_is_reason(body->reason);
    struct tcn_thread thread = {.position = 0};
    struct tcn_erasure erasure;
    bool is_erased = false;
    enum tcn_status status = TCN_ABSENT;
    if (named->is_sealed && named->position == body->position &&
        tcn_hash_equals(&named->hash, &body->act_hash)) {
        status = fold->ops->thread_get(fold->state, named->position, &thread);
    }
    const bool is_its = status == TCN_OK && !step->is_birth &&
                        thread.birth_position == step->matter.birth_position; /* E1 */
    if (is_its) {
        status = fold->ops->erasure_get(fold->state, &named->lane, named->sequence, &erasure);
        is_erased = status == TCN_OK && tcn_hash_equals(&erasure.hash, &named->hash); /* E3 */
    }
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    *out_facts = (is_its ? TCN_FACT_EVENT : 0u) | (is_reason ? TCN_FACT_REASON : 0u);
    *out_is_erased = is_erased;
    return TCN_OK;
}

enum tcn_status tcn_erasure_ask(const struct tcn_fold_step *step) {
    const struct tcn_fold_named *named = &step->in->named;
    const struct tcn_erasure erasure = {
        .lane = named->lane,
        .sequence = named->sequence,
        .hash = named->hash,
        .position = named->position,
        .asked_position = step->in->position,
    };
    return step->fold->ops->erasure_put(step->fold->state, &erasure);
}

enum tcn_status tcn_erasure_done(const struct tcn_fold *fold, const struct tcn_fold_input *in) {
    const struct tcn_observed_body *body = &in->event->observed;
    struct tcn_erasure erasure = {.asked_position = 0};
    enum tcn_status status =
        fold->ops->erasure_get(fold->state, &body->lane, body->number, &erasure);
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    if (status == TCN_ABSENT || !tcn_hash_equals(&erasure.hash, &body->hash)) {
        /* Of an event that this log does not have, or not yet: the journal says it. */
        erasure =
            (struct tcn_erasure){.lane = body->lane, .sequence = body->number, .hash = body->hash};
    }
    if (erasure.done_position != 0) { /* E3 */
        return TCN_OK;
    }
    erasure.done_position = in->position;
    return fold->ops->erasure_put(fold->state, &erasure);
}
