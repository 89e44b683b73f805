/* SPDX-License-Identifier: Apache-2.0 */
/* The agent changes its keys between a person and a collector that does as it is told. */
#include "base/text.h"
#include "bench.h"
#include "seal/hash.h"
#include "wire/enrol.h"

#include <unistd.h>

#define DAY_NS (INT64_C(86400) * 1000000000)
#define ROTATE "{\"op\":\"rotate\",\"days\":3}"
#define SHOW "{\"op\":\"rotate\"}"
#define URGENT                                                                                     \
    "{\"op\":\"report\",\"draft\":{\"domain\":\"rural_water\",\"division\":\"" DIVISION            \
    "\",\"concerns\":\"nobody\",\"severity\":\"urgent\"}}"

static bool has_file(const struct bench *bench, const char *ending) {
    char path[2 * PATH_BYTES];
    (void)snprintf(path, sizeof(path), "%s%s", bench->district->key_file, ending);
    return access(path, F_OK) == 0;
}

/* Waits for the chunk that changes the registry, welcoming every HELLO, until both lanes said
 * theirs as they do when somebody asks for new keys: what comes later is of what the test says
 * later. */
static const struct got_chunk *await_change(struct bench *bench, uint32_t hello_count,
                                            struct tcn_registry_change *out_change) {
    struct ear *ear = &bench->ear;
    const struct got_chunk *found = NULL;
    uint32_t seen = ear->chunk_count;
    while (found == NULL || ear->hello_count < hello_count) {
        const enum tcn_kind kind = ear_next(ear, PATIENCE_NS);
        assert_int_not_equal(kind, TCN_KIND_NONE);
        if (kind == TCN_KIND_HELLO) {
            const struct tcn_welcome welcome = ear_welcome_of(ear);
            ear_send_welcome(ear, ear->hello.lane.lane, &welcome);
        }
        for (; seen < ear->chunk_count; seen++) {
            const struct tcn_event event = ear_event(ear, &ear->chunks[seen], 0);
            if (event.act == TCN_ACT_REGISTRY_CHANGED) {
                *out_change = *event.registry;
                found = &ear->chunks[seen];
            }
        }
    }
    return found;
}

/* The change is what the log would take. */
static void check_change(const struct bench *bench, const struct tcn_registry_change *change) {
    uint8_t bytes[TCN_KEY_PROOF_BYTES];
    assert_int_equal(change->kind, TCN_CHANGE_ROTATED);
    assert_int_equal(change->principal, bench->district->config.principal);
    assert_true(change->until_ns == 1 + 3 * DAY_NS); /* by log time, not by our clock */
    tcn_wire_key_proof(&bench->district->bundle.log_id, change, bytes);
    assert_int_equal(tcn_verify(&change->signing_key, TCN_CONTEXT_KEY,
                                tcn_slice_of(bytes, sizeof(bytes)), &change->proof),
                     TCN_OK);
}

/* From now on the office may sign with the newer key. */
static void admit(struct bench *bench, const struct tcn_registry_change *change) {
    bench->ear.newer = change->signing_key;
    bench->ear.has_newer = true;
    bench->ear.may_leave = true;
}

/* Answers every HELLO by this key until the agent shows that it took the answer: a HELLO may lie in
 * the ear of a connection, or an agent, that is no more. What the log says of the key is told to
 * the lane that carries ROTATED; the other's WELCOME was made before, and must not hide it. */
static void welcome_key(struct bench *bench, const struct tcn_public_key *key, int64_t key_until_ns,
                        int64_t log_time_ns) {
    struct ear *ear = &bench->ear;
    const struct tcn_key_id wanted = tcn_key_id_of(key);
    const int64_t mark_ns = 1000 * DAY_NS + log_time_ns; /* no two of these answers have one time */
    const int64_t end_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    bool is_told = false;
    bool is_taken = false;
    while (!is_taken && tcn_clock_monotonic_ns() < end_ns) {
        if (ear_next(ear, TCN_MS_NS) == TCN_KIND_HELLO) {
            struct tcn_welcome welcome = ear_welcome_of(ear);
            welcome.not_after_ns = mark_ns;
            const bool is_wanted = tcn_key_id_equals(&ear->hello.key_id, &wanted);
            if (is_wanted && ear->hello.lane.lane == TCN_LANE_URGENT) {
                welcome.key_until_ns = key_until_ns;
                welcome.log_time_ns = log_time_ns;
                is_told = true;
            }
            ear_send_welcome(ear, ear->hello.lane.lane, &welcome);
        }
        is_taken = is_told && office_ask(&bench->office, SHOW).rotation.not_after_ns == mark_ns;
    }
    assert_true(is_taken);
}

/* The first chunk from here on that this key signed. */
static const struct got_chunk *await_signed(struct bench *bench, uint32_t seen,
                                            const struct tcn_public_key *key) {
    const struct tcn_key_id wanted = tcn_key_id_of(key);
    for (;; seen++) {
        const struct got_chunk *got =
            seen < bench->ear.chunk_count ? &bench->ear.chunks[seen] : ear_await_chunk(&bench->ear);
        if (tcn_key_id_equals(&got->head.key_id, &wanted)) {
            return got;
        }
    }
}

/* Asks until the agent's keys stand so. */
static void expect_state(struct bench *bench, enum tcn_key_change state) {
    const int64_t end_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    struct tcn_local_answer answer = office_ask(&bench->office, SHOW);
    while (answer.rotation.state != state && tcn_clock_monotonic_ns() < end_ns) {
        (void)ear_next(&bench->ear, TCN_MS_NS);
        answer = office_ask(&bench->office, SHOW);
    }
    assert_true(answer.has_rotation);
    assert_int_equal(answer.rotation.state, state);
}

