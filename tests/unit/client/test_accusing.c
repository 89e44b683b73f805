/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-single: it makes no thread */
/* Whom a complaint may be handed to, by the rules N1 to N4. */
#include "client/accusing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define DESK 1
#define POLICE 2
#define TRAFFIC 3
#define HOUSING 4

static const struct tcn_organ organs[] = {
    {.number = DESK, .id = "desk", .kind = TCN_ORGAN_DESK},
    {.number = POLICE, .id = "police", .kind = TCN_ORGAN_BUREAU, .place_parent = DESK},
    {.number = TRAFFIC, .id = "traffic", .kind = TCN_ORGAN_BUREAU, .line_parent = POLICE},
    {.number = HOUSING, .id = "housing", .kind = TCN_ORGAN_BUREAU, .place_parent = DESK},
};

static const struct tcn_policy policy = {.organs = organs, .organ_count = 4, .desk = DESK};

static void whom_a_complaint_accuses_does_not_get_it(void **state) {
    (void)state;
    static const struct {
        const char *texts[2];
        bool is_open;   /* the matter is no complaint */
        bool is_closed; /* a text of it cannot be read */
        uint16_t organ;
        enum tcn_handing_answer answer;
    } rows[] = {
        {{NULL}, true, false, TRAFFIC, TCN_HANDING_GOES},
        {{NULL}, false, false, 0, TCN_HANDING_GOES}, /* it goes to nobody else */
        {{NULL}, false, false, TRAFFIC, TCN_HANDING_ASKS},
        {{NULL}, false, true, TRAFFIC, TCN_HANDING_CLOSED},
        {{"Somebody"}, false, false, TRAFFIC, TCN_HANDING_ASKS},
        {{"accused_organs: nobody_knows"}, false, false, HOUSING, TCN_HANDING_ASKS},
        {{"accused_organs: traffic"}, false, false, TRAFFIC, TCN_HANDING_EXCLUDED},
        {{"accused_organs: traffic\nmore"}, false, false, POLICE, TCN_HANDING_EXCLUDED},
        {{"accused_organs: ,,traffic,,"}, false, false, TRAFFIC, TCN_HANDING_EXCLUDED},
        {{"accused_organs: traffic\r\nmore"}, false, false, TRAFFIC, TCN_HANDING_ASKS},
        {{"accused_organs:"}, false, false, TRAFFIC, TCN_HANDING_ASKS},
        {{"accused_organs: "}, false, false, TRAFFIC, TCN_HANDING_ASKS},
        {{"accused_organs: police"}, false, false, TRAFFIC, TCN_HANDING_EXCLUDED},
        {{"accused_organs: traffic"}, false, false, HOUSING, TCN_HANDING_GOES},
        {{"accused_organs: traffic"}, false, false, DESK, TCN_HANDING_GOES},
        {{"accused_organs: traffic"}, false, true, HOUSING, TCN_HANDING_CLOSED},
        {{"accused_organs: traffic"}, false, true, POLICE, TCN_HANDING_EXCLUDED},
        {{"accused_organs: traffic", "accused_organs: housing"},
         false,
         false,
         HOUSING,
         TCN_HANDING_EXCLUDED}, /* what is said later counts as well */
        {{"accused_organs: traffic", "Somebody"}, false, false, HOUSING, TCN_HANDING_ASKS},
        {{"Somebody", "accused_organs: traffic"}, false, false, POLICE, TCN_HANDING_EXCLUDED},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct tcn_handing_found found = {.is_guarded = !rows[i].is_open,
                                          .is_closed = rows[i].is_closed};
        for (size_t k = 0; k < 2 && rows[i].texts[k] != NULL; k++) {
            tcn_handing_read(&policy, tcn_slice_text(rows[i].texts[k]), &found);
        }
        if (tcn_handing_judge(&policy, &found, rows[i].organ) != rows[i].answer) {
            fail_msg("row %zu: %d", i, (int)tcn_handing_judge(&policy, &found, rows[i].organ));
        }
    }
}

static void the_same_accused_named_often_is_one(void **state) {
    (void)state;
    struct tcn_handing_found found = {.is_guarded = true};
    for (uint32_t i = 0; i <= TCN_ACCUSED_ORGANS_MAX; i++) {
        tcn_handing_read(&policy, tcn_slice_text("accused_organs: traffic"), &found);
    }
    assert_int_equal(found.count, 1);
    assert_int_equal(tcn_handing_judge(&policy, &found, HOUSING), TCN_HANDING_GOES);
}

/* One text holds TCN_ACCUSED_ORGANS_MAX; a second one names another. */
static void every_accused_organ_is_kept_from_it(void **state) {
    (void)state;
    static const struct tcn_organ many[] = {{.number = 1, .id = "o1"}, {.number = 2, .id = "o2"},
                                            {.number = 3, .id = "o3"}, {.number = 4, .id = "o4"},
                                            {.number = 5, .id = "o5"}, {.number = 6, .id = "o6"},
                                            {.number = 7, .id = "o7"}, {.number = 8, .id = "o8"},
                                            {.number = 9, .id = "o9"}, {.number = 10, .id = "o10"}};
    const struct tcn_policy of_many = {.organs = many, .organ_count = 10};
    struct tcn_handing_found found = {.is_guarded = true};
    tcn_handing_read(&of_many, tcn_slice_text("accused_organs: o1, o2, o3, o4, o5, o6, o7, o8"),
                     &found);
    tcn_handing_read(&of_many, tcn_slice_text("accused_organs: o9\nsaid later"), &found);
    for (uint16_t organ = 1; organ <= 9; organ++) {
        assert_int_equal(tcn_handing_judge(&of_many, &found, organ), TCN_HANDING_EXCLUDED);
    }
    assert_int_equal(tcn_handing_judge(&of_many, &found, 10), TCN_HANDING_GOES);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whom_a_complaint_accuses_does_not_get_it),
        cmocka_unit_test(the_same_accused_named_often_is_one),
        cmocka_unit_test(every_accused_organ_is_kept_from_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
