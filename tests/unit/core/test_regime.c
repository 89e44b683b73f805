/* SPDX-License-Identifier: Apache-2.0 */
/* Which policy may follow which (rules A1 to A3 of core/regime), and what is said to differ. */
#include "core/regime.h"

#include "testlib/regime.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ORGANS_MAX 64

/** The regime in force, to be altered. */
struct made {
    struct tcn_policy policy;
    struct tcn_organ organs[ORGANS_MAX];
};

static void make(struct made *made) {
    made->policy = regime;
    assert_in_range(regime.organ_count, 2, ORGANS_MAX);
    memcpy(made->organs, regime.organs, regime.organ_count * sizeof(made->organs[0]));
    made->policy.organs = made->organs;
    made->policy.version = regime.version + 1;
}

static void drop_last(struct made *made) {
    made->policy.organ_count--;
}

static void rename_first(struct made *made) {
    made->organs[0].id[0] = '#';
}

static void renumber_last(struct made *made) {
    made->organs[made->policy.organ_count - 1].number++;
}

static void keep_version(struct made *made) {
    made->policy.version = regime.version;
}

static void set_back(struct made *made) {
    made->policy.version = regime.version - 1;
}

static void move_desk(struct made *made) {
    made->policy.desk = made->organs[made->policy.organ_count - 1].number;
}

static void what_breaks_a_rule_does_not_follow(void **state) {
    (void)state;
    const struct {
        void (*alter)(struct made *made);
        enum tcn_regime_fault fault;
    } cases[] = {
        {keep_version, TCN_REGIME_NOT_NEWER},   {set_back, TCN_REGIME_NOT_NEWER},
        {drop_last, TCN_REGIME_ORGAN_GONE},     {rename_first, TCN_REGIME_ORGAN_GONE},
        {renumber_last, TCN_REGIME_ORGAN_GONE}, {move_desk, TCN_REGIME_OTHER_DESK},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct made made;
        struct tcn_regime_verdict verdict = {.fault = TCN_REGIME_FITS};
        make(&made);
        cases[i].alter(&made);
        assert_int_equal(tcn_regime_check(&regime, &made.policy, &verdict), TCN_NOT_ALLOWED);
        assert_int_equal(verdict.fault, cases[i].fault);
        assert_int_equal(verdict.organ != NULL, verdict.fault == TCN_REGIME_ORGAN_GONE);
    }
}

static void a_newer_version_of_the_same_district_follows(void **state) {
    (void)state;
    struct made made;
    struct tcn_regime_verdict verdict = {.fault = TCN_REGIME_OTHER_DESK};
    make(&made);
    struct tcn_organ *more = &made.organs[made.policy.organ_count];
    *more = made.organs[made.policy.organ_count - 1];
    more->number++;
    more->id[0] = '#';
    made.policy.organ_count++;
    assert_int_equal(tcn_regime_check(&regime, &made.policy, &verdict), TCN_OK);
    assert_int_equal(verdict.fault, TCN_REGIME_FITS);
}

static void another_owner_and_another_amount_are_seen(void **state) {
    (void)state;
    struct tcn_domain domain = regime.domains[0];
    struct tcn_policy next = regime;
    next.domains = &domain;
    next.domain_count = 1;
    assert_false(tcn_regime_owner_differs(&regime, &next, &domain));
    domain.owner++;
    assert_true(tcn_regime_owner_differs(&regime, &next, &domain));
    assert_false(tcn_regime_beside_differs(&regime, &next, &domain));
    domain.recipients[0] = TCN_ORGAN_OF_PLACE;
    domain.recipient_count = 1;
    assert_true(tcn_regime_beside_differs(&regime, &next, &domain));
    assert_true(tcn_regime_beside_differs(&next, &regime, &domain));
    assert_false(tcn_regime_beside_differs(&next, &next, &domain));
    struct tcn_domain urgent = domain; /* the same, of what is urgent alone */
    struct tcn_policy other_next = next;
    urgent.urgent_recipient_count = 1;
    other_next.domains = &urgent;
    assert_true(tcn_regime_beside_differs(&next, &other_next, &domain));
    other_next.domain_count = 0;
    assert_true(tcn_regime_beside_differs(&next, &other_next, &domain));
    struct tcn_clock_rule rule = {.id = "answer", .amount = 5};
    struct tcn_clock_rule other = rule;
    const struct tcn_clock_table table = {.rules = &other, .rule_count = 1};
    next.clocks = &table;
    assert_false(tcn_regime_clock_differs(&next, &rule));
    other.amount = 6;
    assert_true(tcn_regime_clock_differs(&next, &rule));
    next.clocks = NULL;
    assert_true(tcn_regime_clock_differs(&next, &rule));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_breaks_a_rule_does_not_follow),
        cmocka_unit_test(a_newer_version_of_the_same_district_follows),
        cmocka_unit_test(another_owner_and_another_amount_are_seen),
    };
    return cmocka_run_group_tests_name("regime", tests, NULL, NULL);
}
