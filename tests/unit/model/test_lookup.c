/* SPDX-License-Identifier: Apache-2.0 */
#include "model/policy.h"
#include "model/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const struct tcn_principal principals[] = {
    {.id = 2,
     .status = TCN_PRINCIPAL_REVOKED,
     .source = 5,
     .transport_key = {{2}},
     .all_divisions = true},
    {.id = 3,
     .status = TCN_PRINCIPAL_ACTIVE,
     .source = 5,
     .transport_key = {{3}},
     .not_before_ns = 100,
     .not_after_ns = 200,
     .divisions = {520502122000, 520521101003},
     .division_count = 2,
     .streams = {7, 9},
     .stream_count = 2},
    {.id = 8, .status = TCN_PRINCIPAL_REVOKED, .source = 6, .all_streams = true},
    {.id = UINT32_MAX, .status = TCN_PRINCIPAL_ACTIVE, .transport_key = {{4}}},
};

static const struct tcn_registry registry = {.principals = principals,
                                             .principal_count = COUNT_OF(principals)};

static void a_principal_is_found_by_id_at_every_place(void **state) {
    (void)state;
    static const uint32_t absent[] = {0, 1, 4, 7, 9, UINT32_MAX - 1};
    for (size_t i = 0; i < COUNT_OF(absent); i++) {
        assert_null(tcn_registry_find(&registry, absent[i]));
    }
    for (size_t i = 0; i < COUNT_OF(principals); i++) {
        assert_true(tcn_registry_find(&registry, principals[i].id) == &principals[i]);
    }
    static const struct tcn_registry empty = {0};
    assert_null(tcn_registry_find(&empty, 2));
    assert_null(tcn_registry_find_source(&empty, 5));
    assert_null(tcn_registry_find_key(&empty, &principals[0].transport_key));
}

static void a_key_of_zeros_is_nobodys(void **state) {
    (void)state;
    static const struct tcn_public_key none;
    static const struct tcn_public_key other = {{9}};
    assert_null(tcn_registry_find_key(&registry, &none));
    assert_null(tcn_registry_find_key(&registry, &other));
    assert_true(tcn_registry_find_key(&registry, &principals[1].transport_key) == &principals[1]);
}

static void a_source_is_spoken_for_by_its_active_principal(void **state) {
    (void)state;
    assert_null(tcn_registry_find_source(&registry, 0));
    assert_null(tcn_registry_find_source(&registry, 7));
    assert_true(tcn_registry_find_source(&registry, 5) == &principals[1]);
    assert_true(tcn_registry_find_source(&registry, 6) == &principals[2]);
}

static void validity_includes_its_beginning_and_excludes_its_end(void **state) {
    (void)state;
    assert_false(tcn_principal_is_valid(&principals[1], 99));
    assert_true(tcn_principal_is_valid(&principals[1], 100));
    assert_true(tcn_principal_is_valid(&principals[1], 199));
    assert_false(tcn_principal_is_valid(&principals[1], 200));
    assert_false(tcn_principal_is_valid(&principals[0], 150));
    assert_true(tcn_principal_is_valid(&principals[3], INT64_MAX));
}

static void rights_are_those_listed(void **state) {
    (void)state;
    assert_false(tcn_principal_may_read(&principals[1], 0));
    assert_false(tcn_principal_may_read(&principals[1], 8));
    assert_true(tcn_principal_may_read(&principals[1], 7));
    assert_true(tcn_principal_may_read(&principals[1], 9));
    assert_true(tcn_principal_may_read(&principals[2], 8));
    static const struct {
        uint64_t division;
        bool may;
    } rows[] = {
        {520502122000, true},  {520502122201, true},
        {520502122999, true},  {520502123000, false},
        {520502121999, false}, {520502000000, false},
        {520521101003, true},  {520521101000, false},
        {520521101004, false}, {0, false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(tcn_principal_may_report(&principals[1], rows[i].division), rows[i].may);
        assert_true(tcn_principal_may_report(&principals[0], rows[i].division));
        assert_false(tcn_principal_may_report(&principals[3], rows[i].division));
    }
}

static const struct tcn_organ organs[] = {
    {.number = 1, .id = "desk"}, {.number = 4, .id = "police"}, {.number = 65535, .id = "town"}};
static const struct tcn_domain domains[] = {
    {.id = "a"}, {.id = "a.b"}, {.id = "ab"}, {.id = "theft"}, {.id = "theft_2"}};
static const struct tcn_division divisions[] = {
    {.code = 520502122000}, {.code = 520502122007}, {.code = 520521000000}};
static const struct tcn_policy policy = {
    .organs = organs,
    .organ_count = COUNT_OF(organs),
    .domains = domains,
    .domain_count = COUNT_OF(domains),
    .divisions = divisions,
    .division_count = COUNT_OF(divisions),
};

static void an_organ_is_found_by_number_and_by_id(void **state) {
    (void)state;
    static const uint16_t absent[] = {0, 2, 3, 5, 65534};
    static const char *const words[] = {"", "des", "desks", "Desk"};
    for (size_t i = 0; i < COUNT_OF(absent); i++) {
        assert_null(tcn_policy_organ(&policy, absent[i]));
    }
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        assert_null(tcn_policy_organ_by_id(&policy, tcn_slice_text(words[i])));
    }
    for (size_t i = 0; i < COUNT_OF(organs); i++) {
        assert_true(tcn_policy_organ(&policy, organs[i].number) == &organs[i]);
        assert_true(tcn_policy_organ_by_id(&policy, tcn_slice_text(organs[i].id)) == &organs[i]);
    }
}

