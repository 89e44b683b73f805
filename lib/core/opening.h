/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Break-glass: where life or a child is in danger, the post that has the desk's duty opens one
 * event's sealed texts alone, in one step, and another post approves within 24 hours. Part of
 * core/fold.
 *
 *            unsealed:break_glass                  unsealed:second_approval
 *   SEALED ────────────────────────▶ WAITS ──────────────────────────────────▶ APPROVED (no row)
 *                                     │ ▲ │                                       ▲
 *     the same post, another event    └─┘ │ 24 h: the policy's clock              │
 *                                         ▼                                       │
 *                                      OVERDUE ── unsealed:second_approval, late ─┘
 *
 * Rules, each with a test by its number:
 *  O1  it is the desk's, by the post that has its duty and with the key that took it; it names one
 *      sealed event of the matter by position and hash, or by neither the one by which the matter
 *      began; a purpose; and why, in a sentence;
 *  O2  the matter is open and in danger: danger_to_life, its severity is danger; danger_to_child,
 *      it is about the guardianship of a child and urgent;
 *  O3  never a guarded matter, nor an event that seals whom it accuses; what the desk leads it
 *      reads, and there is nothing to open;
 *  O4  no event twice while it waits; while one post's openings of a matter wait, no other post
 *      opens there; TCN_OPENING_EVENTS_MAX of a matter and TCN_OPENINGS_MAX of all may wait, of
 *      real work and of a drill beside it each so many;
 *  O5  the desk is given the event to read; who leads, who is beside it and who is above the desk
 *      hear of it with the same event of the log;
 *  O6  it is approved with another key and by another post: of the desk, of who is above it, or of
 *      who leads. That names the newest opening of the matter by position and hash, and is of all
 *      that wait there;
 *  O7  what waits waits until it is approved, however the matter goes on. The limit is a clock of
 *      the policy (seal.second_approval), which ends with no matter (M13 of core/clockwork);
 *  O8  who learns nothing of a matter learns nothing by this: the void is that of a matter which
 *      nobody reported.
 *
 * Pure. Thread: the fold's, as for all here.
 * Source: 未成年人网络保护条例 36, 个人信息保护法 51 (H); one officer alone, and 24 hours: L.
 */
#ifndef TCN_CORE_OPENING_H
#define TCN_CORE_OPENING_H

#include "core/fold_inside.h"

/** Which of the two an act is; NONE of every other, an UNSEALED with another reason too: that one
 * says that a post has read, and gives nothing. Thread: any. */
enum tcn_opening_word tcn_opening_word_of(const struct tcn_event *event);
/** True while what an opening gave may be read: TCN_OPENING_READ_NS from it on. Thread: any. */
bool tcn_opening_is_fresh(int64_t opened_ns, int64_t now_ns);

/** Judges an opening or an approval into step->opening; nothing else changes. Unless `is_known` the
 * matter is one that the log does not know, or not to this actor.
 * Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_opening_look(struct tcn_fold_step *step, bool is_known);
/** Judges it as of a matter that nobody reported (O8). */
void tcn_opening_hide(struct tcn_fold_step *step);
/** Adds whom it is told to (O5). */
void tcn_opening_tell(struct tcn_fold_step *step);
/** Writes what waits now. Errors: what the ops give. */
TCN_MUST_CHECK enum tcn_status tcn_opening_write(const struct tcn_fold_step *step);

#endif
