/* SPDX-License-Identifier: Apache-2.0 */
#include "core/acts.h"

#define BOTH (TCN_TELLS_OFFICE | TCN_TELLS_HOLDER)

/* One line an act: act, free, takes, tells. */
static const struct tcn_act_rule rules[] = {
    {TCN_ACT_REPORTED, false, false, TCN_TELLS_HOLDER},
    {TCN_ACT_ACCEPTED, false, true, BOTH},
    {TCN_ACT_OBJECTED, false, true, TCN_TELLS_OFFICE | TCN_TELLS_DESK},
    {TCN_ACT_TRANSFERRED, false, true, TCN_TELLS_OFFICE},
    {TCN_ACT_REPLIED, false, true, BOTH},
    {TCN_ACT_EXTENDED, false, true, BOTH},
    {TCN_ACT_CLOSED, false, true, BOTH},
    {TCN_ACT_REOPENED, false, true, BOTH},
    {TCN_ACT_REVIEW_ASKED, false, true, BOTH | TCN_TELLS_DESK},
    {TCN_ACT_ACKNOWLEDGED, true, true, TCN_TELLS_OFFICE},
    {TCN_ACT_CALLED, true, false, 0},
    {TCN_ACT_HANDED_OVER, true, false, 0},
    {TCN_ACT_MONTH_CONFIRMED, true, false, 0},
    {TCN_ACT_ZERO_REPORT, true, false, 0},
    {TCN_ACT_RECLASSIFIED, false, true, TCN_TELLS_OFFICE},
    {TCN_ACT_CORRECTED, false, false, BOTH},
    {TCN_ACT_PETITIONER_TOLD, false, false, BOTH},
    {TCN_ACT_LEGAL_HOLD, false, false, TCN_TELLS_HOLDER},
    {TCN_ACT_FOLLOWED_UP, false, false, BOTH},
    {TCN_ACT_LINKED, false, false, TCN_TELLS_HOLDER},
    {TCN_ACT_WITHDRAWN, false, true, BOTH},
    {TCN_ACT_RELEASED, false, true, TCN_TELLS_OFFICE},
    {TCN_ACT_REWRAPPED, false, false, TCN_TELLS_HOLDER},
    {TCN_ACT_ON_DUTY, true, false, 0},
    {TCN_ACT_UNSEALED, true, false, 0},
    {TCN_ACT_DECLINED, false, true, BOTH},
    {TCN_ACT_GRADED, false, true, BOTH},
    {TCN_ACT_ASSIGNED, false, true, BOTH},
    {TCN_ACT_SUBMITTED, false, true, BOTH},
    {TCN_ACT_PASSED, false, true, BOTH},
    {TCN_ACT_REJECTED, false, true, BOTH},
    {TCN_ACT_LISTED, false, true, BOTH},
    {TCN_ACT_SUSPENDED, false, true, BOTH},
    {TCN_ACT_RESUMED, false, true, BOTH},
    {TCN_ACT_PEOPLE_WITHDRAWN, false, true, BOTH},
    {TCN_ACT_BECAME_ACCIDENT, false, true, BOTH},
    {TCN_ACT_REPORTED_UP, false, true, BOTH},
    {TCN_ACT_APPROVED, false, true, BOTH},
    {TCN_ACT_MEDIATION_OFFERED, false, true, BOTH},
    {TCN_ACT_AGREED, false, true, BOTH},
    {TCN_ACT_NOT_AGREED, false, true, BOTH},
    {TCN_ACT_CASE_FILED, false, true, BOTH},
    {TCN_ACT_ORDERED, false, true, BOTH},
    {TCN_ACT_PAID, false, true, BOTH},
    {TCN_ACT_PRE_ANNOUNCED, false, true, BOTH},
    {TCN_ACT_RISK_ASSESSED, false, true, BOTH},
    {TCN_ACT_PLAN_ANNOUNCED, false, true, BOTH},
    {TCN_ACT_HEARING_HELD, false, true, BOTH},
    {TCN_ACT_APPROVAL_ANNOUNCED, false, true, BOTH},
    {TCN_ACT_PATH_SET, false, true, BOTH},
    {TCN_ACT_PATH_ENDED, false, true, BOTH},
    {TCN_ACT_SEEN_SAFE, false, true, BOTH},
    {TCN_ACT_SEEN_UNSAFE, false, true, BOTH},
    {TCN_ACT_ISSUED, false, true, BOTH},
    {TCN_ACT_ERASED, false, false, BOTH | TCN_TELLS_DESK},
    {TCN_ACT_SILENCED, true, false, 0},
    {TCN_ACT_SILENCE_ENDED, true, false, 0},
    {TCN_ACT_ORAL_ZERO, true, false, 0},
    {TCN_ACT_CHECKED_IN, true, false, 0},
    {TCN_ACT_HOLD_ENDED, false, false, TCN_TELLS_HOLDER | TCN_TELLS_DESK},
    {TCN_ACT_CLAIMED, false, true, BOTH},
    {TCN_ACT_DRILL_STARTED, true, false, 0},
    {TCN_ACT_DRILL_STOPPED, true, false, 0},
};

#define RULE_COUNT (sizeof(rules) / sizeof(rules[0]))

const struct tcn_act_rule *tcn_act_rule_of(enum tcn_act act) {
    for (size_t i = 0; i < RULE_COUNT; i++) {
        if (rules[i].act == act) {
            return &rules[i];
        }
    }
    return NULL;
}

bool tcn_act_is_apart(enum tcn_act act) {
    return act == TCN_ACT_HANDED_OVER || act == TCN_ACT_ON_DUTY || act == TCN_ACT_ZERO_REPORT ||
           act == TCN_ACT_UNSEALED || act == TCN_ACT_ERASED || act == TCN_ACT_ORAL_ZERO ||
           act == TCN_ACT_CHECKED_IN || act == TCN_ACT_HOLD_ENDED || act == TCN_ACT_SILENCED ||
           act == TCN_ACT_SILENCE_ENDED;
}

bool tcn_act_is_taking(enum tcn_act act) {
    const struct tcn_act_rule *rule = tcn_act_rule_of(act);
    return rule != NULL && rule->takes;
}

bool tcn_act_is_of_shift(enum tcn_act act) {
    return act == TCN_ACT_ON_DUTY || act == TCN_ACT_HANDED_OVER;
}

uint64_t tcn_acts_bits(const enum tcn_act *acts, uint32_t count) {
    uint64_t bits = 0;
    for (uint32_t i = 0; i < count; i++) {
        bits |= tcn_act_bit(acts[i]);
    }
    return bits;
}
