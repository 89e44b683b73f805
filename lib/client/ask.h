/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asking the collector: one page an answer, in the session's arena. One thread.
 */
#ifndef TCN_CLIENT_ASK_H
#define TCN_CLIENT_ASK_H

#include "client/session.h"
#include "model/query.h"

/** Asks for one page and waits for it. Ask again with `page` = the answer's next_page until that is
 * 0. Owns: the answer's rows lend from the session's arena until its next receive. Errors:
 * TCN_UNREACHABLE_PEER nobody there; TCN_TIMEOUT no answer until `deadline_ns`; TCN_HALTED the
 * state stands still before the position that was demanded; TCN_ABSENT
 * TCN_DENIED and what else the collector answers; TCN_CANCELED the stop descriptor; TCN_MALFORMED.
 * Thread: the session's. */
TCN_MUST_CHECK enum tcn_status tcn_ask(struct tcn_session *session, const struct tcn_query *query,
                                       int64_t deadline_ns, struct tcn_answer *out_answer);

/** True of what tcn_ask gives when a question that demands a position gets no answer by it, and one
 * that demands none may: the state lags, stands still, or there is no place to wait. Thread: any.
 */
bool tcn_ask_may_be_older(enum tcn_status status);

/** Waits until the collector's state has a position, TCN_QUERY_LATEST for all that is in its log
 * now, so that what follows on this session speaks of what was acknowledged before. `organ`: whose
 * stream is read then; 0 for all.
 * Errors: TCN_TIMEOUT it has not by `deadline_ns`; TCN_HALTED it stands still; else as tcn_ask.
 * Thread: the session's. */
TCN_MUST_CHECK enum tcn_status tcn_ask_level(struct tcn_session *session, uint16_t organ,
                                             uint64_t position, int64_t deadline_ns);

#endif
