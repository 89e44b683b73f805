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
    {.number = 7, .id = "east-town", .kind = TCN_ORGAN_OFFICE},
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
     .is_petition = true,
     .has_opaque_slip = true,
     .keywords = {"\xe9\x9a\x90\xe6\x82\xa3", "hazard"},
     .keyword_count = 2},
    {.id = "hazard.road", .procedure = TCN_PROCEDURE_PLACEMENT, .owner = 1},
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
    {.id = "traffic",
     .title_zh = "\xe4\xba\xa4\xe9\x80\x9a",
     .title_en = "Traffic",
     .warning_severity = TCN_SEVERITY_URGENT,
     .breach_level = 2,
     .breach_deaths = 3,
     .breach_injuries = 10,
     .breach_silent_days = 30},
    {.id = "fire", .is_protected = true},
};

static const struct tcn_clock_rule sample_clock_rules[] = {
    {.id = "clock.all",
     .title_zh = "\xe6\x9c\x9f\xe9\x99\x90",
     .title_en = "All of it",
     .unit = TCN_CLOCK_WORKING_DAYS,
     .amount = 60,
     .extend_max = 30,
     .bound = TCN_CLOCK_AT_LEAST,
     .owes = TCN_CLOCK_OUTSIDE,
     .starts = {{.act = TCN_ACT_REPORTED}, {.act = TCN_ACT_REPLIED, .stage = TCN_STAGE_FINAL}},
     .start_count = 2,
     .start_time = TCN_CLOCK_FIRST,
     .stops = {{.act = TCN_ACT_CLOSED, .reason = "done"}},
     .stop_count = 1,
     .stop_time = TCN_CLOCK_OCCURRED,
     .pause = {.act = TCN_ACT_FOLLOWED_UP, .reason = "opened"},
     .resume = {.act = TCN_ACT_FOLLOWED_UP, .reason = "over", .stage = TCN_STAGE_IN_FORCE},
     .domains = {"hazard.road", "hazard"},
     .domain_count = 2,
     .procedure = TCN_PROCEDURE_WARNING,
     .category = "31.6",
     .severity_min = TCN_SEVERITY_DANGER,
     .level_min = 1,
     .article = "A law, Art. 1",
     .confidence = TCN_CLOCK_PROPOSAL,
     .is_enabled = true},
    {.id = "clock.least",
     .unit = TCN_CLOCK_AT_ONCE,
     .bound = TCN_CLOCK_AT_MOST,
     .owes = TCN_CLOCK_HOLDER,
     .starts = {{.act = TCN_ACT_REPORTED}},
     .start_count = 1,
     .start_time = TCN_CLOCK_LEARNED,
     .stops = {{.act = TCN_ACT_ACCEPTED}},
     .stop_count = 1,
     .stop_time = TCN_CLOCK_RECORDED,
     .confidence = TCN_CLOCK_READ},
    {.id = "clock.most",
     .unit = TCN_CLOCK_HOURS,
     .amount = 1,
     .bound = TCN_CLOCK_AT_MOST,
     .owes = TCN_CLOCK_HOLDER,
     .starts = {{.act = TCN_ACT_TRANSFERRED}},
     .start_count = 1,
     .start_time = TCN_CLOCK_LEARNED,
     .stops = {{.act = TCN_ACT_ACCEPTED}},
     .stop_count = 1,
     .stop_time = TCN_CLOCK_RECORDED,
     .confidence = TCN_CLOCK_READ,
     .is_hand_over = true},
};

static const uint16_t sample_years[] = {2024, 2026};

static const struct tcn_calendar_span sample_spans[] = {
    {.first_day = -400, .last_day = -393}, {.first_day = 19723, .last_day = 19723, true}};

static const struct tcn_clock_table sample_clocks = {
    .rules = sample_clock_rules,
    .rule_count = 3,
    .calendar = {.offset_minutes = -300,
                 .years = sample_years,
                 .year_count = 2,
                 .spans = sample_spans,
                 .span_count = 2},
};

static const struct tcn_attribute_rule sample_attribute_rules[] = {
    {.id = "depth",
     .kind = TCN_ATTRIBUTE_NUMBER,
     .unit = "cm",
     .title_zh = "\xe6\xb7\xb1",
     .title_en = "Depth",
     .is_of_bureau = true},
    {.id = "state", .kind = TCN_ATTRIBUTE_TEXT, .values = {"dry", "wet"}, .value_count = 2},
    {.id = "closed", .kind = TCN_ATTRIBUTE_FLAG},
};

static const struct tcn_level sample_levels[] = {
    {.id = "red", .kind = TCN_LEVEL_WARNING, .rank = 1},
    {.id = "grave",
     .kind = TCN_LEVEL_ACCIDENT,
     .rank = 2,
     .title_zh = "\xe9\x87\x8d",
     .title_en = "Grave"},
    {.id = "mild", .kind = TCN_LEVEL_ACCIDENT, .rank = 1},
    {.id = "all_hands", .kind = TCN_LEVEL_RESPONSE, .rank = 1},
};

static const struct tcn_scale sample_scales[] = {
    {.id = "road", .title_zh = "\xe8\xb7\xaf", .title_en = "Road"}, {.id = "water"}};

static const struct tcn_threshold sample_thresholds[] = {
    {.scale = 1, .level = 2, .measure = TCN_MEASURE_DEATHS, .from = 3},
    {.scale = 2,
     .level = 2,
     .measure = TCN_MEASURE_ATTRIBUTE,
     .attribute = 1,
     .from = UINT64_C(1) << 40},
};

