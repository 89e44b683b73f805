/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fold: every logged event, in order, gets an outcome, and the state follows. Whether an act
 * counts and where it leads, core/procedure decides by the kind of its matter. It is total (any
 * decoded event has an outcome), pure (no clock, no dice, no memory but the state) and reaches the
 * state through the table of model/state.h only, so that the same log gives the same state
 * everywhere.
 *
 * Rules it keeps:
 *  1. every position is folded once, in order, and ends in `applied` or `void(code, what would be
 * allowed)`;
 *  2. a matter has one mode; an event of the other mode on it is void;
 *  3. a matter has one holder and one kind at every moment; who is unknown is held by the desk; a
 *     guarded matter, until its release names a domain, and one of an unknown domain are general
 *     ones;
 *  4. a guarded matter tells its allow-list and nobody else; its reporting office gets no answer,
 * and everybody else the answer of a matter that is not there;
 *  5. an organ is told of one event at most once;
 *  6. a cursor never moves back;
 *  7. a void event changes nothing but its source's count and its actor's stream;
 *  8. what has fallen due at an event's log time is told before the event is applied (core/due); of
 *     more than TCN_DUE_FIRED_MAX the rest is told with the next, unless this event takes it away;
 *  9. clocks of a matter follow what was applied to it (core/clockwork); no clock of a guarded
 * matter is told to its office, nor to a desk that is not on its list;
 *  10. an activation puts its policy in force behind what was due before it: holders, stages and
 * terms of running clocks stay, what a missing year left open is computed, and when it says so
 * every clock is restated (core/restate); the desk is told of every activation;
 *  11. two posts of who leads or of the desk erase an event's sealed part, unless a legal hold
 * stands (core/erasure); the shell destroys the share of what the state says is asked and not done;
 *  12. what an organ was called to stays open until an act of that organ (core/summons), whoever
 * has fetched the alert;
 *  13. what an office says though nothing has happened, and that it says nothing, is kept apart
 * from matters (core/fold_expected); what the board shows of these, and of no guarded one, is noted
 * with each event that moves them (core/fold_signs);
 *  14. sealed texts that who leads cannot read are owed to it, and told until they are handed over
 * (core/fold_rewrap); a hand-over counts without;
 *  15. the desk's post on duty opens alone where life or a child is in danger, and another post
 * approves (core/opening).
 *
 * The shell decodes, wraps the ops' alert_append when it wants to push alerts at once, lends the
 * policy of an activation from then on, and on any failure gives up its transaction and starts
 * again from tcn_fold_init. One fold, one thread.
 */
#ifndef TCN_CORE_FOLD_H
#define TCN_CORE_FOLD_H

#include "core/trace.h"
#include "model/event.h"
#include "model/policy.h"
#include "model/registry.h"
#include "model/state.h"

/** A fold. Open: embedded. policy, ops and state are lent for its life. */
struct tcn_fold {
    const struct tcn_policy *policy; /**< in force; an activation brings the next */
    const struct tcn_state_ops *ops;
    void *state;
    struct tcn_applied applied; /**< as it stands after the last step */
    int64_t due_ns;             /**< log time at which something is due next; INT64_MAX: never */
    /** Rules in force, by which the clocks of matters run, and their calendar; exchanged with the
     * policy. NULL: none run. */
    const struct tcn_clock_table *clocks;
    struct tcn_trace *trace; /**< lent; NULL: nobody asks why */
    bool asks_check_ins;     /**< a matter is open that calls for them (core/fold_expected) */
    uint32_t silence_count;  /**< in force */
    uint64_t warning_count;  /**< of weather, in force */
};

/** The event that an ERASED or UNSEALED act names, as the log has it. All zero when it has none
 * such. */
struct tcn_fold_named {
    uint64_t position;
    struct tcn_lane_key lane;
    uint64_t sequence;
    struct tcn_hash hash; /**< of the event */
    bool is_sealed;       /**< it has a sealed part */
    bool has_accused;     /**< which says whom it accuses */
};

/** One logged event. */
struct tcn_fold_input {
    uint64_t position; /**< the one after the last */
    uint64_t generation;
    int64_t log_time_ns;
    struct tcn_lane_key lane;
    uint64_t sequence;
    /** That the source's principal speaks for; of a FEED, that the event's office names; 0 when
     * none, as for the collector's own source. */
    uint16_t organ;
    /** Of the source's principal; NONE when the registry has none, as for the collector's own. The
     * clocks of a FEED are not judged: its times are the log's time, and only how its chunks were
     * cut would decide which of them look late. */
    enum tcn_role role;
    const struct tcn_event *event; /**< lent */
    /** Of a change of the registry: TCN_OK, or why it is void (core/roll); TCN_OK for all else. */
    enum tcn_status ruling;
    enum tcn_mode log_mode; /**< of the log, as genesis states it: of what is not an event's */
    /** Lent: rows of the registry that this event put there, as they stand after it; all of them at
     * genesis, none of a change that is void. */
    const struct tcn_principal *rows;
    uint32_t row_count;
    /** Lent until the next activation: of one that was found to fit, the policy that it brings; of
     * everything else NULL. */
    const struct tcn_policy *policy;
    bool restates;      /**< the activation says so */
    uint32_t activator; /**< the principal whose word it is; 0 of everything else */
    /** Lent from then on: a policy that comes into force with this event though nobody activates
     * it, as rule 10 says but told to nobody; `restates` is said of it. NULL in any real fold. */
    const struct tcn_policy *supposed;
    struct tcn_fold_named named; /**< of ERASED and UNSEALED: what it names, if that is before it */
    bool is_sealed;              /**< it has a sealed part */
    /** True when a text of the sealed part has a wrap for the organ; NULL: there is for each. Asked
     * in the step only. Thread: the fold's. */
    bool (*has_wrap)(void *context, uint16_t organ);
    void *wrap_context; /**< lent */
};

/** Starts where the state stands.
 * Errors: what applied_get gives. Thread: the fold's. */
TCN_MUST_CHECK enum tcn_status tcn_fold_init(struct tcn_fold *fold, const struct tcn_policy *policy,
                                             const struct tcn_state_ops *ops, void *state);
/** Folds one event. On failure the state is half-written: give the transaction up.
 * Errors: TCN_SEQUENCE not the next position; what the ops give. Thread: the fold's. */
TCN_MUST_CHECK enum tcn_status tcn_fold_step(struct tcn_fold *fold, const struct tcn_fold_input *in,
                                             struct tcn_outcome *out_outcome);

#endif
