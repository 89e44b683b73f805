/* SPDX-License-Identifier: Apache-2.0 */
#include "core/duty.h"

/** Bounces before the desk decides. */
#define BOUNCES_MAX 1u

uint16_t tcn_duty_higher(const struct tcn_organ *organ, const struct tcn_policy *policy) {
    const uint16_t above[] = {organ != NULL ? organ->line_parent : 0,
                              organ != NULL ? organ->place_parent : 0};
    for (size_t i = 0; i < sizeof(above) / sizeof(above[0]); i++) {
        if (above[i] != 0 && above[i] != organ->number &&
            tcn_policy_organ(policy, above[i]) != NULL) {
            return above[i];
        }
    }
    return 0;
}

/** The organ that a stage's act is owed by. */
static uint16_t organ_of(const struct tcn_duty_input *in, enum tcn_act_who who) {
    switch ((unsigned)who) {
    case TCN_WHO_HOLDER:
        return in->holder;
    case TCN_WHO_DESK:
        return in->desk;
    case TCN_WHO_OFFICE:
        return in->office;
    case TCN_WHO_HIGHER:
        return in->higher != 0 ? in->higher : in->desk;
    default: /* a co-recipient, any of them, or anyone */
        return 0;
    }
}

uint32_t tcn_duty_gather(const struct tcn_duty_input *in,
                         struct tcn_duty out_duties[TCN_DUTIES_MAX]) {
    const struct tcn_procedure_stage *stage =
        tcn_procedure_stage_of(tcn_procedure_of(in->kind), in->stage);
    uint32_t count = 0;
    if (stage != NULL && stage->owed_act != TCN_ACT_NONE) {
        out_duties[count++] = (struct tcn_duty){organ_of(in, stage->owed_by), stage->owed_act};
    }
    bool is_over = stage == NULL || stage->is_final; /* nobody needs to learn of it any more */
    for (uint32_t i = 0; i < in->beside.count && !is_over; i++) {
        if (in->beside.organs[i] != in->holder) {
            out_duties[count++] = (struct tcn_duty){in->beside.organs[i], TCN_ACT_ACKNOWLEDGED};
        }
    }
    TCN_CHECK(count <= TCN_DUTIES_MAX);
    return count;
}

struct tcn_duty_input tcn_duty_of(const struct tcn_policy *policy,
                                  const struct tcn_matter *matter) {
    const bool is_guarded = (matter->flags & TCN_FLAG_GUARDED) != 0;
    const bool is_shared = !is_guarded && matter->stage != TCN_STAGE_STUB;
    const struct tcn_organ *holder = tcn_policy_organ(policy, matter->holder);
    const struct tcn_domain *domain =
        is_shared ? tcn_policy_domain(policy, tcn_slice_text(matter->domain)) : NULL;
    return (struct tcn_duty_input){
        .kind = matter->kind,
        .stage = matter->stage,
        .holder = matter->holder,
        .office = matter->office,
        .desk = policy->desk,
        .higher = is_guarded ? 0 : tcn_duty_higher(holder, policy),
        .beside = tcn_policy_beside(policy, domain, matter->severity,
                                    tcn_policy_office_of(policy, matter->division, matter->office)),
    };
}

bool tcn_duty_is_done(const struct tcn_duty *duty, uint16_t organ, enum tcn_act act) {
    return duty->owed == act && (duty->organ == organ || duty->organ == 0);
}

struct tcn_bounce tcn_duty_bounce(const struct tcn_hand_over *hand_over) {
    bool is_first = hand_over->bounce_count < BOUNCES_MAX;
    uint16_t back =
        hand_over->is_objection && hand_over->sender != 0 ? hand_over->sender : hand_over->higher;
    bool goes_back = is_first && back != 0 && back != hand_over->holder && back != hand_over->desk;
    return (struct tcn_bounce){
        .holder = goes_back ? back : hand_over->desk,
        .is_at_desk = !goes_back,
        .bounce_count =
            hand_over->bounce_count < UINT32_MAX ? hand_over->bounce_count + 1 : UINT32_MAX,
    };
}
