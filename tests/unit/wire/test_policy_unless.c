/* SPDX-License-Identifier: Apache-2.0 */
/* What keeps a clock from a matter is a flag of the policy, and one for all of its rules: a matter
 * remembers one such word. */
#include "pass.h"

/** A policy whose rules and attributes may be changed. */
struct changed {
    struct tcn_policy policy;
    struct tcn_clock_table clocks;
    struct tcn_clock_rule rules[3];
    struct tcn_rules more;
    struct tcn_attribute_rule attributes[3];
};

static struct changed changed;

static void begin(void) {
    changed.policy = sample_policy();
    changed.clocks = sample_clocks;
    changed.more = sample_rules;
    memcpy(changed.rules, sample_clock_rules, sizeof(changed.rules));
    memcpy(changed.attributes, sample_attribute_rules, sizeof(changed.attributes));
    changed.clocks.rules = changed.rules;
    changed.more.attributes = changed.attributes;
    changed.policy.clocks = &changed.clocks;
    changed.policy.rules = &changed.more;
}

static void name(uint32_t rule, const char *word) {
    memcpy(changed.rules[rule].unless, word, strlen(word) + 1);
}

static enum tcn_status write_it(void) {
    struct tcn_slice bytes = pass_begin();
    return tcn_wire_policy_encode(&changed.policy, &pass.writer, &bytes);
}

static void the_word_is_carried_with_the_rules_that_have_it(void **state) {
    (void)state;
    struct tcn_policy out;
    begin();
    name(0, "closed");
    name(2, "closed");
    struct tcn_policy in = changed.policy;
    PASS(policy);
    for (uint32_t i = 0; i < 3; i++) {
        assert_string_equal(out.clocks->rules[i].unless, changed.rules[i].unless);
    }
}

static void what_cannot_be_said_is_not_written(void **state) {
    (void)state;
    static const char *const words[] = {"opened", "depth", "state"}; /* none, and no flags */
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        begin();
        name(1, words[i]);
        assert_int_equal(write_it(), TCN_BAD_VALUE);
    }
}

static void two_words_are_not_written(void **state) {
    (void)state;
    begin();
    memcpy(changed.attributes[1].id, "left", sizeof("left"));
    changed.attributes[1].kind = TCN_ATTRIBUTE_FLAG;
    changed.attributes[1].value_count = 0;
    memset(changed.attributes[1].values, 0, sizeof(changed.attributes[1].values));
    name(0, "closed");
    name(1, "left");
    assert_int_equal(write_it(), TCN_BAD_VALUE);
    name(1, "closed");
    assert_int_equal(write_it(), TCN_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_word_is_carried_with_the_rules_that_have_it),
        cmocka_unit_test(what_cannot_be_said_is_not_written),
        cmocka_unit_test(two_words_are_not_written),
    };
    return cmocka_run_group_tests(tests, pass_open, pass_close);
}
