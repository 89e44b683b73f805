/* SPDX-License-Identifier: Apache-2.0 */
/* What organs were called to, who is on duty, silences, and what was told, with every field set.
 * Part of samples.h. */
#ifndef TCN_TEST_SAMPLES_SHIFTS_H
#define TCN_TEST_SAMPLES_SHIFTS_H

#include "model/query.h"

static const struct tcn_summons_row sample_summonses[] = {
    {.summons = {.organ = 221,
                 .birth_position = 222,
                 .mode = TCN_MODE_ACTUAL,
                 .reason = TCN_REASON_OWNER,
                 .severity = TCN_SEVERITY_DANGER,
                 .since_ns = 223,
                 .last_ns = 224,
                 .number = 225,
                 .position = 226,
                 .count = 227},
     .owed = TCN_ACT_ACCEPTED,
     .clock_id = "danger.ack",
     .title_zh = {(const uint8_t *)"x", 1},
     .title_en = {(const uint8_t *)"yz", 2},
     .due_ns = 228,
     .is_silenced = true},
};

static const struct tcn_shift sample_shifts[] = {
    {.organ = 231,
     .post = "duty_officer",
     .source = 232,
     .since_ns = 233,
     .until_ns = 234,
     .handed_ns = 235,
     .position = 236},
};

static const struct tcn_silence_row sample_silences[] = {
    {.silence = {.position = 241,
                 .organ = 242,
                 .mode = TCN_MODE_EXERCISE,
                 .domain = "road_maintenance",
                 .division = 520502102000,
                 .reason = "planned_work",
                 .post = "duty_officer",
                 .since_ns = 243,
                 .until_ns = 244},
     .is_suspended = true,
     .quiet_count = 245,
     .loud_count = 246,
     .has_more = true,
     .fault = 247},
};

static const struct tcn_notice sample_notices[] = {
    {.stream = {TCN_MODE_ACTUAL, 241},
     .number = 242,
     .told = TCN_NOTICE_UNDELIVERABLE,
     .reason = TCN_REASON_UNSEALED,
     .severity = TCN_SEVERITY_URGENT,
     .act = TCN_ACT_REPORTED,
     .log_time_ns = 243,
     .matter = {{244}},
     .learned_ns = 245,
     .delivered_ns = 246,
     .program = TCN_ROLE_WATCHER,
     .acknowledged_position = 247,
     .acknowledged_ns = 248,
     .acknowledged_post = "duty_officer",
     .taken_position = 249,
     .taken_ns = 250,
     .taken_act = TCN_ACT_ACCEPTED,
     .taken_post = "dispatcher"},
};

#endif
