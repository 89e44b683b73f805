/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Following the own organ's stream, for `tocsin status`: what other organs did with the matters
 * that were entered here becomes the office's own copy of each case, in one commit with how far the
 * stream was read. So the copy is never ahead of the place nor behind it, nothing is asked of the
 * collector but items after that place, and a subscription leaves no trace in the log.
 *
 * An office follows from its first day. Every other organ does from its first slip on, from the
 * beginning of its stream: a bureau that reports nothing fetches nothing twice. The texts of an
 * item are sealed and stay so; items of guarded matters are passed over, should one ever come.
 *
 * One connection of its own, in the agent's thread; the shell round core/subscriber.
 */
#ifndef TCN_AGENTS_FOLLOW_H
#define TCN_AGENTS_FOLLOW_H

#include "agents/reader.h"
#include "core/subscriber.h"
#include "link/sock.h"
#include "store/outbox.h"

struct tcn_agent;

/** Where it stands. Open: embedded in the agent; zeroed follows nothing. */
struct tcn_agent_follow {
    struct tcn_subscriber brain;
    struct tcn_agent_reader reader;
    struct tcn_sock *sock; /**< NULL when nothing is followed */
    uint64_t session;      /**< of the subscription, from OPENED */
    bool is_still;         /**< the collector derives nothing new now: its heads tell no age */
    bool is_refused;       /**< it is said that it may not: the connection is to be given up */
    struct tcn_outbox_place place;
    bool has_place;   /**< there is something to follow */
    bool is_due;      /**< a case was entered: the outbox may have got its place */
    int64_t retry_ns; /**< monotonic: not before then, after a full disk or a refusal */
};

/** Begins to follow where the outbox says, if this organ does.
 * Errors: TCN_CORRUPT, TCN_IO the outbox cannot be read; as tcn_sock_open.
 * Thread: the agent's, as for all here. */
TCN_MUST_CHECK enum tcn_status tcn_agent_follow_open(struct tcn_agent *agent);

/** Writes down what was heard last, and closes the connection; safe on a zeroed one. The next start
 * finds an older age in the outbox if that fails, which is true as well. */
void tcn_agent_follow_close(struct tcn_agent *agent);

/** Notes, in the open group, that from now on there is a case to follow.
 * Errors: as tcn_outbox_place_put. */
TCN_MUST_CHECK enum tcn_status tcn_agent_follow_need(struct tcn_agent *agent);

/** Takes what came, a bounded number of messages, and commits what follows from it.
 * Errors: TCN_IO, TCN_CORRUPT, TCN_NOMEM the outbox cannot be used any more; TCN_CLOSED. */
TCN_MUST_CHECK enum tcn_status tcn_agent_follow_ready(struct tcn_agent *agent);

/** Says what is to be said, connects when a case has come up, and gives the time at which to be
 * asked again (monotonic; INT64_MAX when only an input can change anything).
 * Errors: as tcn_agent_follow_ready. */
TCN_MUST_CHECK enum tcn_status tcn_agent_follow_pump(struct tcn_agent *agent,
                                                     int64_t *out_deadline_ns);

#endif
