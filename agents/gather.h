/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking a lane's events out of the outbox, to cut them anew under another hash, key or epoch. They
 * may be as many as the outbox holds, so their memory is taken for the occasion and given back.
 */
#ifndef TCN_AGENTS_GATHER_H
#define TCN_AGENTS_GATHER_H

#include "agents/piece.h"
#include "base/arena.h"

struct tcn_agent;
struct tcn_outbox_lane;

/** Events of one lane above a mark, in order. Open: the one who mends may replace pieces. */
struct tcn_agent_gathered {
    struct tcn_arena arena; /**< owns everything below */
    struct tcn_agent_piece *pieces;
    const struct tcn_agent_piece **list; /**< to each of the pieces */
    uint32_t count;
    uint32_t count_max;
    uint64_t *at; /**< the sequence that each piece had, rising: a VOID range stood for many */
};

/** Takes everything of a lane above a mark into memory, with shares and retry keys. A VOID range
 * becomes a VOID of one sequence: the numbers that it spoke of are given anew.
 * Owns: gives the arena, to be given back by tcn_arena_fini.
 * Errors: TCN_NOMEM; TCN_CORRUPT; TCN_IO.
 * Thread: the agent's, as for all here. */
TCN_MUST_CHECK enum tcn_status tcn_agent_gather(struct tcn_agent *agent,
                                                const struct tcn_lane_key *key, uint64_t above,
                                                struct tcn_agent_gathered *out);

/** The piece that had a sequence, or NULL. Thread: any. */
struct tcn_agent_piece *tcn_agent_gathered_at(const struct tcn_agent_gathered *gathered,
                                              uint64_t sequence);

/** Cuts what was gathered behind the row's next_sequence and moves the retry keys along.
 * Errors: as tcn_agent_cut and tcn_outbox_key_put. */
TCN_MUST_CHECK enum tcn_status tcn_agent_cut_again(struct tcn_agent *agent,
                                                   const struct tcn_agent_gathered *gathered,
                                                   struct tcn_outbox_lane *row);

#endif
