/* SPDX-License-Identifier: Apache-2.0 */
/* What must stay true of the registry: there is an administrator (K5), and after a restore the
 * collector takes away only (K9). */
#include "core/roll.h"

#include "trace.h"

#include <string.h>

#define NOW_NS (INT64_C(1000) * 1000000000)

/* Rows of every test. */
enum {
    OFFICE = 1,
    ADMIN = 2,
    COLLECTOR = 3,
    REVOKED = 4,
    ROW_COUNT = 4,
};

struct fixture {
    struct tcn_principal rows[ROW_COUNT];
    struct tcn_registry registry;
    struct tcn_registry_change change;
    struct tcn_roll_input in;
    struct tcn_roll_verdict verdict;
};

static void start(struct fixture *fixture) {
    static const enum tcn_role roles[] = {TCN_ROLE_OFFICE, TCN_ROLE_ADMIN, TCN_ROLE_COLLECTOR,
                                          TCN_ROLE_OFFICE};
    memset(fixture, 0, sizeof(*fixture));
    for (uint32_t i = 0; i < ROW_COUNT; i++) {
        fixture->rows[i] = (struct tcn_principal){.id = i + 1,
                                                  .name = "somebody",
                                                  .role = roles[i],
                                                  .status = TCN_PRINCIPAL_ACTIVE,
                                                  .source = i + 1,
                                                  .organ = (uint16_t)(10 * i + 10),
                                                  .transport_key = {{(uint8_t)(100 + i)}},
                                                  .signing_key = {{(uint8_t)(200 + i)}}};
    }
    fixture->rows[REVOKED - 1].status = TCN_PRINCIPAL_REVOKED;
    fixture->registry = (struct tcn_registry){
        .version = 1, .principals = fixture->rows, .principal_count = ROW_COUNT};
    fixture->in = (struct tcn_roll_input){
        .change = &fixture->change, .mode = TCN_MODE_ACTUAL, .log_time_ns = NOW_NS, .position = 40};
}

static enum tcn_status decide(struct fixture *fixture) {
    tcn_roll_decide(&fixture->registry, &fixture->in, &fixture->verdict);
    return fixture->verdict.code;
}

/* K9. */
static void the_collector_takes_away_and_gives_nothing(void **state) {
    (void)state;
    struct fixture fixture;
    static const struct {
        const char *what;
        int64_t from_ns; /* the row's end */
        int64_t to_ns;
        int other; /* what else is changed */
        enum tcn_status code;
    } cases[] = {
        {"no end", NOW_NS, 0, 0, TCN_NOT_ALLOWED},
        {"the same end", NOW_NS, NOW_NS, 0, TCN_NOT_ALLOWED},
        {"a later end", NOW_NS, NOW_NS + 1, 0, TCN_NOT_ALLOWED},
        {"another organ", 0, NOW_NS, 1, TCN_NOT_ALLOWED},
        {"more streams", 0, NOW_NS, 2, TCN_NOT_ALLOWED},
        {"a division", 0, NOW_NS, 3, TCN_NOT_ALLOWED},
        {"another name", 0, NOW_NS, 4, TCN_NOT_ALLOWED},
        {"an act less", 0, NOW_NS, 5, TCN_NOT_ALLOWED},
        {"a sooner end", NOW_NS, NOW_NS - 1, 0, TCN_OK},
        {"an end", 0, NOW_NS, 0, TCN_OK},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        start(&fixture);
        fixture.change.kind = TCN_CHANGE_RIGHTS;
        fixture.change.principal = OFFICE;
        fixture.in.actor = 0;
        fixture.rows[0].not_after_ns = cases[i].from_ns;
        struct tcn_principal *wanted = &fixture.change.row;
        *wanted = fixture.rows[0];
        wanted->not_after_ns = cases[i].to_ns;
        wanted->organ = (uint16_t)(wanted->organ + (cases[i].other == 1 ? 1 : 0));
        wanted->all_streams = cases[i].other == 2;
        wanted->division_count = cases[i].other == 3 ? 1 : 0;
        wanted->name[0] = cases[i].other == 4 ? 'x' : wanted->name[0];
        wanted->act_count = cases[i].other == 5 ? 1 : 0;
        if (decide(&fixture) != cases[i].code) {
            fail_msg("%s: %s", cases[i].what, tcn_status_name(fixture.verdict.code));
        }
    }
    /* The last administrator's key, too. */
    start(&fixture);
    fixture.change.kind = TCN_CHANGE_REVOKED;
    fixture.change.principal = ADMIN;
    fixture.in.actor = ADMIN;
    assert_int_equal(decide(&fixture), TCN_NOT_ALLOWED);
    fixture.in.actor = 0;
    assert_int_equal(decide(&fixture), TCN_OK);
    fixture.change.principal = COLLECTOR;
    assert_int_equal(decide(&fixture), TCN_NOT_ALLOWED);
    fixture.change.principal = REVOKED;
    assert_int_equal(decide(&fixture), TCN_REVOKED);
}

