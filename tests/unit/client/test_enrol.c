/* SPDX-License-Identifier: Apache-2.0 */
/* A machine that was invited: what it says at the door, and whom it believes. */
#include "client/enrol.h"

#include "client/setup_file.h"
#include "fake.h"
#include "wire/enrol.h"
#include "wire/registry.h"

#define SHORT_NS (TCN_SECOND_NS / 2)

static const struct tcn_id log_id = {{1, 2, 3}};

static struct tcn_invitation invitation_of(const struct fake *fake) {
    struct tcn_invitation made = {
        .name = "newcomer",
        .until_ns = INT64_C(1795449600000000000),
        .broker_key = fake->broker.transport.public_key,
        .log_id = log_id,
        .collector_key = fake->collector.signing.public_key,
        .token = {{9, 9, 9}},
    };
    (void)snprintf(made.door, sizeof made.door, "%.200s", fake->address);
    (void)snprintf(made.front, sizeof made.front, "%.200s", fake->address);
    return made;
}

/* The claim in hand is whole and proven; its hash is what answers name. */
static bool take_claim(struct fake *fake, struct tcn_hash *out_hash) {
    struct tcn_enrol enrol;
    uint8_t proof[TCN_KEY_PROOF_BYTES];
    if (tcn_wire_enrol_decode(fake_body(fake), &fake->arena, &enrol) != TCN_OK) {
        fake_fault(fake, "ENROL does not decode");
        return false;
    }
    const struct tcn_registry_change change = {
        .kind = TCN_CHANGE_ENROLLED,
        .token_hash = tcn_hash_of(tcn_slice_of(enrol.token.bytes, sizeof enrol.token.bytes)),
        .transport_key = enrol.transport_key,
        .signing_key = enrol.signing_key,
    };
    tcn_wire_key_proof(&log_id, &change, proof);
    if (!tcn_id_equals(&enrol.log_id, &log_id) || enrol.token.bytes[0] != 9 ||
        memcmp(&enrol.transport_key, &fake->client.transport.public_key, 32) != 0 ||
        tcn_verify(&fake->client.signing.public_key, TCN_CONTEXT_KEY,
                   tcn_slice_of(proof, sizeof proof), &enrol.proof) != TCN_OK) {
        fake_fault(fake, "ENROL is not the machine's");
    }
    *out_hash = tcn_hash_in_context(TCN_CONTEXT_ENROL, fake_body(fake));
    return true;
}

static void answer(struct fake *fake, enum tcn_kind kind, struct tcn_slice body,
                   const struct tcn_signing_key *key, const char *context) {
    const struct tcn_header header = {
        .version = TCN_WIRE_VERSION, .kind = kind, .request = fake->heard.request};
    struct tcn_signature signature;
    if (tcn_sign(key, context, body, &signature) != TCN_OK) {
        fake_fault(fake, "the fake cannot sign");
    }
    fake_send(fake, &header, body, &signature);
}

static void say_enrolled(struct fake *fake, const struct tcn_hash *claim_hash,
                         const struct tcn_signing_key *key) {
    uint8_t bytes[2048];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof bytes);
    struct tcn_slice body;
    const struct tcn_enrolled enrolled = {.enrol_hash = *claim_hash,
                                          .position = 77,
                                          .row = {.id = 14,
                                                  .name = "newcomer",
                                                  .role = TCN_ROLE_OFFICE,
                                                  .status = TCN_PRINCIPAL_ACTIVE,
                                                  .source = 5}};
    if (tcn_wire_enrolled_encode(&enrolled, &writer, &body) != TCN_OK) {
        fake_fault(fake, "ENROLLED does not encode");
        return;
    }
    answer(fake, TCN_KIND_ENROLLED, body, key, TCN_CONTEXT_ENROLLED);
}

static void say_refuse(struct fake *fake, const struct tcn_hash *claim_hash, enum tcn_status code,
                       bool is_later, const struct tcn_signing_key *key) {
    uint8_t bytes[512];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof bytes);
    struct tcn_slice body;
    const struct tcn_refuse refuse = {
        .code = (uint32_t)code, .is_later = is_later, .asked_hash = *claim_hash};
    if (tcn_wire_refuse_encode(&refuse, &writer, &body) != TCN_OK) {
        fake_fault(fake, "REFUSE does not encode");
        return;
    }
    answer(fake, TCN_KIND_REFUSE, body, key, TCN_CONTEXT_REFUSE);
}

/* Runs a script against one claim. */
static enum tcn_status claim_at(fake_script *script, int64_t patience_ns,
                                struct tcn_enrolled *out_enrolled) {
    struct fake fake;
    fake_start(&fake, script);
    const struct tcn_invitation invitation = invitation_of(&fake);
    const struct tcn_enrolling enrolling = {.invitation = &invitation,
                                            .keys = &fake.client,
                                            .stop_descriptor = -1,
                                            .deadline_ns = tcn_clock_monotonic_ns() + patience_ns};
    const enum tcn_status status = tcn_enrol_claim(&enrolling, out_enrolled);
    fake_stop(&fake);
    return status;
}