static const struct tcn_domain_rules sample_domain_rules[] = {
    {.id = "hazard", .attributes = {3, 1}, .attribute_count = 2, .scale = 2},
    {.id = "hazard.road"},
};

static const struct tcn_rules sample_rules = {
    .attributes = sample_attribute_rules,
    .attribute_count = 3,
    .levels = sample_levels,
    .level_count = 4,
    .scales = sample_scales,
    .scale_count = 2,
    .thresholds = sample_thresholds,
    .threshold_count = 2,
    .domains = sample_domain_rules,
    .domain_count = 2,
};

static const struct tcn_seal_rule sample_seal_rules[] = {
    {.id = "words",
     .domains = {.ids = {"hazard", "hazard.road"}, .count = 2},
     .compartment = TCN_COMPARTMENT_NARRATIVE,
     .fields = TCN_SEAL_NARRATIVE,
     .wraps = TCN_SEAL_OWNER | TCN_SEAL_ESCROW},
    {.id = "list",
     .is_guarded = true,
     .compartment = TCN_COMPARTMENT_CONTACT,
     .fields = TCN_SEAL_CONTACT | TCN_SEAL_PLACE | TCN_SEAL_ATTRIBUTES,
     .wraps = TCN_SEAL_ALLOW_LIST},
};

static const struct tcn_sealing sample_sealing = {.rules = sample_seal_rules, .rule_count = 2};

static const struct tcn_escalation_step sample_steps[] = {
    {.id = "late.remind",
     .ladder = "late",
     .kind = TCN_ESCALATION_REMIND,
     .cause = TCN_ESCALATION_OVERDUE,
     .clock = "clock.all",
     .severity_min = TCN_SEVERITY_URGENT,
     .roles = TCN_PLAN_ROLES,
     .spacing_minutes = TCN_PLAN_MINUTES_MAX,
     .origin = {.article = "law 1", .confidence = TCN_PLAN_READ}},
    {.id = "late.admonish",
     .ladder = "late",
     .kind = TCN_ESCALATION_ADMONISH,
     .cause = TCN_ESCALATION_OVERDUE,
     .roles = TCN_PLAN_DESK,
     .spacing_minutes = 1,
     .origin = {.confidence = TCN_PLAN_PROPOSAL}},
};

static const struct tcn_expected_report sample_reports[] = {
    {.id = "zero.fire",
     .kind = TCN_EXPECTED_ZERO_REPORT,
     .line = "fire",
     .offices = {"east-town"},
     .office_count = 1,
     .every = TCN_EXPECTED_WORKING_DAY,
     .by_minute = 1439,
     .grace_minutes = 1440,
     .while_domain = "hazard.road",
     .origin = {.article = "practice", .confidence = TCN_PLAN_SECONDARY}},
    {.id = "check_in",
     .kind = TCN_EXPECTED_CHECK_IN,
     .every = TCN_EXPECTED_HOURS,
     .hours = 24,
     .origin = {.confidence = TCN_PLAN_PROPOSAL}},
};

static const struct tcn_retention_rule sample_retentions[] = {
    {.id = "kept",
     .domains = {.ids = {"hazard", "hazard.road"}, .count = 2},
     .is_guarded = true,
     .what = TCN_RETENTION_OPEN,
     .from = TCN_RETENTION_RECORDED,
     .unit = TCN_RETENTION_YEARS,
     .amount = TCN_RETENTION_AMOUNT_MAX,
     .origin = {.article = "law 2", .confidence = TCN_PLAN_READ}},
};

static const struct tcn_organ_posts sample_posts[] = {
    {.organ = "desk", .posts = {"duty_officer", "custodian"}, .count = 2},
};

static const struct tcn_program sample_programs[] = {
    {.id = "road_keeper",
     .title_zh = "养护员",
     .title_en = "Road keeper",
     .domain = "hazard.road",
     .payer = "bureau-roads",
     .monthly_min_fen = 28000,
     .monthly_max_fen = TCN_PROGRAM_FEN_MAX,
     .per_metres = 1000,
     .metres_max = TCN_PROGRAM_METRES_MAX,
     .months = TCN_PROGRAM_MONTHS_MAX,
     .worker_fen = 200000,
     .firm_fen = 1,
     .village_fen = 50000,
     .confirms = {"desk", "east-town"},
     .confirm_count = 2,
     .approves_late = "desk",
     .proof_days = 90,
     .remind_days = 1,
     .article = "article of 2017",
     .confidence = TCN_PLAN_PROPOSAL},
};

static const struct tcn_plans sample_plans = {
    .steps = sample_steps,
    .step_count = 2,
    .reports = sample_reports,
    .report_count = 2,
    .seals = sample_seal_rules,
    .seal_count = 2,
    .retentions = sample_retentions,
    .retention_count = 1,
    .organs = sample_posts,
    .organ_count = 1,
    .programs = sample_programs,
    .program_count = 1,
};

static inline struct tcn_policy sample_policy(void) {
    return (struct tcn_policy){
        .version = 261,
        .title = "Sample",
        .organs = sample_organs,
        .organ_count = 3,
        .domains = sample_domains,
        .domain_count = 2,
        .divisions = sample_divisions,
        .division_count = 2,
        .lines = sample_lines,
        .line_count = 2,
        .clocks = &sample_clocks,
        .rules = &sample_rules,
        .sealing = &sample_sealing,
        .plans = &sample_plans,
        .desk = 1,
        .clock_ahead_ns = 262,
        .clock_behind_ns = 263,
    };
}

#endif
