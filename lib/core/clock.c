/* SPDX-License-Identifier: Apache-2.0 */
#include "core/clock.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/date.h"

#define BIT(step) (1u << (unsigned)(step))
#define MINUTE_NS (INT64_C(60) * TCN_SECOND_NS)
#define HOUR_NS (INT64_C(60) * MINUTE_NS)
#define DAY_PERCENT_NS (TCN_DAY_NS / 100) /* exact */

/** When the two warnings fall, in percent of the period. */
static const int64_t warning_percents[] = {70, 90};

/** A count of days under way. */
struct walk {
    const struct tcn_calendar *calendar;
    const struct tcn_clock *clock;
    int64_t start_day;
    bool skips_off; /**< working days are counted */
    int32_t missing_year;
};

/** True for an instant that something may happen at. */
static bool is_instant(int64_t at_ns) {
    return at_ns >= TCN_CLOCK_INSTANT_MIN_NS && at_ns <= TCN_CLOCK_INSTANT_MAX_NS;
}

/** True while the last pause lasts. */
static bool is_paused(const struct tcn_clock *clock) {
    return clock->pause_count > 0 && clock->pauses[clock->pause_count - 1].to_ns == TCN_CLOCK_NEVER;
}

/** True for a unit that is counted from the instant of the start. */
static bool is_short(enum tcn_clock_unit unit) {
    return unit == TCN_CLOCK_MINUTES || unit == TCN_CLOCK_HOURS;
}

void tcn_clock_start(struct tcn_clock *clock, int64_t start_ns) {
    int64_t from_ns = start_ns > TCN_CLOCK_INSTANT_MIN_NS ? start_ns : TCN_CLOCK_INSTANT_MIN_NS;
    *clock = (struct tcn_clock){
        .start_ns = from_ns < TCN_CLOCK_INSTANT_MAX_NS ? from_ns : TCN_CLOCK_INSTANT_MAX_NS};
}

enum tcn_status tcn_clock_start_until(const struct tcn_calendar *calendar, struct tcn_clock *clock,
                                      int64_t start_ns, int64_t until_ns) {
    if (!is_instant(until_ns)) {
        return TCN_BAD_VALUE;
    }
    tcn_clock_start(clock, start_ns);
    clock->extended_until_ns =
        tcn_calendar_day_end_ns(calendar, tcn_calendar_day(calendar, until_ns));
    return TCN_OK;
}

enum tcn_status tcn_clock_pause(struct tcn_clock *clock, int64_t at_ns) {
    TCN_CHECK(clock->pause_count <= TCN_CLOCK_PAUSES_MAX);
    if (is_paused(clock)) {
        return TCN_NOT_ALLOWED;
    }
    uint32_t count = clock->pause_count;
    int64_t since_ns = count > 0 ? clock->pauses[count - 1].to_ns : clock->start_ns;
    if (at_ns < since_ns || !is_instant(at_ns)) {
        return TCN_BAD_VALUE; /* invariant 3 */
    }
    if (count == TCN_CLOCK_PAUSES_MAX) {
        return TCN_LIMIT;
    }
    clock->pauses[count] = (struct tcn_clock_pause){.from_ns = at_ns, .to_ns = TCN_CLOCK_NEVER};
    clock->pause_count++;
    return TCN_OK;
}

enum tcn_status tcn_clock_resume(struct tcn_clock *clock, int64_t at_ns) {
    TCN_CHECK(clock->pause_count <= TCN_CLOCK_PAUSES_MAX);
    if (!is_paused(clock)) {
        return TCN_NOT_ALLOWED;
    }
    struct tcn_clock_pause *pause = &clock->pauses[clock->pause_count - 1];
    if (at_ns < pause->from_ns || !is_instant(at_ns)) {
        return TCN_BAD_VALUE;
    }
    pause->to_ns = at_ns;
    return TCN_OK;
}

/** The instant at which so much of the clock's time has passed, pauses left out; false when a pause
 * that lasts comes before it. */
static bool instant_after(const struct tcn_clock *clock, int64_t passed_ns, int64_t *out_ns) {
    int64_t instant_ns = clock->start_ns + passed_ns;
    for (uint32_t i = 0; i < clock->pause_count; i++) {
        const struct tcn_clock_pause *pause = &clock->pauses[i];
        if (pause->from_ns >= instant_ns) {
            break;
        }
        if (pause->to_ns == TCN_CLOCK_NEVER) {
            return false;
        }
        instant_ns += pause->to_ns - pause->from_ns;
    }
    *out_ns = instant_ns;
    return true;
}

