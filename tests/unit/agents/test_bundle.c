/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-single: it makes no thread */
#include "district.h"

static const struct tcn_public_key any_key;

static int setup(void **state) {
    *state = district_create(TCN_MODE_ACTUAL, "office_chahe");
    return 0;
}

/* A ring that was given this one's key; of nobody: whatever the bundle names. */
static struct tcn_keyring *ring_of(const struct tcn_key_set *keys) {
    static struct tcn_keyring ring;
    tcn_keyring_init(&ring, NULL, keys == NULL ? &any_key : &keys->signing.public_key);
    return &ring;
}

static struct tcn_keyring *any_ring(void) {
    return ring_of(NULL);
}

static int teardown(void **state) {
    district_destroy(*state);
    return 0;
}

static void damaged_bytes_are_refused(void **state) {
    struct district *district = *state;
    struct tcn_slice bytes = bundle_bytes(district, &district->collector.signing);
    struct tcn_agent_bundle bundle;
    uint8_t *copy = malloc(bytes.size + 1);
    assert_non_null(copy);
    static const size_t cuts[] = {0, 3, 4, 5, 63, 64, 68};
    for (size_t i = 0; i < COUNT_OF(cuts); i++) {
        assert_int_equal(
            tcn_agent_bundle_init(tcn_slice_of(bytes.data, cuts[i]), any_ring(), &bundle),
            TCN_MALFORMED);
    }
    memcpy(copy, bytes.data, bytes.size);
    copy[bytes.size] = 0;
    assert_int_equal(tcn_agent_bundle_init(tcn_slice_of(copy, bytes.size + 1), any_ring(), &bundle),
                     TCN_MALFORMED);
    for (size_t i = 4; i < bytes.size; i += 7) {
        memcpy(copy, bytes.data, bytes.size);
        copy[i] ^= 0x20;
        enum tcn_status status =
            tcn_agent_bundle_init(tcn_slice_of(copy, bytes.size), any_ring(), &bundle);
        assert_int_not_equal(status, TCN_OK);
    }
    free(copy);
}

static void another_signature_is_refused(void **state) {
    struct district *district = *state;
    struct tcn_agent_bundle bundle;
    struct tcn_slice bytes = bundle_bytes(district, &district->office.signing);
    assert_int_equal(tcn_agent_bundle_init(bytes, any_ring(), &bundle), TCN_BAD_SIGNATURE);
    bytes = bundle_bytes(district, &district->collector.signing);
    assert_int_equal(tcn_agent_bundle_init(bytes, ring_of(&district->office), &bundle),
                     TCN_BAD_SIGNATURE);
}

static void a_file_that_cannot_be_read_is_told_apart(void **state) {
    struct district *district = *state;
    struct tcn_slice bytes;
    char path[2 * PATH_BYTES];
    (void)snprintf(path, sizeof(path), "%s/absent", district->dir);
    assert_int_equal(tcn_agent_bundle_read(path, &district->arena, &bytes), TCN_ABSENT);
    struct tcn_arena small;
    assert_int_equal(tcn_arena_init(&small, 16), TCN_OK);
    assert_int_equal(tcn_agent_bundle_read(district->bundle_file, &small, &bytes), TCN_NOMEM);
    tcn_arena_fini(&small);
    FILE *file = fopen(district->bundle_file, "wb");
    assert_non_null(file);
    assert_int_equal(ftruncate(fileno(file), TCN_AGENT_BUNDLE_BYTES_MAX + 1), 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(tcn_agent_bundle_read(district->bundle_file, &district->arena, &bytes),
                     TCN_TOOBIG);
}

static void a_bundle_comes_back_with_its_policy_and_newest_keys(void **state) {
    struct district *district = *state;
    struct tcn_slice bytes;
    struct tcn_agent_bundle bundle;
    struct tcn_organ_key keys[2] = {{.organ = WATER, .key = {{1}}}, {.organ = WATER, .key = {{2}}}};
    assert_int_equal(tcn_agent_bundle_read(district->bundle_file, &district->arena, &bytes),
                     TCN_OK);
    assert_int_equal(tcn_agent_bundle_init(bytes, ring_of(&district->collector), &bundle), TCN_OK);
    assert_int_equal(bundle.bundle.version, 1);
    assert_int_equal(bundle.bundle.mode, TCN_MODE_ACTUAL);
    assert_true(tcn_id_equals(&bundle.bundle.log_id, &district->bundle.log_id));
    assert_int_equal(bundle.policy.organ_count, COUNT_OF(district_organs));
    assert_null(tcn_agent_bundle_key(&bundle.bundle, KEYLESS));
    assert_memory_equal(tcn_agent_bundle_key(&bundle.bundle, WATER), &district->organ_keys[1].key,
                        32);
    bundle.bundle.organ_keys = keys;
    bundle.bundle.organ_key_count = 2;
    assert_int_equal(tcn_agent_bundle_key(&bundle.bundle, WATER)->bytes[0], 2);
    tcn_agent_bundle_fini(&bundle);
    tcn_agent_bundle_fini(&bundle);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(damaged_bytes_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(another_signature_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_file_that_cannot_be_read_is_told_apart, setup, teardown),
        cmocka_unit_test_setup_teardown(a_bundle_comes_back_with_its_policy_and_newest_keys, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
