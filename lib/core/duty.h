/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who owes what on a matter: one lead, several duties. The lead owes the act of the stage; every
 * mandatory co-recipient owes its own acknowledgement, and only its own ends it. A hand-over that
 * nobody takes does not lie where it fell: it bounces once to who can take it, and the second time
 * to the desk, which decides.
 */
#ifndef TCN_CORE_DUTY_H
#define TCN_CORE_DUTY_H

#include "core/procedure.h"
#include "model/policy.h"
#include "model/state.h"

/** Duties of one matter, at most: the lead's, and one for each co-recipient. */
#define TCN_DUTIES_MAX (1 + TCN_DOMAIN_RECIPIENTS_MAX)

/** One organ owes one act. */
struct tcn_duty {
    uint16_t organ; /**< 0: whoever is concerned */
    enum tcn_act owed;
};

/** Whose duties are asked for. */
struct tcn_duty_input {
    enum tcn_procedure_kind kind;
    enum tcn_stage stage;
    uint16_t holder;
    uint16_t office;
    uint16_t desk;
    uint16_t higher;          /**< the next higher organ of the holder; 0 when none */
    struct tcn_beside beside; /**< the co-recipients; nobody of a stub or a guarded matter */
};

/** A hand-over that came back, or ran out. */
struct tcn_hand_over {
    bool is_objection; /**< it was objected to; else nobody took it in its time */
    uint16_t holder;   /**< that did not take it */
    uint16_t sender;   /**< that handed it over; 0 when none, or when it must not learn of it */
    uint16_t higher;   /**< the holder's next higher organ; likewise */
    uint16_t desk;
    uint32_t bounce_count; /**< since it was last accepted */
};

/** Where it goes. */
struct tcn_bounce {
    uint16_t holder;
    bool is_at_desk;       /**< the desk decides: the matter is held */
    uint32_t bounce_count; /**< with this one */
};

/** The next higher organ of one, of its line or else of its place; 0 when the policy has none, or
 * `organ` is NULL. Thread: any. */
uint16_t tcn_duty_higher(const struct tcn_organ *organ, const struct tcn_policy *policy);
/** Gathers the duties at a stage, the lead's first; a co-recipient that is the lead owes one only.
 * Returns how many. Thread: any. */
uint32_t tcn_duty_gather(const struct tcn_duty_input *in,
                         struct tcn_duty out_duties[TCN_DUTIES_MAX]);
/** What the duties of a matter follow from, as it stands. Of a guarded matter, and of one whose
 * report has not come, nobody is a co-recipient, and no higher organ is asked. Thread: any. */
struct tcn_duty_input tcn_duty_of(const struct tcn_policy *policy, const struct tcn_matter *matter);
/** True when the act, by this organ, ends the duty: nobody can end another's. Thread: any. */
bool tcn_duty_is_done(const struct tcn_duty *duty, uint16_t organ, enum tcn_act act);
/** Where a hand-over goes that was not taken: objected to, back to its sender (信访工作条例 article
 * 23); not taken in its time, up to the next higher organ; with neither, or the second time, to the
 * desk (article 24). Thread: any. */
struct tcn_bounce tcn_duty_bounce(const struct tcn_hand_over *hand_over);

#endif
