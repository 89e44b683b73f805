/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the board share: what it is made of, and the page of it that is wanted. Part of
 * query/board; nobody else includes it. Thread: the readers'.
 */
#ifndef TCN_QUERY_BOARD_INSIDE_H
#define TCN_QUERY_BOARD_INSIDE_H

#include "core/board.h"
#include "query/board.h"
#include "query/board_silent.h"

/** A board on its way. Open: on the stack of one question; what it points to is lent. */
struct tcn_board_making {
    const struct tcn_query_view *view;
    const struct tcn_query *query;
    const struct tcn_policy *policy;
    struct tcn_board *board;
    struct tcn_board_row *rows;
    uint64_t total; /**< rows so far */
    uint32_t count; /**< of the page */
    bool has_more;
    uint32_t warning_reads; /**< events that were looked at for warnings */
    int64_t now_ns;
    struct tcn_board_silent silent;
};

/** Adds a row, to the page if it is of it. */
void tcn_board_emit(struct tcn_board_making *making, const struct tcn_board_row *row);
/** Fills in what a row says of a matter: nothing of one that is kept apart. */
void tcn_board_fill(const struct tcn_board_making *making, const struct tcn_matter *matter,
                    struct tcn_board_row *row);
/** One row of what offices said, by its key; an empty one when it is not there.
 * Errors: as tcn_query_run. */
TCN_MUST_CHECK enum tcn_status tcn_board_find(const struct tcn_board_making *making,
                                              const struct tcn_expected_key *key,
                                              struct tcn_expected *out_row, bool *out_has);
/** Adds the rows that are the desk's alone, and puts its hand-over into the answer.
 * Errors: as tcn_query_run. */
TCN_MUST_CHECK enum tcn_status tcn_board_desk(struct tcn_board_making *making,
                                              struct tcn_arena *arena, struct tcn_answer *answer);

#endif
