/* SPDX-License-Identifier: Apache-2.0 */
#include "core/fold_bounce.h"

#include "core/clockwork_inside.h"
#include "core/duty.h"
#include "core/guard.h"

#include <string.h>

/** True when the period of a hand-over is over for certain. */
static bool is_over(const struct tcn_fold *fold, uint32_t stage,
                    const struct tcn_matter_clock *clock) {
    const struct tcn_clock_rule *rule =
        fold->clocks != NULL ? tcn_clock_rule_find(fold->clocks, tcn_slice_text(clock->id)) : NULL;
    return rule != NULL && rule->is_hand_over && stage == TCN_CLOCK_DUE + 1 &&
           clock->times.missing_year == 0;
}

/** Gives the matter to who is next; false when nobody may have it. */
static bool hand_on(const struct tcn_policy *policy, struct tcn_matter *matter) {
    const struct tcn_organ *holder = tcn_policy_organ(policy, matter->holder);
    const uint16_t higher = tcn_guard_has(matter) ? 0 : tcn_duty_higher(holder, policy);
    const struct tcn_hand_over hand_over = {.holder = matter->holder,
                                            .higher = higher,
                                            .desk = policy->desk,
                                            .bounce_count = matter->bounce_count};
    const struct tcn_bounce bounce = tcn_duty_bounce(&hand_over);
    if (bounce.is_at_desk && !tcn_guard_tells_desk(matter, policy->desk)) {
        return false;
    }
    matter->holder = bounce.holder;
    matter->sender = 0; /* nobody handed it over */
    matter->bounce_count = bounce.bounce_count;
    matter->stage = bounce.is_at_desk ? TCN_STAGE_HELD : TCN_STAGE_OPEN;
    memset(&matter->second, 0, sizeof(matter->second));
    return true;
}

enum tcn_status tcn_fold_bounce(struct tcn_fold *fold, const struct tcn_fold_input *in,
                                uint32_t stage, struct tcn_matter_clock *clock,
                                struct tcn_matter *matter, bool *out_moves) {
    const struct tcn_clockwork work = {
        .ops = fold->ops, .state = fold->state, .table = fold->clocks, .trace = fold->trace};
    const bool is_untaken = matter->stage == TCN_STAGE_OPEN;
    const bool is_at_desk = matter->stage == TCN_STAGE_HELD && matter->holder == fold->policy->desk;
    enum tcn_status status = TCN_OK;
    bool moves = false;
    if (!is_over(fold, stage, clock) || (!is_untaken && !is_at_desk)) {
        *out_moves = false;
        return TCN_OK;
    }
    if (is_untaken) {
        moves = hand_on(fold->policy, matter);
        tcn_note(fold->trace,
                 (struct tcn_note){.why = moves ? TCN_WHY_NOT_TAKEN : TCN_WHY_BOUNCE_STAYS,
                                   .organ = matter->holder});
    }
    if (moves) {
        status = fold->ops->matter_put(fold->state, matter, false);
    }
    if (status == TCN_OK && (moves || is_at_desk)) {
        status = tcn_clock_row_again(&work, clock, in->position, in->log_time_ns);
    }
    if (status == TCN_OK) {
        *out_moves = moves;
    }
    return status;
}
