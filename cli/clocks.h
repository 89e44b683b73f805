/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clocks of a matter as lines for a person: what it is called in both languages, until when,
 * and how it stands. One line each, as `tocsin matter show` prints them.
 */
#ifndef TCN_CLI_CLOCKS_H
#define TCN_CLI_CLOCKS_H

#include "model/query.h"

#include <stdio.h>

/** Prints a matter's clocks under its head; nothing when it has none. Thread: any. */
void tcn_clocks_show(FILE *out, const struct tcn_clock_row *rows, uint32_t count);

/** Prints what a clock is called, "答复 Answer (xf.resolve)", or only the id when its policy has no
 * titles. Texts from outside lose what a terminal would obey. Thread: any. */
void tcn_clocks_show_title(FILE *out, struct tcn_slice id, struct tcn_slice title_zh,
                           struct tcn_slice title_en);

#endif
