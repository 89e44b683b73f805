/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom a step of a ladder is told to, and what is undeliverable. Part of core/fold.
 *
 * Undeliverable is an urgent item that an organ has and nobody fetches, once the collector says so
 * (core/unwatched): it goes up at once, and is nobody's lateness. As long as nobody watches, every
 * further urgent item of that organ goes up with it. Up is the desk; from the desk it is who leads
 * the matter, or else the office that reported it, who can telephone. Of a guarded matter that the
 * desk must not know it is the allow-list.
 */
#ifndef TCN_CORE_FOLD_LADDER_TOLD_H
#define TCN_CORE_FOLD_LADDER_TOLD_H

#include "core/fold.h"
#include "core/ladder.h"

/** A step to be told. */
struct tcn_ladder_told {
    const struct tcn_matter *matter;
    const struct tcn_ladder *row;
    const struct tcn_escalation_step *step;
    int64_t due_ns;
};

/** Tells a step. `out_number` is that of the item by whose delivery the next step counts, in
 * `out_stream`: of whose duty it is, or else of the first that was told; 0 when nobody was.
 * Errors: what the ops give. Thread: the fold's, as for all here. */
TCN_MUST_CHECK enum tcn_status tcn_fold_ladder_tell(struct tcn_fold *fold,
                                                    const struct tcn_fold_input *in,
                                                    const struct tcn_ladder_told *told,
                                                    struct tcn_stream *out_stream,
                                                    uint64_t *out_number);
/** NO_WATCHER: what its organ has and nobody fetches goes up. Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_fold_unheard(struct tcn_fold *fold,
                                                const struct tcn_fold_input *in);
/** An item was told; it goes up at once when it is urgent and nobody watches its stream.
 * Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_fold_unheard_one(struct tcn_fold *fold,
                                                    const struct tcn_alert *alert);

#endif