/* K5: else all of them could end one day, and nobody would be there to change it. After a restore
 * the collector may say it even so. */
static void an_administrator_gets_an_end_while_another_has_none(void **state) {
    (void)state;
    struct fixture fixture;
    const uint32_t other = OFFICE; /* an administrator here */
    start(&fixture);
    fixture.rows[other - 1].role = TCN_ROLE_ADMIN;
    fixture.change.kind = TCN_CHANGE_RIGHTS;
    fixture.change.principal = other;
    fixture.change.row = fixture.rows[other - 1];
    fixture.change.row.not_after_ns = NOW_NS + 10;
    fixture.in.actor = ADMIN;
    assert_int_equal(decide(&fixture), TCN_OK);
    fixture.rows[ADMIN - 1].not_after_ns = NOW_NS + 20;
    assert_int_equal(decide(&fixture), TCN_NOT_ALLOWED);
    fixture.in.actor = 0;
    assert_int_equal(decide(&fixture), TCN_OK);
    fixture.in.actor = ADMIN;
    fixture.change.row.not_after_ns = 0;
    assert_int_equal(decide(&fixture), TCN_OK);
}

/* K5 in the order of the log: whoever comes second is nobody any more. */
static void two_administrators_who_revoke_each_other_leave_one(void **state) {
    (void)state;
    struct fixture fixture;
    struct tcn_roll *roll = NULL;
    static const uint32_t pairs[][2] = {{OFFICE, ADMIN}, {ADMIN, OFFICE}};
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        start(&fixture);
        fixture.rows[OFFICE - 1].role = TCN_ROLE_ADMIN;
        assert_int_equal(tcn_roll_create(&fixture.registry, &roll), TCN_OK);
        fixture.change.kind = TCN_CHANGE_REVOKED;
        for (uint32_t turn = 0; turn < 2; turn++) {
            fixture.in.actor = pairs[i][turn];
            fixture.change.principal = pairs[i][1 - turn];
            fixture.in.position = 40 + turn;
            tcn_roll_decide(tcn_roll_registry(roll), &fixture.in, &fixture.verdict);
            assert_int_equal(fixture.verdict.code, turn == 0 ? TCN_OK : TCN_DENIED);
            if (turn == 0) {
                tcn_roll_apply(roll, &fixture.verdict, fixture.in.position);
            }
        }
        const struct tcn_principal *left = tcn_registry_find(tcn_roll_registry(roll), pairs[i][0]);
        assert_int_equal(left->status, TCN_PRINCIPAL_ACTIVE);
        tcn_roll_destroy(&roll);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_collector_takes_away_and_gives_nothing),
        cmocka_unit_test(an_administrator_gets_an_end_while_another_has_none),
        cmocka_unit_test(two_administrators_who_revoke_each_other_leave_one),
    };
    return cmocka_run_group_tests_name("roll_restore", tests, NULL, NULL);
}
