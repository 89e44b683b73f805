/* SPDX-License-Identifier: Apache-2.0 */
/* A sample of a policy, every field set; for samples.h. */
#ifndef TESTS_WIRE_SAMPLES_POLICY_H
#define TESTS_WIRE_SAMPLES_POLICY_H

#include "samples_base.h"

static const struct tcn_organ sample_organs[] = {
    {.number = 1,
     .id = "desk",
     .kind = TCN_ORGAN_DESK,
     .title_zh = "\xe5\x8c\xba\xe5\x8f\xb0",
     .title_en = "District desk",
     .line_parent = 2,
     .place_parent = 3,
     .duty_phone = "12345"},
    {.number = 65535, .id = "bureau-roads", .kind = TCN_ORGAN_BUREAU},
};

static const struct tcn_domain sample_domains[] = {
    {.id = "hazard",
     .procedure = TCN_PROCEDURE_WARNING,
     .title_zh = "\xe9\x9a\x90\xe6\x82\xa3",
     .title_en = "Hazard",
     .owner = 65535,
     .recipients = {1, 2, 3},
     .recipient_count = 3,
     .line = "fire",
     .is_petition = true},
    {.id = "hazard.road", .owner = 1},
};

static const struct tcn_division sample_divisions[] = {
    {.code = UINT64_C(330108001000),
     .name = "East township",
     .office = 7,
     .is_managed = true,
     .valid_from_ns = 8,
     .valid_to_ns = 9},
    {.code = UINT64_C(330108001001)},
};

static const struct tcn_line sample_lines[] = {
    {.id = "traffic", .title_zh = "\xe4\xba\xa4\xe9\x80\x9a", .title_en = "Traffic"},
    {.id = "fire"},
};

static inline struct tcn_policy sample_policy(void) {
    return (struct tcn_policy){
        .version = 261,
        .title = "Sample",
        .organs = sample_organs,
        .organ_count = 2,
        .domains = sample_domains,
        .domain_count = 2,
        .divisions = sample_divisions,
        .division_count = 2,
        .lines = sample_lines,
        .line_count = 2,
        .desk = 1,
        .clock_ahead_ns = 262,
        .clock_behind_ns = 263,
    };
}

#endif
