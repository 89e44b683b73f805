/* SPDX-License-Identifier: Apache-2.0 */
#include "core/acts.h"

#include "core/fold.h"

#define AT(stage) (1u << (unsigned)TCN_STAGE_##stage)
#define ANY_STAGE (AT(STUB) | AT(OPEN) | AT(ACCEPTED) | AT(REPLIED) | AT(CLOSED) | AT(HELD))
#define LIVE (AT(OPEN) | AT(ACCEPTED) | AT(HELD) | AT(REPLIED))
#define LEAD (TCN_WHO_HOLDER | TCN_WHO_DESK)
#define SIDES (LEAD | TCN_WHO_OFFICE)
#define ALL_SIDES (SIDES | TCN_WHO_PARTY)
#define BOTH (TCN_TELLS_OFFICE | TCN_TELLS_HOLDER)

/* One line an act: act, free, stages, who, next, tells. A second REPORTED joins its matter.
 * REWRAPPED and UNSEALED are records of what was done with keys: a race must not make them void
 * (DESIGN section 8). What belongs to one kind of matter only, from DECLINED on, is recorded and
 * told here, and its stage stays. */
static const struct tcn_act_rule rules[] = {
    {TCN_ACT_REPORTED, false, ANY_STAGE, TCN_WHO_ANYONE, 0, TCN_TELLS_HOLDER},
    {TCN_ACT_ACCEPTED, false, AT(OPEN) | AT(HELD), LEAD, TCN_STAGE_ACCEPTED, BOTH},
    {TCN_ACT_OBJECTED, false, AT(OPEN) | AT(ACCEPTED), LEAD, TCN_STAGE_HELD, TCN_TELLS_DESK},
    {TCN_ACT_TRANSFERRED, false, LIVE | AT(STUB), LEAD, TCN_STAGE_OPEN, TCN_TELLS_OFFICE},
    {TCN_ACT_REPLIED, false, AT(OPEN) | AT(ACCEPTED) | AT(REPLIED), LEAD, TCN_STAGE_REPLIED, BOTH},
    {TCN_ACT_EXTENDED, false, AT(OPEN) | AT(ACCEPTED), LEAD, 0, BOTH},
    {TCN_ACT_CLOSED, false, LIVE | AT(STUB), LEAD, TCN_STAGE_CLOSED, BOTH},
    {TCN_ACT_REOPENED, false, AT(REPLIED) | AT(CLOSED), LEAD, TCN_STAGE_ACCEPTED, BOTH},
    {TCN_ACT_REVIEW_ASKED, false, AT(REPLIED) | AT(CLOSED), SIDES, 0, BOTH | TCN_TELLS_DESK},
    {TCN_ACT_ACKNOWLEDGED, true, ANY_STAGE, ALL_SIDES, 0, TCN_TELLS_OFFICE},
    {TCN_ACT_CALLED, true, ANY_STAGE, ALL_SIDES, 0, 0},
    {TCN_ACT_HANDED_OVER, true, ANY_STAGE, LEAD, 0, 0},
    {TCN_ACT_MONTH_CONFIRMED, true, ANY_STAGE, LEAD, 0, 0},
    {TCN_ACT_ZERO_REPORT, true, ANY_STAGE, TCN_WHO_ANYONE, 0, 0},
    {TCN_ACT_RECLASSIFIED, false, LIVE, LEAD, TCN_STAGE_OPEN, TCN_TELLS_OFFICE},
    {TCN_ACT_CORRECTED, false, ANY_STAGE, SIDES, 0, BOTH},
    {TCN_ACT_PETITIONER_TOLD, false, ANY_STAGE, SIDES, 0, TCN_TELLS_HOLDER},
    {TCN_ACT_LEGAL_HOLD, false, ANY_STAGE, LEAD, 0, TCN_TELLS_HOLDER},
    {TCN_ACT_FOLLOWED_UP, false, ANY_STAGE, SIDES, 0, BOTH},
    {TCN_ACT_LINKED, false, ANY_STAGE, SIDES, 0, TCN_TELLS_HOLDER},
    {TCN_ACT_WITHDRAWN, false, LIVE | AT(STUB), SIDES, TCN_STAGE_CLOSED, BOTH},
    {TCN_ACT_RELEASED, false, AT(HELD), LEAD, TCN_STAGE_OPEN, TCN_TELLS_OFFICE},
    {TCN_ACT_REWRAPPED, false, ANY_STAGE, TCN_WHO_ANYONE, 0, TCN_TELLS_HOLDER},
    {TCN_ACT_ON_DUTY, true, ANY_STAGE, TCN_WHO_ANYONE, 0, 0},
    {TCN_ACT_UNSEALED, true, ANY_STAGE, TCN_WHO_ANYONE, 0, 0},
    {TCN_ACT_DECLINED, false, LIVE, ALL_SIDES, 0, BOTH},
    {TCN_ACT_GRADED, false, LIVE, ALL_SIDES, 0, BOTH},
    {TCN_ACT_ASSIGNED, false, LIVE, ALL_SIDES, 0, BOTH},
    {TCN_ACT_SUBMITTED, false, LIVE, ALL_SIDES, 0, BOTH},
    {TCN_ACT_PASSED, false, LIVE, ALL_SIDES, 0, BOTH},
    {TCN_ACT_REJECTED, false, LIVE, ALL_SIDES, 0, BOTH},
    {TCN_ACT_LISTED, false, LIVE, ALL_SIDES, 0, BOTH},
    {TCN_ACT_SUSPENDED, false, LIVE, ALL_SIDES, 0, BOTH},
    {TCN_ACT_RESUMED, false, LIVE, ALL_SIDES, 0, BOTH},
    {TCN_ACT_PEOPLE_WITHDRAWN, false, LIVE, ALL_SIDES, 0, BOTH},
    {TCN_ACT_BECAME_ACCIDENT, false, LIVE, ALL_SIDES, 0, BOTH},
    {TCN_ACT_REPORTED_UP, false, LIVE, ALL_SIDES, 0, BOTH},
    {TCN_ACT_APPROVED, false, LIVE, ALL_SIDES, 0, BOTH},
    {TCN_ACT_MEDIATION_OFFERED, false, LIVE, ALL_SIDES, 0, BOTH},
    {TCN_ACT_AGREED, false, LIVE, ALL_SIDES, 0, BOTH},
    {TCN_ACT_NOT_AGREED, false, LIVE, ALL_SIDES, 0, BOTH},
    {TCN_ACT_CASE_FILED, false, LIVE, ALL_SIDES, 0, BOTH},
    {TCN_ACT_ORDERED, false, LIVE, ALL_SIDES, 0, BOTH},
    {TCN_ACT_PAID, false, LIVE, ALL_SIDES, 0, BOTH},
    {TCN_ACT_PRE_ANNOUNCED, false, LIVE, ALL_SIDES, 0, BOTH},
    {TCN_ACT_RISK_ASSESSED, false, LIVE, ALL_SIDES, 0, BOTH},
    {TCN_ACT_PLAN_ANNOUNCED, false, LIVE, ALL_SIDES, 0, BOTH},
    {TCN_ACT_HEARING_HELD, false, LIVE, ALL_SIDES, 0, BOTH},
    {TCN_ACT_APPROVAL_ANNOUNCED, false, LIVE, ALL_SIDES, 0, BOTH},
    {TCN_ACT_PATH_SET, false, LIVE, ALL_SIDES, 0, BOTH},
    {TCN_ACT_PATH_ENDED, false, LIVE, ALL_SIDES, 0, BOTH},
    {TCN_ACT_SEEN_SAFE, false, LIVE, ALL_SIDES, 0, BOTH},
    {TCN_ACT_SEEN_UNSAFE, false, LIVE, ALL_SIDES, 0, BOTH},
    {TCN_ACT_ISSUED, false, LIVE, ALL_SIDES, 0, BOTH},
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

bool tcn_act_rule_allows(const struct tcn_act_rule *rule, enum tcn_stage stage) {
    return (unsigned)stage < 32 && (rule->stages & (1u << (unsigned)stage)) != 0;
}

uint64_t tcn_fold_allowed_acts(enum tcn_stage stage) {
    uint64_t acts = 0;
    for (size_t i = 0; i < RULE_COUNT; i++) {
        if (tcn_act_rule_allows(&rules[i], stage)) {
            acts |= UINT64_C(1) << (unsigned)rules[i].act;
        }
    }
    return acts;
}
