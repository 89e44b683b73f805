/* SPDX-License-Identifier: Apache-2.0 */
/* Sealing as a policy carries it. */
#include "all.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/** A policy whose sealing may be spoiled. */
struct spoiled {
    struct tcn_policy policy;
    struct tcn_sealing sealing;
    struct tcn_seal_rule rules[TCN_SEAL_RULES_MAX + 1];
};

static struct spoiled spoiled;
static uint8_t room[TCN_POLICY_BYTES_MAX];

static void spoil_begin(void) {
    spoiled.policy = sample_policy();
    spoiled.sealing = sample_sealing;
    memcpy(spoiled.rules, sample_seal_rules, sizeof(sample_seal_rules));
    spoiled.sealing.rules = spoiled.rules;
    spoiled.policy.sealing = &spoiled.sealing;
    spoiled.policy.plans = NULL;
}

/** Encodes the policy as it stands. */
static enum tcn_status encode(struct tcn_slice *out_bytes) {
    struct tcn_writer writer = tcn_writer_init(room, sizeof(room));
    return tcn_wire_policy_encode(&spoiled.policy, &writer, out_bytes);
}

/* Spoils one field and expects a status. */
#define SPOIL(field_, value_, status_)                                                             \
    do {                                                                                           \
        struct tcn_slice bytes_;                                                                   \
        spoil_begin();                                                                             \
        spoiled.field_ = (value_);                                                                 \
        assert_int_equal(encode(&bytes_), (status_));                                              \
    } while (0)

#define BAD(field_, value_) SPOIL(field_, value_, TCN_BAD_VALUE)

static void what_sealing_cannot_be_is_not_written(void **state) {
    (void)state;
    BAD(rules[0].id[0], '\0');
    BAD(rules[0].compartment, TCN_COMPARTMENT_NONE);
    BAD(rules[0].compartment, (enum tcn_compartment_kind)(TCN_COMPARTMENTS_MAX + 1));
    BAD(rules[0].compartment, TCN_COMPARTMENT_ACCUSED); /* a text keeps its name */
    BAD(rules[0].fields, 0);
    BAD(rules[0].fields, TCN_SEAL_FIELDS + 1);
    BAD(rules[0].fields, TCN_SEAL_NARRATIVE | TCN_SEAL_ATTRIBUTES); /* of an open matter */
    BAD(rules[1].fields, TCN_SEAL_CONTACT);                         /* without its place */
    BAD(rules[0].wraps, 0);
    BAD(rules[0].wraps, TCN_SEAL_WRAPS + 1);
    BAD(rules[0].wraps, TCN_SEAL_ESCROW); /* and who acts? */
    BAD(rules[0].wraps, TCN_SEAL_OWNER | TCN_SEAL_ALLOW_LIST);
    BAD(rules[0].is_guarded, true); /* for others than its list */
    BAD(rules[1].is_guarded, false);
    BAD(rules[1].wraps, TCN_SEAL_ALLOW_LIST | TCN_SEAL_ESCROW);
    BAD(rules[1].wraps, TCN_SEAL_OWNER);
    BAD(rules[0].domains.ids[1][0], 'x'); /* no domain of the policy */
    BAD(rules[1], sample_seal_rules[0]);  /* twice */
    SPOIL(sealing.rule_count, TCN_SEAL_RULES_MAX + 1, TCN_TOOBIG);
}

static void a_field_is_in_one_rule_for_a_domain(void **state) {
    (void)state;
    struct tcn_slice bytes;
    spoil_begin();
    spoiled.rules[1] = sample_seal_rules[0];
    spoiled.rules[1].id[0] = 'x';
    spoiled.rules[0].domains.count = 1;
    assert_int_equal(encode(&bytes), TCN_BAD_VALUE); /* both name the first */
    spoiled.rules[1].domains = (struct tcn_plan_domains){.ids = {"hazard.road"}, .count = 1};
    assert_int_equal(encode(&bytes), TCN_OK);
    spoiled.rules[1].domains.count = 0; /* stands behind the one that names some */
    assert_int_equal(encode(&bytes), TCN_OK);
    spoiled.rules[0].domains.count = 0;
    assert_int_equal(encode(&bytes), TCN_BAD_VALUE);
}

