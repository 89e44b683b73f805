/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small regime for tests: a desk, two bureaus, discipline inspection, two offices, a domain of
 * each kind and three general ones, four divisions. Codes are those of the seed's district; organs
 * are roles, not people.
 */
#ifndef TCN_TESTS_REGIME_H
#define TCN_TESTS_REGIME_H

#include "model/policy.h"

enum {
    DESK = 1,
    SAFETY = 2,
    WATER = 3,
    DISCIPLINE = 4,
    OFFICE_A = 11,
    OFFICE_B = 12,
};

static const struct tcn_organ regime_organs[] = {
    {.number = DESK, .id = "desk", .kind = TCN_ORGAN_DESK},
    {.number = SAFETY, .id = "safety", .kind = TCN_ORGAN_BUREAU},
    {.number = WATER, .id = "water", .kind = TCN_ORGAN_BUREAU},
    {.number = DISCIPLINE, .id = "discipline", .kind = TCN_ORGAN_BUREAU},
    {.number = OFFICE_A, .id = "office-a", .kind = TCN_ORGAN_OFFICE},
    {.number = OFFICE_B, .id = "office-b", .kind = TCN_ORGAN_OFFICE},
};

static const struct tcn_domain regime_domains[] = {
    {.id = "care", .procedure = TCN_PROCEDURE_SERVICE, .owner = WATER},
    {.id = "child",
     .procedure = TCN_PROCEDURE_GUARDIANSHIP,
     .owner = SAFETY,
     .recipients = {WATER},
     .recipient_count = 1},
    {.id = "claim", .procedure = TCN_PROCEDURE_PETITION, .owner = SAFETY},
    {.id = "danger",
     .procedure = TCN_PROCEDURE_HAZARD,
     .owner = SAFETY,
     .recipients = {WATER},
     .recipient_count = 1},
    {.id = "firm", .procedure = TCN_PROCEDURE_ENTERPRISE, .owner = WATER},
    {.id = "hazard", .owner = SAFETY, .recipients = {WATER, SAFETY, 99}, .recipient_count = 3},
    {.id = "land", .procedure = TCN_PROCEDURE_REQUISITION, .owner = WATER},
    {.id = "orphaned", .owner = 98},
    {.id = "pay", .procedure = TCN_PROCEDURE_WAGES, .owner = SAFETY},
    {.id = "pipe", .owner = WATER},
    {.id = "place",
     .procedure = TCN_PROCEDURE_PLACEMENT,
     .owner = SAFETY,
     .recipients = {WATER},
     .recipient_count = 1},
    {.id = "quarrel", .procedure = TCN_PROCEDURE_DISPUTE, .owner = WATER},
    {.id = "storm",
     .procedure = TCN_PROCEDURE_WARNING,
     .owner = SAFETY,
     .recipients = {WATER},
     .recipient_count = 1},
};

static const struct tcn_division regime_divisions[] = {
    {.code = 520502100000, .office = OFFICE_A, .is_managed = true},
    {.code = 520502101000, .office = OFFICE_B, .is_managed = true, .valid_to_ns = 5000},
    {.code = 520502102000, .is_managed = false},
};

static const struct tcn_policy regime = {
    .version = 5,
    .organs = regime_organs,
    .organ_count = sizeof(regime_organs) / sizeof(regime_organs[0]),
    .domains = regime_domains,
    .domain_count = sizeof(regime_domains) / sizeof(regime_domains[0]),
    .divisions = regime_divisions,
    .division_count = sizeof(regime_divisions) / sizeof(regime_divisions[0]),
    .desk = DESK,
    .clock_ahead_ns = 600,
    .clock_behind_ns = 3000,
};

#endif
