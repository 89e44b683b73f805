/* SPDX-License-Identifier: Apache-2.0 */
/* The small regime with a program of placements: SAFETY pays, WATER speaks for firms, OFFICE_A
 * recommends; twelve months, 2,000 yuan to the worker and 500 to the village. */
#ifndef TCN_TEST_PLACEMENT_WORLD_H
#define TCN_TEST_PLACEMENT_WORLD_H

#include "fold_fixture.h"

#include "model/placement.h"

static const struct tcn_program placement_programs[] = {
    {.id = "enterprise",
     .title_zh = "企业",
     .title_en = "Enterprise",
     .domain = "place",
     .payer = "safety",
     .months = 12,
     .worker_fen = 200000,
     .village_fen = 50000,
     .confirms = {"water", "safety", "office-a"}, /* what the policy says does not help an office */
     .confirm_count = 3,
     .approves_late = "safety",
     .proof_days = 15,
     .remind_days = 30,
     .confidence = 3},
};

static const struct tcn_plans placement_plans = {.programs = placement_programs,
                                                 .program_count = 1};

/** No rule, and the zone of the district. */
static const struct tcn_clock_table placement_clocks = {.calendar = {.offset_minutes = 480}};

/** The regime with its program. */
static inline struct tcn_policy placement_policy(void) {
    struct tcn_policy policy = regime;
    policy.plans = &placement_plans;
    policy.clocks = &placement_clocks;
    policy.clock_ahead_ns = 0;
    policy.clock_behind_ns = 0;
    return policy;
}

static inline struct tcn_attribute number_attribute(const char *name, int64_t number) {
    return (struct tcn_attribute){
        .name = tcn_slice_text(name), .kind = TCN_ATTRIBUTE_NUMBER, .number = number};
}

static inline struct tcn_attribute word_attribute(const char *name, const char *text) {
    return (struct tcn_attribute){
        .name = tcn_slice_text(name), .kind = TCN_ATTRIBUTE_TEXT, .text = tcn_slice_text(text)};
}

/** An act on a placement with attributes, which are lent. */
static inline struct tcn_event stating(enum tcn_act act, const struct tcn_attribute *attributes,
                                       uint32_t count) {
    struct tcn_event event = act_of(act, 1);
    event.attributes = attributes;
    event.attribute_count = count;
    return event;
}

#endif