/** How much of the clock's time has passed at an instant behind its start. */
static int64_t passed_until(const struct tcn_clock *clock, int64_t instant_ns) {
    int64_t passed_ns = instant_ns - clock->start_ns;
    for (uint32_t i = 0; i < clock->pause_count; i++) {
        const struct tcn_clock_pause *pause = &clock->pauses[i];
        if (pause->from_ns < instant_ns) {
            int64_t to_ns = pause->to_ns < instant_ns ? pause->to_ns : instant_ns;
            passed_ns -= to_ns - pause->from_ns;
        }
    }
    return passed_ns;
}

/** Minutes and hours; false when paused. */
static bool compute_short(const struct tcn_clock *clock, int64_t amount_ns,
                          struct tcn_clock_times *times) {
    int64_t due_ns = 0;
    if (!instant_after(clock, amount_ns, &due_ns)) {
        return false;
    }
    if (clock->extended_until_ns > due_ns) {
        due_ns = clock->extended_until_ns;
        amount_ns = passed_until(clock, due_ns);
        if (is_paused(clock) && clock->pauses[clock->pause_count - 1].from_ns < due_ns) {
            return false;
        }
    }
    for (size_t i = 0; i < sizeof(warning_percents) / sizeof(warning_percents[0]); i++) {
        int64_t percent = warning_percents[i];
        int64_t passed_ns = amount_ns / 100 * percent + amount_ns % 100 * percent / 100;
        bool is_there = instant_after(clock, passed_ns, &times->step_ns[i]);
        TCN_CHECK(is_there); /* no pause that lasts begins before the period's end */
    }
    times->due_ns = due_ns;
    times->limit_ns = due_ns;
    return true;
}

/** Moves to the next day that no pause touches; false when a pause that lasts does. */
static bool step_day(const struct walk *walk, int64_t *day) {
    int64_t next = *day + 1;
    for (uint32_t i = 0; i < walk->clock->pause_count; i++) {
        const struct tcn_clock_pause *pause = &walk->clock->pauses[i];
        if (tcn_calendar_day(walk->calendar, pause->from_ns) > next) {
            break;
        }
        int64_t last = tcn_calendar_day(walk->calendar, pause->to_ns);
        if (pause->to_ns == TCN_CLOCK_NEVER) {
            return false;
        }
        next = last >= next ? last + 1 : next;
    }
    *day = next;
    return true;
}

/** True for a day that the period counts. One of a missing year does, so that the end is the
 * earliest possible, and the year is noted. */
static bool is_counted(struct walk *walk, int64_t day) {
    if (!walk->skips_off) {
        return true;
    }
    enum tcn_day_kind kind = tcn_calendar_day_kind(walk->calendar, day);
    if (kind == TCN_DAY_MISSING && walk->missing_year == 0) {
        walk->missing_year = tcn_calendar_year(day);
    }
    return kind != TCN_DAY_OFF;
}

/** Walks until `count` days have been counted and the day `until` has been reached. Bounded by the
 * count, the pauses, the extension, and the days off of the calendar's years. False when paused. */
static bool walk_days(struct walk *walk, int64_t count, int64_t until, int64_t *out_day,
                      int64_t *out_count) {
    int64_t day = walk->start_day;
    int64_t counted = 0;
    while (counted < count || day < until) {
        const bool is_told = counted >= count; /* only the date that was told is left to reach */
        if (!step_day(walk, &day)) {
            return false;
        }
        if (is_told && day > until) {
            day = until; /* a pause goes over it, and does not move it */
            break;
        }
        counted += is_counted(walk, day) ? 1 : 0;
    }
    *out_day = day;
    *out_count = counted;
    return true;
}

/** A percentage of the counted days as an instant: so many whole days counted, then into the next
 * one. */
static int64_t warning_ns(struct walk *walk, int64_t count, int64_t percent) {
    int64_t passed_ns = count * percent * DAY_PERCENT_NS; /* up to the year 2200: 110,000 days */
    int64_t day = 0;
    int64_t counted = 0;
    bool is_there = walk_days(walk, passed_ns / TCN_DAY_NS + 1, walk->start_day, &day, &counted);
    TCN_CHECK(is_there && counted <= count);
    return tcn_calendar_day_start_ns(walk->calendar, day) + passed_ns % TCN_DAY_NS;
}

