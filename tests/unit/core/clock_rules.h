/* SPDX-License-Identifier: Apache-2.0 */
/* A small table of clocks, one rule for each thing that a rule can say, for the tests of those that
 * run. */
#ifndef TCN_TESTS_UNIT_CORE_CLOCK_RULES_H
#define TCN_TESTS_UNIT_CORE_CLOCK_RULES_H

#include "civil.h"
#include "model/clock.h"

#define START(act_)                                                                                \
    .starts = {{TCN_ACT_##act_, "", TCN_STAGE_NONE}}, .start_count = 1,                            \
    .start_time = TCN_CLOCK_LEARNED
#define STOP(act_)                                                                                 \
    .stops = {{TCN_ACT_##act_, "", TCN_STAGE_NONE}}, .stop_count = 1,                              \
    .stop_time = TCN_CLOCK_RECORDED
#define LIMIT(unit_, amount_)                                                                      \
    .unit = TCN_CLOCK_##unit_, .amount = (amount_), .bound = TCN_CLOCK_AT_MOST, .is_enabled = true

static const struct tcn_clock_rule clock_rules[] = {
    {.id = "ack",
     LIMIT(MINUTES, 30),
     .owes = TCN_CLOCK_HOLDER,
     .starts = {{TCN_ACT_REPORTED, "", TCN_STAGE_NONE}},
     .start_count = 1,
     .start_time = TCN_CLOCK_RECORDED,
     .stops = {{TCN_ACT_ACKNOWLEDGED, "", TCN_STAGE_NONE}, {TCN_ACT_ACCEPTED, "", TCN_STAGE_NONE}},
     .stop_count = 2,
     .stop_time = TCN_CLOCK_RECORDED,
     .severity_min = TCN_SEVERITY_URGENT},
    {.id = "answer",
     .title_zh = "答复",
     .title_en = "Answer",
     LIMIT(CALENDAR_DAYS, 15),
     .extend_max = 15,
     .owes = TCN_CLOCK_HOLDER,
     START(REPORTED),
     STOP(REPLIED),
     .domains = {"hazard"},
     .domain_count = 1},
    {.id = "confirm", LIMIT(HOURS, 24), .owes = TCN_CLOCK_DESK, START(UNSEALED), STOP(CALLED)},
    {.id = "cut",
     .unit = TCN_CLOCK_HOURS,
     .amount = 24,
     .bound = TCN_CLOCK_AT_LEAST,
     .is_enabled = true,
     .owes = TCN_CLOCK_HOLDER,
     .starts = {{TCN_ACT_FOLLOWED_UP, "noticed", TCN_STAGE_NONE}},
     .start_count = 1,
     .start_time = TCN_CLOCK_OCCURRED,
     .stops = {{TCN_ACT_FOLLOWED_UP, "cut", TCN_STAGE_NONE}},
     .stop_count = 1,
     .stop_time = TCN_CLOCK_OCCURRED},
    {.id = "grave",
     LIMIT(HOURS, 1),
     .owes = TCN_CLOCK_OUTSIDE,
     START(REPORTED),
     STOP(REPORTED_UP),
     .procedure = TCN_PROCEDURE_ACCIDENT},
    {.id = "hear",
     LIMIT(CALENDAR_DAYS, 30),
     .owes = TCN_CLOCK_HOLDER,
     START(REVIEW_ASKED),
     .stops = {{TCN_ACT_REPLIED, "heard", TCN_STAGE_NONE}},
     .stop_count = 1,
     .stop_time = TCN_CLOCK_RECORDED,
     .pause = {TCN_ACT_FOLLOWED_UP, "hearing_opened", TCN_STAGE_NONE},
     .resume = {TCN_ACT_FOLLOWED_UP, "hearing_closed", TCN_STAGE_NONE}},
    {.id = "object",
     LIMIT(WORKING_DAYS, 5),
     .owes = TCN_CLOCK_HOLDER,
     START(TRANSFERRED),
     .stops = {{TCN_ACT_OBJECTED, "", TCN_STAGE_NONE}, {TCN_ACT_TRANSFERRED, "", TCN_STAGE_NONE}},
     .stop_count = 2,
     .stop_time = TCN_CLOCK_RECORDED},
    {.id = "off",
     .unit = TCN_CLOCK_HOURS,
     .amount = 1,
     .bound = TCN_CLOCK_AT_MOST,
     .owes = TCN_CLOCK_HOLDER,
     START(REPORTED),
     STOP(REPLIED)},
    {.id = "pipe",
     LIMIT(HOURS, 2),
     .owes = TCN_CLOCK_HOLDER,
     START(REPORTED),
     STOP(ACCEPTED),
     .domains = {"pipe"},
     .domain_count = 1},
    {.id = "right",
     .unit = TCN_CLOCK_CALENDAR_DAYS,
     .amount = 30,
     .bound = TCN_CLOCK_WINDOW,
     .is_enabled = true,
     .owes = TCN_CLOCK_OUTSIDE,
     .starts = {{TCN_ACT_REPLIED, "", TCN_STAGE_NONE}},
     .start_count = 1,
     .start_time = TCN_CLOCK_OCCURRED,
     STOP(REVIEW_ASKED)},
    {.id = "slip", LIMIT(HOURS, 10), .owes = TCN_CLOCK_OFFICE, START(ACCEPTED), STOP(CALLED)},
    {.id = "tell",
     .unit = TCN_CLOCK_AT_ONCE,
     .bound = TCN_CLOCK_AT_MOST,
     .is_enabled = true,
     .owes = TCN_CLOCK_OFFICE,
     START(REPLIED),
     STOP(PETITIONER_TOLD)},
    {.id = "whole",
     LIMIT(CALENDAR_DAYS, 60),
     .extend_max = 30,
     .owes = TCN_CLOCK_HOLDER,
     .starts = {{TCN_ACT_REPORTED, "", TCN_STAGE_NONE}, {TCN_ACT_REOPENED, "", TCN_STAGE_NONE}},
     .start_count = 2,
     .start_time = TCN_CLOCK_FIRST,
     .stops = {{TCN_ACT_REPLIED, "", TCN_STAGE_REPLIED}},
     .stop_count = 1,
     .stop_time = TCN_CLOCK_RECORDED,
     .pause = {TCN_ACT_SUSPENDED, "", TCN_STAGE_NONE},
     .resume = {TCN_ACT_RESUMED, "", TCN_STAGE_NONE},
     .domains = {"petition"},
     .domain_count = 1,
     .category = "31.6"},
};

/** The table, by the calendar of 2024 to 2026, which lends from `spans`. */
static inline struct tcn_clock_table make_clock_table(struct tcn_calendar_span *spans) {
    return (struct tcn_clock_table){.rules = clock_rules,
                                    .rule_count = COUNT_OF(clock_rules),
                                    .calendar = make_calendar(spans)};
}

#endif