/* The sealing keys in the agent's key file; gives how many. */
static uint32_t seals_of(const struct bench *bench, struct tcn_seal_key out_keys[TCN_SEALS_MAX]) {
    struct tcn_key_set set;
    assert_int_equal(tcn_key_file_read(bench->district->key_file, &set), TCN_OK);
    return tcn_key_set_seals(&set, out_keys);
}

static void the_keys_are_changed_and_what_waits_is_signed_again(void **state) {
    struct bench *bench = *state;
    struct ear *ear = &bench->ear;
    const char *key_file = bench->district->key_file;
    struct tcn_seal_key seals[TCN_SEALS_MAX];
    struct tcn_seal_key another; /* put there while the agent runs */
    const uint32_t seal_count = seals_of(bench, seals);
    tcn_seal_key_make(&another);
    assert_int_equal(tcn_key_file_take_seals(key_file, &another, 1), TCN_OK);
    const struct tcn_public_key *older = &bench->district->office.signing.public_key;
    struct tcn_registry_change change;
    expect_state(bench, TCN_KEY_CHANGE_NONE);
    (void)office_ask(&bench->office, URGENT);
    (void)ear_await_chunk(ear); /* and no receipt */
    const uint32_t hello_count = ear->hello_count;
    struct tcn_local_answer answer = office_ask(&bench->office, ROTATE);
    assert_int_equal(answer.code, TCN_OK);
    assert_int_equal(answer.rotation.state, TCN_KEY_CHANGE_UNDER_WAY);
    assert_true(has_file(bench, TCN_KEY_FILE_NEXT));
    assert_int_equal(tcn_key_file_take_seals(key_file, &another, 1), TCN_BUSY);
    const struct got_chunk *said = await_change(bench, hello_count + 2, &change);
    check_change(bench, &change);
    assert_int_equal(said->head.lane.lane, TCN_LANE_URGENT);
    const uint64_t sequence = said->head.first_sequence;
    answer = office_ask(&bench->office, ROTATE); /* asked again, it just goes on */
    assert_int_equal(answer.rotation.state, TCN_KEY_CHANGE_UNDER_WAY);

    ear_ack(ear, &ear->chunks[0], &bench->district->collector.signing);
    ear_ack(ear, said, &bench->district->collector.signing);
    (void)office_ask(&bench->office, URGENT); /* signed by the older, and on its way */
    const uint32_t seen = ear->chunk_count;
    admit(bench, &change);
    welcome_key(bench, older, change.until_ns, 2); /* the log has it */
    welcome_key(bench, &change.signing_key, 0, 3);
    const struct got_chunk *again = await_signed(bench, seen, &change.signing_key);
    assert_int_equal(again->head.first_sequence, sequence + 1);
    ear_ack(ear, again, &bench->district->collector.signing);
    expect_state(bench, TCN_KEY_CHANGE_DONE);
    assert_false(has_file(bench, TCN_KEY_FILE_NEXT));
    assert_true(has_file(bench, TCN_KEY_FILE_OLD));
    assert_int_equal(seals_of(bench, seals), seal_count + 1);
    assert_memory_equal(&seals[0], &another, sizeof(another));

    start_again(bench);
    welcome_key(bench, &change.signing_key, 0, change.until_ns - 1);
    expect_state(bench, TCN_KEY_CHANGE_DONE);
    start_again(bench);
    welcome_key(bench, &change.signing_key, 0, change.until_ns);
    expect_state(bench, TCN_KEY_CHANGE_NONE);
    assert_false(has_file(bench, TCN_KEY_FILE_OLD));
}

/* Killed behind the newer keys' file, behind ROTATED, and behind its receipt. */
static void an_agent_that_is_started_again_goes_on(void **state) {
    struct bench *bench = *state;
    struct tcn_registry_change change;
    struct tcn_registry_change second;
    bench->ear.may_leave = true;
    (void)office_ask(&bench->office, ROTATE);
    assert_true(has_file(bench, TCN_KEY_FILE_NEXT));
    start_again(bench);
    (void)await_change(bench, 0, &change);
    start_again(bench);
    const struct got_chunk *said = await_change(bench, 0, &second); /* the very same */
    assert_memory_equal(&second.signing_key, &change.signing_key, sizeof(change.signing_key));
    assert_int_equal(said->head.first_sequence, 1);
    admit(bench, &change);
    ear_ack(&bench->ear, said, &bench->district->collector.signing);
    start_again(bench);
    const struct tcn_key_id newer = tcn_key_id_of(&change.signing_key);
    bool is_newer = false;
    while (!is_newer) { /* what the one before said may still lie in the ear */
        ear_await_hello(&bench->ear, TCN_LANE_URGENT);
        is_newer = tcn_key_id_equals(&bench->ear.hello.key_id, &newer);
        struct tcn_welcome welcome = ear_welcome_of(&bench->ear);
        welcome.mark_sequence = 1;
        welcome.mark_hash = said->hash;
        welcome.key_until_ns = is_newer ? 0 : change.until_ns;
        ear_send_welcome(&bench->ear, TCN_LANE_URGENT, &welcome);
    }
    expect_state(bench, TCN_KEY_CHANGE_DONE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_keys_are_changed_and_what_waits_is_signed_again, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(an_agent_that_is_started_again_goes_on, setup, teardown),
    };
    return cmocka_run_group_tests_name("rotate", tests, NULL, NULL);
}
