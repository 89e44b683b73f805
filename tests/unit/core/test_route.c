/* SPDX-License-Identifier: Apache-2.0 */
#include "core/route.h"

#include "testlib/regime.h"
#include "trace.h"

static struct tcn_event report_of(const char *domain, const char *division) {
    return (struct tcn_event){.format = TCN_EVENT_FORMAT,
                              .act = TCN_ACT_REPORTED,
                              .mode = TCN_MODE_ACTUAL,
                              .domain = tcn_slice_text(domain),
                              .division = tcn_slice_text(division),
                              .learned_ns = 1000,
                              .concerns = TCN_CONCERNS_NOBODY};
}

static void expect_route(const struct tcn_event *event, const char *expected) {
    struct trace trace = {.size = 0};
    struct tcn_route route;
    tcn_route(&regime, event, &route);
    trace_add(&trace, "%u%s%s flags %u:", route.holder, route.is_held ? " held" : "",
              route.is_guarded ? " guarded" : "", route.flags);
    for (uint32_t i = 0; i < route.recipient_count; i++) {
        trace_add(&trace, " %u %s", route.recipients[i].organ,
                  tcn_reason_name(route.recipients[i].reason));
    }
    trace_expect(&trace, expected);
}

static void what_is_unknown_goes_to_the_desk(void **state) {
    (void)state;
    static const struct {
        const char *domain, *division, *expected;
    } cases[] = {
        {"unheard", "520502100001", "1 held flags 4: 1 unknown"},
        {"", "", "1 held flags 12: 1 unknown"},
        {"hazard", "110101001000", "1 flags 8: 2 owner 3 co_recipient 1 unknown"},
        {"hazard", "12345", "1 flags 8: 2 owner 3 co_recipient 1 unknown"},
        {"hazard", "520502102004", "1 flags 32: 2 owner 3 co_recipient 1 unknown"},
        {"orphaned", "520502100001", "1 flags 0: 1 unknown"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct tcn_event event = report_of(cases[i].domain, cases[i].division);
        expect_route(&event, cases[i].expected);
    }
    struct tcn_event late = report_of("pipe", "520502101000");
    expect_route(&late, "3 flags 0: 3 owner");
    late.learned_ns = 5000; /* the division was merged by then */
    expect_route(&late, "1 flags 8: 3 owner 1 unknown");
}

static void a_known_report_goes_to_owner_and_co_recipients_once_each(void **state) {
    (void)state;
    struct tcn_event event = report_of("hazard", "520502100001");
    expect_route(&event, "2 flags 0: 2 owner 3 co_recipient");
    struct tcn_route route;
    tcn_route(&regime, &event, &route);
    assert_true(route.division == 520502100001);
    assert_true(route.domain == tcn_policy_domain(&regime, tcn_slice_text("hazard")));
}

static void a_complaint_about_a_unit_goes_to_an_allow_list_and_names_no_domain(void **state) {
    (void)state;
    struct tcn_event event = report_of("hazard", "520502100001");
    event.concerns = TCN_CONCERNS_UNIT;
    expect_route(&event, "4 held guarded flags 64: 4 guarded 1 guarded");
    event.concerns = TCN_CONCERNS_UNKNOWN;
    expect_route(&event, "1 held guarded flags 64: 4 guarded 1 guarded");
    event = report_of("", "");
    event.concerns = TCN_CONCERNS_UNIT;
    event.guard_organs[0] = SAFETY;
    event.guard_organs[1] = 97; /* nobody */
    event.guard_organ_count = 2;
    expect_route(&event, "2 held guarded flags 192: 2 guarded"); /* and not the desk */
    event.guard_organ_count = 1;
    event.guard_organs[0] = 97; /* must not be lost */
    expect_route(&event, "1 held guarded flags 64: 1 guarded");
    struct tcn_route route;
    tcn_route(&regime, &event, &route);
    assert_null(route.domain);
    assert_int_equal(route.division, 0);
}

static void a_full_list_takes_no_more(void **state) {
    (void)state;
    struct tcn_route route = {.recipient_count = 0};
    for (uint16_t organ = 0; organ < 40; organ++) {
        tcn_route_add(&route, organ, TCN_REASON_OWNER);
        tcn_route_add(&route, organ, TCN_REASON_ANSWER);
    }
    assert_int_equal(route.recipient_count, TCN_ROUTE_RECIPIENTS_MAX);
    assert_int_equal(route.recipients[0].organ, 1);
    assert_int_equal(route.recipients[0].reason, TCN_REASON_OWNER);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_unknown_goes_to_the_desk),
        cmocka_unit_test(a_known_report_goes_to_owner_and_co_recipients_once_each),
        cmocka_unit_test(a_complaint_about_a_unit_goes_to_an_allow_list_and_names_no_domain),
        cmocka_unit_test(a_full_list_takes_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
