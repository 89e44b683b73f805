/* SPDX-License-Identifier: Apache-2.0 */
/* Which keys of its broker a peer tries, before, while and after one takes the place of another. */
#include "core/broker_keys.h"

#include "trace.h"

#include <string.h>

#define NOW_NS INT64_C(1000)

static struct tcn_public_key key_of(uint8_t number) {
    return (struct tcn_public_key){{number}};
}

struct known {
    uint8_t key;
    int64_t until_ns;
};

static void the_keys_to_try_follow_the_table(void **state) {
    (void)state;
    static const struct {
        const char *what;
        uint8_t configured;
        struct known told[3];
        uint8_t picked[4];
        int64_t change_ns;
    } cases[] = {
        {"a key whose time is over, though it is configured", 1, {{2, 0}, {1, NOW_NS}}, {2}, 0},
        {"and one that was over long ago", 1, {{2, 0}, {1, 1}}, {2}, 0},
        {"nothing but keys that are over: the configured one", 1, {{1, 1}}, {1}, 0},
        {"nothing told", 1, {{0, 0}}, {1}, 0},
        {"the configured one told", 1, {{1, 0}}, {1}, 0},
        {"another one told", 1, {{2, 0}}, {2, 1}, 0},
        {"while one follows the other", 1, {{2, 0}, {1, NOW_NS + 1}}, {2, 1}, NOW_NS + 1},
        {"the old one first in the list", 1, {{1, NOW_NS + 1}, {2, 0}}, {2, 1}, NOW_NS + 1},
        {"configured with the new one", 2, {{2, 0}, {1, NOW_NS + 1}}, {2, 1}, NOW_NS + 1},
        {"two changes behind", 9, {{2, 0}, {1, NOW_NS + 9}}, {2, 1, 9}, NOW_NS + 9},
        {"the first end counts",
         1,
         {{3, NOW_NS + 9}, {2, NOW_NS + 5}, {4, 0}},
         {4, 3, 2, 1},
         NOW_NS + 5},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct tcn_public_key configured = key_of(cases[i].configured);
        struct tcn_broker_keys told = {.count = 0};
        struct tcn_broker_pick pick;
        for (size_t j = 0; j < COUNT_OF(cases[i].told) && cases[i].told[j].key != 0; j++) {
            told.list[told.count++] = (struct tcn_broker_key){
                .key = key_of(cases[i].told[j].key), .until_ns = cases[i].told[j].until_ns};
        }
        tcn_broker_keys_pick(&told, &configured, NOW_NS, &pick);
        uint32_t count = 0;
        while (count < COUNT_OF(cases[i].picked) && cases[i].picked[count] != 0) {
            const struct tcn_public_key wanted = key_of(cases[i].picked[count]);
            if (count >= pick.count || memcmp(&pick.keys[count], &wanted, sizeof(wanted)) != 0) {
                fail_msg("%s: key %u", cases[i].what, (unsigned)count);
            }
            count++;
        }
        const int64_t change_ns = cases[i].change_ns == 0 ? INT64_MAX : cases[i].change_ns;
        if (pick.count != count || pick.change_ns != change_ns) {
            fail_msg("%s: %u keys", cases[i].what, (unsigned)pick.count);
        }
    }
}

static void brokers_that_are_active_are_told_and_nobody_else(void **state) {
    (void)state;
    struct tcn_principal rows[] = {
        {.role = TCN_ROLE_COLLECTOR, .status = TCN_PRINCIPAL_ACTIVE, .transport_key = key_of(1)},
        {.role = TCN_ROLE_BROKER, .status = TCN_PRINCIPAL_REVOKED, .transport_key = key_of(2)},
        {.role = TCN_ROLE_BROKER, .status = TCN_PRINCIPAL_ACTIVE},
        {.role = TCN_ROLE_BROKER,
         .status = TCN_PRINCIPAL_ACTIVE,
         .transport_key = key_of(3),
         .old_transport_key = key_of(4),
         .old_until_ns = 77},
        {.role = TCN_ROLE_OFFICE, .status = TCN_PRINCIPAL_ACTIVE, .transport_key = key_of(5)},
        {.role = TCN_ROLE_BROKER, .status = TCN_PRINCIPAL_ACTIVE, .transport_key = key_of(6)},
    };
    const struct tcn_registry registry = {.principals = rows, .principal_count = COUNT_OF(rows)};
    const struct tcn_broker_keys wanted = {
        .list = {{key_of(3), 0}, {key_of(4), 77}, {key_of(6), 0}}, .count = 3};
    struct tcn_broker_keys told;
    tcn_broker_keys_of(&registry, &told);
    assert_true(tcn_broker_keys_equal(&told, &wanted));
    told.list[1].until_ns++;
    assert_false(tcn_broker_keys_equal(&told, &wanted));
    told.list[1] = wanted.list[1];
    told.list[2].key.bytes[31] ^= 1;
    assert_false(tcn_broker_keys_equal(&told, &wanted));
    told.count = 2;
    assert_false(tcn_broker_keys_equal(&told, &wanted));
}

static void more_brokers_than_the_limit_are_left_out(void **state) {
    (void)state;
    struct tcn_principal rows[TCN_BROKER_KEYS_MAX + 1];
    struct tcn_broker_keys told;
    struct tcn_broker_pick pick;
    const struct tcn_public_key configured = key_of(99);
    memset(rows, 0, sizeof(rows));
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        rows[i] = (struct tcn_principal){.role = TCN_ROLE_BROKER,
                                         .status = TCN_PRINCIPAL_ACTIVE,
                                         .transport_key = key_of((uint8_t)(i + 1))};
    }
    const struct tcn_registry registry = {.principals = rows, .principal_count = COUNT_OF(rows)};
    tcn_broker_keys_of(&registry, &told);
    assert_int_equal(told.count, TCN_BROKER_KEYS_MAX);
    tcn_broker_keys_pick(&told, &configured, NOW_NS, &pick);
    assert_int_equal(pick.count, TCN_BROKER_KEYS_MAX + 1);
    assert_memory_equal(&pick.keys[TCN_BROKER_KEYS_MAX], &configured, sizeof(configured));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_keys_to_try_follow_the_table),
        cmocka_unit_test(brokers_that_are_active_are_told_and_nobody_else),
        cmocka_unit_test(more_brokers_than_the_limit_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
