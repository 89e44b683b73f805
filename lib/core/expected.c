/* SPDX-License-Identifier: Apache-2.0 */
#include "core/expected.h"

#include "base/clock.h"
#include "core/calendar.h"
#include "model/matter_clock.h"

#include <string.h>

#define MINUTE_NS (INT64_C(60) * 1000000000)
#define HOUR_NS (60 * MINUTE_NS)
#define HOURS_A_DAY 24

/* Days off in a row that are believed: a calendar in which nobody works for longer than this is no
 * reason to wait for ever. */
#define DAYS_OFF_MAX 31
/* Periods that one look goes back or ahead: days off, and a day's grace of hourly ones. */
#define PERIODS_MAX (DAYS_OFF_MAX + 2 * HOURS_A_DAY)

const struct tcn_calendar *tcn_expected_calendar(const struct tcn_policy *policy) {
    static const struct tcn_calendar none = {.year_count = 0};
    return policy->clocks != NULL ? &policy->clocks->calendar : &none;
}

bool tcn_expected_is_of(const struct tcn_expected_report *report, const struct tcn_organ *organ) {
    if (organ == NULL || organ->kind != TCN_ORGAN_OFFICE) {
        return false;
    }
    for (uint32_t i = 0; i < report->office_count; i++) {
        if (strcmp(report->offices[i], organ->id) == 0) {
            return true;
        }
    }
    return report->office_count == 0;
}

uint64_t tcn_expected_line_number(struct tcn_slice line) {
    return tcn_clock_rule_number(line);
}

uint64_t tcn_expected_number(const struct tcn_expected_report *report) {
    const char *word = report->kind == TCN_EXPECTED_ZERO_REPORT ? report->line : report->id;
    return tcn_clock_rule_number(tcn_slice_text(word));
}

bool tcn_expected_covers(const struct tcn_policy *policy, const struct tcn_expected *warning,
                         uint16_t office) {
    const struct tcn_division *division = tcn_policy_division(policy, (uint64_t)warning->period);
    return division == NULL || division->office == 0 || division->office == office;
}

int64_t tcn_expected_from_ns(const struct tcn_policy *policy, int64_t enrolled_ns) {
    const struct tcn_calendar *calendar = tcn_expected_calendar(policy);
    return tcn_calendar_day_end_ns(calendar, tcn_calendar_day(calendar, enrolled_ns));
}

/** Periods that a day has. */
static int64_t periods_a_day(const struct tcn_expected_report *report) {
    const uint32_t hours = report->every == TCN_EXPECTED_HOURS ? report->hours : HOURS_A_DAY;
    TCN_CHECK(hours >= 1 && hours <= HOURS_A_DAY);
    return (HOURS_A_DAY + (int64_t)hours - 1) / (int64_t)hours; /* the last one may be shorter */
}

int64_t tcn_expected_period(const struct tcn_expected_report *report,
                            const struct tcn_calendar *calendar, int64_t instant_ns) {
    const int64_t day = tcn_calendar_day(calendar, instant_ns);
    if (report->every != TCN_EXPECTED_HOURS) {
        return day;
    }
    const int64_t within_ns = tcn_time_minus(instant_ns, tcn_calendar_day_start_ns(calendar, day));
    return day * periods_a_day(report) + within_ns / ((int64_t)report->hours * HOUR_NS);
}

int64_t tcn_expected_due_ns(const struct tcn_expected_report *report,
                            const struct tcn_calendar *calendar, int64_t period) {
    if (report->every != TCN_EXPECTED_HOURS) {
        return tcn_time_plus(tcn_calendar_day_start_ns(calendar, period),
                             (int64_t)report->by_minute * MINUTE_NS);
    }
    const int64_t count = periods_a_day(report);
    int64_t day = period / count;
    day -= period % count < 0 ? 1 : 0;
    const int64_t end_ns = (period - day * count + 1) * (int64_t)report->hours * HOUR_NS;
    return tcn_time_plus(tcn_calendar_day_start_ns(calendar, day),
                         end_ns < TCN_DAY_NS ? end_ns : TCN_DAY_NS);
}

/** Z4: on a day off nothing is expected of who reports on working days. */
static bool is_asked(const struct tcn_expected_input *in, int64_t period) {
    return in->report->every != TCN_EXPECTED_WORKING_DAY ||
           tcn_calendar_day_kind(in->calendar, period) != TCN_DAY_OFF;
}

