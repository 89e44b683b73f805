/* SPDX-License-Identifier: Apache-2.0 */
/* A log of matters whose clocks run, by the rules of clock_rules.h, and what comes of it; for tests
 * that fold it in pieces, over a state in memory or on disk. */
#ifndef TCN_TESTS_UNIT_CORE_CLOCK_LOG_H
#define TCN_TESTS_UNIT_CORE_CLOCK_LOG_H

#include "clock_rules.h"
#include "testlib/regime.h"

static const struct tcn_domain clock_domains[] = {
    {.id = "hazard", .owner = SAFETY, .procedure = TCN_PROCEDURE_GENERAL},
    {.id = "petition", .owner = WATER, .procedure = TCN_PROCEDURE_PETITION},
    {.id = "pipe", .owner = WATER, .procedure = TCN_PROCEDURE_GENERAL},
};

/** The regime with domains of several kinds, and a clock of agents that may be 600 s ahead. */
static inline struct tcn_policy make_clock_policy(void) {
    struct tcn_policy policy = regime;
    policy.domains = clock_domains;
    policy.domain_count = COUNT_OF(clock_domains);
    policy.clock_ahead_ns = INT64_C(600000000000);
    policy.clock_behind_ns = 0;
    return policy;
}

/** One event of a log. */
struct logged {
    const char *when;
    uint16_t organ; /* 0: a tick */
    enum tcn_act act;
    uint8_t matter;
    const char *domain;
    const char *until;
};

static const struct logged clock_log[] = {
    {"2024-03-01 10:00:00", OFFICE_A, TCN_ACT_REPORTED, 1, "hazard", NULL},
    {"2024-03-01 10:00:00", OFFICE_A, TCN_ACT_REPORTED, 2, "pipe", NULL},
    {"2024-03-01 10:05:00", OFFICE_B, TCN_ACT_REPORTED, 3, "petition", NULL},
    {"2024-03-01 11:30:00", SAFETY, TCN_ACT_ACCEPTED, 1, NULL, NULL},
    {"2024-03-01 18:00:00", 0, TCN_ACT_TICK, 0, NULL, NULL},
    {"2024-03-02 09:00:00", WATER, TCN_ACT_RECLASSIFIED, 3, "hazard", NULL},
    {"2024-03-02 09:00:00", WATER, TCN_ACT_ACCEPTED, 2, NULL, NULL},
    {"2024-03-14 09:00:00", SAFETY, TCN_ACT_EXTENDED, 1, NULL, "2024-03-28 00:00:00"},
    {"2024-03-17 00:00:00", 0, TCN_ACT_TICK, 0, NULL, NULL},
    {"2024-03-20 09:00:00", SAFETY, TCN_ACT_REPLIED, 3, NULL, NULL},
    {"2024-04-20 09:00:00", WATER, TCN_ACT_CLOSED, 2, NULL, NULL},
    {"2026-12-29 09:00:00", OFFICE_A, TCN_ACT_REPORTED, 4, "hazard", NULL},
    {"2026-12-29 09:00:00", 0, TCN_ACT_TICK, 0, NULL, NULL},
    {"2027-12-29 09:00:00", 0, TCN_ACT_TICK, 0, NULL, NULL},
};

/** Who is told of which step, in the order of all alerts: "2:answer1" is organ 2. */
static const char clock_log_told[] = "3:pipe1 3:pipe3 1:pipe3 11:slip3 1:slip3 11:slip3 1:slip3 "
                                     "2:answer1 2:answer1 2:answer3 1:answer3 "
                                     "2:answer3 1:answer3 1:year 2027 2:answer3 1:answer3";

/** The event of a line. */
static inline struct tcn_event clock_event(const struct logged *logged) {
    const int64_t when_ns = at(logged->when);
    const bool is_report = logged->act == TCN_ACT_REPORTED;
    struct tcn_event event = {.format = TCN_EVENT_FORMAT,
                              .act = logged->act,
                              .mode = TCN_MODE_ACTUAL,
                              .recorded_ns = when_ns,
                              .body_kind = is_report ? TCN_BODY_REPORT : TCN_BODY_ACT};
    event.matter.bytes[3] = logged->matter;
    event.domain = tcn_slice_text(logged->domain != NULL ? logged->domain : "");
    if (is_report) {
        event.learned_ns = when_ns;
        event.division = tcn_slice_text("520502100001");
        event.concerns = TCN_CONCERNS_NOBODY;
        event.severity = TCN_SEVERITY_SERIOUS;
        event.report.category = tcn_slice_text("31.6");
    }
    event.act_body.until_ns = logged->until != NULL ? at(logged->until) : 0;
    if (logged->act == TCN_ACT_TICK) {
        event.body_kind = TCN_BODY_NONE;
        event.recorded_ns = 0;
    }
    return event;
}

#endif
