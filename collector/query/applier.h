/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Carries records of the log into the fold: splits, decodes, names the organ that speaks. The apply
 * actor and a rebuild use the same applier, so that a rebuilt state is the same state.
 */
#ifndef TCN_QUERY_APPLIER_H
#define TCN_QUERY_APPLIER_H

#include "base/arena.h"
#include "core/fold.h"
#include "query/rights.h"

/** A policy that is supposed to have been in force from a position on, in the place of what the log
 * says: activations from there on change nothing. Open: filled by the caller, lent. */
struct tcn_hypothesis {
    const struct tcn_policy *policy;
    uint64_t from_position; /**< 1 or more */
    bool restates;          /**< clocks that run there follow it too */
};

/** An applier. Open: embedded; charter, ops and state are lent for its life. */
struct tcn_applier {
    const struct tcn_charter *charter;
    struct tcn_rights rights; /**< as they stand before the next event */
    struct tcn_fold fold;
    struct tcn_log_reader *named; /**< what an act names is looked up here; NULL before the begin */
    struct tcn_arena arena;
    struct tcn_slice sealed;                 /**< of the event at hand, lent */
    const struct tcn_hypothesis *hypothesis; /**< NULL: the log is believed; set behind the init */
    bool is_awake;          /**< what falls due between two events is told at its own time, and a
                             * delivery is of all that its stream has */
    uint64_t void_count;    /**< events without effect since the start, for counters */
    uint64_t ignored_count; /**< activations that a hypothesis let have no effect */
};

/** Takes the arena for decoding. The fold starts with tcn_applier_begin.
 * Errors: TCN_NOMEM.
 * Thread: the applier's, as for all here. */
TCN_MUST_CHECK enum tcn_status tcn_applier_init(struct tcn_applier *applier,
                                                const struct tcn_charter *charter);

/** Gives the arena back; accepts NULL and a zeroed applier. */
void tcn_applier_fini(struct tcn_applier *applier);

/** Starts the fold where the state stands, with the rights of that place; call it once the state's
 * commit is open, at the start and after every commit that was given up. The reader is lent for the
 * call; its log until tcn_applier_fini.
 * Errors: what the ops give; as tcn_rights_load. */
TCN_MUST_CHECK enum tcn_status tcn_applier_begin(struct tcn_applier *applier,
                                                 const struct tcn_state_ops *ops, void *state,
                                                 struct tcn_log_reader *reader);

/** Folds all events of one record; its first position is the one after the last folded. On failure
 * the state is half-written: give the commit up.
 * Errors: TCN_CORRUPT the record does not decode; TCN_SEQUENCE not the next position; what the ops
 * give. */
TCN_MUST_CHECK enum tcn_status tcn_applier_record(struct tcn_applier *applier,
                                                  const struct tcn_record *record);

#endif
