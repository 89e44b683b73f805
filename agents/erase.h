/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Erasing in the outbox: a WELCOME names the events of its lane whose share was destroyed, and the
 * outbox destroys its copy, which it kept to send again to a collector that was restored. A chunk
 * that is short of a share no longer fits its signed head: when it has to be sent again all the
 * same, it is cut anew.
 */
#ifndef TCN_AGENTS_ERASE_H
#define TCN_AGENTS_ERASE_H

#include "agents/lane.h"
#include "base/status.h"

struct tcn_chunk_head;
struct tcn_outbox_chunk;

/** Destroys the shares that a WELCOME of the lane names, of chunks that are acknowledged: what is
 * not may have to be sent as it was cut, and the next WELCOME names it again. Begins a group when
 * there is something to destroy.
 * Errors: as tcn_agent_begin and tcn_outbox_shares_put. Thread: the agent's. */
TCN_MUST_CHECK enum tcn_status tcn_agent_erase(struct tcn_agent *agent, struct tcn_agent_lane *lane,
                                               struct tcn_slice erased);

/** True when the chunk is short of a share that its head commits to. Thread: any. */
bool tcn_agent_is_short(const struct tcn_outbox_chunk *chunk, const struct tcn_chunk_head *head);

#endif
