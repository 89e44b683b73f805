/* SPDX-License-Identifier: Apache-2.0 */
/* A log of everything that a regime's fold keeps: clocks that run, are extended, told late and lack
 * a year of the calendar, hand-overs that bounce, complaints with a list and without, a release by
 * two posts, an accident, acts that are void, a stub. For tests that fold it in pieces. */
#ifndef TCN_TESTS_UNIT_CORE_REGIME_LOG_H
#define TCN_TESTS_UNIT_CORE_REGIME_LOG_H

#include "clock_rules.h"
#include "testlib/regime.h"

/** What a line says beside its act. */
enum {
    SAYS_UNIT = 1,       /**< it concerns a unit */
    SAYS_LIST = 2,       /**< and has a list: the discipline organ alone */
    SAYS_DEATH = 4,      /**< one dead */
    SAYS_OTHER_POST = 8, /**< it comes from another key of the organ */
    SAYS_URGENT = 16,    /**< severity */
};

/** One event. `names` is a domain, of TRANSFERRED and RELEASED an organ. */
struct regime_line {
    const char *when;
    uint16_t organ; /* 0: a tick */
    enum tcn_act act;
    uint8_t matter;
    const char *domain;
    const char *names;
    unsigned says;
};

static const struct regime_line regime_log[] = {
    {"2024-03-01 10:00:00", OFFICE_A, TCN_ACT_REPORTED, 1, "hazard", NULL, 0},
    {"2024-03-01 10:01:00", OFFICE_A, TCN_ACT_REPORTED, 2, NULL, NULL, SAYS_UNIT},
    {"2024-03-01 10:02:00", OFFICE_B, TCN_ACT_REPORTED, 3, NULL, NULL, SAYS_UNIT | SAYS_LIST},
    {"2024-03-01 10:03:00", OFFICE_B, TCN_ACT_REPORTED, 1, NULL, NULL, SAYS_UNIT | SAYS_LIST},
    {"2024-03-01 10:05:00", OFFICE_B, TCN_ACT_REPORTED, 4, "pipe", NULL, SAYS_URGENT},
    {"2024-03-01 10:06:00", OFFICE_B, TCN_ACT_REPORTED, 5, "danger", NULL, SAYS_URGENT},
    {"2024-03-01 10:20:00", WATER, TCN_ACT_ACKNOWLEDGED, 4, NULL, NULL, 0},
    {"2024-03-01 11:00:00", WATER, TCN_ACT_TRANSFERRED, 4, NULL, "safety", 0},
    {"2024-03-01 12:00:00", SAFETY, TCN_ACT_OBJECTED, 4, NULL, NULL, 0},
    {"2024-03-01 13:00:00", WATER, TCN_ACT_TRANSFERRED, 4, NULL, "safety", 0},
    {"2024-03-01 14:00:00", SAFETY, TCN_ACT_OBJECTED, 4, NULL, NULL, 0}, /* the desk decides */
    {"2024-03-01 15:00:00", DESK, TCN_ACT_RECLASSIFIED, 4, "care", NULL, 0},
    {"2024-03-02 09:00:00", SAFETY, TCN_ACT_ACCEPTED, 3, NULL, NULL, 0}, /* a stub of its own */
    {"2024-03-02 09:10:00", OFFICE_B, TCN_ACT_FOLLOWED_UP, 3, NULL, NULL, SAYS_UNIT | SAYS_LIST},
    {"2024-03-02 10:00:00", DISCIPLINE, TCN_ACT_RELEASED, 2, "hazard", "safety", 0},
    {"2024-03-02 10:30:00", 0, TCN_ACT_TICK, 0, NULL, NULL, 0},
    {"2024-03-02 11:00:00", DISCIPLINE, TCN_ACT_RELEASED, 2, "hazard", "safety", SAYS_OTHER_POST},
    {"2024-03-02 12:00:00", DISCIPLINE, TCN_ACT_RELEASED, 3, "pipe", "water", 0}, /* waits */
    {"2024-03-03 09:00:00", OFFICE_B, TCN_ACT_FOLLOWED_UP, 5, NULL, NULL, SAYS_DEATH},
    {"2024-03-03 10:00:00", SAFETY, TCN_ACT_PAID, 1, NULL, NULL, 0}, /* void */
    {"2024-03-04 09:00:00", SAFETY, TCN_ACT_ACCEPTED, 1, NULL, NULL, 0},
    {"2024-03-10 09:00:00", SAFETY, TCN_ACT_EXTENDED, 1, NULL, NULL, 0},
    {"2024-04-02 00:00:00", 0, TCN_ACT_TICK, 0, NULL, NULL, 0}, /* limits are over */
    {"2024-04-03 09:00:00", SAFETY, TCN_ACT_REPLIED, 1, NULL, NULL, 0},
    {"2024-04-04 09:00:00", SAFETY, TCN_ACT_CLOSED, 1, NULL, NULL, 0},
    {"2024-04-05 09:00:00", OFFICE_A, TCN_ACT_ACCEPTED, 9, NULL, NULL, 0}, /* a stub */
    {"2026-12-29 09:00:00", OFFICE_A, TCN_ACT_REPORTED, 6, "hazard", NULL, 0},
    {"2026-12-29 09:00:00", 0, TCN_ACT_TICK, 0, NULL, NULL, 0},
    {"2027-12-29 09:00:00", 0, TCN_ACT_TICK, 0, NULL, NULL, 0},
};

