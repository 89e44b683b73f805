/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is on duty, and who is told when nobody is. A post of an organ takes its duty (on_duty) and
 * hands it over (handed_over); no word here names a person. What follows:
 *
 *              on_duty [until T]              handed_over              nobody took it in time
 *   NOBODY ───────────────────────▶ ON DUTY ─────────────▶ HANDED ───────────────────────────▶ GAP
 *     ▲                              │   ▲                    │                                 │
 *     │                              │   └────────────────────┴──────── on_duty ────────────────┘
 *     │                              ▼ T came
 *     └──────────────────────────── GAP
 *
 * Rules, each with a test by its number:
 *   R1  the newest word of an organ stands; each names the post, else it is void; an end that is
 *       not ahead is void too; nobody speaks for another organ;
 *   R2  a gap is told to the organ and to the desk, once: when the end of a duty has come and
 *       nobody has taken it, and TCN_SHIFT_HANDING_NS after a handing over that nobody took up;
 *   R3  each word is told to its own organ, where the next one reads the note that came with it;
 *   R4  what is urgent and lies with the desk unanswered is told further up: danger after
 *       TCN_SILENCE_DANGER_NS, else after TCN_SILENCE_URGENT_NS, to the organs above the desk; when
 *       it has none, to who leads the matter and to every co-recipient, of whom those on duty by
 *       their word when any is; of a guarded matter to nobody (fold rule 4);
 *   R5  a word of a drill beside real work is told to its own organ's drill, and nobody's duty
 *       changes by it.
 * None of this is anybody's lateness: it moves no clock and no matter.
 *
 * Pure: reaches the table through model/state.h. Thread: the fold's.
 * Source: periods are a proposal, from practice (docs/reference/shifts.md).
 */
#ifndef TCN_CORE_SHIFT_H
#define TCN_CORE_SHIFT_H

#include "core/fold.h"

/** How long a duty that was handed over may lie before that is a gap. */
#define TCN_SHIFT_HANDING_NS (INT64_C(15) * 60 * 1000000000)
/** How long the desk may leave danger, or what is urgent, without a word. */
#define TCN_SILENCE_DANGER_NS (INT64_C(5) * 60 * 1000000000)
#define TCN_SILENCE_URGENT_NS (INT64_C(15) * 60 * 1000000000)

/** True while a duty lasts at a time: taken, not handed over, its end ahead. Thread: any. */
bool tcn_shift_is_on(const struct tcn_shift *shift, int64_t now_ns);

/** True for a word that the policy has among the organ's posts, or any where it names none: what
 * stands here is shown, and put into commands. Thread: any. */
bool tcn_shift_is_post(const struct tcn_policy *policy, uint16_t number, struct tcn_slice post);

/** An organ's word about its duty: ON_DUTY or HANDED_OVER of no matter. `out_code` says TCN_OK or
 * why it is void, `out_missing` the facts that it must name.
 * Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_shift_said(struct tcn_fold *fold,
                                              const struct tcn_fold_input *in,
                                              enum tcn_status *out_code, uint32_t *out_missing);
/** The desk was called to something urgent, or it has answered (`severity` below URGENT): R4.
 * Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_shift_desk_waits(struct tcn_fold *fold, uint64_t birth,
                                                    enum tcn_severity severity,
                                                    int64_t log_time_ns);
/** Tells what has fallen due under TCN_DUE_WAKE (R2, R4). Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_shift_tell(struct tcn_fold *fold,
                                              const struct tcn_fold_input *in,
                                              const struct tcn_fired *fired);

#endif
