/* SPDX-License-Identifier: Apache-2.0 */
/* A fold whose clocks go by a table: one table, one policy and one calendar for each test program.
 */
#ifndef TCN_TEST_CLOCK_FIXTURE_H
#define TCN_TEST_CLOCK_FIXTURE_H

#include "clock_log.h"
#undef COUNT_OF /* trace.h has the same */
#include "fold_fixture.h"

static struct tcn_calendar_span spans[sizeof(named_days) / sizeof(named_days[0])];
static struct tcn_clock_table table;
static struct tcn_policy policy;

/** Rules of the test's own, over domains that have kinds of matters. */
static inline void make_clocks(const struct tcn_clock_rule *rules, uint32_t count) {
    table = (struct tcn_clock_table){
        .rules = rules, .rule_count = count, .calendar = make_calendar(spans)};
    policy = make_clock_policy();
    policy.domains = regime_domains;
    policy.domain_count = COUNT_OF(regime_domains);
    policy.clocks = &table;
}

/** A fresh fold that goes by them. */
static inline void start_clocks(struct fixture *fixture) {
    start(fixture);
    fixture->fold.policy = &policy;
    fixture->fold.clocks = &table;
}

#endif
