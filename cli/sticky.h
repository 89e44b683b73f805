/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stays to be seen of a watch: at the top of a terminal whose lower part scrolls, a clock that
 * shows that the screen is alive, who has the duty, and what the organ was called to and has not in
 * hand; where there is no room for that, one line at the foot. It is asked of the collector over a
 * line of its own, beside the subscription. A collector that does not answer leaves what was known,
 * with the time at which it was known. One thread, the program's.
 *
 * The clock stands at the top because it is the one thing that cannot lie: a program that hangs, a
 * terminal that is stopped (Ctrl-S) and a connection to it that is broken all stop the clock.
 */
#ifndef TCN_CLI_STICKY_H
#define TCN_CLI_STICKY_H

#include "cli/bell.h"
#include "cli/called.h"
#include "cli/screen.h"
#include "cli/seat.h"

/** The list. Open: zeroed at the start; the first fields are set by the verb. */
struct tcn_sticky {
    bool is_shown;      /**< there is a terminal, and somebody looks on */
    bool is_screen;     /**< its upper part stands still */
    bool is_asked;      /**< what waits is asked for at all: for the bell */
    enum tcn_mode mode; /**< of what is watched: a drill's screen shows the drill alone */
    enum tcn_language language;
    const struct tcn_cli *cli;
    const struct tcn_seat *seat;
    struct tcn_bell *bell;
    char place[TCN_CLI_PATH_BYTES]; /**< options that name the seat, for the commands */

    bool is_drawn;               /**< the foot line */
    bool is_due;                 /**< something came since the last look */
    bool is_silent;              /**< the collector says nothing */
    uint32_t standstill;         /**< why it derives nothing new; 0 while it does */
    struct tcn_session *session; /**< opened by the first look */
    int64_t looked_ns;           /**< monotonic; 0: never */
    int64_t known_ns;            /**< wall clock of what is known; 0: nothing is */
    bool is_old;                 /**< the last question was not answered */
    bool is_shift_known;
    int64_t heard_ns;      /**< wall clock of the collector's last word; 0: none yet */
    int64_t ticked_ns;     /**< monotonic: the clock was drawn */
    uint32_t failed_count; /**< commands that failed */
    struct tcn_called called;
    struct tcn_shift shift; /**< of the own organ; organ 0: nobody ever took the duty */
    struct tcn_screen screen;
    struct tcn_screen_lines *lines; /**< owned; NULL without a screen */
};

/** Takes the terminal, if it is one that can. Errors: TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_sticky_init(struct tcn_sticky *sticky);

/** Gives the terminal back and ends the line to the collector; safe when zeroed. */
void tcn_sticky_fini(struct tcn_sticky *sticky);

/** When to look or to draw next, of the monotonic clock; INT64_MAX when there is nobody to look. */
int64_t tcn_sticky_deadline(const struct tcn_sticky *sticky, int64_t now_ns);

/** Something came: what is shown may be wrong. */
void tcn_sticky_spoil(struct tcn_sticky *sticky);

/** Takes the foot line off the screen; what stands at the top stays. */
void tcn_sticky_clear(struct tcn_sticky *sticky);

/** Asks when it is time, and draws; the bell learns how much is urgent. Gives an exit code:
 * TCN_EXIT_OK also when the collector does not answer, and another when the broker forged. */
int tcn_sticky_look(struct tcn_sticky *sticky, struct tcn_cli *cli, int64_t now_ns);

#endif
