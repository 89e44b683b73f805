/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Erasing the sealed part of an event: two posts say it, and the collector destroys the event's
 * share, without which nobody opens the text. Part of core/fold; what may be a reason is for
 * everybody.
 *
 *   (none) ── erased, by two posts ──▶ asked ── share_erased, the collector's own ──▶ done
 *     └──────── share_erased: said again behind a restore, as the journal says ────────▲
 *
 * Rules it keeps:
 *  E1  named is one event with a sealed part, by its position and by its hash, of the very matter
 *      that the act is on; anything else is void, and the same void whatever stands there;
 *  E2  both posts name the same event and the same reason;
 *  E3  asked or done stands for good: to ask again is void, and changes nothing;
 *  E4  what is asked and not done is found in the state, so it is done after any crash.
 */
#ifndef TCN_CORE_ERASURE_H
#define TCN_CORE_ERASURE_H

#include "core/fold_inside.h"

/** Reasons of an erasure, in the order in which they are shown. */
#define TCN_ERASURE_REASONS 5

/** The word of a reason: request (个人信息保护法 44 to 50), purpose (its purpose is reached, 47),
 * period (its time is over, 19), unlawful (it should not have been taken down, 47), emergency (the
 * emergency is over, 突发事件应对法 85). NULL from TCN_ERASURE_REASONS on. Thread: any. */
const char *tcn_erasure_reason(size_t index);
/** True when the word is one of them. Thread: any. */
bool tcn_erasure_is_reason(struct tcn_slice word);

/** Looks at what an ERASED act names: `out_facts` gets TCN_FACT_EVENT when E1 holds, and
 * TCN_FACT_REASON when its reason is one; `out_is_erased` says that E3 holds.
 * Errors: what the ops give. Thread: the fold's, as for all here. */
TCN_MUST_CHECK enum tcn_status tcn_erasure_look(const struct tcn_fold_step *step,
                                                uint32_t *out_facts, bool *out_is_erased);
/** Writes that two posts have asked. Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_erasure_ask(const struct tcn_fold_step *step);
/** SHARE_ERASED: the collector has done it. Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_erasure_done(const struct tcn_fold *fold,
                                                const struct tcn_fold_input *in);

#endif
