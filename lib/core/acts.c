/* SPDX-License-Identifier: Apache-2.0 */
#include "core/acts.h"

#define BOTH (TCN_TELLS_OFFICE | TCN_TELLS_HOLDER)

/* One line an act: act, free, tells. */
static const struct tcn_act_rule rules[] = {
    {TCN_ACT_REPORTED, false, TCN_TELLS_HOLDER},
    {TCN_ACT_ACCEPTED, false, BOTH},
    {TCN_ACT_OBJECTED, false, TCN_TELLS_OFFICE | TCN_TELLS_DESK},
    {TCN_ACT_TRANSFERRED, false, TCN_TELLS_OFFICE},
    {TCN_ACT_REPLIED, false, BOTH},
    {TCN_ACT_EXTENDED, false, BOTH},
    {TCN_ACT_CLOSED, false, BOTH},
    {TCN_ACT_REOPENED, false, BOTH},
    {TCN_ACT_REVIEW_ASKED, false, BOTH | TCN_TELLS_DESK},
    {TCN_ACT_ACKNOWLEDGED, true, TCN_TELLS_OFFICE},
    {TCN_ACT_CALLED, true, 0},
    {TCN_ACT_HANDED_OVER, true, 0},
    {TCN_ACT_MONTH_CONFIRMED, true, 0},
    {TCN_ACT_ZERO_REPORT, true, 0},
    {TCN_ACT_RECLASSIFIED, false, TCN_TELLS_OFFICE},
    {TCN_ACT_CORRECTED, false, BOTH},
    {TCN_ACT_PETITIONER_TOLD, false, BOTH},
    {TCN_ACT_LEGAL_HOLD, false, TCN_TELLS_HOLDER},
    {TCN_ACT_FOLLOWED_UP, false, BOTH},
    {TCN_ACT_LINKED, false, TCN_TELLS_HOLDER},
    {TCN_ACT_WITHDRAWN, false, BOTH},
    {TCN_ACT_RELEASED, false, TCN_TELLS_OFFICE},
    {TCN_ACT_REWRAPPED, false, TCN_TELLS_HOLDER},
    {TCN_ACT_ON_DUTY, true, 0},
    {TCN_ACT_UNSEALED, true, 0},
    {TCN_ACT_DECLINED, false, BOTH},
    {TCN_ACT_GRADED, false, BOTH},
    {TCN_ACT_ASSIGNED, false, BOTH},
    {TCN_ACT_SUBMITTED, false, BOTH},
    {TCN_ACT_PASSED, false, BOTH},
    {TCN_ACT_REJECTED, false, BOTH},
    {TCN_ACT_LISTED, false, BOTH},
    {TCN_ACT_SUSPENDED, false, BOTH},
    {TCN_ACT_RESUMED, false, BOTH},
    {TCN_ACT_PEOPLE_WITHDRAWN, false, BOTH},
    {TCN_ACT_BECAME_ACCIDENT, false, BOTH},
    {TCN_ACT_REPORTED_UP, false, BOTH},
    {TCN_ACT_APPROVED, false, BOTH},
    {TCN_ACT_MEDIATION_OFFERED, false, BOTH},
    {TCN_ACT_AGREED, false, BOTH},
    {TCN_ACT_NOT_AGREED, false, BOTH},
    {TCN_ACT_CASE_FILED, false, BOTH},
    {TCN_ACT_ORDERED, false, BOTH},
    {TCN_ACT_PAID, false, BOTH},
    {TCN_ACT_PRE_ANNOUNCED, false, BOTH},
    {TCN_ACT_RISK_ASSESSED, false, BOTH},
    {TCN_ACT_PLAN_ANNOUNCED, false, BOTH},
    {TCN_ACT_HEARING_HELD, false, BOTH},
    {TCN_ACT_APPROVAL_ANNOUNCED, false, BOTH},
    {TCN_ACT_PATH_SET, false, BOTH},
    {TCN_ACT_PATH_ENDED, false, BOTH},
    {TCN_ACT_SEEN_SAFE, false, BOTH},
    {TCN_ACT_SEEN_UNSAFE, false, BOTH},
    {TCN_ACT_ISSUED, false, BOTH},
    {TCN_ACT_ERASED, false, BOTH | TCN_TELLS_DESK},
    {TCN_ACT_SILENCED, true, 0},
    {TCN_ACT_SILENCE_ENDED, true, 0},
    {TCN_ACT_ORAL_ZERO, true, 0},
    {TCN_ACT_CHECKED_IN, true, 0},
    {TCN_ACT_HOLD_ENDED, false, TCN_TELLS_HOLDER | TCN_TELLS_DESK},
    {TCN_ACT_CLAIMED, false, BOTH},
    {TCN_ACT_DRILL_STARTED, true, 0},
    {TCN_ACT_DRILL_STOPPED, true, 0},
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