static int64_t due_of(const struct tcn_expected_input *in, int64_t period) {
    return tcn_expected_due_ns(in->report, in->calendar, period);
}

static int64_t grace_end(const struct tcn_expected_input *in, int64_t due_ns) {
    return tcn_time_plus(due_ns, (int64_t)in->report->grace_minutes * MINUTE_NS);
}

/** The first period after this one in which it is expected. */
static int64_t asked_after(const struct tcn_expected_input *in, int64_t period) {
    int64_t next = period + 1;
    for (int i = 0; i < DAYS_OFF_MAX && !is_asked(in, next); i++) {
        next++;
    }
    return next;
}

/** What the last word says, while it holds. */
static enum tcn_expected_state state_of(const struct tcn_expected_input *in) {
    const struct tcn_expected *last = in->last;
    if (last->is_corrected) {
        return TCN_EXPECTED_CORRECTED;
    }
    if (last->other_position > last->position &&
        tcn_expected_period(in->report, in->calendar, last->other_ns) == last->period) {
        return TCN_EXPECTED_CONTRADICTED;
    }
    if (last->said == TCN_SAID_ALIVE) {
        return TCN_EXPECTED_ALIVE;
    }
    if (!last->is_safe) {
        return TCN_EXPECTED_UNSAFE;
    }
    return last->said == TCN_SAID_SIGNED ? TCN_EXPECTED_SIGNED : TCN_EXPECTED_ORAL; /* Z1 */
}

/** The newest time before now that passed in silence; 0 when none did. */
static int64_t silent_since(const struct tcn_expected_input *in) {
    int64_t period = tcn_expected_period(in->report, in->calendar, in->now_ns);
    const bool has_last = in->last != NULL && in->last->said != TCN_SAID_NOT;
    for (int i = 0; i < PERIODS_MAX; i++, period--) {
        const int64_t due_ns = due_of(in, period);
        if (due_ns <= in->from_ns || (has_last && period <= in->last->period)) { /* Z5, Z2 */
            return 0;
        }
        if (is_asked(in, period) && grace_end(in, due_ns) <= in->now_ns) {
            return due_ns;
        }
    }
    return 0;
}

struct tcn_expected_verdict tcn_expected_judge(const struct tcn_expected_input *in) {
    struct tcn_expected_verdict verdict = {.state = TCN_EXPECTED_NOT_ASKED};
    const struct tcn_expected *last = in->last;
    const bool has_said = last != NULL && last->said != TCN_SAID_NOT;
    if (has_said) {
        verdict.until_ns = grace_end(in, due_of(in, asked_after(in, last->period)));
    }
    const bool is_called = in->from_ns != TCN_EXPECTED_NEVER || in->report->while_domain[0] == '\0';
    if (has_said && is_called && in->now_ns < verdict.until_ns) {
        verdict.state = state_of(in);
        return verdict;
    }
    if (in->from_ns == TCN_EXPECTED_NEVER) {
        return verdict;
    }
    verdict.due_ns = silent_since(in);
    verdict.state = verdict.due_ns != 0 ? TCN_EXPECTED_OVERDUE : TCN_EXPECTED_WAITED;
    return verdict;
}

struct tcn_expected_next tcn_expected_next(const struct tcn_expected_input *in) {
    struct tcn_expected_next next = {TCN_EXPECTED_NEVER, TCN_EXPECTED_NEVER};
    const bool has_last = in->last != NULL && in->last->said != TCN_SAID_NOT;
    if (in->from_ns == TCN_EXPECTED_NEVER) {
        return next;
    }
    const int64_t start_ns = in->now_ns > in->from_ns ? in->now_ns : in->from_ns;
    int64_t period =
        tcn_expected_period(in->report, in->calendar, tcn_time_minus(start_ns, TCN_DAY_NS)) - 1;
    for (int i = 0; i < 2 * PERIODS_MAX; i++, period++) {
        const int64_t due_ns = due_of(in, period);
        const bool is_said = has_last && period <= in->last->period;
        const bool is_ahead = grace_end(in, due_ns) > in->now_ns && due_ns > in->from_ns;
        if (!is_said && is_ahead && is_asked(in, period)) {
            return (struct tcn_expected_next){due_ns, grace_end(in, due_ns)};
        }
    }
    return next;
}
