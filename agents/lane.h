/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One lane's connection: the shell of core/outbox. It sends what the brain wants, decodes what the
 * collector answers, checks the collector's signatures before the brain hears of it, and carries
 * the brain's actions out durably. Each lane has its own connection, so that a long routine chunk
 * on a slow line never stands before an urgent one.
 */
#ifndef TCN_AGENTS_LANE_H
#define TCN_AGENTS_LANE_H

#include "agents/trust.h"
#include "core/outbox.h"
#include "link/sock.h"
#include "seal/tree.h"

/** Room for the name of a field at fault, its NUL included. */
#define TCN_AGENT_FIELD_BYTES 48

/** Lanes of an agent: urgent, then routine. */
#define TCN_AGENT_LANES 2u

struct tcn_agent;
struct tcn_outbox_lane;

/** The field of a refused event, until the recut. */
struct tcn_agent_refused {
    uint64_t sequence;
    char field[TCN_AGENT_FIELD_BYTES];
};

/** A lane. Open: embedded in the agent. */
struct tcn_agent_lane {
    struct tcn_outlane brain;
    enum tcn_lane number;
    struct tcn_sock *sock;     /**< NULL when the configuration has the lane off */
    bool is_settled;           /**< RENEW was asked for; waits for the other lane */
    uint64_t settled_sequence; /**< the log has everything up to here under the old epoch */
    uint32_t acked_count;      /**< acknowledgements since the last trim */
    uint64_t apart_first;      /**< first sequence that waits and may be a complaint's; 0: none */
    uint64_t apart_last;       /**< and the last */
    struct tcn_agent_refused refused[TCN_CHUNK_EVENTS_MAX];
    uint32_t refused_count;
    struct tcn_keyring ring;   /**< the collector's keys, as this connection knows them */
    uint32_t key_count;        /**< of the key that signed the last WELCOME, in the ring */
    uint64_t welcome_mark;     /**< of that WELCOME: what is above it is logged under that key */
    struct tcn_root_memo memo; /**< the receipts of one group share their root */
};

/** What a brain must know of a stored lane. Thread: any. */
void tcn_agent_lane_facts(const struct tcn_agent *agent, const struct tcn_outbox_lane *row,
                          struct tcn_outlane_facts *out_facts);

/** Notes sequences that are, or may be, a complaint that is kept apart or something said of one; no
 * sequence when `last` is lower than `first`. Where their receipts are in the log is not told in
 * the open by what is entered later: that goes to whom the complaint may accuse. */
void tcn_agent_lane_apart(struct tcn_agent_lane *lane, uint64_t first, uint64_t last);

/** Starts the brain from the outbox and connects, unless the lane is off.
 * Errors: as tcn_outbox_lane_get and tcn_sock_open.
 * Thread: the agent's, as for all that follow. */
TCN_MUST_CHECK enum tcn_status tcn_agent_lane_open(struct tcn_agent *agent,
                                                   struct tcn_agent_lane *lane);

/** Connects anew, with the keys that are in use now; nothing when the lane is off. What was in
 * flight is sent again.
 * Errors: as tcn_sock_open. */
TCN_MUST_CHECK enum tcn_status tcn_agent_lane_reconnect(struct tcn_agent *agent,
                                                        struct tcn_agent_lane *lane);

/** Closes the connection; safe on a zeroed lane. */
void tcn_agent_lane_close(struct tcn_agent_lane *lane);

/** Takes what the collector sent, a bounded number of messages, and commits what follows from it.
 * Where it has to be written and the disk is full it is put off, see tcn_agent_lane_put_off.
 * Errors: TCN_IO, TCN_CORRUPT, TCN_NOMEM: stop; TCN_CLOSED.
 */
TCN_MUST_CHECK enum tcn_status tcn_agent_lane_ready(struct tcn_agent *agent,
                                                    struct tcn_agent_lane *lane);

/** Carries the brain's actions out, in their order, in the open group; the caller commits.
 * Errors: as tcn_agent_lane_ready. */
TCN_MUST_CHECK enum tcn_status tcn_agent_lane_carry(struct tcn_agent *agent,
                                                    struct tcn_agent_lane *lane,
                                                    const struct tcn_outlane_actions *actions);

/** The disk is full for what has to be written: drops the group, tells, and begins both lanes anew
 * from what is on disk; they ask the collector again in a while.
 * Errors: as tcn_outbox_lane_get. */
TCN_MUST_CHECK enum tcn_status tcn_agent_lane_put_off(struct tcn_agent *agent);

/** Sends what the brain wants, a bounded number of messages, and gives the time at which it wants
 * to be asked again (monotonic; INT64_MAX when only an input can change anything).
 * Errors: as tcn_agent_lane_ready. */
TCN_MUST_CHECK enum tcn_status
tcn_agent_lane_pump(struct tcn_agent *agent, struct tcn_agent_lane *lane, int64_t *out_deadline_ns);

#endif
