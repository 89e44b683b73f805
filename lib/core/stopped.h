/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a program that starts has to say that it was stopped, and since when. Nobody signs a
 * silence while it lasts; afterwards the office's own program says how long it was not there, so
 * that the board tells a machine that was off from an office that said nothing.
 *
 * Rules, each with a test by its number:
 *   P1  it is said of a gap longer than TCN_STOPPED_GAP_NS, the same after which the collector says
 *       that it has no word of a source (core/reach);
 *   P2  it was alive when it was seen last, or when it entered its last event, whichever is later;
 *   P3  nothing is said where it is not known when it was seen last: of a new outbox, or one whose
 *       sign of life is lost; nor where that lies ahead, as after a clock that was set back;
 *   P4  who signed off for the day in the run that ended was not stopped.
 *
 * Pure. Thread: any.
 */
#ifndef TCN_CORE_STOPPED_H
#define TCN_CORE_STOPPED_H

#include "model/event.h"
#include "model/limits.h"

/** A silence that is longer is told (a proposal). */
#define TCN_STOPPED_GAP_NS TCN_SILENCE_NS

/** What is known at a start. Open: filled by the caller. */
struct tcn_stopped_input {
    int64_t now_ns;       /**< wall clock */
    int64_t seen_ns;      /**< wall clock of the last sign of life; 0: not known */
    int64_t started_ns;   /**< wall clock: when the run of that sign began */
    int64_t entered_ns;   /**< when its last event was recorded; 0: none is known */
    enum tcn_act entered; /**< that event's act; NONE: none is known */
};

/** Since when it was stopped; 0: nothing is to be said. */
int64_t tcn_stopped_since(const struct tcn_stopped_input *in);

#endif
