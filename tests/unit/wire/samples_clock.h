/* SPDX-License-Identifier: Apache-2.0 */
/* A clock of a matter and a time of it that has come, with a value in every field. */
#ifndef TESTS_WIRE_SAMPLES_CLOCK_H
#define TESTS_WIRE_SAMPLES_CLOCK_H

#include "model/query.h"

static const struct tcn_clock_row sample_clock_rows[] = {
    {.clock = {.birth_position = 151,
               .rule = 0x97b8b00a, /* of the id */
               .id = "xf.resolve",
               .terms = {.unit = TCN_CLOCK_CALENDAR_DAYS,
                         .amount = 60,
                         .extend_max = 30,
                         .bound = TCN_CLOCK_AT_MOST,
                         .owes = TCN_CLOCK_HOLDER,
                         .stop_time = TCN_CLOCK_RECORDED},
               .policy_version = 240,
               .clock = {.start_ns = 241,
                         .extended_until_ns = 242,
                         .pauses = {{243, 244}, {245, TCN_CLOCK_NEVER}},
                         .pause_count = 2,
                         .fired_steps = 3},
               .times = {.step_ns = {246, 247, 248},
                         .due_ns = 249,
                         .limit_ns = 250,
                         .missing_year = 2027,
                         .is_paused = true},
               .end = TCN_CLOCK_STOPPED,
               .verdict = TCN_VERDICT_LATE,
               .stop_ns = 251,
               .stop_position = 252,
               .run_count = 253,
               .late_count = 254},
     .title_zh = {(const uint8_t *)"办结", 6},
     .title_en = {(const uint8_t *)"Resolve", 7}},
};

static inline struct tcn_due sample_due(void) {
    return (struct tcn_due){{TCN_DUE_KEY_ENDS, 231, 232}, 233, 234, 235};
}

#endif
