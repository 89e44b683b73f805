/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A complaint that names organs of the policy as those it is about, at the agent that takes it in:
 * who may hear of it (core/accused), and that neither the accused nor who stands above or below
 * them takes it in. What is refused here was never written anywhere. Nothing here touches a disk, a
 * socket or a clock.
 */
#ifndef TCN_AGENTS_ACCUSED_H
#define TCN_AGENTS_ACCUSED_H

#include "agents/enter.h"
#include "core/accused.h"

/** Finds who may hear of the draft's complaint, and who may not.
 * Owns: `speaker` is the id of the organ that the draft speaks for; it is only read.
 * Errors: TCN_BAD_VALUE the draft concerns no unit, or names an organ that the policy does not
 * have: the fault says the nearest that it has; TCN_DENIED nobody in this district may hear it, or
 * the speaker may not: the fault names the doors that are left. On each of them out_accused is not
 * written.
 * Thread: any.
 * Source: 信访工作条例 Art. 30, 46(5). */
TCN_MUST_CHECK enum tcn_status tcn_agent_accused_find(const struct tcn_policy *policy,
                                                      const struct tcn_draft *draft,
                                                      struct tcn_slice speaker,
                                                      struct tcn_agent_fault *out_fault,
                                                      struct tcn_accused *out_accused);

/** Writes the line that names the draft's organs, each once, and behind it the text that was there.
 * Owns: out_text lends from the arena.
 * Errors: TCN_NOMEM; TCN_TOOBIG. Thread: any, one per arena. */
TCN_MUST_CHECK enum tcn_status tcn_agent_accused_text(const struct tcn_draft *draft,
                                                      struct tcn_slice text,
                                                      struct tcn_arena *arena,
                                                      struct tcn_slice *out_text);

#endif
