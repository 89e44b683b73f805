/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A newer bundle: when it is asked for, and what becomes of it. The collector names the version in
 * force in the WELCOME of each lane and in the follower's SESSION; whoever hears first of one that
 * is newer asks for it, on its own connection. It is verified, kept in the outbox and in use before
 * the next report is sealed.
 */
#ifndef TCN_AGENTS_FETCH_H
#define TCN_AGENTS_FETCH_H

#include "agents/inner.h"

/** True when a bundle of this version is to be asked for now: it is newer than the one in use, and
 * nobody has asked for it. What was asked for may have been lost on the way, so who did asks again
 * when it is named to him once more. `by` is the lane that heard of it, TCN_LANE_NONE the follower.
 * Thread: the agent's, as for all here. */
bool tcn_agent_fetch_is_due(struct tcn_agent *agent, uint64_t version, enum tcn_lane by);

/** Takes a BUNDLE that came: one that is ours, signed by the collector and newer is kept, in the
 * open group, and used; any other changes nothing, and people are told of what is no bundle.
 * Errors: as tcn_outbox_bundle_put. */
TCN_MUST_CHECK enum tcn_status tcn_agent_fetch_take(struct tcn_agent *agent, struct tcn_slice body,
                                                    struct tcn_slice signature);

#endif
