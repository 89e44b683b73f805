/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which sources the collector has no word of, and what that says of an office. Part of the query
 * room's board; board.c calls it. Thread: the reader's.
 */
#ifndef TCN_QUERY_BOARD_SILENT_H
#define TCN_QUERY_BOARD_SILENT_H

#include "model/registry.h"
#include "store/log.h"
#include "store/state.h"

/** Sources without a word, source 0 when of nobody. Open: embedded; the arrays are the caller's,
 * TCN_PRINCIPALS_MAX of each. */
struct tcn_board_silent {
    uint32_t *sources; /**< lent */
    int64_t *since_ns; /**< lent */
    size_t count;
};

/** Reads them from the state; more than there is room for are left out. Errors: TCN_CORRUPT;
 * TCN_IO.
 */
TCN_MUST_CHECK enum tcn_status tcn_board_silent_find(struct tcn_state_reader *reader,
                                                     struct tcn_board_silent *out_silent);
/** Whether there is a word of a program of an office that may speak: one that has greeted, so that
 * it has its marks in the log, and is not silent. Else since when there is none; 0: there never was
 * one. Errors: TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_board_hears(const struct tcn_board_silent *silent,
                                               struct tcn_log_reader *reader,
                                               const struct tcn_registry *registry, uint16_t office,
                                               bool *out_hears, int64_t *out_since_ns);
/** True when an office has a program in the registry. */
bool tcn_board_has_program(const struct tcn_registry *registry, uint16_t office);

#endif
