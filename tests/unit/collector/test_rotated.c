/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-single: it makes no thread */
/* A rotation as the log writer sees it: both keys are good while they overlap, WELCOME tells which
 * of them is the principal's own, and the old one ends. */
/* ctest-uses: query core store wire link seal */
#include "base/clock.h"
#include "bench.h"
#include "collector/roster.h"
#include "wire/enrol.h"

/** How long the old keys are good, from the clock of the bench's first group on. */
#define OVERLAP_NS (60 * TCN_SECOND_NS)

/* Signs as office-a's agent with this set from now on. */
static void use_keys(struct bench *bench, const struct tcn_key_set *set) {
    bench->place->forge.keys[TCN_FORGE_AGENT_A] = *set;
}

/* Intake follows the registry as the log has it, as the net actor would. */
static void follow(struct bench *bench, struct tcn_roster *roster) {
    assert_int_equal(tcn_roster_follow(roster, UINT64_MAX), TCN_OK);
    bench->intake.registry = tcn_roster_registry(roster);
}

static struct tcn_registry_change rotation_to(const struct bench *bench,
                                              const struct tcn_key_set *next) {
    struct tcn_registry_change change = {
        .kind = TCN_CHANGE_ROTATED,
        .principal = TCN_FORGE_AGENT_A,
        .transport_key = next->transport.public_key,
        .signing_key = next->signing.public_key,
        .until_ns = NOW_NS + OVERLAP_NS,
    };
    uint8_t bytes[TCN_KEY_PROOF_BYTES];
    tcn_wire_key_proof(&bench->place->forge.log_id, &change, bytes);
    assert_int_equal(tcn_sign(&next->signing, TCN_CONTEXT_KEY, tcn_slice_of(bytes, sizeof(bytes)),
                              &change.proof),
                     TCN_OK);
    return change;
}

/* Office-a's agent says ROTATED in its own lane. */
static void rotate(struct bench *bench, const struct tcn_key_set *next) {
    const struct tcn_registry_change change = rotation_to(bench, next);
    const struct tcn_event event = {.format = TCN_EVENT_FORMAT,
                                    .act = TCN_ACT_REGISTRY_CHANGED,
                                    .mode = TCN_MODE_ACTUAL,
                                    .office = tcn_slice_text("office-a"),
                                    .body_kind = TCN_BODY_REGISTRY,
                                    .registry = &change};
    tcn_forge_chunk_begin(&bench->chunk, &bench->place->forge, TCN_FORGE_AGENT_A, 1, NULL);
    tcn_forge_chunk_event(&bench->chunk, &event, (struct tcn_slice){0});
    tcn_forge_chunk_seal(&bench->chunk, &bench->place->forge, TCN_FORGE_AGENT_A);
    begin(bench);
    put(bench, TCN_FORGE_AGENT_A, TCN_KIND_CHUNK);
    commit(bench, 1);
    assert_int_equal(answer(bench, 0), TCN_KIND_ACK);
}

/* What intake says to HELLO of the keys in use. */
static enum tcn_status knock(struct bench *bench) {
    const struct tcn_hello said =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_A, TCN_LANE_ROUTINE);
    tcn_forge_hello_seal(&bench->chunk, &bench->place->forge, TCN_FORGE_AGENT_A, &said);
    return tcn_intake_hello(&bench->intake, TCN_FORGE_AGENT_A, &bench->chunk.chunk, bench->now_ns,
                            &bench->note, &bench->refuse);
}

