/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Weather warnings as a board tells them, and what is asked of offices while one is in force. Texts
 * are made harmless and cut by columns, so that a line fits into 80. One thread, the program's.
 */
#ifndef TCN_CLI_WARNINGS_H
#define TCN_CLI_WARNINGS_H

#include "cli/board.h"

/** True when one is in force: then what reminds of routine matters is held. */
bool tcn_warnings_are_in_force(const struct tcn_board_rows *rows);
/** What is warned of, and where: "orange rainstorm, 520502101000 Lishu"; at most 66 columns. */
void tcn_warning_said(const struct tcn_policy *policy, const struct tcn_board_row *row,
                      char out_text[TCN_SHOW_WORD_BYTES]);
/** Until when it is, as of a time: "until 11-29 06:00, passed"; or that it is only proposed. */
void tcn_warning_until(enum tcn_language language, const struct tcn_board_row *row,
                       int64_t as_of_ns, char out_text[TCN_SHOW_WORD_BYTES]);
/** Prints who issued it and what goes beyond its division, in one line; nothing when nobody has
 * said either. */
void tcn_warning_print_issuer(FILE *out, const struct tcn_board_row *row);
/** Prints how the check-ins stand that are asked of offices, under a heading; nothing when none
 * are. */
void tcn_warnings_print_check_ins(FILE *out, enum tcn_language language,
                                  const struct tcn_policy *policy,
                                  const struct tcn_board_rows *rows);

#endif
