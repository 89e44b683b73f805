/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The follower's session: who the agent is as a reader. It asks for a session before the first
 * OPEN, and gives out nothing that the collector did not sign for the OPEN in hand. What somebody
 * else said is dropped, counted, and told to people once an hour; the copies stay as they are.
 *
 * Shell round core/dialog, in the agent's thread; the connection is the follower's.
 */
#ifndef TCN_AGENTS_READER_H
#define TCN_AGENTS_READER_H

#include "agents/trust.h"
#include "core/dialog.h"
#include "link/sock.h"

struct tcn_agent;

/** An OPEN at most. */
#define TCN_AGENT_OPEN_BYTES_MAX 512

/** Where it stands. Open: embedded in the follower; zeroed has no session. */
struct tcn_agent_reader {
    struct tcn_dialog dialog;
    struct tcn_keyring ring; /**< the collector's keys, as this connection knows them */
    uint64_t request;        /**< the last number given out; 0 when none */
    uint64_t open_request;   /**< of the OPEN that is under way or stands */
    bool is_open_due;        /**< it waits for a session */
    size_t open_size;
    uint8_t open[TCN_AGENT_OPEN_BYTES_MAX];
    uint64_t forged_count; /**< messages that the collector did not sign */
    int64_t tell_ns;       /**< monotonic: people are not told again before; 0 when never told */
};

/** One message, taken apart. Lent until the next is received. */
struct tcn_agent_heard {
    struct tcn_header header;
    struct tcn_slice body;
    int64_t now_ns; /**< monotonic */
};

/** A new connection: no session yet; one of this log and generation, or a later one, is believed.
 * Thread: the agent's, as for all here. */
void tcn_agent_reader_begin(struct tcn_agent_reader *reader, const struct tcn_keyring *ring,
                            const struct tcn_id *log_id, uint64_t generation);

/** Sends an OPEN under a new number, or asks for the session first; the OPEN then goes out with
 * tcn_agent_reader_take.
 * Errors: as tcn_sock_send. */
TCN_MUST_CHECK enum tcn_status tcn_agent_reader_open(struct tcn_agent *agent,
                                                     struct tcn_slice open);

/** Sends a message, signed if its kind wants that.
 * Errors: as tcn_sock_send. */
TCN_MUST_CHECK enum tcn_status tcn_agent_reader_send(struct tcn_agent *agent,
                                                     const struct tcn_header *header,
                                                     struct tcn_slice body);

/** Takes a message that came. What is for the follower is written to out_heard.
 * Errors: TCN_ABSENT there is nothing for the follower in it; TCN_SEQUENCE messages before it were
 * lost: OPEN anew; else as tcn_sock_send. */
TCN_MUST_CHECK enum tcn_status tcn_agent_reader_take(struct tcn_agent *agent,
                                                     const struct tcn_parts *parts,
                                                     struct tcn_agent_heard *out_heard);

#endif
