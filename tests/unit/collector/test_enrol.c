/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-single: it makes no thread */
/* A new machine claims the row that it was invited to: what is granted, and to whom nothing is. */
/* ctest-uses: query core store wire link seal */
#include "bench.h"
#include "collector/ledger_inside.h"
#include "query/audit.h"

#define HOUR_NS INT64_C(3600000000000)
#define NEWCOMER (TCN_FORGE_WHO_MAX + 1)

/* A claim, its bytes, and the keys behind it. */
struct claim {
    struct tcn_key_set keys;
    struct tcn_enrol enrol;
    struct tcn_public_key guest_key; /* as CURVE proved it */
    uint8_t bytes[TCN_ENROL_BYTES_MAX];
    struct tcn_chunk chunk;
};

static const struct tcn_id token = {{7, 7, 7}};
static const struct tcn_id other_token = {{8, 8, 8}};

static void sign_claim(const struct bench *bench, struct claim *claim) {
    const struct tcn_registry_change change = tcn_rights_enrolment(&claim->enrol, 0);
    uint8_t bytes[TCN_KEY_PROOF_BYTES];
    tcn_wire_key_proof(&bench->place->forge.log_id, &change, bytes);
    assert_int_equal(tcn_sign(&claim->keys.signing, TCN_CONTEXT_KEY,
                              tcn_slice_of(bytes, sizeof(bytes)), &claim->enrol.proof),
                     TCN_OK);
}

static void encode_claim(struct claim *claim) {
    struct tcn_writer writer = tcn_writer_init(claim->bytes, sizeof(claim->bytes));
    claim->chunk = (struct tcn_chunk){0};
    assert_int_equal(tcn_wire_enrol_encode(&claim->enrol, &writer, &claim->chunk.head), TCN_OK);
}

/* An honest claim with keys of its own. */
static void make_claim(const struct bench *bench, const struct tcn_id *with, struct claim *claim) {
    *claim = (struct claim){0};
    assert_int_equal(tcn_key_set_make(tcn_slice_text("newcomer"), false, &claim->keys), TCN_OK);
    claim->guest_key = claim->keys.transport.public_key;
    claim->enrol = (struct tcn_enrol){
        .format = TCN_ENROL_FORMAT,
        .log_id = bench->place->forge.log_id,
        .token = *with,
        .transport_key = claim->keys.transport.public_key,
        .signing_key = claim->keys.signing.public_key,
    };
    sign_claim(bench, claim);
    encode_claim(claim);
}

static enum tcn_status judge(struct bench *bench, const struct claim *claim) {
    return tcn_intake_enrol(&bench->intake, &claim->guest_key, &claim->chunk, &bench->note,
                            &bench->refuse);
}

/* Puts a claim, as intake passes it, into the open group. */
static void put_claim(struct bench *bench, const struct claim *claim) {
    assert_int_equal(judge(bench, claim), TCN_OK);
    const struct tcn_ledger_input in = {
        .stamp = {.connection = CONNECTION, .guest_key = claim->guest_key},
        .header = {.version = TCN_WIRE_VERSION, .kind = TCN_KIND_ENROL, .request = 5},
        .note = &bench->note,
        .chunk = claim->chunk,
    };
    assert_int_equal(tcn_ledger_take(bench->ledger, &in), TCN_OK);
}

static enum tcn_kind say_claim(struct bench *bench, const struct claim *claim) {
    begin(bench);
    put_claim(bench, claim);
    commit(bench, 1);
    return answer(bench, 0);
}

/* Denied, for ever, and not a word of why. */
static void expect_denied(struct bench *bench, const struct claim *claim) {
    const uint64_t version = tcn_ledger_registry_version(bench->ledger);
    assert_int_equal(say_claim(bench, claim), TCN_KIND_REFUSE);
    assert_int_equal(bench->refuse.code, TCN_DENIED);
    assert_int_equal(bench->refuse.refusal_count, 0);
    assert_false(bench->refuse.is_later);
    assert_true(tcn_hash_equals(&bench->refuse.asked_hash, &bench->note.content_hash));
    assert_int_equal(tcn_ledger_registry_version(bench->ledger), version);
}

/* Changes of the registry, by the administrator; its sequence is the bench's to count. */
static void put_change(struct bench *bench, uint64_t sequence,
                       const struct tcn_registry_change *change) {
    static struct tcn_hash previous;
    const struct tcn_forge *forge = &bench->place->forge;
    const struct tcn_event event = {.format = TCN_EVENT_FORMAT,
                                    .act = TCN_ACT_REGISTRY_CHANGED,
                                    .mode = TCN_MODE_ACTUAL,
                                    .office = tcn_slice_text("desk"),
                                    .body_kind = TCN_BODY_REGISTRY,
                                    .registry = change};
    tcn_forge_chunk_begin(&bench->chunk, forge, TCN_FORGE_ADMIN, sequence,
                          sequence == 1 ? NULL : &previous);
    tcn_forge_chunk_event(&bench->chunk, &event, (struct tcn_slice){0});
    tcn_forge_chunk_seal(&bench->chunk, forge, TCN_FORGE_ADMIN);
    previous = bench->chunk.hash;
    put(bench, TCN_FORGE_ADMIN, TCN_KIND_CHUNK);
}

