/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an act did. That it stands in the log says only that it was said: an act that the matter's
 * stage or holder does not allow has no effect, and the collector tells its actor so in the actor's
 * own stream. Reads that word, for who waits; nothing of it is kept. One thread.
 */
#ifndef TCN_CLI_EFFECT_H
#define TCN_CLI_EFFECT_H

#include "cli/seat.h"

/** What became of an act. */
enum tcn_effect {
    TCN_EFFECT_UNKNOWN = 0, /**< nobody answered in time */
    TCN_EFFECT_APPLIED,     /**< the collector told of no objection */
    TCN_EFFECT_VOID,        /**< it changed nothing */
    TCN_EFFECT_UNASKED,     /**< this PC asks nobody: it has an agent alone */
};

/** Asks what the event at a log position did, in a mode (NONE: the log's); waits for it until
 * `deadline_ns`, by the monotonic clock. `out_alert` is the word of a void. Of a guarded matter an
 * outsider is told nothing, and it reads as applied. Thread: the program's. */
enum tcn_effect tcn_effect_ask(struct tcn_cli *cli, struct tcn_seat *seat, enum tcn_mode mode,
                               uint64_t position, int64_t deadline_ns, struct tcn_alert *out_alert);

#endif
