/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a program that starts says that it was stopped: rules P1 to P4 of core/stopped. */
#include "core/stopped.h"

#include "trace.h"

#define NOW_NS INT64_C(1772326800000000000)
#define GAP_NS TCN_STOPPED_GAP_NS

static void what_is_not_to_be_told_is_not(void **state) {
    (void)state;
    static const struct {
        const char *what;
        struct tcn_stopped_input in;
    } rows[] = {
        {"P1: as long as it may be", {NOW_NS, NOW_NS - GAP_NS, NOW_NS - 2 * GAP_NS, 0, 0}},
        {"P1: a moment", {NOW_NS, NOW_NS - 1, NOW_NS - 2, 0, 0}},
        {"P2: it entered something since",
         {NOW_NS, NOW_NS - 3 * GAP_NS, NOW_NS - 4 * GAP_NS, NOW_NS - GAP_NS, TCN_ACT_REPORTED}},
        {"P3: a new outbox", {NOW_NS, 0, 0, 0, 0}},
        {"P3: its sign is lost", {NOW_NS, 0, 0, NOW_NS - 2 * GAP_NS, TCN_ACT_REPORTED}},
        {"P3: now", {NOW_NS, NOW_NS, NOW_NS - 2 * GAP_NS, 0, 0}},
        {"P3: the clock was set back", {NOW_NS, NOW_NS + 1, NOW_NS - 2 * GAP_NS, 0, 0}},
        {"P3: far back", {NOW_NS, INT64_MAX, 0, 0, 0}},
        {"P3: booted in 1970", {1, NOW_NS, NOW_NS - GAP_NS, NOW_NS, TCN_ACT_REPORTED}},
        {"P3: before 1970", {-1, NOW_NS, NOW_NS - GAP_NS, 0, 0}},
        {"P3: as far before as can be", {INT64_MIN, NOW_NS, NOW_NS - GAP_NS, 0, 0}},
        {"P3: a sign of before 1970", {NOW_NS, INT64_MIN, INT64_MIN, 0, 0}},
        {"P3: it entered something in 2262", {NOW_NS, 1, 1, INT64_MAX, TCN_ACT_REPORTED}},
        {"P3: what it entered lies ahead",
         {NOW_NS, NOW_NS - 2 * GAP_NS, 0, NOW_NS + GAP_NS, TCN_ACT_REPORTED}},
        {"P4: signed off",
         {NOW_NS, NOW_NS - 3 * GAP_NS, NOW_NS - 9 * GAP_NS, NOW_NS - 4 * GAP_NS,
          TCN_ACT_SIGNED_OFF}},
        {"P4: and ended at once",
         {NOW_NS, NOW_NS - 5 * GAP_NS, NOW_NS - 9 * GAP_NS, NOW_NS - 4 * GAP_NS,
          TCN_ACT_SIGNED_OFF}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (tcn_stopped_since(&rows[i].in) != 0) {
            fail_msg("%s", rows[i].what);
        }
    }
}

static void a_gap_is_told_from_its_last_sign_of_life(void **state) {
    (void)state;
    static const struct {
        const char *what;
        struct tcn_stopped_input in;
        int64_t since_ns;
    } rows[] = {
        {"P1: a moment longer", {NOW_NS, NOW_NS - GAP_NS - 1, 1, 0, 0}, NOW_NS - GAP_NS - 1},
        {"P2: the sign is later than what it entered",
         {NOW_NS, NOW_NS - 2 * GAP_NS, 1, NOW_NS - 3 * GAP_NS, TCN_ACT_REPORTED},
         NOW_NS - 2 * GAP_NS},
        {"P2: what it entered is later",
         {NOW_NS, NOW_NS - 3 * GAP_NS, 1, NOW_NS - 2 * GAP_NS, TCN_ACT_STOPPED},
         NOW_NS - 2 * GAP_NS},
        {"P1: as far ahead as can be", {INT64_MAX, 1, 1, INT64_MIN, TCN_ACT_REPORTED}, 1},
        {"P4: it signed off a run earlier",
         {NOW_NS, NOW_NS - 2 * GAP_NS, NOW_NS - 3 * GAP_NS, NOW_NS - 4 * GAP_NS,
          TCN_ACT_SIGNED_OFF},
         NOW_NS - 2 * GAP_NS},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (tcn_stopped_since(&rows[i].in) != rows[i].since_ns) {
            fail_msg("%s", rows[i].what);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_to_be_told_is_not),
        cmocka_unit_test(a_gap_is_told_from_its_last_sign_of_life),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