/** The days that an amount stands for: of months and years, from the start's day on. */
static int64_t day_count(const struct tcn_clock_rule *rule, uint32_t amount, int64_t start_day) {
    if (rule->unit == TCN_CLOCK_MONTHS) {
        return tcn_date_add_months(start_day, amount) - start_day;
    }
    if (rule->unit == TCN_CLOCK_YEARS) {
        return tcn_date_add_months(start_day, amount * 12) - start_day;
    }
    return amount;
}

/** Days, months and years; false when paused. */
static bool compute_days(const struct tcn_clock_rule *rule, uint32_t amount, struct walk *walk,
                         struct tcn_clock_times *times) {
    const struct tcn_clock *clock = walk->clock;
    int64_t count = day_count(rule, amount, walk->start_day);
    int64_t until = walk->start_day;
    int64_t last = 0;
    if (clock->extended_until_ns != 0) {
        until = tcn_calendar_day(walk->calendar, clock->extended_until_ns);
    }
    if (!walk_days(walk, count, until, &last, &count)) {
        return false;
    }
    for (size_t i = 0; i < sizeof(warning_percents) / sizeof(warning_percents[0]); i++) {
        times->step_ns[i] =
            count > 0 ? warning_ns(walk, count, warning_percents[i]) : clock->start_ns;
    }
    int64_t rolled = tcn_calendar_roll(walk->calendar, last);
    if (walk->missing_year == 0 &&
        tcn_calendar_day_kind(walk->calendar, rolled) == TCN_DAY_MISSING) {
        walk->missing_year = tcn_calendar_year(rolled);
    }
    times->due_ns = tcn_calendar_day_end_ns(walk->calendar, last);
    times->limit_ns = tcn_calendar_day_end_ns(walk->calendar, rolled);
    times->missing_year = walk->missing_year;
    return true;
}

/** No instant at all. */
static void set_never(struct tcn_clock_times *times) {
    *times = (struct tcn_clock_times){.due_ns = TCN_CLOCK_NEVER, .limit_ns = TCN_CLOCK_NEVER};
    for (size_t i = 0; i < TCN_CLOCK_STEP_COUNT; i++) {
        times->step_ns[i] = TCN_CLOCK_NEVER;
    }
}

/** The instants of an amount that may differ from the rule's. */
static void compute(const struct tcn_clock_rule *rule, uint32_t amount,
                    const struct tcn_calendar *calendar, const struct tcn_clock *clock,
                    struct tcn_clock_times *times) {
    TCN_CHECK(amount <= tcn_clock_amount_max(rule->unit));
    set_never(times);
    if (rule->unit == TCN_CLOCK_AT_ONCE) {
        return;
    }
    bool is_running = false;
    if (is_short(rule->unit)) {
        int64_t unit_ns = rule->unit == TCN_CLOCK_HOURS ? HOUR_NS : MINUTE_NS;
        is_running = compute_short(clock, amount * unit_ns, times);
    } else {
        struct walk walk = {.calendar = calendar,
                            .clock = clock,
                            .start_day = tcn_calendar_day(calendar, clock->start_ns),
                            .skips_off = rule->unit == TCN_CLOCK_WORKING_DAYS};
        is_running = compute_days(rule, amount, &walk, times);
    }
    if (!is_running) {
        set_never(times);
        times->is_paused = true;
        return;
    }
    times->step_ns[TCN_CLOCK_DUE] = times->due_ns + 1;
    TCN_CHECK(times->step_ns[0] <= times->step_ns[1] && times->step_ns[1] <= times->step_ns[2]);
    TCN_CHECK(times->due_ns <= times->limit_ns);
}

void tcn_clock_compute(const struct tcn_clock_rule *rule, const struct tcn_calendar *calendar,
                       const struct tcn_clock *clock, struct tcn_clock_times *out_times) {
    compute(rule, rule->amount, calendar, clock, out_times);
    if (rule->bound != TCN_CLOCK_AT_MOST) {
        for (size_t i = 0; i < TCN_CLOCK_STEP_COUNT; i++) {
            out_times->step_ns[i] = TCN_CLOCK_NEVER;
        }
    }
}

/** False when the due instant is only the earliest possible: nobody is refused for a calendar that
 * is missing. */
