/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The arithmetic of clocks: when a running clock warns, when it is due, until when an act is in
 * time. A running clock holds only what happened to it (started, paused, extended, fired); every
 * instant is computed anew from that, the rule and the calendar, so another policy or another
 * calendar restates a clock by being passed.
 *
 *                   start                 resume
 *                     │              ┌───────────────┐
 *                     ▼              ▼               │
 *                  RUNNING ──────────────────────▶ PAUSED        stopped: the row is taken away
 *                     │  ▲         pause
 *                     └──┘ extend (once, before the due day)
 *
 * How a period is counted:
 *   minutes, hours  from the start instant; what falls within a pause is not counted.
 *   days            the day of the start is not counted; neither is a day that a pause touches,
 * nor, in working days, a day off. The period ends with its last day, 24:00. months, years   to the
 * day of the same number, or the month's last when there is none. until           the
 * end of the day that the act tells; of the calendar days up to it the warnings are taken. A date
 * that is over when it is told ends with the day of the start. at once         no number:
 * nothing fires, and nothing here is late. A person judges.
 *
 *   start          70 %      90 %   due (last day, not rolled)     limit (rolled over days off)
 *     │──────────────┼─────────┼──────────┤ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─┤
 *                 warning   warning     fires                  late from here
 *
 * Alerts look at the date as it is counted; that a last day off passes the end on to the next
 * working day counts for the verdict only. Percentages are of the counted days, so a clock of
 * working days warns on a working day. The number itself is within the period ("within 1 hour"
 * includes the sixtieth minute).
 *
 * A year that the calendar does not have is never guessed: `missing_year` names it, and what
 * depends on it is the earliest that it can be (every day of that year counts, none is off).
 *
 * Invariant 1: start <= each step, and steps do not fall: 70 % <= 90 % <= due.
 * Invariant 2: due_ns <= limit_ns.
 * Invariant 3: pauses ascend and only the last can last.
 *
 * Instants are nanoseconds since 1970 UTC. Nothing happens to a clock outside the years 1900 to
 * 2200 (a start there is taken for their end); judging and restating take any instant. Pure; any
 * thread.
 */
#ifndef TCN_CORE_CLOCK_H
#define TCN_CORE_CLOCK_H

#include "base/status.h"
#include "core/calendar.h"
#include "model/matter_clock.h"

/** Starts a clock: nothing paused, extended or fired. Thread: any. */
void tcn_clock_start(struct tcn_clock *clock, int64_t start_ns);

/** Starts a clock that ends with the day of an instant that was told (TCN_CLOCK_UNTIL).
 * Errors: TCN_BAD_VALUE it is outside 1900 to 2200: the clock is not touched. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_clock_start_until(const struct tcn_calendar *calendar,
                                                     struct tcn_clock *clock, int64_t start_ns,
                                                     int64_t until_ns);

/** Pauses a clock. A pause behind the due instant changes nothing that was computed.
 * Errors: TCN_NOT_ALLOWED it is paused; TCN_BAD_VALUE before its start or its last resumption, or
 * outside 1900 to 2200;
 * TCN_LIMIT it was paused TCN_CLOCK_PAUSES_MAX times, and goes on.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_clock_pause(struct tcn_clock *clock, int64_t at_ns);

/** Resumes a paused clock.
 * Errors: TCN_NOT_ALLOWED it is not paused; TCN_BAD_VALUE before it was paused, or after 2200.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_clock_resume(struct tcn_clock *clock, int64_t at_ns);

/** Extends a clock, once, to the end of a day (of an instant, for minutes and hours). The new end
 * is a date that was told, so a later pause does not move it. Where a missing year leaves open when
 * it is due, it is not refused for being late or for going too far. Errors: TCN_NOT_ALLOWED the
 * rule has no extension, the clock is paused, or `at_ns` is not before the day on which it is due
 * (for minutes and hours: after it is due); TCN_EXISTS it was extended already; TCN_BAD_VALUE no
 * later than before, further than the rule allows, or outside 1900 to 2200. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_clock_extend(const struct tcn_clock_rule *rule,
                                                const struct tcn_calendar *calendar,
                                                struct tcn_clock *clock, int64_t until_ns,
                                                int64_t at_ns);

/** Computes a clock's instants. Rules of TCN_CLOCK_AT_LEAST and TCN_CLOCK_WINDOW fire nothing.
 * Thread: any. */
void tcn_clock_compute(const struct tcn_clock_rule *rule, const struct tcn_calendar *calendar,
                       const struct tcn_clock *clock, struct tcn_clock_times *out_times);

/** Computes a clock's instants and says which steps are still to fire, at log time `at_ns`: when it
 * starts, resumes or is extended, and when an activation restates it under another rule or
 * calendar. A step that lies ahead is to fire, also when it fired under an earlier limit; of the
 * steps that are over, only the latest is to fire, unless it did: a clock that starts late, or gets
 * its calendar late, does not ring three times at once.
 * Thread: any. */
void tcn_clock_restate(const struct tcn_clock_rule *rule, const struct tcn_calendar *calendar,
                       struct tcn_clock *clock, int64_t at_ns, struct tcn_clock_times *out_times);

/** The next step that is to fire and its log time, or TCN_CLOCK_STEP_COUNT and TCN_CLOCK_NEVER.
 * Thread: any. */
enum tcn_clock_step tcn_clock_next(const struct tcn_clock *clock,
                                   const struct tcn_clock_times *times, int64_t *out_ns);

/** Notes that a step has fired. Thread: any. */
void tcn_clock_fired(struct tcn_clock *clock, enum tcn_clock_step step);

/** Judges the act at `stop_ns`, by the time that the rule names. Thread: any. */
enum tcn_clock_verdict tcn_clock_judge(const struct tcn_clock_rule *rule,
                                       const struct tcn_clock_times *times, int64_t stop_ns);

#endif