static void signed_by_another(struct fake *fake) {
    struct tcn_hash hash;
    if (fake_hear(fake, TCN_KIND_ENROL) && take_claim(fake, &hash)) {
        say_enrolled(fake, &hash, &fake->client.signing);
    }
}

static void of_another_claim(struct fake *fake) {
    struct tcn_hash hash;
    if (fake_hear(fake, TCN_KIND_ENROL) && take_claim(fake, &hash)) {
        hash.bytes[0] ^= 1;
        say_enrolled(fake, &hash, &fake->collector.signing);
    }
}

static void denied_by_a_broker(struct fake *fake) {
    struct tcn_hash hash;
    if (fake_hear(fake, TCN_KIND_ENROL) && take_claim(fake, &hash)) {
        say_refuse(fake, &hash, TCN_DENIED, false, &fake->client.signing);
    }
}

static void denied_to_another(struct fake *fake) {
    struct tcn_hash hash;
    if (fake_hear(fake, TCN_KIND_ENROL) && take_claim(fake, &hash)) {
        hash.bytes[31] ^= 1;
        say_refuse(fake, &hash, TCN_DENIED, false, &fake->collector.signing);
    }
}

static void denied(struct fake *fake) {
    struct tcn_hash hash;
    if (fake_hear(fake, TCN_KIND_ENROL) && take_claim(fake, &hash)) {
        say_refuse(fake, &hash, TCN_DENIED, false, &fake->collector.signing);
    }
}

static void another_kind(struct fake *fake) {
    struct tcn_hash hash;
    if (fake_hear(fake, TCN_KIND_ENROL) && take_claim(fake, &hash)) {
        answer(fake, TCN_KIND_WELCOME, fake_body(fake), &fake->collector.signing,
               TCN_CONTEXT_WELCOME);
    }
}

static void only_the_collector_ends_a_claim(void **state) {
    (void)state;
    static const struct {
        fake_script *script;
        enum tcn_status status;
    } cases[] = {
        {signed_by_another, TCN_BAD_SIGNATURE},
        {of_another_claim, TCN_BAD_SIGNATURE},
        {denied_by_a_broker, TCN_BAD_SIGNATURE},
        {denied_to_another, TCN_BAD_SIGNATURE},
        {denied, TCN_DENIED},
        {another_kind, TCN_MALFORMED},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct tcn_enrolled enrolled = {.position = 4};
        assert_int_equal(claim_at(cases[i].script, PATIENCE_NS, &enrolled), cases[i].status);
        assert_int_equal(enrolled.position, 4);
    }
}

/* "Later" from anybody, and an ERROR, which nobody signs; then the answer. */
static void later_and_then(struct fake *fake) {
    struct tcn_hash first;
    struct tcn_hash hash;
    if (!fake_hear(fake, TCN_KIND_ENROL) || !take_claim(fake, &first)) {
        return;
    }
    say_refuse(fake, &first, TCN_FULL, true, &fake->client.signing);
    if (!fake_hear(fake, TCN_KIND_ENROL) || !take_claim(fake, &hash)) {
        return;
    }
    fake_say_error(fake, TCN_DENIED, false);
    if (!fake_hear(fake, TCN_KIND_ENROL) || !take_claim(fake, &hash)) {
        return;
    }
    if (!tcn_hash_equals(&first, &hash)) {
        fake_fault(fake, "the claim said again is another");
    }
    say_enrolled(fake, &hash, &fake->collector.signing);
}

static void a_claim_is_said_again_until_it_is_answered(void **state) {
    (void)state;
    struct tcn_enrolled enrolled = {.position = 0};
    assert_int_equal(claim_at(later_and_then, PATIENCE_NS, &enrolled), TCN_OK);
    assert_int_equal(enrolled.position, 77);
    assert_int_equal(enrolled.row.id, 14);
}

/* The first answer is lost with its connection. */
static void lost_and_then(struct fake *fake) {
    struct tcn_hash hash;
    if (fake_hear(fake, TCN_KIND_ENROL) && take_claim(fake, &hash) &&
        fake_hear(fake, TCN_KIND_ENROL) && take_claim(fake, &hash)) {
        say_enrolled(fake, &hash, &fake->collector.signing);
    }
}

static void a_lost_answer_is_asked_for_again(void **state) {
    (void)state;
    struct tcn_enrolled enrolled = {.position = 0};
    assert_int_equal(claim_at(lost_and_then, PATIENCE_NS, &enrolled), TCN_OK);
    assert_int_equal(enrolled.position, 77);
}

static void deaf(struct fake *fake) {
    (void)fake_hear(fake, TCN_KIND_ENROL);
}

static void who_is_not_answered_learns_it_in_time(void **state) {
    (void)state;
    struct tcn_enrolled enrolled = {.position = 0};
    assert_int_equal(claim_at(deaf, SHORT_NS, &enrolled), TCN_TIMEOUT);
}

