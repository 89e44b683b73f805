/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was said of a weather warning: of what weather, its colour, where, by whom, from when and
 * until when. It stands in no row of the state: the events of its matter say it, and only those of
 * whoever may say it. Part of query/board; board.c calls it. Thread: the readers'.
 */
#ifndef TCN_QUERY_BOARD_WARNING_H
#define TCN_QUERY_BOARD_WARNING_H

#include "query/board_inside.h"

/** Events of one warning that are looked at, the newest; of more the board says that there are
 * more. */
#define TCN_BOARD_WARNING_EVENTS_MAX 256

/** Events that one answer looks at, of all its warnings together. */
#define TCN_BOARD_WARNING_READS_MAX 2048

/** Fills in what was said of a warning, each fact as it was said last. `scratch` is room for one
 * event (TCN_WIRE_ARENA_BYTES of TCN_OPEN_BYTES_MAX) and is reset.
 * Errors: what the stores give; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_board_warning_read(struct tcn_board_making *making,
                                                      const struct tcn_matter *matter,
                                                      struct tcn_arena *scratch,
                                                      struct tcn_board_row *row);

#endif
