/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the collector said and has not taken back, read whole for the verbs that show it. One
 * thread, the program's.
 */
#ifndef TCN_CLI_STANDINGS_H
#define TCN_CLI_STANDINGS_H

#include "cli/asker.h"

/** All rows, in the order of their keys. Open: verbs read it; end with tcn_standings_fini. */
struct tcn_standings {
    struct tcn_standing *rows; /**< NULL when there are none */
    size_t count;
};

/** Asks for all of them. What fails has been told. Gives an exit code.
 * Owns: gives rows to be ended with tcn_standings_fini, also after a failure. */
int tcn_standings_read(struct tcn_asker *asker, struct tcn_standings *out_standings);

/** Frees them; safe when zeroed. */
void tcn_standings_fini(struct tcn_standings *standings);

/** The first row of this kind about this source, which is 0 for kinds that have none; NULL when
 * there is none. Owns: lends from the rows. */
const struct tcn_standing *tcn_standings_find(const struct tcn_standings *standings,
                                              enum tcn_standing_kind kind, uint32_t source);

/** Since when there is no word of a source, its own silence or everybody's; 0 when there is one. */
int64_t tcn_standings_silent_since(const struct tcn_standings *standings, uint32_t source);

#endif
