/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of clocks that nothing can ever start or stop, because the procedure of the matters that
 * they are for never allows that act, or never leads to that stage. What can happen is not this
 * room's to know: who checks says it. It promises a fault for each such rule, and none for a rule
 * that is not enabled.
 */
#ifndef TCN_POLICY_TRIGGERS_H
#define TCN_POLICY_TRIGGERS_H

#include "policy/read.h"

/** What can happen to matters. Open: filled by who knows the procedures. */
struct tcn_policy_reach {
    /** True when an act can count for a matter of a kind and leave it at a stage; NONE: at any. */
    bool (*can_happen)(enum tcn_procedure_kind kind, enum tcn_act act, enum tcn_stage stage);
    /** What a matter of a kind becomes when somebody comes to harm; NONE: it stays. */
    enum tcn_procedure_kind (*harmed)(enum tcn_procedure_kind kind);
};

/** Empties `errors`, then notes in it each start, stop, pause and resume that can never happen to a
 * matter that its rule is for, and each domain that a rule names in which nothing can start it, or
 * stop it. Thread: any. */
void tcn_policy_check_triggers(const struct tcn_policy_source *source,
                               const struct tcn_policy_reach *reach,
                               struct tcn_policy_errors *errors);

#endif
