/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is expected of an office, by when, and how it stands. A report is of a period: a day, or a
 * run of hours of a day, in the calendar's zone. What was said in a period holds until the next one
 * is due, with its grace; then, and where nothing was said, the line is unknown.
 *
 *     nobody has said anything        due              due + grace
 *   ───────────────────────────────────┼────────────────────┼───────────────▶ time
 *     WAITED                                                  OVERDUE
 *
 *     said (SIGNED, ORAL, UNSAFE)     the next due      + its grace
 *   ──────┼────────────────────────────┼────────────────────┼───────────────▶ time
 *     so                                                      OVERDUE
 *
 * Rules, each with a test by its number:
 *   Z1  silence is never safety: only what a post of the office signed in time makes SIGNED;
 *   Z2  one a period counts: the last that was said in it, whatever was said before;
 *   Z3  what was said is of the period in which it was recorded, and never of a later one: nobody
 *       signs ahead;
 *   Z4  a period whose year the calendar lacks is expected like a working day;
 *   Z5  before an office is expected to speak nothing is overdue, and nothing is known either.
 *
 * Pure. Thread: any.
 */
#ifndef TCN_CORE_EXPECTED_H
#define TCN_CORE_EXPECTED_H

#include "model/calendar.h"
#include "model/expected.h"
#include "model/plans.h"
#include "model/policy.h"

/** Whose report is judged, and when. Open: filled by the caller, all lent. */
struct tcn_expected_input {
    const struct tcn_expected_report *report;
    const struct tcn_calendar *calendar;
    const struct tcn_expected *last; /**< its row LAST; NULL: nothing was ever said */
    int64_t from_ns;                 /**< expected from then on; TCN_EXPECTED_NEVER: not now */
    int64_t now_ns;
};

/** An instant that does not come. */
#define TCN_EXPECTED_NEVER INT64_MAX

/** How it stands. */
struct tcn_expected_verdict {
    enum tcn_expected_state state;
    int64_t until_ns; /**< of what was said: it holds until then; else 0 */
    int64_t due_ns;   /**< OVERDUE: the newest time that passed in silence; else 0 */
};

/** When something is waited for. */
struct tcn_expected_next {
    int64_t due_ns;   /**< TCN_EXPECTED_NEVER: nothing is */
    int64_t fires_ns; /**< with its grace */
};

/** True when the policy expects the report of this organ. */
bool tcn_expected_is_of(const struct tcn_expected_report *report, const struct tcn_organ *organ);
/** The number under which what is said is kept: of its line, or of a check-in's own id. */
uint64_t tcn_expected_number(const struct tcn_expected_report *report);
/** The number of a line's word. */
uint64_t tcn_expected_line_number(struct tcn_slice line);
/** The period that an instant lies in. */
int64_t tcn_expected_period(const struct tcn_expected_report *report,
                            const struct tcn_calendar *calendar, int64_t instant_ns);
/** When a period's report is due, without grace. */
int64_t tcn_expected_due_ns(const struct tcn_expected_report *report,
                            const struct tcn_calendar *calendar, int64_t period);
/** Judges how a report stands. */
struct tcn_expected_verdict tcn_expected_judge(const struct tcn_expected_input *in);
/** The next time at which its silence would have to be told, after `in->now_ns`. */
struct tcn_expected_next tcn_expected_next(const struct tcn_expected_input *in);
/** True when an open matter that calls for check-ins (a row WARNING) calls for an office's: it lies
 * in its place, or in one that is no office's. */
bool tcn_expected_covers(const struct tcn_policy *policy, const struct tcn_expected *warning,
                         uint16_t office);
/** From when reports are expected of an office whose program was enrolled then: from the end of
 * that day. */
int64_t tcn_expected_from_ns(const struct tcn_policy *policy, int64_t enrolled_ns);
/** The calendar of a policy; one without years when it has none. Owns: lent as long as the policy.
 */
const struct tcn_calendar *tcn_expected_calendar(const struct tcn_policy *policy);

#endif
