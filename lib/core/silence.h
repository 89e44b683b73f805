/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Silences: which may be said, and what they cover.
 *
 *                said, and may be          half an hour before its end
 *     (no row) ───────────────────▶ IN FORCE ─────────────────────────▶ REMINDED
 *        ▲                             │                                   │
 *        └─────────────────────────────┴── its end; its organ or the desk ─┘
 *
 * Rules, each with a test by its number:
 *
 *   S1  an organ silences its own stream and nobody else's, and never all of it by accident: it
 *       names a domain, a division, or its own stream as such;
 *
 *   S2  it says a reason, the post that wants it, and until when, TCN_SILENCE_MOST_NS away at most;
 *
 *   S3  what would cover a line that the policy protects, or danger, is refused, and the desk is
 *       told: also when it would only by naming no domain;
 *
 *   S4  danger, what is guarded, what is undeliverable and what the collector says is never
 *       covered, whatever a silence says;
 *
 *   S5  a weather warning in force suspends every silence, and holds what reminds of routine
 *       matters;
 *
 *   S6  a drill's silences are its own: they cover its items alone, are ended by its words alone,
 *       and take no room from real ones;
 *
 *   S7  while a matter in danger is open at an organ, a silence of its domain is refused there, and
 *       the desk is told. What comes later is S4's: it is rung all the same.
 *
 * Pure. Thread: any.
 */
#ifndef TCN_CORE_SILENCE_H
#define TCN_CORE_SILENCE_H

#include "base/status.h"
#include "model/event.h"
#include "model/feed.h"
#include "model/policy.h"
#include "model/silence.h"
#include "model/state.h"

/** Whether an event may silence what its organ is told, and as what row. `out_missing` are the
 * facts that it must say. */
enum tcn_silence_fault tcn_silence_judge(const struct tcn_policy *policy,
                                         const struct tcn_event *event, uint16_t organ,
                                         int64_t log_time_ns, struct tcn_silence *out_silence,
                                         uint32_t *out_missing);
/** True when what an organ silences, a domain or, with an empty word, all that it is told of, would
 * cover a protected line (S3). */
bool tcn_silence_would_cover_protected(const struct tcn_policy *policy, struct tcn_slice domain,
                                       uint16_t organ);
/** True for an open matter in danger that is not kept apart: what is kept apart refuses nothing,
 * because a refusal would tell of it. */
bool tcn_silence_is_imminent(const struct tcn_matter *matter);
/** True when such a matter is the silence's organ's too, and of its domain (S7). */
bool tcn_silence_meets(const struct tcn_policy *policy, const struct tcn_silence *silence,
                       const struct tcn_matter *matter);
/** True when the matter is of the domain and the place that the silence names. */
bool tcn_silence_reaches(const struct tcn_silence *silence, const struct tcn_matter *matter);
/** True when the silence covers an item of a matter (S4). */
bool tcn_silence_covers(const struct tcn_policy *policy, const struct tcn_silence *silence,
                        const struct tcn_alert *alert, const struct tcn_matter *matter);
/** True when a domain's line is protected; an unknown domain's may be. */
bool tcn_silence_is_protected(const struct tcn_policy *policy, struct tcn_slice domain);
/** When the organ is reminded of its end. */
int64_t tcn_silence_remind_ns(const struct tcn_silence *silence);

#endif
