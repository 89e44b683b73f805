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
    return (struct tcn_due){{TCN_DUE_KEY_ENDS, 231, 232}, 233, 234, 235, false};
}

static inline struct tcn_erasure sample_erasure(void) {
    return (struct tcn_erasure){.lane = sample_lane(),
                                .sequence = 206,
                                .hash = sample_hash(207),
                                .position = 208,
                                .asked_position = 209,
                                .done_position = 210};
}

/** How its row is laid down. */
#define SAMPLE_PLACEMENT_LAYOUT                                                                    \
    "version:u1 program:s1 first_month:u4 needed:u1 proof_days:u1 remind_days:u1 metres:u4 "       \
    "breaches:u4 months:u1 first_state:u1 first_marks:u1 first_prover:u2 second_state:u1 "         \
    "second_marks:u1 second_prover:u2 pay_min:u8 pay_max:u8 pay_state:u1 pay_fen:u8 "              \
    "pay_refusals:u4 worker_min:u8 worker_max:u8 worker_state:u1 worker_fen:u8 "                   \
    "worker_refusals:u4 firm_min:u8 firm_max:u8 firm_state:u1 firm_fen:u8 firm_refusals:u4 "       \
    "village_min:u8 village_max:u8 village_state:u1 village_fen:u8 village_refusals:u4"

static inline struct tcn_placement sample_placement(void) {
    return (struct tcn_placement){
        .birth_position = 241,
        .program = "enterprise",
        .first_month = 2021 * 12,
        .months_needed = 12,
        .proof_days = 15,
        .remind_days = 30,
        .metres = 2000,
        .month_count = 2,
        .months = {{TCN_MONTH_CONFIRMED, TCN_MONTH_OWN_WORD, 242}, {TCN_MONTH_LATE, 31, 243}},
        .claims = {[TCN_CLAIM_PAY] = {244, 245, TCN_CLAIM_STATE_NONE, 246, 247},
                   [TCN_CLAIM_WORKER] = {248, 249, TCN_CLAIM_STATE_PAID, 250, 251},
                   [TCN_CLAIM_FIRM] = {252, 253, TCN_CLAIM_STATE_REFUSED, 254, 255},
                   [TCN_CLAIM_VILLAGE] = {256, 257, TCN_CLAIM_STATE_ASKED, 258, 259}},
        .breaches = TCN_BREACHES};
}

#endif
