/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The board and the desk's screen out of a state (core/board judges): which rows go into an answer.
 * What an office may see is its own; a guarded matter is in none of them but as a hold of the desk
 * that keeps it, for the desk alone, and then without a word of what it is. Inside this room only.
 */
#ifndef TCN_QUERY_BOARD_H
#define TCN_QUERY_BOARD_H

#include "query/query.h"

/** Answers one page of BOARD or DESK; a page is the number of rows before it. The answer's code is
 * TCN_DENIED when the organ that is asked for is no office.
 * Errors: what the stores give; TCN_NOMEM.
 * Thread: the readers'. */
TCN_MUST_CHECK enum tcn_status tcn_query_board(const struct tcn_query_view *view,
                                               const struct tcn_query *query,
                                               struct tcn_arena *arena, struct tcn_answer *answer);
/** The row of the event at a position; its open part is copied into the arena.
 * Errors: what the stores give; TCN_NOMEM. Thread: the readers'. */
TCN_MUST_CHECK enum tcn_status tcn_query_event_row(const struct tcn_query_view *view,
                                                   uint64_t position, struct tcn_arena *arena,
                                                   struct tcn_event_row *out_row);

#endif