static void say_change(struct bench *bench, uint64_t sequence,
                       const struct tcn_registry_change *change) {
    begin(bench);
    put_change(bench, sequence, change);
    commit(bench, 1);
    assert_int_equal(answer(bench, 0), TCN_KIND_ACK);
    assert_int_equal(tcn_ledger_registry_version(bench->ledger),
                     tcn_ledger_position(bench->ledger));
}

/* The administrator says HELLO and invites an office by token; the row is NEWCOMER's. */
static void invite(struct bench *bench, uint32_t source) {
    const struct tcn_hello said =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_ADMIN, TCN_LANE_ROUTINE);
    hello(bench, &said);
    const struct tcn_registry_change change = {
        .kind = TCN_CHANGE_INVITED,
        .row = {.name = "newcomer",
                .role = TCN_ROLE_OFFICE,
                .organ = TCN_FORGE_OFFICE_B,
                .source = source},
        .token_hash = tcn_hash_of(tcn_slice_of(token.bytes, sizeof(token.bytes))),
        .until_ns = bench->now_ns + HOUR_NS,
    };
    say_change(bench, 1, &change);
}

static const struct tcn_principal *newcomer(const struct bench *bench) {
    return tcn_ledger_principal(bench->ledger, NEWCOMER);
}

static void spoil(const struct bench *bench, struct claim *claim, int how) {
    const struct tcn_key_set *agent = &bench->place->forge.keys[TCN_FORGE_AGENT_A];
    switch (how) {
    case 1:
        claim->enrol.log_id.bytes[3] ^= 1;
        sign_claim(bench, claim);
        break;
    case 2: /* the claim of another, brought over one's own connection */
        claim->guest_key = agent->transport.public_key;
        break;
    case 3: /* a key that somebody else has */
        claim->enrol.signing_key = agent->signing.public_key;
        break;
    case 4: /* the proof of another claim */
        claim->enrol.token = other_token;
        break;
    case 5:
        claim->enrol.proof.bytes[9] ^= 1;
        break;
    case 6:
        claim->enrol.signing_key = (struct tcn_public_key){{1}}; /* no point of the curve */
        break;
    default:
        claim->enrol.transport_key = agent->transport.public_key;
        break;
    }
    encode_claim(claim);
}

static void intake_denies_whoever_does_not_hold_what_it_brings(void **state) {
    struct bench *bench = *state;
    for (int how = 1; how <= 7; how++) {
        struct claim claim;
        make_claim(bench, &token, &claim);
        assert_int_equal(judge(bench, &claim), TCN_OK);
        spoil(bench, &claim, how);
        if (judge(bench, &claim) != TCN_DENIED || bench->refuse.code != TCN_DENIED ||
            bench->refuse.is_later || bench->refuse.refusal_count != 0) {
            fail_msg("claim %d is not denied", how);
        }
        tcn_key_set_fini(&claim.keys);
    }
}

static void bytes_that_are_no_claim_are_told_so(void **state) {
    struct bench *bench = *state;
    struct claim claim;
    make_claim(bench, &token, &claim);
    const struct tcn_slice whole = claim.chunk.head;
    for (size_t size = 0; size < whole.size; size++) {
        claim.chunk.head = tcn_slice_of(whole.data, size);
        assert_int_not_equal(judge(bench, &claim), TCN_OK);
        assert_false(bench->refuse.is_later);
    }
    claim.enrol.format = TCN_ENROL_FORMAT + 1;
    encode_claim(&claim);
    assert_int_equal(judge(bench, &claim), TCN_UPGRADE);
    assert_true(bench->refuse.is_later);
    tcn_key_set_fini(&claim.keys);
}

static void a_token_that_nobody_gave_opens_nothing(void **state) {
    struct bench *bench = *state;
    struct claim claim;
    make_claim(bench, &token, &claim);
    expect_denied(bench, &claim);
    invite(bench, 0);
    tcn_key_set_fini(&claim.keys);
    make_claim(bench, &other_token, &claim);
    expect_denied(bench, &claim);
    assert_int_equal(tcn_ledger_counts(bench->ledger).unclaimed_count, 2);
    assert_int_equal(newcomer(bench)->status, TCN_PRINCIPAL_INVITED);
    tcn_key_set_fini(&claim.keys);
}