static void a_domain_is_found_by_its_whole_id(void **state) {
    (void)state;
    static const char *const absent[] = {"", "A", "aa", "a.", "thef", "theft_", "theft_22", "z"};
    for (size_t i = 0; i < COUNT_OF(absent); i++) {
        assert_null(tcn_policy_domain(&policy, tcn_slice_text(absent[i])));
    }
    for (size_t i = 0; i < COUNT_OF(domains); i++) {
        assert_true(tcn_policy_domain(&policy, tcn_slice_text(domains[i].id)) == &domains[i]);
    }
    assert_true(tcn_policy_domain(&policy, tcn_slice_of("thefts", 5)) == &domains[3]);
}

static void a_village_is_its_own_division_or_its_townships(void **state) {
    (void)state;
    static const struct tcn_policy empty = {0};
    assert_true(tcn_policy_division(&policy, 520502122000) == &divisions[0]);
    assert_true(tcn_policy_division(&policy, 520502122007) == &divisions[1]);
    assert_true(tcn_policy_division(&policy, 520502122008) == &divisions[0]);
    assert_null(tcn_policy_division(&policy, 520502123008));
    assert_null(tcn_policy_division(&policy, 520521101000));
    assert_null(tcn_policy_division(&policy, 0));
    assert_null(tcn_policy_division(&empty, 520502122000));
    assert_null(tcn_policy_organ(&empty, 1));
    assert_null(tcn_policy_domain(&empty, tcn_slice_text("a")));
}

static void the_next_end_is_of_whoever_may_speak(void **state) {
    (void)state;
    static const struct tcn_principal rows[] = {
        {.id = 1, .status = TCN_PRINCIPAL_ACTIVE},
        {.id = 2, .status = TCN_PRINCIPAL_REVOKED, .not_after_ns = 120, .old_until_ns = 130},
        {.id = 3, .status = TCN_PRINCIPAL_INVITED, .not_after_ns = 140},
        {.id = 4, .status = TCN_PRINCIPAL_ACTIVE, .not_after_ns = 300, .old_until_ns = 150},
        {.id = 5, .status = TCN_PRINCIPAL_ACTIVE, .not_after_ns = 200},
    };
    static const struct tcn_registry ending = {.principals = rows,
                                               .principal_count = COUNT_OF(rows)};
    static const int64_t times[][2] = {{0, 150},   {149, 150}, {150, 200},      {199, 200},
                                       {200, 300}, {299, 300}, {300, INT64_MAX}};
    static const struct tcn_registry none = {0};
    for (size_t i = 0; i < COUNT_OF(times); i++) {
        assert_int_equal(tcn_registry_next_end(&ending, times[i][0]), times[i][1]);
    }
    assert_int_equal(tcn_registry_next_end(&none, 0), INT64_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_principal_is_found_by_id_at_every_place),
        cmocka_unit_test(a_key_of_zeros_is_nobodys),
        cmocka_unit_test(a_source_is_spoken_for_by_its_active_principal),
        cmocka_unit_test(validity_includes_its_beginning_and_excludes_its_end),
        cmocka_unit_test(the_next_end_is_of_whoever_may_speak),
        cmocka_unit_test(rights_are_those_listed),
        cmocka_unit_test(an_organ_is_found_by_number_and_by_id),
        cmocka_unit_test(a_domain_is_found_by_its_whole_id),
        cmocka_unit_test(a_village_is_its_own_division_or_its_townships),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