/** The event of a line. */
static inline struct tcn_event regime_event(const struct regime_line *line) {
    const bool is_report = line->act == TCN_ACT_REPORTED;
    const bool is_guarded = (line->says & SAYS_UNIT) != 0;
    struct tcn_event event = {.format = TCN_EVENT_FORMAT,
                              .act = line->act,
                              .mode = TCN_MODE_ACTUAL,
                              .body_kind = is_report ? TCN_BODY_REPORT : TCN_BODY_ACT};
    if (line->organ == 0) {
        event.body_kind = TCN_BODY_NONE;
        return event;
    }
    event.matter.bytes[3] = line->matter;
    event.recorded_ns = at(line->when);
    event.learned_ns = event.recorded_ns;
    event.domain = tcn_slice_text(line->domain != NULL ? line->domain : "");
    event.division = tcn_slice_text(is_report && !is_guarded ? "520502100001" : "");
    event.severity = (line->says & SAYS_URGENT) != 0 ? TCN_SEVERITY_URGENT : TCN_SEVERITY_SERIOUS;
    event.concerns = is_guarded ? TCN_CONCERNS_UNIT : is_report ? TCN_CONCERNS_NOBODY : 0;
    event.guard_organs[0] = DISCIPLINE;
    event.guard_organ_count = (line->says & SAYS_LIST) != 0 ? 1 : 0;
    if ((line->says & SAYS_DEATH) != 0) {
        event.counts.deaths = (struct tcn_count){TCN_COUNT_EXACT, 1};
    }
    event.act_body.to_organ = tcn_slice_text(line->names != NULL ? line->names : "");
    event.act_body.reason = tcn_slice_text(is_report ? "" : "r");
    event.act_body.post = tcn_slice_text(line->act == TCN_ACT_ACKNOWLEDGED ? "duty" : "");
    if (line->act == TCN_ACT_EXTENDED) {
        event.act_body.until_ns = at("2024-03-25 00:00:00");
        event.act_body.post = tcn_slice_text("head");
    }
    return event;
}

/** The key that says a line. */
static inline uint32_t regime_source(const struct regime_line *line) {
    return line->organ + ((line->says & SAYS_OTHER_POST) != 0 ? 100u : 0u);
}

/** The regime, with a clock of agents that may be 600 s ahead. */
static inline struct tcn_policy make_regime_policy(void) {
    struct tcn_policy policy = regime;
    policy.clock_ahead_ns = INT64_C(600000000000);
    policy.clock_behind_ns = 0;
    return policy;
}

#endif