/* A group begins a millisecond after the bench's time. */
static void a_token_is_good_until_its_time_and_not_at_it(void **state) {
    struct bench *bench = *state;
    struct claim claim;
    make_claim(bench, &token, &claim);
    invite(bench, 0);
    const int64_t until_ns = newcomer(bench)->token_until_ns;
    bench->now_ns = until_ns - 1000000;
    expect_denied(bench, &claim);
    tcn_key_set_fini(&claim.keys);
}

static void a_token_is_good_to_its_last_moment(void **state) {
    struct bench *bench = *state;
    struct claim claim;
    make_claim(bench, &token, &claim);
    invite(bench, 0);
    bench->now_ns = newcomer(bench)->token_until_ns - 1000001;
    assert_int_equal(say_claim(bench, &claim), TCN_KIND_ENROLLED);
    tcn_key_set_fini(&claim.keys);
}

static void keys_that_stand_in_a_row_enrol_no_other(void **state) {
    struct bench *bench = *state;
    struct claim claim;
    make_claim(bench, &token, &claim);
    invite(bench, 0);
    /* Its own keys, honestly proven: it is an office already. */
    tcn_key_set_fini(&claim.keys);
    claim.keys = bench->place->forge.keys[TCN_FORGE_AGENT_A];
    claim.enrol.transport_key = claim.keys.transport.public_key;
    claim.enrol.signing_key = claim.keys.signing.public_key;
    claim.guest_key = claim.enrol.transport_key;
    sign_claim(bench, &claim);
    encode_claim(&claim);
    expect_denied(bench, &claim);
    assert_int_equal(newcomer(bench)->status, TCN_PRINCIPAL_INVITED);
}

static void a_source_that_speaks_has_no_second_voice(void **state) {
    struct bench *bench = *state;
    struct claim claim;
    make_claim(bench, &token, &claim);
    invite(bench, TCN_FORGE_AGENT_A);
    expect_denied(bench, &claim);
    const struct tcn_registry_change gone = {.kind = TCN_CHANGE_REVOKED,
                                             .principal = TCN_FORGE_AGENT_A};
    say_change(bench, 2, &gone);
    assert_int_equal(say_claim(bench, &claim), TCN_KIND_ENROLLED);
    assert_int_equal(bench->enrolled.row.source, TCN_FORGE_AGENT_A);
    tcn_key_set_fini(&claim.keys);
}

static void an_invitation_that_was_taken_back_opens_nothing(void **state) {
    struct bench *bench = *state;
    struct claim claim;
    make_claim(bench, &token, &claim);
    invite(bench, 0);
    const struct tcn_registry_change gone = {.kind = TCN_CHANGE_REVOKED, .principal = NEWCOMER};
    say_change(bench, 2, &gone);
    expect_denied(bench, &claim);
    tcn_key_set_fini(&claim.keys);
}

static void expect_granted(struct bench *bench, const struct claim *claim, uint64_t position) {
    assert_int_equal(say_claim(bench, claim), TCN_KIND_ENROLLED);
    assert_true(tcn_hash_equals(&bench->enrolled.enrol_hash, &bench->note.content_hash));
    assert_int_equal(bench->enrolled.position, position);
    assert_int_equal(bench->enrolled.row.id, NEWCOMER);
    assert_string_equal(bench->enrolled.row.name, "newcomer");
    assert_int_equal(bench->enrolled.row.status, TCN_PRINCIPAL_ACTIVE);
    assert_memory_equal(&bench->enrolled.row.transport_key, &claim->enrol.transport_key,
                        sizeof(struct tcn_public_key));
    assert_memory_equal(&bench->enrolled.row.signing_key, &claim->enrol.signing_key,
                        sizeof(struct tcn_public_key));
    assert_true(tcn_hash_is_none(&bench->enrolled.row.token_hash));
    assert_int_equal(tcn_ledger_registry_version(bench->ledger), position);
}

static void check_log(const struct bench *bench) {
    struct tcn_audit_report report;
    assert_int_equal(tcn_audit_run(bench->house.log, &bench->house.charter, &report), TCN_OK);
    assert_int_equal(report.last_position, tcn_ledger_position(bench->ledger));
}

static void a_token_is_good_once_and_its_answer_as_often_as_it_is_asked_for(void **state) {
    struct bench *bench = *state;
    struct claim claim;
    struct claim thief;
    make_claim(bench, &token, &claim);
    make_claim(bench, &token, &thief);
    invite(bench, 0);
    const uint64_t position = tcn_ledger_position(bench->ledger) + 1;
    expect_granted(bench, &claim, position);
    expect_denied(bench, &thief);
    expect_granted(bench, &claim, position); /* its answer was lost */
    assert_int_equal(tcn_ledger_position(bench->ledger), position);
    /* The same keys with another token are another claim. */
    claim.enrol.token = other_token;
    sign_claim(bench, &claim);
    encode_claim(&claim);
    expect_denied(bench, &claim);
    claim.enrol.token = token;
    sign_claim(bench, &claim);
    encode_claim(&claim);
    /* After a restart the log says the same, also a day later. */
    close_bench(bench);
    open_bench(bench, false);
    bench->now_ns += 25 * HOUR_NS;
    expect_denied(bench, &thief);
    expect_granted(bench, &claim, position);
    assert_int_equal(tcn_ledger_position(bench->ledger), position);
    check_log(bench);
    tcn_key_set_fini(&claim.keys);
    tcn_key_set_fini(&thief.keys);
}

