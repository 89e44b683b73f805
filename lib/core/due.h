/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times that come: what falls due in log time, in the fold's state, so that the same log fires the
 * same alerts at the same places everywhere. An end (of a key, of a legal clock) has stages that
 * lead up to it; the table holds the next stage of each end and nothing else.
 *
 *   the end of a key     30 days          7 days        1 day      the end
 *   ─────────────────────────┼───────────────┼─────────────┼───────────┼──────────▶ log time
 *   stage                    1               2             3           4
 *
 *                 set: an end with a stage ahead
 *     (no row) ────────────────────────────────▶ [ stage n ] ───┐ take: told, a later one is ahead
 *         ▲                                        │    ▲       │ set: another end, a stage ahead
 *         │  set: none, or an end without          │    └───────┘
 *         │  a stage ahead; take: told, the last   │
 *         └────────────────────────────────────────┘
 *
 * Rules, each with a test by its number:
 *   D1  a stage is told once, at the first log time that is not before it, and in the order (due
 *       time, kind, subject, rule);
 *   D2  of several that have come since the last event only the last is told: the earlier ones say
 *       nothing more, and the one says since when it was due;
 *   D3  an end that is set tells the stages that are still ahead, and never one that is past;
 *   D4  the same end set again changes nothing; another end takes the place of the one before; no
 *       end takes it away;
 *   D5  what is told at one event is bounded (TCN_DUE_FIRED_MAX): the rest keeps its place in the
 *       order and is told with the next, unless the event itself renews or ends it.
 *
 * Another kind of end adds its stages to the table in due.c, and who is told of it to
 * core/fold_due. The stages of a clock are its steps, which its own row has: core/clockwork sets
 * and takes them, and says how D3 reads there.
 *
 * Pure: reaches the table through model/state.h. Thread: the state's.
 */
#ifndef TCN_CORE_DUE_H
#define TCN_CORE_DUE_H

#include "model/state.h"

#define TCN_DUE_KEY_STAGE_END 4u /* of 1 to 4: the end itself */

/** The first stage of an end that is after `after_ns`; false when none is, or the kind is none.
 * Only out_due->stage and due_ns are written. Thread: any. */
bool tcn_due_next(enum tcn_due_kind kind, int64_t until_ns, int64_t after_ns,
                  struct tcn_due *out_due);
/** How pressing a stage is. Thread: any. */
enum tcn_severity tcn_due_severity(enum tcn_due_kind kind, uint32_t stage);
/** Sets the end of a subject at a log time (D3, D4); 0: it has none.
 * Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_due_set(const struct tcn_state_ops *ops, void *state,
                                           const struct tcn_due_key *key, int64_t until_ns,
                                           int64_t log_time_ns);
/** Takes the first that is due at this log time, moves its row on, and says what is to be told (D1,
 * D2).
 * Errors: TCN_ABSENT nothing is due; what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_due_take(const struct tcn_state_ops *ops, void *state,
                                            int64_t log_time_ns, struct tcn_fired *out_fired);
/** When the first of all is due; INT64_MAX when nothing is. Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_due_first(const struct tcn_state_ops *ops, void *state,
                                             int64_t *out_due_ns);

#endif