static void sealing_keeps_every_field(void **state) {
    (void)state;
    struct tcn_slice bytes;
    struct tcn_arena arena;
    struct tcn_policy found;
    spoil_begin();
    assert_int_equal(encode(&bytes), TCN_OK);
    assert_int_equal(tcn_arena_init(&arena, TCN_POLICY_ARENA_BYTES(bytes.size)), TCN_OK);
    assert_int_equal(tcn_wire_policy_decode(bytes, &arena, &found), TCN_OK);
    assert_non_null(found.sealing);
    assert_int_equal(found.sealing->rule_count, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct tcn_seal_rule *rule = &found.sealing->rules[i];
        assert_string_equal(rule->id, sample_seal_rules[i].id);
        assert_memory_equal(&rule->domains, &sample_seal_rules[i].domains, sizeof(rule->domains));
        assert_int_equal(rule->is_guarded, sample_seal_rules[i].is_guarded);
        assert_int_equal(rule->compartment, sample_seal_rules[i].compartment);
        assert_int_equal(rule->fields, sample_seal_rules[i].fields);
        assert_int_equal(rule->wraps, sample_seal_rules[i].wraps);
    }
    tcn_arena_reset(&arena);
    spoiled.policy.sealing = NULL;
    assert_int_equal(encode(&bytes), TCN_OK);
    assert_int_equal(tcn_wire_policy_decode(bytes, &arena, &found), TCN_OK);
    assert_null(found.sealing);
    tcn_arena_fini(&arena);
}

static void what_another_program_wrote_is_judged_alike(void **state) {
    (void)state;
    static const struct {
        uint8_t from; /* a byte of the sample's second rule: its sum of wraps */
        uint8_t to;
        enum tcn_status status;
    } rows[] = {
        {TCN_SEAL_ALLOW_LIST, TCN_SEAL_ALLOW_LIST, TCN_OK},
        {TCN_SEAL_ALLOW_LIST, TCN_SEAL_ALLOW_LIST | TCN_SEAL_ESCROW, TCN_BAD_VALUE},
        {TCN_SEAL_ALLOW_LIST, TCN_SEAL_OWNER, TCN_BAD_VALUE},
        {TCN_SEAL_ALLOW_LIST, TCN_SEAL_WRAPS + 1, TCN_BAD_VALUE},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_slice bytes;
        struct tcn_arena arena;
        struct tcn_policy found;
        spoil_begin();
        assert_int_equal(encode(&bytes), TCN_OK);
        assert_int_equal(room[bytes.size - 1], rows[i].from); /* the last field of the policy */
        room[bytes.size - 1] = rows[i].to;
        assert_int_equal(tcn_arena_init(&arena, TCN_POLICY_ARENA_BYTES(bytes.size)), TCN_OK);
        assert_int_equal(tcn_wire_policy_decode(bytes, &arena, &found), rows[i].status);
        tcn_arena_fini(&arena);
    }
}

static void sealing_at_its_largest_is_read_within_the_room_that_is_told(void **state) {
    (void)state;
    static struct tcn_domain domains[TCN_SEAL_RULES_MAX];
    struct tcn_slice bytes;
    struct tcn_arena arena;
    struct tcn_policy found;
    spoil_begin();
    for (uint32_t i = 0; i < TCN_SEAL_RULES_MAX; i++) {
        struct tcn_seal_rule *rule = &spoiled.rules[i];
        *rule = sample_seal_rules[0];
        domains[i] = (struct tcn_domain){.owner = 1};
        (void)snprintf(domains[i].id, sizeof(domains[i].id), "d%02u", i);
        (void)snprintf(rule->id, sizeof(rule->id), "r%u", i);
        memcpy(rule->domains.ids[0], domains[i].id, sizeof(domains[i].id));
        rule->domains.count = 1;
    }
    spoiled.sealing.rule_count = TCN_SEAL_RULES_MAX;
    spoiled.policy = (struct tcn_policy){.version = 1,
                                         .domains = domains,
                                         .domain_count = TCN_SEAL_RULES_MAX,
                                         .sealing = &spoiled.sealing};
    assert_int_equal(encode(&bytes), TCN_OK);
    assert_int_equal(tcn_arena_init(&arena, TCN_POLICY_ARENA_BYTES(bytes.size)), TCN_OK);
    assert_int_equal(tcn_wire_policy_decode(bytes, &arena, &found), TCN_OK);
    assert_int_equal(found.sealing->rule_count, TCN_SEAL_RULES_MAX);
    tcn_arena_fini(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_sealing_cannot_be_is_not_written),
        cmocka_unit_test(a_field_is_in_one_rule_for_a_domain),
        cmocka_unit_test(sealing_keeps_every_field),
        cmocka_unit_test(what_another_program_wrote_is_judged_alike),
        cmocka_unit_test(sealing_at_its_largest_is_read_within_the_room_that_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