static void who_is_shut_out_again_is_answered_no_more(void **state) {
    struct bench *bench = *state;
    struct claim claim;
    make_claim(bench, &token, &claim);
    invite(bench, 0);
    expect_granted(bench, &claim, tcn_ledger_position(bench->ledger) + 1);
    const struct tcn_registry_change gone = {.kind = TCN_CHANGE_REVOKED, .principal = NEWCOMER};
    say_change(bench, 2, &gone);
    expect_denied(bench, &claim);
    check_log(bench);
    tcn_key_set_fini(&claim.keys);
}

/* All in one group: the invitation, the claim, the same claim over another connection, a thief's.
 */
static void in_one_group_it_is_the_same(void **state) {
    struct bench *bench = *state;
    struct claim claim;
    struct claim thief;
    make_claim(bench, &token, &claim);
    make_claim(bench, &token, &thief);
    invite(bench, 0);
    const uint64_t position = tcn_ledger_position(bench->ledger) + 1;
    begin(bench);
    put_claim(bench, &claim);
    put_claim(bench, &thief);
    put_claim(bench, &claim);
    const struct tcn_cursor cursor = {.name = "duty",
                                      .principal = TCN_FORGE_WATCH_SAFETY,
                                      .stream = {TCN_MODE_ACTUAL, TCN_FORGE_SAFETY},
                                      .generation = 1};
    assert_int_equal(tcn_ledger_cursor(bench->ledger, &cursor), TCN_OK); /* one more own chunk */
    commit(bench, 3);
    assert_int_equal(answer(bench, 0), TCN_KIND_ENROLLED);
    assert_int_equal(bench->enrolled.position, position);
    assert_int_equal(answer(bench, 1), TCN_KIND_REFUSE);
    assert_int_equal(bench->refuse.code, TCN_DENIED);
    assert_int_equal(answer(bench, 2), TCN_KIND_ENROLLED);
    assert_int_equal(bench->enrolled.position, position);
    assert_int_equal(tcn_ledger_position(bench->ledger), position + 1);
    check_log(bench);
    tcn_key_set_fini(&claim.keys);
    tcn_key_set_fini(&thief.keys);
}

static void an_enrolment_that_was_given_up_never_was(void **state) {
    struct bench *bench = *state;
    struct claim claim;
    make_claim(bench, &token, &claim);
    invite(bench, 0);
    const uint64_t position = tcn_ledger_position(bench->ledger);
    bench->place->logger.level = (enum tcn_log_level)0; /* the failure is on purpose */
    begin(bench);
    put_claim(bench, &claim);
    assert_int_equal(tcn_ledger_give_up(bench->ledger), TCN_OK);
    put_claim(bench, &claim); /* and what comes after it waits as well */
    commit(bench, 2);
    for (uint32_t i = 0; i < 2; i++) {
        assert_int_equal(answer(bench, i), TCN_KIND_REFUSE);
        assert_int_equal(bench->refuse.code, TCN_FULL);
        assert_true(bench->refuse.is_later);
    }
    assert_int_equal(tcn_ledger_position(bench->ledger), position);
    assert_int_equal(newcomer(bench)->status, TCN_PRINCIPAL_INVITED);
    expect_granted(bench, &claim, position + 1);
    tcn_key_set_fini(&claim.keys);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(intake_denies_whoever_does_not_hold_what_it_brings),
        TEST(bytes_that_are_no_claim_are_told_so),
        TEST(a_token_that_nobody_gave_opens_nothing),
        TEST(a_token_is_good_until_its_time_and_not_at_it),
        TEST(a_token_is_good_to_its_last_moment),
        TEST(keys_that_stand_in_a_row_enrol_no_other),
        TEST(a_source_that_speaks_has_no_second_voice),
        TEST(an_invitation_that_was_taken_back_opens_nothing),
        TEST(a_token_is_good_once_and_its_answer_as_often_as_it_is_asked_for),
        TEST(who_is_shut_out_again_is_answered_no_more),
        TEST(in_one_group_it_is_the_same),
        TEST(an_enrolment_that_was_given_up_never_was),
    };
#undef TEST
    return cmocka_run_group_tests_name("enrol", tests, NULL, NULL);
}