static bool is_due_known(const struct tcn_clock_rule *rule, const struct tcn_clock_times *times) {
    return rule->unit != TCN_CLOCK_WORKING_DAYS || times->missing_year == 0;
}

enum tcn_status tcn_clock_extend(const struct tcn_clock_rule *rule,
                                 const struct tcn_calendar *calendar, struct tcn_clock *clock,
                                 int64_t until_ns, int64_t at_ns) {
    struct tcn_clock_times now;
    struct tcn_clock_times most;
    if (!is_instant(until_ns)) {
        return TCN_BAD_VALUE;
    }
    if (rule->extend_max == 0) {
        return TCN_NOT_ALLOWED;
    }
    if (clock->extended_until_ns != 0) {
        return TCN_EXISTS;
    }
    compute(rule, rule->amount, calendar, clock, &now);
    compute(rule, rule->amount + rule->extend_max, calendar, clock, &most);
    if (now.is_paused || most.is_paused) {
        return TCN_NOT_ALLOWED;
    }
    bool is_late = at_ns > now.due_ns;
    if (!is_short(rule->unit)) {
        until_ns = tcn_calendar_day_end_ns(calendar, tcn_calendar_day(calendar, until_ns));
        is_late = tcn_calendar_day(calendar, at_ns) >= tcn_calendar_day(calendar, now.due_ns);
    }
    if (is_late && is_due_known(rule, &now)) {
        return TCN_NOT_ALLOWED;
    }
    bool is_too_far = until_ns > most.due_ns && is_due_known(rule, &most);
    if (until_ns <= now.due_ns || is_too_far) {
        return TCN_BAD_VALUE;
    }
    clock->extended_until_ns = until_ns;
    return TCN_OK;
}

void tcn_clock_restate(const struct tcn_clock_rule *rule, const struct tcn_calendar *calendar,
                       struct tcn_clock *clock, int64_t at_ns, struct tcn_clock_times *out_times) {
    tcn_clock_compute(rule, calendar, clock, out_times);
    if (out_times->is_paused) {
        return; /* no step has an instant now, and what fired did */
    }
    for (size_t i = 0; i < TCN_CLOCK_STEP_COUNT; i++) {
        bool is_ahead = out_times->step_ns[i] > at_ns;
        bool is_overtaken =
            i + 1 < TCN_CLOCK_STEP_COUNT && out_times->step_ns[i + 1] <= at_ns && !is_ahead;
        if (is_ahead) {
            clock->fired_steps &= ~BIT(i);
        } else if (is_overtaken) {
            clock->fired_steps |= BIT(i);
        }
    }
}

enum tcn_clock_step tcn_clock_next(const struct tcn_clock *clock,
                                   const struct tcn_clock_times *times, int64_t *out_ns) {
    for (size_t i = 0; i < TCN_CLOCK_STEP_COUNT; i++) {
        if ((clock->fired_steps & BIT(i)) == 0 && times->step_ns[i] != TCN_CLOCK_NEVER) {
            *out_ns = times->step_ns[i];
            return (enum tcn_clock_step)i;
        }
    }
    *out_ns = TCN_CLOCK_NEVER;
    return TCN_CLOCK_STEP_COUNT;
}

void tcn_clock_fired(struct tcn_clock *clock, enum tcn_clock_step step) {
    TCN_CHECK((unsigned)step < TCN_CLOCK_STEP_COUNT);
    clock->fired_steps |= BIT(step);
}

enum tcn_clock_verdict tcn_clock_judge(const struct tcn_clock_rule *rule,
                                       const struct tcn_clock_times *times, int64_t stop_ns) {
    bool must_pass = rule->bound == TCN_CLOCK_AT_LEAST;
    if (rule->unit == TCN_CLOCK_AT_ONCE) {
        return TCN_VERDICT_UNMEASURED;
    }
    if (stop_ns <= times->limit_ns) {
        return must_pass ? TCN_VERDICT_EARLY : TCN_VERDICT_IN_TIME;
    }
    if (times->missing_year != 0) {
        return TCN_VERDICT_UNKNOWN; /* the limit is the earliest possible, not the limit */
    }
    if (rule->bound == TCN_CLOCK_WINDOW) {
        return TCN_VERDICT_OVER;
    }
    return must_pass ? TCN_VERDICT_IN_TIME : TCN_VERDICT_LATE;
}
