/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Those who wait for the outcome of what they entered: a bounded number, each with the events it
 * asked for and a deadline. An event waits only while its sequence is above its lane's mark, so
 * looking whether somebody is done reads no disk. One thread.
 */
#ifndef TCN_AGENTS_WAIT_H
#define TCN_AGENTS_WAIT_H

#include "agents/peer.h"
#include "base/arena.h"
#include "model/local.h"

/** Those who wait at a time, at most; more are told that the agent is busy. */
#define TCN_AGENT_WAITERS_MAX 64

struct tcn_agent;

/** One who waits. */
struct tcn_agent_waiter {
    struct tcn_agent_peer peer;
    int64_t deadline_ns; /**< monotonic */
    uint32_t count;
    uint32_t next; /**< those before it wait no longer */
    struct tcn_local_receipt receipts[TCN_LOCAL_RECEIPTS_MAX];
};

/** All who wait, in no order. Open: embedded in the way that they came by. */
struct tcn_agent_waiters {
    struct tcn_agent_waiter list[TCN_AGENT_WAITERS_MAX];
    uint32_t count;
};

/** Adds one; a receipt's epoch of 0 becomes the present one.
 * Owns: copies everything.
 * Errors: TCN_BUSY there are TCN_AGENT_WAITERS_MAX.
 * Thread: the agent's, as for all here. */
TCN_MUST_CHECK enum tcn_status tcn_agent_waiters_add(struct tcn_agent *agent,
                                                     struct tcn_agent_waiters *waiters,
                                                     const struct tcn_agent_peer *peer,
                                                     const struct tcn_local_request *request,
                                                     int64_t now_ns);

/** True when nothing that it asked for waits any longer, or its time is over. */
bool tcn_agent_waiter_is_done(const struct tcn_agent *agent, struct tcn_agent_waiter *waiter,
                              int64_t now_ns);

/** What it is told: the outcomes as they stand, TCN_TIMEOUT when some still wait.
 * Owns: out_answer lends from the arena.
 * Errors: as tcn_agent_look; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_agent_waiter_answer(struct tcn_agent *agent,
                                                       const struct tcn_agent_waiter *waiter,
                                                       struct tcn_arena *arena,
                                                       struct tcn_local_answer *out_answer);

/** Forgets one; the last takes its place. */
void tcn_agent_waiters_remove(struct tcn_agent_waiters *waiters, uint32_t index);

#endif
