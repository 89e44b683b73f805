/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The agent's sign of life, and its word that it was stopped. While an office's agent works it
 * writes the wall clock into the file TCN_AGENT_LIFE_FILE of its outbox, now and then and at its
 * end, without a sync: a program that is killed leaves it whole, and a power cut costs what the
 * kernel had not written yet, so the sign is only ever too old by that. At its next start the agent
 * says `stopped` of itself when the gap is to be told (core/stopped), once, as an event of its own:
 *
 *   read the sign ──▶ cut STOPPED with its retry key, one commit ──▶ write the sign anew
 *
 * A kill before the commit leaves the old sign, and the next start says it; one behind it leaves
 * the event, whose time is a sign of life, and its retry key, which names the same gap: neither is
 * said twice. While the outbox is full the gap is owed, and no sign is written: the old one is the
 * only witness. An outbox that was copied or set back learns from the collector that its epoch is
 * over; what it said of such a gap it cannot know, and it does not go along into the new epoch.
 */
#ifndef TCN_AGENTS_LIFE_H
#define TCN_AGENTS_LIFE_H

#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

/** In the outbox's folder: the wall clock now and when the agent started, in nanoseconds since
 * 1970, 19 digits each, a blank between them and a newline behind. */
#define TCN_AGENT_LIFE_FILE "alive"

/** Between two signs. */
#define TCN_AGENT_LIFE_NS INT64_C(30000000000)

/** So long after a start a wall clock that is behind the sign is not believed: a PC whose clock
 * lost its battery begins in 1970, and is set right soon. After that it is the sign that was wrong.
 */
#define TCN_AGENT_LIFE_BEHIND_NS INT64_C(3600000000000)

struct tcn_agent;
struct tcn_agent_gathered;

/** The sign. Open: embedded in the agent. */
struct tcn_agent_life {
    bool is_on;     /**< an office's agent, whose file could be opened */
    bool is_failed; /**< the last sign could not be written, and that was noted */
    int descriptor;
    int64_t next_ns;       /**< monotonic */
    int64_t owed_since_ns; /**< a gap that could not be told yet, for want of room; 0: none */
    int64_t owed_until_ns;
    int64_t seen_ns;   /**< wall clock: of the sign that was there at the start; 0: not known */
    int64_t behind_ns; /**< monotonic: until when no sign of before seen_ns is written */
};

/** Reads the sign, says STOPPED when it is to be said, and gives the first sign. The outbox is open
 * and no lane is. What does not work with the file is noted, and the agent goes on without.
 * So is a newest chunk that cannot be read.
 * Errors: TCN_IO, TCN_CORRUPT, TCN_NOMEM the outbox cannot be used. Thread: the agent's, as for all
 * here. */
TCN_MUST_CHECK enum tcn_status tcn_agent_life_open(struct tcn_agent *agent, bool is_new);

/** Gives the last sign and closes; safe on a zeroed one. */
void tcn_agent_life_close(struct tcn_agent *agent);

/** Gives a sign when it is time, and the time of the next (monotonic); first says the gap that is
 * owed, if there is room now. */
void tcn_agent_life_turn(struct tcn_agent *agent, int64_t *out_deadline_ns);

/** Leaves out of what goes along into a new epoch what was said of a gap, and owes none. */
void tcn_agent_life_forget(struct tcn_agent *agent, struct tcn_agent_gathered *gathered);

#endif
