/* SPDX-License-Identifier: Apache-2.0 */
#include "lane.h"

static void a_collector_that_has_come_is_greeted_at_once(void **state) {
    (void)state;
    struct fixture fixture;
    start(&fixture, 2, 0);
    tcn_outlane_wake(&fixture.lane, fixture.now_ns); /* nobody is there: changes nothing */
    note(&fixture, "wake", NULL);
    connect_lane(&fixture);
    const struct tcn_refuse later = {.code = TCN_UNREACHABLE_PEER, .is_later = true};
    struct tcn_outlane_actions actions;
    for (int i = 0; i < 8; i++) {
        tcn_outlane_refuse(&fixture.lane, 0, &later, fixture.now_ns, &actions);
        fixture.now_ns = tcn_outlane_want(&fixture.lane, fixture.now_ns).deadline_ns;
        tcn_outlane_tick(&fixture.lane, fixture.now_ns, 0);
        const struct tcn_hash hello = hello_hash(&fixture);
        tcn_outlane_said(&fixture.lane, &hello, fixture.now_ns, 0);
    }
    tcn_outlane_refuse(&fixture.lane, 0, &later, fixture.now_ns, &actions);
    int64_t deadline_ns = tcn_outlane_want(&fixture.lane, fixture.now_ns).deadline_ns;
    assert_true(deadline_ns > fixture.now_ns + 30 * SECOND_NS);
    fixture.trace.size = 0;
    tcn_outlane_wake(&fixture.lane, fixture.now_ns);
    note(&fixture, "wake", NULL);
    fixture.now_ns += SECOND_NS / 2;
    pump(&fixture);
    take_mark(&fixture, 0);
    tcn_outlane_wake(&fixture.lane, fixture.now_ns); /* in the middle of its work, too */
    pump(&fixture);
    trace_expect(&fixture.trace, "wake: [greeting]\n-> hello: [hello_said]\nwelcome: registered "
                                 "[open]\n-> chunk 1\n-> chunk 2\n-> hello: [hello_said]\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_collector_that_has_come_is_greeted_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
