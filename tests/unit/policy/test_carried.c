/* SPDX-License-Identifier: Apache-2.0 */
/* The policy that is shipped as the log carries it.
 * ctest-uses: wire */
#include "wire/policy.h"

#include "shipped.h"

/** Genesis, which carries a registry too, and the bundle of an agent on a bad link: far below what
 * either may be. */
#define CARRIED_BYTES_MAX (96 * 1024)

static void what_is_shipped_is_carried_whole_and_the_same(void **state) {
    const struct tcn_policy *policy = tcn_policy_tables(*state);
    uint8_t *room = malloc(TCN_POLICY_BYTES_MAX);
    assert_non_null(room);
    struct tcn_writer writer = tcn_writer_init(room, TCN_POLICY_BYTES_MAX);
    struct tcn_slice bytes;
    struct tcn_slice again;
    struct tcn_policy found;
    struct tcn_arena arena;
    assert_int_equal(tcn_wire_policy_encode(policy, &writer, &bytes), TCN_OK);
    if (bytes.size > CARRIED_BYTES_MAX) {
        fail_msg("%zu bytes", bytes.size);
    }
    assert_int_equal(tcn_arena_init(&arena, TCN_POLICY_ARENA_BYTES(bytes.size)), TCN_OK);
    assert_int_equal(tcn_wire_policy_decode(bytes, &arena, &found), TCN_OK);
    assert_int_equal(tcn_wire_policy_encode(&found, &writer, &again), TCN_OK);
    assert_true(tcn_slice_equals(bytes, again));
    assert_int_equal(found.clocks->rule_count, policy->clocks->rule_count);
    assert_int_equal(found.clocks->calendar.span_count, policy->clocks->calendar.span_count);
    assert_int_equal(found.clocks->calendar.offset_minutes, 480);
    assert_int_equal(found.rules->attribute_count, policy->rules->attribute_count);
    assert_int_equal(found.rules->threshold_count, policy->rules->threshold_count);
    assert_int_equal(found.rules->domain_count, policy->domain_count);
    print_message("%zu bytes\n", bytes.size);
    tcn_arena_fini(&arena);
    free(room);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_shipped_is_carried_whole_and_the_same),
    };
    return cmocka_run_group_tests(tests, shipped_read, shipped_destroy);
}
