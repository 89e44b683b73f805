/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Holds the reasons of an event (model/trace.h) against what the fold did with it over a state in
 * memory: the verdict against the outcome, who was told against the alerts, who owes what against
 * the duties of the matter as it stands then, and dates of clocks against the clocks' rows. One
 * thread.
 */
#ifndef TCN_TESTS_WHYS_H
#define TCN_TESTS_WHYS_H

#include "model/policy.h"
#include "model/trace.h"
#include "testlib/memstate.h"

/** How the state stood before an event. Open: lives on the stack. */
struct tcn_whys {
    const struct tcn_memstate *state;
    size_t alert_count;
    size_t thread_count;
    struct tcn_matter matter; /**< that the event names; zeroed when there is none */
};

/** Looks at the state before an event. Owns: lends the state until tcn_whys_agree. Thread: one. */
struct tcn_whys tcn_whys_before(const struct tcn_memstate *state, const struct tcn_event *event);
/** What of the reasons is not so, as a sentence; NULL when all are. The trace waits for nothing, so
 * it has the reasons of the event that was folded last. Thread: one. */
const char *tcn_whys_agree(const struct tcn_whys *before, const struct tcn_policy *policy,
                           const struct tcn_trace *trace, const struct tcn_outcome *outcome);

#endif
