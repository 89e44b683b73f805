/* SPDX-License-Identifier: Apache-2.0 */
/* The collector's keys in the roll: one behind the other, each once (K3, K10). */
#include "core/roll.h"

#include "trace.h"

#include <string.h>

static struct tcn_public_key key_of(uint8_t number) {
    return (struct tcn_public_key){{number}};
}

/* A registry of a collector and an administrator, and a good change. */
struct fixture {
    struct tcn_principal rows[2];
    struct tcn_successor links[TCN_SUCCESSORS_MAX];
    struct tcn_registry registry;
    struct tcn_registry_change change;
    struct tcn_roll_input in;
    struct tcn_roll_verdict verdict;
};

static void start(struct fixture *fixture) {
    memset(fixture, 0, sizeof(*fixture));
    fixture->rows[0] = (struct tcn_principal){.id = TCN_COLLECTOR_PRINCIPAL,
                                              .role = TCN_ROLE_COLLECTOR,
                                              .status = TCN_PRINCIPAL_ACTIVE,
                                              .transport_key = key_of(1),
                                              .signing_key = key_of(2)};
    fixture->rows[1] = (struct tcn_principal){.id = 2,
                                              .role = TCN_ROLE_ADMIN,
                                              .status = TCN_PRINCIPAL_ACTIVE,
                                              .transport_key = key_of(3),
                                              .signing_key = key_of(4)};
    fixture->registry =
        (struct tcn_registry){.version = 1, .principals = fixture->rows, .principal_count = 2};
    fixture->registry.keys.links = fixture->links;
    fixture->change =
        (struct tcn_registry_change){.kind = TCN_CHANGE_COLLECTOR_KEY, .signing_key = key_of(9)};
    fixture->in = (struct tcn_roll_input){.change = &fixture->change,
                                          .is_proven = true,
                                          .mode = TCN_MODE_ACTUAL,
                                          .log_id = {{7}},
                                          .generation = 3,
                                          .position = 40};
}

static enum tcn_status decide(struct fixture *fixture) {
    tcn_roll_decide(&fixture->registry, &fixture->in, &fixture->verdict);
    return fixture->verdict.code;
}

static void names_a_row(struct fixture *f) {
    f->change.principal = TCN_COLLECTOR_PRINCIPAL;
}
static void no_key(struct fixture *f) {
    f->change.signing_key = key_of(0);
}
static void by_an_administrator(struct fixture *f) {
    f->in.actor = 2;
}
static void not_proven(struct fixture *f) {
    f->in.is_proven = false;
}
static void the_first_key(struct fixture *f) {
    f->change.signing_key = key_of(2);
}
static void a_key_of_somebody(struct fixture *f) {
    f->change.signing_key = key_of(3);
}
static void a_key_that_it_had(struct fixture *f) {
    f->registry.keys.count = 1;
    f->links[0].key = f->change.signing_key;
}
static void no_more(struct fixture *f) {
    f->registry.keys.count = TCN_SUCCESSORS_MAX;
}

static void a_successor_that_is_wrong_changes_nothing(void **state) {
    (void)state;
    static const struct {
        const char *why;
        enum tcn_status code;
        void (*spoil)(struct fixture *fixture);
    } faults[] = {
        {"names a row", TCN_BAD_VALUE, names_a_row},
        {"no key", TCN_BAD_VALUE, no_key},
        {"by an administrator", TCN_DENIED, by_an_administrator},
        {"without both signatures", TCN_DENIED, not_proven},
        {"itself", TCN_CONFLICT, the_first_key},
        {"a key of somebody else", TCN_CONFLICT, a_key_of_somebody},
        {"back to a key", TCN_CONFLICT, a_key_that_it_had},
        {"one too many", TCN_LIMIT, no_more},
    };
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        struct fixture fixture;
        start(&fixture);
        assert_int_equal(decide(&fixture), TCN_OK);
        faults[i].spoil(&fixture);
        if (decide(&fixture) != faults[i].code) {
            fail_msg("%s: %s", faults[i].why, tcn_status_name(fixture.verdict.code));
        }
        assert_false(fixture.verdict.has_successor);
    }
}

static void keys_stand_in_their_order_each_with_its_place(void **state) {
    (void)state;
    struct fixture fixture;
    struct tcn_roll *roll = NULL;
    start(&fixture);
    assert_int_equal(tcn_roll_create(&fixture.registry, &roll), TCN_OK);
    const struct tcn_registry *registry = tcn_roll_registry(roll);
    for (uint32_t i = 0; i < TCN_SUCCESSORS_MAX; i++) {
        fixture.change.signing_key = key_of((uint8_t)(100 + i));
        fixture.in.position = 40 + i;
        tcn_roll_decide(registry, &fixture.in, &fixture.verdict);
        assert_int_equal(fixture.verdict.code, TCN_OK);
        tcn_roll_apply(roll, &fixture.verdict, 40 + i);
        assert_int_equal(registry->keys.count, i + 1);
        assert_int_equal(registry->keys.links[i].key.bytes[0], 100 + i);
        assert_int_equal(registry->keys.links[i].generation, 3);
        assert_int_equal(registry->keys.links[i].position, 40 + i);
    }
    assert_int_equal(registry->keys.log_id.bytes[0], 7);
    assert_int_equal(registry->version, 40 + TCN_SUCCESSORS_MAX - 1);
    /* Whoever begins with this registry has them too. */
    struct tcn_roll *copy = NULL;
    assert_int_equal(tcn_roll_create(registry, &copy), TCN_OK);
    assert_memory_equal(tcn_roll_registry(copy)->keys.links, registry->keys.links,
                        sizeof(fixture.links));
    tcn_roll_destroy(&copy);
    tcn_roll_destroy(&roll);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_successor_that_is_wrong_changes_nothing),
        cmocka_unit_test(keys_stand_in_their_order_each_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
