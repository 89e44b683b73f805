/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why the fold did what it did with one event: a list of reasons that route, fold and clockwork
 * write where they decide, so that an explanation is the decision's own and cannot differ from it.
 * A NULL trace is nobody who asks, and costs one branch.
 *
 * A trace waits for one event, by its position or by its lane and sequence, or for one alert. It
 * begins anew at every event until it has found it, keeps that one's reasons, and takes no others.
 * It says what the log's open parts say: whom a sealed part accuses is not in it.
 *
 * Nothing that is decided reads it: the same log gives the same state with a trace and without.
 * Pure. Thread: the fold's.
 */
#ifndef TCN_CORE_TRACE_H
#define TCN_CORE_TRACE_H

#include "model/trace.h"

/** An event begins: what is kept of another goes, unless it is the one that was asked for. */
void tcn_trace_begin(struct tcn_trace *trace, const struct tcn_traced *event);
/** Keeps a reason; counts it as lost when there is no room. A word that is too long is cut. */
void tcn_trace_add(struct tcn_trace *trace, const struct tcn_note *note);
/** Keeps that an organ was told, and finds the alert when it is the one that was asked for. */
void tcn_trace_told(struct tcn_trace *trace, const struct tcn_alert *alert);
/** What was due before the event has come; from here on reasons are the event's own. */
void tcn_trace_own(struct tcn_trace *trace);
/** True when the event itself has that reason already, of that organ. */
bool tcn_trace_has(const struct tcn_trace *trace, enum tcn_why why, uint16_t organ);
/** Keeps a reason, if anybody asks. */
static inline void tcn_note(struct tcn_trace *trace, struct tcn_note note) {
    if (__builtin_expect(trace != NULL, 0)) {
        tcn_trace_add(trace, &note);
    }
}

#endif
