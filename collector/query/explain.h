/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why: folds a log anew, into a state that is nobody's, up to the event or the alert that a trace
 * asks for. The reasons are those of the very code that decided. Whoever can read the log's folder
 * can ask; what is sealed stays sealed, so whom a sealed part accuses is not told.
 */
#ifndef TCN_QUERY_EXPLAIN_H
#define TCN_QUERY_EXPLAIN_H

#include "model/trace.h"
#include "query/charter.h"
#include "store/log.h"
#include "store/state.h"

/** Folds from where the state stands until the trace has found what it wants; the record that has
 * it is not committed. The state is to be thrown away afterwards.
 * Errors: TCN_ABSENT the log ends before; as tcn_rebuild_run.
 * Thread: the reader's and the state's, which is the same. */
TCN_MUST_CHECK enum tcn_status tcn_explain_run(struct tcn_log_reader *reader,
                                               const struct tcn_charter *charter,
                                               struct tcn_state *state, struct tcn_trace *trace);

/** What an actor may be to a matter, by its bit from 0 on: "holder", "desk"…; NULL behind the last.
 * Thread: any. */
const char *tcn_explain_who_name(uint32_t bit);

#endif