static void both_keys_are_good_while_they_overlap_and_one_after(void **state) {
    struct bench *bench = *state;
    struct tcn_roster roster;
    struct tcn_key_set old = bench->place->forge.keys[TCN_FORGE_AGENT_A];
    struct tcn_key_set next;
    assert_int_equal(tcn_key_set_make(tcn_slice_text("office-a"), false, &next), TCN_OK);
    assert_int_equal(tcn_roster_open(&roster, &bench->house), TCN_OK);
    greet(bench);
    assert_true(bench->welcome.key_until_ns == 0);
    assert_true(bench->welcome.not_after_ns == 0);
    use_keys(bench, &next);
    assert_int_equal(knock(bench), TCN_BAD_SIGNATURE); /* not before it is in the log */
    use_keys(bench, &old);
    rotate(bench, &next);
    const struct tcn_hash previous = bench->chunk.hash;
    follow(bench, &roster);

    greet(bench); /* by the old key, which is told that it is */
    assert_true(bench->welcome.key_until_ns == NOW_NS + OVERLAP_NS);
    assert_int_equal(bench->welcome.mark_sequence, 1);
    assert_int_equal(send_reports(bench, 2, 1, &previous), TCN_KIND_ACK);
    const struct tcn_hash second = bench->chunk.hash;
    use_keys(bench, &next);
    greet(bench);
    assert_true(bench->welcome.key_until_ns == 0);
    assert_int_equal(bench->welcome.mark_sequence, 2);
    assert_int_equal(send_reports(bench, 3, 1, &second), TCN_KIND_ACK);

    bench->now_ns = NOW_NS + OVERLAP_NS;
    use_keys(bench, &old);
    assert_int_equal(knock(bench), TCN_BAD_SIGNATURE);
    use_keys(bench, &next);
    assert_int_equal(knock(bench), TCN_OK);
    tcn_roster_close(&roster);
    tcn_key_set_fini(&old);
    tcn_key_set_fini(&next);
}

/* An agent that was off for longer than its keys overlap: what is in the log gets its receipt,
 * under the key that has ended too, and nothing new does. */
static void under_an_ended_key_only_what_is_logged_gets_its_receipt(void **state) {
    struct bench *bench = *state;
    struct tcn_roster roster;
    struct tcn_key_set old = bench->place->forge.keys[TCN_FORGE_AGENT_A];
    struct tcn_key_set next;
    assert_int_equal(tcn_key_set_make(tcn_slice_text("office-a"), false, &next), TCN_OK);
    assert_int_equal(tcn_roster_open(&roster, &bench->house), TCN_OK);
    greet(bench);
    rotate(bench, &next);
    const struct tcn_hash previous = bench->chunk.hash;
    assert_int_equal(send_reports(bench, 2, 1, &previous), TCN_KIND_ACK);
    const struct tcn_hash second = bench->chunk.hash;
    follow(bench, &roster);
    bench->now_ns = NOW_NS + 2 * OVERLAP_NS;
    use_keys(bench, &next);
    greet(bench);
    use_keys(bench, &old);
    assert_int_equal(send_reports(bench, 2, 1, &previous), TCN_KIND_ACK);
    assert_int_equal(tcn_ledger_counts(bench->ledger).duplicate_count, 1);
    assert_int_equal(send_reports(bench, 3, 1, &second), TCN_KIND_REFUSE);
    assert_int_equal(bench->refuse.code, TCN_REVOKED);
    assert_false(bench->refuse.is_later);
    use_keys(bench, &next);
    greet(bench);
    assert_int_equal(bench->welcome.mark_sequence, 2);
    assert_int_equal(send_reports(bench, 3, 1, &second), TCN_KIND_ACK);
    tcn_roster_close(&roster);
    tcn_key_set_fini(&old);
    tcn_key_set_fini(&next);
}

/* The first of two groups has the rotation; the second's HELLO was checked by intake before it. */
static void a_hello_on_its_way_is_judged_by_the_registry_at_its_place(void **state) {
    struct bench *bench = *state;
    struct tcn_key_set next;
    assert_int_equal(tcn_key_set_make(tcn_slice_text("office-a"), false, &next), TCN_OK);
    greet(bench);
    rotate(bench, &next);
    greet(bench); /* intake has the registry of genesis still */
    assert_true(bench->welcome.key_until_ns == NOW_NS + OVERLAP_NS);
    tcn_key_set_fini(&next);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(both_keys_are_good_while_they_overlap_and_one_after, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(under_an_ended_key_only_what_is_logged_gets_its_receipt,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_hello_on_its_way_is_judged_by_the_registry_at_its_place,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests_name("rotated", tests, NULL, NULL);
}
