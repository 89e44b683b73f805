/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Handing one draft to the agent, and what came of it: shared by the verbs that report and act. One
 * thread, the program's.
 */
#ifndef TCN_CLI_AWAIT_H
#define TCN_CLI_AWAIT_H

#include "cli/effect.h"
#include "cli/language.h"
#include "cli/seat.h"
#include "cli/show.h"
#include "cli/slip.h"

/** How long an outcome is waited for when nobody says. */
#define TCN_AWAIT_NS (INT64_C(60) * 1000000000)
/** And what it did, at least: who waited for the log has waited. */
#define TCN_AWAIT_EFFECT_NS (INT64_C(5) * 1000000000)

struct tcn_entered;

/** How a draft is handed in. Open: filled by a verb. */
struct tcn_await {
    bool is_act;
    bool is_waiting;                   /**< until the collector has it, or refused it */
    const char *timeout;               /**< seconds as typed; NULL: 60 */
    const char *format;                /**< -o as typed */
    const char *retry_key;             /**< NULL: none */
    const char *receipt;               /**< file to write the receipt to, which waits; NULL: none */
    bool is_slip_told;                 /**< the slip was printed: the table leaves it out */
    enum tcn_language language;        /**< of what stands under a slip's code */
    bool is_door_shut[TCN_SLIP_DOORS]; /**< of the slip: they may not hear of it */
    /** Tells in the verb's own words why an act changed nothing; NULL: in those of matters. */
    void (*tell_void)(void *context, const struct tcn_entered *entered);
    void *context; /**< lent to it */
};

/** What became of a draft. Open: verbs read it. */
struct tcn_entered {
    enum tcn_lane lane;
    uint64_t epoch;
    uint64_t sequence;
    uint64_t position; /**< in the log; 0 until acknowledged */
    uint32_t outcome;  /**< TCN_AGAIN until known */
    bool is_repeat;
    enum tcn_effect effect; /**< of an act that was waited for */
    struct tcn_alert told;  /**< why it has none, and what would have done */
    enum tcn_mode mode;     /**< of the draft; NONE: the log's */
    struct tcn_id matter;
    char slip[TCN_SHOW_WORD_BYTES];
    char field[TCN_SHOW_WORD_BYTES];
};

/** Hands the draft to the agent, to which the line is open. What fails has been told. Gives an exit
 * code. */
int tcn_await_enter(struct tcn_cli *cli, struct tcn_seat *seat, const struct tcn_await *await,
                    const struct tcn_draft *draft, struct tcn_entered *out_entered);

/** Waits until the collector has it, or refused it, and fills in position and outcome.
 * Errors: TCN_TIMEOUT; TCN_CANCELED the stop descriptor; what else the agent answers. */
TCN_MUST_CHECK enum tcn_status tcn_await_outcome(struct tcn_seat *seat, int64_t deadline_ns,
                                                 struct tcn_entered *entered);

/** Enters the draft, prints the slip and where it stands, and waits when asked to. Gives an exit
 * code: TCN_EXIT_TIMEOUT when it is safe in the outbox and nothing was heard in time, or it is safe
 * in the log and it is not known in time whether it counts;
 * TCN_EXIT_REFUSED when the collector refused it. */
int tcn_await_run(struct tcn_cli *cli, struct tcn_seat *seat, const struct tcn_await *await,
                  const struct tcn_draft *draft);

/** Whether what was typed about format and time can be done, before anything is. Gives an exit
 * code.
 */
int tcn_await_check(struct tcn_cli *cli, const struct tcn_await *await);

/** What tcn_await_run does behind entering: waits when asked to, prints where it stands. Gives an
 * exit code, as that does. */
int tcn_await_finish(struct tcn_cli *cli, struct tcn_seat *seat, const struct tcn_await *await,
                     struct tcn_entered *entered);

/** Prints the limits that run on the matter behind a slip, or what a slip says that tells nothing;
 * nothing when the agent does not answer at once. */
void tcn_await_limits(struct tcn_seat *seat, const char *slip, enum tcn_language language,
                      FILE *out);

/** Reads seconds as typed, with or without a fraction, up to a day; NULL gives `absent_ns`. Gives
 * an exit code. */
int tcn_await_seconds(struct tcn_cli *cli, const char *option, const char *text, int64_t absent_ns,
                      int64_t *out_ns);

#endif
