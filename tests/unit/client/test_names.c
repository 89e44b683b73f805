/* SPDX-License-Identifier: Apache-2.0 */
/* A program asks the collector for the bundle in force, and believes the collector's alone. */
#include "client/names.h"

#include "fake.h"
#include "testlib/forge.h"
#include "wire/registry.h"

enum said {
    SAID_BARE,    /* without a signature */
    SAID_FORGED,  /* signed by the broker */
    SAID_GARBAGE, /* signed by the collector, and no bundle */
    SAID_BUNDLE,
};

/* What the script says. One test at a time. */
static enum said said;
static struct tcn_slice bundle_bytes;

static void script_bundle(struct fake *fake) {
    struct tcn_signature signature;
    if (!fake_hear(fake, TCN_KIND_BUNDLE_ASK)) {
        return;
    }
    fake_say_error(fake, TCN_BUSY, true); /* a broker's word: it is waited out */
    const struct tcn_slice body = said == SAID_GARBAGE ? tcn_slice_text("?") : bundle_bytes;
    const struct tcn_key_set *by = said == SAID_FORGED ? &fake->broker : &fake->collector;
    const struct tcn_header header = {.version = TCN_WIRE_VERSION, .kind = TCN_KIND_BUNDLE};
    if (tcn_sign(&by->signing, TCN_CONTEXT_BUNDLE, body, &signature) != TCN_OK) {
        fake_fault(fake, "the fake cannot sign");
        return;
    }
    fake_send(fake, &header, body, said == SAID_BARE ? NULL : &signature);
}

/* A bundle with the forge's policy, and two sealing keys of one organ. */
static void make_bundle(struct tcn_arena *arena, uint8_t *data, size_t size) {
    static const struct tcn_organ_key keys[] = {{TCN_FORGE_SAFETY, {{1}}},
                                                {TCN_FORGE_SAFETY, {{2}}}};
    struct tcn_forge *forge = calloc(1, sizeof *forge);
    struct tcn_genesis genesis;
    assert_non_null(forge);
    tcn_forge_init(forge, TCN_MODE_ACTUAL);
    assert_int_equal(tcn_wire_genesis_decode(forge->genesis, arena, &genesis), TCN_OK);
    const struct tcn_bundle bundle = {.version = 9,
                                      .log_id = genesis.log_id,
                                      .mode = genesis.mode,
                                      .collector_key = genesis.collector_key,
                                      .policy = genesis.policy,
                                      .organ_keys = keys,
                                      .organ_key_count = COUNT_OF(keys)};
    struct tcn_writer writer = tcn_writer_init(data, size);
    assert_int_equal(tcn_wire_bundle_encode(&bundle, &writer, &bundle_bytes), TCN_OK);
    free(forge);
}

static void only_the_collectors_bundle_is_believed(void **state) {
    (void)state;
    static uint8_t data[256 * 1024];
    static const struct {
        enum said said;
        enum tcn_status expected;
    } rows[] = {{SAID_BARE, TCN_BAD_SIGNATURE},
                {SAID_FORGED, TCN_BAD_SIGNATURE},
                {SAID_GARBAGE, TCN_MALFORMED},
                {SAID_BUNDLE, TCN_OK}};
    struct tcn_arena arena = {0};
    assert_int_equal(tcn_seal_init(), TCN_OK);
    assert_int_equal(tcn_arena_init(&arena, 1024 * 1024), TCN_OK);
    make_bundle(&arena, data, sizeof data);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fake fake;
        struct tcn_names names = {0};
        said = rows[i].said;
        fake_start(&fake, script_bundle);
        struct tcn_session *session = fake_session(&fake);
        assert_int_equal(tcn_names_ask(session, &fake.collector.signing.public_key,
                                       tcn_clock_monotonic_ns() + PATIENCE_NS, &names),
                         rows[i].expected);
        if (rows[i].expected == TCN_OK) {
            assert_int_equal(names.bundle.organ_key_count, 2);
            assert_int_equal(names.bundle.organ_keys[1].key.bytes[0], 2);
            assert_non_null(tcn_policy_organ_by_id(&names.policy, tcn_slice_text("safety")));
        }
        tcn_names_fini(&names);
        tcn_session_close(&session);
        fake_stop(&fake);
    }
    tcn_arena_fini(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_collectors_bundle_is_believed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
