/* SPDX-License-Identifier: Apache-2.0 */
/* A question, what organs were called to, who is on duty, and silences, with every field set. Part
 * of samples.h. */
#ifndef TCN_TEST_SAMPLES_SHIFTS_H
#define TCN_TEST_SAMPLES_SHIFTS_H

#include "samples_base.h"

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

static inline struct tcn_query sample_query(void) {
    return (struct tcn_query){
        .kind = TCN_QUERY_EVENT,
        .at_least_position = 141,
        .page = 142,
        .matter = sample_id(143),
        .position = 144,
        .lane = sample_lane(),
        .sequence = 145,
        .organ = 146,
        .principal = 147,
        .domain = "road_traffic",
        .division = 520502102001,
        .since_ns = 148,
    };
}

#endif
