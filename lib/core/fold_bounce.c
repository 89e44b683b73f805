/* SPDX-License-Identifier: Apache-2.0 */
#include "core/fold_bounce.h"

#include "core/clockwork_inside.h"
#include "core/duty.h"
#include "core/fold_rewrap.h"
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
    matter->sender = holder != NULL ? holder->number : 0; /* whom it was taken from */
    matter->bounce_count = bounce.bounce_count;
    matter->stage = bounce.is_at_desk ? TCN_STAGE_HELD : TCN_STAGE_OPEN;
    matter->marks |= TCN_MARK_BY_TIME;
    memset(&matter->second, 0, sizeof(matter->second));
    return true;
}

/** True for a clock of a hand-over that time has moved on after the event was recorded. */
static bool is_moved_since(const struct tcn_fold *fold, const struct tcn_matter_clock *clock,
                           int64_t recorded_ns) {
    const struct tcn_clock_rule *rule =
        fold->clocks != NULL ? tcn_clock_rule_find(fold->clocks, tcn_slice_text(clock->id)) : NULL;
    return rule != NULL && rule->is_hand_over && clock->end == TCN_CLOCK_RUNS &&
           recorded_ns < clock->clock.start_ns;
}

enum tcn_status tcn_fold_bounce_look(struct tcn_fold_step *step) {
    const struct tcn_fold *fold = step->fold;
    const struct tcn_matter *matter = &step->matter;
    const int64_t recorded_ns = step->event->recorded_ns;
    const bool is_asked =
        step->event->act == TCN_ACT_ACCEPTED && step->in->organ != 0 &&
        step->in->organ == matter->sender &&
        (!tcn_guard_has(matter) || tcn_guard_lists(fold->policy, matter, matter->sender)) &&
        (matter->marks & TCN_MARK_BY_TIME) != 0 && matter->stage == TCN_STAGE_OPEN &&
        recorded_ns >= matter->opened_ns && (step->flags & TCN_FLAG_CLOCK_BEHIND) == 0;
    struct tcn_matter_clock clock;
    enum tcn_status status = TCN_OK;
    uint32_t rule = 0;
    for (uint32_t i = 0; is_asked && i < TCN_MATTER_CLOCKS_MAX && status == TCN_OK; i++) {
        status = fold->ops->clock_next(fold->state, matter->birth_position, rule, &clock);
        if (status != TCN_OK || clock.birth_position != matter->birth_position) {
            break;
        }
        step->takes_back = step->takes_back || is_moved_since(fold, &clock, recorded_ns);
        if (clock.rule == UINT32_MAX) {
            break;
        }
        rule = clock.rule + 1;
    }
    return status == TCN_ABSENT ? TCN_OK : status;
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
    if (status == TCN_OK && moves) {
        status = tcn_fold_rewrap_moved(fold, in, matter);
    }
    if (status == TCN_OK) {
        *out_moves = moves;
    }
    return status;
}
