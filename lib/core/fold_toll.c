/* SPDX-License-Identifier: Apache-2.0 */
/* What an accident has cost so far and how grave it is, as its events count it. Part of core/fold.
 */
#include "core/accident.h"
#include "core/fold_inside.h"
#include "core/procedure.h"

/** Says how grave it is, where that has changed. */
static void note_degree(const struct tcn_fold_step *step, const struct tcn_degree *before) {
    const struct tcn_degree *now = &step->matter.toll.degree;
    const struct tcn_level *level = tcn_rules_accident_level(step->fold->policy->rules, now->rank);
    if (level != NULL && (now->rank != before->rank || now->sure != before->sure)) {
        tcn_fold_note(step, (struct tcn_note){.why = TCN_WHY_DEGREE,
                                              .bits = (uint32_t)now->sure,
                                              .number = now->rank,
                                              .word = tcn_slice_text(level->id)});
    }
}

uint32_t tcn_fold_count(struct tcn_fold_step *step) {
    struct tcn_matter *matter = &step->matter;
    const uint32_t asked = TCN_FACT_REASON | TCN_FACT_POST;
    const bool is_leads = (tcn_fold_who(step) & (TCN_WHO_HOLDER | TCN_WHO_DESK)) != 0;
    const bool is_correction = step->event->act == TCN_ACT_CORRECTED && is_leads;
    const uint32_t lacking = asked & ~tcn_procedure_facts(step->event);
    const struct tcn_degree before = matter->toll.degree;
    const struct tcn_accident_said said = {.event = step->event,
                                           .domain = tcn_slice_text(matter->domain),
                                           .is_accident = matter->kind == TCN_PROCEDURE_ACCIDENT,
                                           .may_lower = is_correction && lacking == 0};
    const bool is_kept = tcn_accident_count(step->fold->policy->rules, &said, &matter->toll);
    note_degree(step, &before);
    if (!is_kept) {
        return 0;
    }
    tcn_fold_why(step, TCN_WHY_COUNT_STAYS, matter->holder);
    return is_correction ? lacking : 0;
}
