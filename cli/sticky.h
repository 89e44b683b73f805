/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The line that stays at the foot of a watch: how many matters of the organ nobody has taken, and
 * since when the oldest waits. It is asked of the collector over a line of its own, beside the
 * subscription, and only while a person looks on. One thread, the program's.
 */
#ifndef TCN_CLI_STICKY_H
#define TCN_CLI_STICKY_H

#include "cli/seat.h"

/** The line. Open: zeroed at the start; `is_shown` is set by the verb. */
struct tcn_sticky {
    bool is_shown; /**< there is a terminal */
    bool is_drawn;
    bool is_due; /**< something came since the last look */
    FILE *err;
    struct tcn_session *session; /**< opened by the first look */
    int64_t looked_ns;           /**< 0: never */
};

/** Ends its line to the collector; safe when zeroed. */
void tcn_sticky_fini(struct tcn_sticky *sticky);

/** When to look next; INT64_MAX when it is not shown. */
int64_t tcn_sticky_deadline(const struct tcn_sticky *sticky, int64_t now_ns);

/** Something came: what is shown may be wrong. */
void tcn_sticky_spoil(struct tcn_sticky *sticky);

/** Takes it off the screen. */
void tcn_sticky_clear(struct tcn_sticky *sticky);

/** Asks and draws, when it is time; a collector that does not answer leaves it off. Gives an exit
 * code: TCN_EXIT_OK also then, and another when the broker forged the answer. */
int tcn_sticky_look(struct tcn_sticky *sticky, struct tcn_cli *cli, const struct tcn_seat *seat,
                    int64_t now_ns);

#endif
