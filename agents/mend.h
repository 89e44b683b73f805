/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mending the outbox when the collector and it do not agree: events that were refused, a collector
 * that was restored, an epoch that is over. Each of these writes into the agent's open group and
 * tells the brain; the caller commits before anything is sent.
 */
#ifndef TCN_AGENTS_MEND_H
#define TCN_AGENTS_MEND_H

#include "agents/piece.h"
#include "base/status.h"
#include "core/outbox.h"

struct tcn_agent;
struct tcn_agent_lane;
struct tcn_outbox_dead;

/** Refused events go to the dead letters, signed VOIDs take their places, and everything above
 * `mark` is cut anew.
 * Errors: as tcn_outbox_recut and tcn_agent_cut.
 * Thread: the agent's, as for all here. */
TCN_MUST_CHECK enum tcn_status tcn_agent_mend_recut(struct tcn_agent *agent,
                                                    struct tcn_agent_lane *lane, uint64_t mark);

/** The collector was restored and wants everything from `sequence` on; `hash` is of the chunk
 * before it. What is no longer retained becomes one signed VOID.
 * Errors: as tcn_agent_cut_hole. */
TCN_MUST_CHECK enum tcn_status tcn_agent_mend_resend(struct tcn_agent *agent,
                                                     struct tcn_agent_lane *lane, uint64_t sequence,
                                                     const struct tcn_hash *hash);

/** Opens a new epoch once both lanes are settled: what the log does not have re-enters under it.
 * Does nothing while a lane is not settled.
 * Errors: as tcn_agent_cut. */
TCN_MUST_CHECK enum tcn_status tcn_agent_mend_renew(struct tcn_agent *agent);

/** Makes the rows of both lanes under a new random epoch.
 * Errors: as tcn_outbox_lane_put. */
TCN_MUST_CHECK enum tcn_status tcn_agent_mend_first_epoch(struct tcn_agent *agent);

/** Forgets what need no longer be retained of a lane.
 * Errors: as tcn_outbox_trim. */
TCN_MUST_CHECK enum tcn_status tcn_agent_mend_trim(struct tcn_agent *agent,
                                                   struct tcn_agent_lane *lane);

/** The piece in a dead letter. Its value is a byte that says whether a share follows, the share,
 * and the event: without its share a sealed text could never be read again.
 * Owns: the piece lends from the letter.
 * Errors: TCN_CORRUPT; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_agent_mend_dead_piece(struct tcn_agent *agent,
                                                         const struct tcn_outbox_dead *dead,
                                                         struct tcn_agent_piece *out_piece);

#endif