static void nothing(struct fake *fake) {
    (void)fake;
}

static void a_door_without_the_broker_s_key_is_nobody(void **state) {
    (void)state;
    struct fake fake;
    fake_start(&fake, nothing);
    struct tcn_invitation invitation = invitation_of(&fake);
    struct tcn_enrolled enrolled;
    int stop[2];
    assert_int_equal(pipe(stop), 0);
    struct tcn_enrolling enrolling = {.invitation = &invitation,
                                      .keys = &fake.client,
                                      .stop_descriptor = stop[0],
                                      .deadline_ns = tcn_clock_monotonic_ns() + SHORT_NS};
    invitation.broker_key = fake.collector.transport.public_key;
    assert_int_equal(tcn_enrol_claim(&enrolling, &enrolled), TCN_UNREACHABLE_PEER);
    (void)snprintf(invitation.door, sizeof invitation.door, "nowhere");
    assert_int_equal(tcn_enrol_claim(&enrolling, &enrolled), TCN_CONFIG);
    (void)snprintf(invitation.door, sizeof invitation.door, "tcp://127.0.0.1:1");
    enrolling.deadline_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    assert_int_equal(write(stop[1], "!", 1), 1);
    assert_int_equal(tcn_enrol_claim(&enrolling, &enrolled), TCN_CANCELED);
    (void)close(stop[0]);
    (void)close(stop[1]);
    fake_stop(&fake);
}

static void say_bundle(struct fake *fake, struct tcn_id of_log, const struct tcn_signing_key *key) {
    uint8_t bytes[2048];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof bytes);
    struct tcn_slice body;
    const struct tcn_bundle bundle = {.version = 1,
                                      .log_id = of_log,
                                      .mode = TCN_MODE_ACTUAL,
                                      .collector_key = fake->collector.signing.public_key,
                                      .policy = tcn_slice_text("a policy")};
    if (tcn_wire_bundle_encode(&bundle, &writer, &body) != TCN_OK) {
        fake_fault(fake, "BUNDLE does not encode");
        return;
    }
    answer(fake, TCN_KIND_BUNDLE, body, key, TCN_CONTEXT_BUNDLE);
}

static void bundle_of_another(struct fake *fake) {
    if (fake_hear(fake, TCN_KIND_BUNDLE_ASK)) {
        say_bundle(fake, log_id, &fake->client.signing);
    }
}

static void bundle_of_another_log(struct fake *fake) {
    if (fake_hear(fake, TCN_KIND_BUNDLE_ASK)) {
        say_bundle(fake, (struct tcn_id){{4}}, &fake->collector.signing);
    }
}

static void bundle_after_an_error(struct fake *fake) {
    if (fake_hear(fake, TCN_KIND_BUNDLE_ASK)) {
        fake_say_error(fake, TCN_DENIED, false);
        say_bundle(fake, log_id, &fake->collector.signing);
    }
}

static void a_bundle_is_taken_when_the_collector_signed_it_for_this_log(void **state) {
    (void)state;
    static const struct {
        fake_script *script;
        enum tcn_status status;
    } cases[] = {{bundle_of_another, TCN_BAD_SIGNATURE},
                 {bundle_of_another_log, TCN_FOREIGN_LOG},
                 {bundle_after_an_error, TCN_OK}};
    char dir[] = "enrol-test-XXXXXX";
    char path[64];
    assert_non_null(mkdtemp(dir));
    (void)snprintf(path, sizeof path, "%s/bundle.bin", dir);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fake fake;
        fake_start(&fake, cases[i].script);
        const struct tcn_invitation invitation = invitation_of(&fake);
        const struct tcn_enrolling enrolling = {.invitation = &invitation,
                                                .keys = &fake.client,
                                                .stop_descriptor = -1,
                                                .deadline_ns =
                                                    tcn_clock_monotonic_ns() + PATIENCE_NS};
        assert_int_equal(tcn_enrol_bundle(&enrolling, dir), cases[i].status);
        fake_stop(&fake);
        assert_int_equal(access(path, F_OK) == 0, cases[i].status == TCN_OK);
    }
    uint8_t *data = NULL;
    struct tcn_slice bytes;
    struct tcn_signature signature;
    assert_int_equal(tcn_setup_file_read(dir, "bundle.bin", &data, &bytes, &signature), TCN_OK);
    free(data);
    (void)unlink(path);
    (void)rmdir(dir);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_collector_ends_a_claim),
        cmocka_unit_test(a_claim_is_said_again_until_it_is_answered),
        cmocka_unit_test(a_lost_answer_is_asked_for_again),
        cmocka_unit_test(who_is_not_answered_learns_it_in_time),
        cmocka_unit_test(a_door_without_the_broker_s_key_is_nobody),
        cmocka_unit_test(a_bundle_is_taken_when_the_collector_signed_it_for_this_log),
    };
    return cmocka_run_group_tests_name("enrol", tests, NULL, NULL);
}
