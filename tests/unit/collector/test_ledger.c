/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-single: it makes no thread */
/* The log writer with a real store in a folder of its own: what is logged, what is answered. */
/* ctest-uses: query core store wire link seal */
#include "bench.h"
#include "collector/ledger_inside.h"
#include "query/audit.h"
#include "query/rebuild.h"
#include "seal/sign.h"
#include "seal/tree.h"

static void a_lane_that_never_said_hello_is_told_to(void **state) {
    struct bench *bench = *state;
    bench->session = 77;
    assert_int_equal(send_reports(bench, 1, 1, NULL), TCN_KIND_AGAIN);
    assert_int_equal(bench->again.code, TCN_STALE);
    assert_int_equal(tcn_ledger_position(bench->ledger), 1);
}

static void after_again_the_rest_of_a_session_is_ignored(void **state) {
    struct bench *bench = *state;
    greet(bench);
    assert_int_equal(send_reports(bench, 5, 1, NULL), TCN_KIND_AGAIN); /* a hole before it */
    assert_int_equal(bench->again.code, TCN_SEQUENCE);
    assert_int_equal(bench->again.expected_sequence, 1);
    tcn_forge_reports(&bench->chunk, &bench->place->forge, 1, 1, NULL);
    begin(bench);
    put(bench, TCN_FORGE_AGENT_A, TCN_KIND_CHUNK);
    commit(bench, 0);
    assert_int_equal(tcn_ledger_counts(bench->ledger).dropped_count, 1);
    greet(bench);
    assert_int_equal(send_reports(bench, 1, 1, NULL), TCN_KIND_ACK);
}

static void other_content_at_a_logged_place_is_a_conflict(void **state) {
    struct bench *bench = *state;
    greet(bench);
    assert_int_equal(send_reports(bench, 1, 2, NULL), TCN_KIND_ACK);
    const uint64_t position = tcn_ledger_position(bench->ledger);
    assert_int_equal(send_reports(bench, 1, 3, NULL), TCN_KIND_AGAIN);
    assert_int_equal(bench->again.code, TCN_CONFLICT);
    assert_true(tcn_hash_equals(&bench->again.asked_hash, &bench->note.content_hash));
    assert_int_equal(tcn_ledger_position(bench->ledger), position);
    assert_int_equal(tcn_ledger_counts(bench->ledger).alarm_count, 1);
}

static void a_session_of_another_connection_is_stale(void **state) {
    struct bench *bench = *state;
    greet(bench);
    bench->session++;
    assert_int_equal(send_reports(bench, 1, 1, NULL), TCN_KIND_AGAIN);
    assert_int_equal(bench->again.code, TCN_STALE);
}

static void a_refusal_drops_the_lane_until_a_new_hello(void **state) {
    struct bench *bench = *state;
    greet(bench);
    uint8_t data[512];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    const struct tcn_refuse refusal = {.first_sequence = 1, .code = TCN_BAD_SIGNATURE};
    struct tcn_slice body;
    assert_int_equal(tcn_wire_refuse_encode(&refusal, &writer, &body), TCN_OK);
    struct tcn_signature signature;
    assert_int_equal(
        tcn_sign(&bench->house.key_files.held->signing, TCN_CONTEXT_REFUSE, body, &signature),
        TCN_OK);
    const struct tcn_note_checked note = {
        .kind = TCN_KIND_REFUSE,
        .principal = TCN_FORGE_AGENT_A,
        .lane = tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_A, TCN_LANE_ROUTINE).lane};
    const struct tcn_ledger_input in = {
        .stamp = {.principal = TCN_FORGE_AGENT_A, .connection = CONNECTION},
        .header = {.version = TCN_WIRE_VERSION, .kind = TCN_KIND_CHUNK, .session = bench->session},
        .note = &note,
        .chunk = {.head = body,
                  .signature = tcn_slice_of(signature.bytes, sizeof(signature.bytes))},
    };
    begin(bench);
    assert_int_equal(tcn_ledger_take(bench->ledger, &in), TCN_OK);
    tcn_forge_reports(&bench->chunk, &bench->place->forge, 1, 1, NULL);
    put(bench, TCN_FORGE_AGENT_A, TCN_KIND_CHUNK);
    commit(bench, 1);
    assert_int_equal(answer(bench, 0), TCN_KIND_REFUSE);
    assert_int_equal(bench->refuse.code, TCN_BAD_SIGNATURE);
    assert_int_equal(tcn_ledger_counts(bench->ledger).dropped_count, 1);
}

static void a_logged_chunk_gets_a_receipt_that_anybody_can_check(void **state) {
    struct bench *bench = *state;
    greet(bench);
    assert_int_equal(send_reports(bench, 1, 3, NULL), TCN_KIND_ACK);
    struct tcn_receipt_body body;
    const struct tcn_public_key *key =
        &bench->place->forge.keys[TCN_FORGE_COLLECTOR].signing.public_key;
    assert_int_equal(tcn_receipt_verify(&bench->ack.receipt, key), TCN_OK);
    assert_int_equal(tcn_wire_receipt_body_decode(bench->ack.receipt.body, &bench->arena, &body),
                     TCN_OK);
    assert_true(tcn_hash_equals(&body.chunk_hash, &bench->chunk.hash));
    assert_int_equal(body.first_sequence, 1);
    assert_int_equal(body.count, 3);
    assert_int_equal(body.first_position, 3); /* after genesis and HELLO */
    assert_int_equal(bench->ack.credit_sequence, 3 + TCN_CREDIT_EVENTS);
}

/* The encoded answer of the chunk in hand, sent in a group of its own. */
static size_t resend(struct bench *bench, uint8_t *out_body) {
    begin(bench);
    put(bench, TCN_FORGE_AGENT_A, TCN_KIND_CHUNK);
    commit(bench, 1);
    assert_int_equal(answer(bench, 0), TCN_KIND_ACK);
    memcpy(out_body, bench->answer.body.data, bench->answer.body.size);
    return bench->answer.body.size;
}

static void a_chunk_sent_again_gets_the_very_same_receipt(void **state) {
    struct bench *bench = *state;
    uint8_t first[TCN_LEDGER_ANSWER_BYTES];
    uint8_t second[TCN_LEDGER_ANSWER_BYTES];
    greet(bench);
    tcn_forge_reports(&bench->chunk, &bench->place->forge, 1, 3, NULL);
    const size_t first_size = resend(bench, first);
    assert_int_equal(resend(bench, second), first_size);
    assert_memory_equal(first, second, first_size);
    /* Also after a restart, and with other groups in between. */
    const struct tcn_hash hash = bench->chunk.hash;
    assert_int_equal(send_reports(bench, 4, 2, &hash), TCN_KIND_ACK);
    close_bench(bench);
    open_bench(bench, false);
    greet(bench);
    assert_int_equal(bench->welcome.mark_sequence, 5);
    tcn_forge_reports(&bench->chunk, &bench->place->forge, 1, 3, NULL);
    resend(bench, second);
    struct tcn_ack old;
    assert_int_equal(tcn_wire_ack_decode(tcn_slice_of(first, first_size), &bench->arena, &old),
                     TCN_OK);
    assert_true(tcn_slice_equals(old.receipt.body, bench->ack.receipt.body));
    assert_memory_equal(&old.receipt.signature, &bench->ack.receipt.signature,
                        sizeof(old.receipt.signature));
    assert_int_equal(tcn_ledger_counts(bench->ledger).duplicate_count, 1);
}

static void duplicates_within_one_group_are_logged_once(void **state) {
    struct bench *bench = *state;
    greet(bench);
    const uint64_t position = tcn_ledger_position(bench->ledger);
    tcn_forge_reports(&bench->chunk, &bench->place->forge, 1, 2, NULL);
    begin(bench);
    put(bench, TCN_FORGE_AGENT_A, TCN_KIND_CHUNK);
    put(bench, TCN_FORGE_AGENT_A, TCN_KIND_CHUNK);
    put(bench, TCN_FORGE_AGENT_A, TCN_KIND_CHUNK);
    commit(bench, 3);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(answer(bench, i), TCN_KIND_ACK);
    }
    assert_int_equal(tcn_ledger_position(bench->ledger), position + 2);
    assert_int_equal(tcn_ledger_counts(bench->ledger).duplicate_count, 2);
}

static void many_chunks_of_a_group_share_one_signature(void **state) {
    struct bench *bench = *state;
    greet(bench);
    struct tcn_hash previous = {0};
    begin(bench);
    for (uint64_t i = 0; i < 9; i++) {
        tcn_forge_reports(&bench->chunk, &bench->place->forge, i + 1, 1, &previous);
        previous = bench->chunk.hash;
        put(bench, TCN_FORGE_AGENT_A, TCN_KIND_CHUNK);
    }
    commit(bench, 9);
    const struct tcn_public_key *key =
        &bench->place->forge.keys[TCN_FORGE_COLLECTOR].signing.public_key;
    for (uint32_t i = 0; i < 9; i++) {
        assert_int_equal(answer(bench, i), TCN_KIND_ACK);
        assert_int_equal(bench->ack.receipt.leaf_count, 9);
        assert_int_equal(bench->ack.receipt.leaf_index, i);
        assert_int_equal(tcn_receipt_verify(&bench->ack.receipt, key), TCN_OK);
    }
    assert_int_equal(tcn_ledger_counts(bench->ledger).group_count, 2);
}

static void a_new_epoch_fences_the_one_it_follows(void **state) {
    struct bench *bench = *state;
    greet(bench);
    assert_int_equal(send_reports(bench, 1, 1, NULL), TCN_KIND_ACK);
    struct tcn_hello said =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_A, TCN_LANE_ROUTINE);
    const uint64_t old_session = bench->session;
    said.predecessor = said.lane.epoch;
    said.lane.epoch = 7777;
    hello(bench, &said);
    assert_false(bench->welcome.is_fenced);
    assert_int_equal(bench->welcome.mark_sequence, 0);
    bench->session = old_session;
    assert_int_equal(send_reports(bench, 2, 1, NULL), TCN_KIND_AGAIN);
    assert_int_equal(bench->again.code, TCN_FENCED);
    greet(bench);
    assert_true(bench->welcome.is_fenced);
}

static void shares_are_stored_beside_the_log_and_not_in_it(void **state) {
    struct bench *bench = *state;
    greet(bench);
    const struct tcn_event event = tcn_forge_report(&bench->place->forge, 1);
    tcn_forge_chunk_begin(&bench->chunk, &bench->place->forge, TCN_FORGE_AGENT_A, 1, NULL);
    tcn_forge_chunk_sealed(&bench->chunk, &bench->place->forge, &event, "smoke from the kiln");
    tcn_forge_chunk_seal(&bench->chunk, &bench->place->forge, TCN_FORGE_AGENT_A);
    begin(bench);
    put(bench, TCN_FORGE_AGENT_A, TCN_KIND_CHUNK);
    commit(bench, 1);
    struct tcn_shares_reader *reader = NULL;
    struct tcn_shares_row row;
    assert_int_equal(tcn_shares_reader_open(bench->house.shares, &reader), TCN_OK);
    assert_int_equal(tcn_shares_reader_get(reader, &bench->chunk.head.lane, 1, &row), TCN_OK);
    assert_true(tcn_slice_equals(row.frame, bench->chunk.chunk.shares));
    assert_true(tcn_hash_equals(&row.chunk_hash, &bench->chunk.hash));
    assert_int_equal(tcn_shares_reader_get(reader, &bench->chunk.head.lane, 2, &row), TCN_ABSENT);
    tcn_shares_reader_close(&reader);
}

static void a_whole_log_verifies_and_folds_to_one_state(void **state) {
    struct bench *bench = *state;
    greet(bench);
    struct tcn_hash previous = {0};
    for (uint64_t i = 0; i < 5; i++) {
        tcn_forge_reports(&bench->chunk, &bench->place->forge, 1 + 3 * i, 3, &previous);
        previous = bench->chunk.hash;
        begin(bench);
        put(bench, TCN_FORGE_AGENT_A, TCN_KIND_CHUNK);
        if (i % 2 == 0) {
            const struct tcn_cursor cursor = {.name = "duty",
                                              .principal = TCN_FORGE_WATCH_SAFETY,
                                              .stream = {TCN_MODE_ACTUAL, TCN_FORGE_SAFETY},
                                              .number = 3 * i,
                                              .generation = 1};
            assert_int_equal(tcn_ledger_cursor(bench->ledger, &cursor), TCN_OK);
        }
        commit(bench, 1);
    }
    struct tcn_audit_report report;
    assert_int_equal(tcn_audit_run(bench->house.log, &bench->house.charter, &report), TCN_OK);
    assert_int_equal(report.record_count, 2 + 5 + 3);
    assert_int_equal(report.event_count, 15 + 3);
    assert_int_equal(report.last_position, 2 + 15 + 3);
    assert_int_equal(report.group_count, 2 + 5);

    struct tcn_log_reader *reader = NULL;
    struct tcn_hash digest;
    uint64_t count = 0;
    assert_int_equal(tcn_log_reader_open(bench->house.log, &reader), TCN_OK);
    assert_int_equal(tcn_audit_digest(reader, 0, 0, &digest, &count), TCN_OK);
    assert_int_equal(count, 18);
    assert_true(tcn_hash_equals(&digest, &report.digest));

    /* Twice, in folders of their own. */
    struct tcn_hash hashes[2];
    char path[PLACE_PATH_BYTES];
    place_path(path, bench->place->base, "again");
    const struct tcn_store_options options = {.dir = path, .map_bytes = PLACE_MAP_BYTES};
    for (size_t i = 0; i < 2; i++) {
        struct tcn_state *again = NULL;
        struct tcn_state_reader *states = NULL;
        assert_int_equal(tcn_state_open(&options, &again), TCN_OK);
        assert_int_equal(tcn_rebuild_run(reader, &bench->house.charter, again), TCN_OK);
        assert_int_equal(tcn_state_reader_open(again, &states), TCN_OK);
        assert_int_equal(tcn_state_hash(states, &hashes[i]), TCN_OK);
        tcn_state_reader_close(&states);
        tcn_state_close(&again);
        assert_int_equal(tcn_state_wipe(path), TCN_OK);
    }
    assert_true(tcn_hash_equals(&hashes[0], &hashes[1]));
    tcn_log_reader_close(&reader);
}

static void a_feed_is_the_clock_of_an_exercise(void **state) {
    struct bench *bench = *state;
    const struct tcn_hello said =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_FEED, TCN_LANE_ROUTINE);
    hello(bench, &said);
    struct tcn_event event = tcn_forge_report(&bench->place->forge, 9);
    tcn_forge_chunk_begin(&bench->chunk, &bench->place->forge, TCN_FORGE_FEED, 1, NULL);
    tcn_forge_chunk_event(&bench->chunk, &event, (struct tcn_slice){0});
    tcn_forge_chunk_seal(&bench->chunk, &bench->place->forge, TCN_FORGE_FEED);
    begin(bench);
    put(bench, TCN_FORGE_FEED, TCN_KIND_CHUNK);
    commit(bench, 1);
    assert_int_equal(answer(bench, 0), TCN_KIND_ACK);
    assert_int_equal(tcn_ledger_time(bench->ledger), event.recorded_ns);
}

static void nobody_else_moves_the_clock_of_a_feed(void **state) {
    struct bench *bench = *state;
    a_feed_is_the_clock_of_an_exercise(state);
    const int64_t time_ns = tcn_ledger_time(bench->ledger);
    struct tcn_event ahead = tcn_forge_report(&bench->place->forge, 1);
    ahead.recorded_ns = ahead.learned_ns = time_ns + INT64_C(315360000000000000); /* ten years */
    greet(bench);
    tcn_forge_chunk_begin(&bench->chunk, &bench->place->forge, TCN_FORGE_AGENT_A, 1, NULL);
    tcn_forge_chunk_event(&bench->chunk, &ahead, (struct tcn_slice){0});
    tcn_forge_chunk_seal(&bench->chunk, &bench->place->forge, TCN_FORGE_AGENT_A);
    begin(bench);
    put(bench, TCN_FORGE_AGENT_A, TCN_KIND_CHUNK);
    commit(bench, 1);
    assert_int_equal(answer(bench, 0), TCN_KIND_ACK);
    assert_true(tcn_ledger_time(bench->ledger) == time_ns);
}

/* A chunk of reports in a lane, as send_reports. */
static enum tcn_kind send_in(struct bench *bench, enum tcn_lane lane, uint64_t first,
                             uint32_t count, const struct tcn_hash *previous) {
    const struct tcn_forge *forge = &bench->place->forge;
    tcn_forge_chunk_begin(&bench->chunk, forge, TCN_FORGE_AGENT_A, first, previous);
    bench->chunk.head.lane.lane = lane;
    for (uint32_t i = 0; i < count; i++) {
        const struct tcn_event event = tcn_forge_report(forge, first + i);
        tcn_forge_chunk_event(&bench->chunk, &event, (struct tcn_slice){0});
    }
    tcn_forge_chunk_seal(&bench->chunk, forge, TCN_FORGE_AGENT_A);
    begin(bench);
    put(bench, TCN_FORGE_AGENT_A, TCN_KIND_CHUNK);
    commit(bench, 1);
    return answer(bench, 0);
}

/* Sends chunks until one is refused; gives the sequence that is refused. */
static uint64_t fill(struct bench *bench, enum tcn_lane lane, struct tcn_hash *previous) {
    uint64_t sequence = 1;
    while (send_in(bench, lane, sequence, 60, previous) == TCN_KIND_ACK) {
        assert_true(sequence < 100000);
        *previous = bench->chunk.hash;
        sequence += 60;
    }
    assert_int_equal(bench->answer.header.kind, TCN_KIND_REFUSE);
    assert_int_equal(bench->refuse.code, TCN_FULL);
    assert_true(bench->refuse.is_later);
    return sequence;
}

static void open_small_bench(struct bench *bench) {
    close_bench(bench);
    bench->place->map_bytes = 1024 * 1024;
    bench->place->logger.level = (enum tcn_log_level)0; /* the failure is on purpose */
    open_bench(bench, false);
}

static void routine_reports_leave_room_for_acts_and_urgent_ones(void **state) {
    struct bench *bench = *state;
    open_small_bench(bench);
    greet(bench);
    struct tcn_hash previous = {0};
    const uint64_t sequence = fill(bench, TCN_LANE_ROUTINE, &previous);
    assert_int_equal(tcn_ledger_counts(bench->ledger).short_count, 1);
    assert_int_equal(tcn_ledger_counts(bench->ledger).full_count, 0);
    /* What is logged keeps its receipt. */
    greet(bench);
    assert_int_equal(bench->welcome.mark_sequence, sequence - 1);
    assert_int_equal(send_in(bench, TCN_LANE_ROUTINE, 1, 60, NULL), TCN_KIND_ACK);
    /* An act of a bureau, in the routine lane of its own. */
    const struct tcn_hello said =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_SAFETY, TCN_LANE_ROUTINE);
    hello(bench, &said);
    const struct tcn_event act = tcn_forge_act(&bench->place->forge, 1, TCN_ACT_ACCEPTED, "safety");
    tcn_forge_chunk_begin(&bench->chunk, &bench->place->forge, TCN_FORGE_AGENT_SAFETY, 1, NULL);
    tcn_forge_chunk_event(&bench->chunk, &act, (struct tcn_slice){0});
    tcn_forge_chunk_seal(&bench->chunk, &bench->place->forge, TCN_FORGE_AGENT_SAFETY);
    begin(bench);
    put(bench, TCN_FORGE_AGENT_SAFETY, TCN_KIND_CHUNK);
    commit(bench, 1);
    assert_int_equal(answer(bench, 0), TCN_KIND_ACK);
    /* An urgent report, until nothing at all goes in. */
    const struct tcn_hello urgent =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_A, TCN_LANE_URGENT);
    hello(bench, &urgent);
    previous = (struct tcn_hash){0};
    assert_true(fill(bench, TCN_LANE_URGENT, &previous) > 1);
    assert_int_equal(tcn_ledger_counts(bench->ledger).full_count, 1);
}

static void a_full_storage_tells_later_and_keeps_what_it_acknowledged(void **state) {
    struct bench *bench = *state;
    open_small_bench(bench);
    const struct tcn_hello said =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_A, TCN_LANE_URGENT);
    hello(bench, &said);
    struct tcn_hash previous = {0};
    const uint64_t sequence = fill(bench, TCN_LANE_URGENT, &previous);
    assert_true(sequence > 1);
    assert_int_equal(tcn_ledger_counts(bench->ledger).full_count, 1);
    const uint64_t position = tcn_ledger_position(bench->ledger);
    assert_int_equal(position, 2 + sequence - 1);
    /* The session ended with the group, and the log is whole. */
    struct tcn_audit_report report;
    assert_int_equal(tcn_audit_run(bench->house.log, &bench->house.charter, &report), TCN_OK);
    assert_int_equal(report.last_position, position);
    /* With more room it goes on where it was. */
    close_bench(bench);
    bench->place->map_bytes = PLACE_MAP_BYTES;
    open_bench(bench, false);
    hello(bench, &said);
    assert_int_equal(bench->welcome.mark_sequence, sequence - 1);
    assert_int_equal(send_in(bench, TCN_LANE_URGENT, sequence, 60, &previous), TCN_KIND_ACK);
}

static void a_welcome_never_speaks_of_what_was_given_up(void **state) {
    struct bench *bench = *state;
    greet(bench);
    tcn_forge_reports(&bench->chunk, &bench->place->forge, 1, 3, NULL);
    begin(bench);
    put(bench, TCN_FORGE_AGENT_A, TCN_KIND_CHUNK);
    const struct tcn_hello said =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_A, TCN_LANE_ROUTINE);
    tcn_forge_hello_seal(&bench->chunk, &bench->place->forge, TCN_FORGE_AGENT_A, &said);
    put(bench, TCN_FORGE_AGENT_A, TCN_KIND_HELLO); /* the connection broke meanwhile */
    assert_int_equal(tcn_ledger_give_up(bench->ledger), TCN_OK); /* as a later append does */
    commit(bench, 2);
    assert_int_equal(answer(bench, 0), TCN_KIND_REFUSE);
    enum tcn_kind kind = answer(bench, 1);
    if (kind == TCN_KIND_WELCOME && bench->welcome.mark_sequence != 0) {
        fail_msg("WELCOME says that %u events are in the log; it holds position %u",
                 (unsigned)bench->welcome.mark_sequence,
                 (unsigned)tcn_log_last_position(bench->house.log));
    }
}

/* A chunk of the administrator's that revokes a principal, in the forge. */
static void make_revocation(struct bench *bench, uint32_t principal) {
    const struct tcn_forge *forge = &bench->place->forge;
    const struct tcn_registry_change change = {.kind = TCN_CHANGE_REVOKED, .principal = principal};
    const struct tcn_event event = {.format = TCN_EVENT_FORMAT,
                                    .act = TCN_ACT_REGISTRY_CHANGED,
                                    .mode = TCN_MODE_ACTUAL,
                                    .office = tcn_slice_text("desk"),
                                    .body_kind = TCN_BODY_REGISTRY,
                                    .registry = &change};
    tcn_forge_chunk_begin(&bench->chunk, forge, TCN_FORGE_ADMIN, 1, NULL);
    tcn_forge_chunk_event(&bench->chunk, &event, (struct tcn_slice){0});
    tcn_forge_chunk_seal(&bench->chunk, forge, TCN_FORGE_ADMIN);
}

/* Puts a revocation and then a chunk of the revoked into the open group; intake knows of nothing.
 */
static void put_both(struct bench *bench, uint64_t agent_session, uint64_t admin_session) {
    make_revocation(bench, TCN_FORGE_AGENT_A);
    bench->session = admin_session;
    put(bench, TCN_FORGE_ADMIN, TCN_KIND_CHUNK);
    tcn_forge_reports(&bench->chunk, &bench->place->forge, 1, 2, NULL);
    bench->session = agent_session;
    put(bench, TCN_FORGE_AGENT_A, TCN_KIND_CHUNK);
}

/* Both say HELLO; gives their sessions. */
static void greet_both(struct bench *bench, uint64_t *out_agent, uint64_t *out_admin) {
    greet(bench);
    *out_agent = bench->session;
    const struct tcn_hello said =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_ADMIN, TCN_LANE_ROUTINE);
    hello(bench, &said);
    *out_admin = bench->session;
}

static void a_revocation_counts_from_its_place(void **state) {
    struct bench *bench = *state;
    uint64_t agent = 0;
    uint64_t admin = 0;
    greet_both(bench, &agent, &admin);
    assert_int_equal(tcn_ledger_registry_version(bench->ledger), 1);
    begin(bench);
    put_both(bench, agent, admin);
    commit(bench, 2);
    assert_int_equal(answer(bench, 0), TCN_KIND_ACK);
    assert_int_equal(answer(bench, 1), TCN_KIND_REFUSE);
    assert_int_equal(bench->refuse.code, TCN_REVOKED);
    assert_false(bench->refuse.is_later);
    assert_int_equal(tcn_ledger_position(bench->ledger), 4);
    assert_int_equal(tcn_ledger_registry_version(bench->ledger), 4);
    struct tcn_audit_report report;
    assert_int_equal(tcn_audit_run(bench->house.log, &bench->house.charter, &report), TCN_OK);
    /* After a restart the log says the same; not even a HELLO is taken. */
    close_bench(bench);
    open_bench(bench, false);
    assert_int_equal(tcn_ledger_registry_version(bench->ledger), 4);
    const struct tcn_hello said =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_A, TCN_LANE_ROUTINE);
    tcn_forge_hello_seal(&bench->chunk, &bench->place->forge, TCN_FORGE_AGENT_A, &said);
    begin(bench);
    put(bench, TCN_FORGE_AGENT_A, TCN_KIND_HELLO);
    commit(bench, 1);
    assert_int_equal(answer(bench, 0), TCN_KIND_REFUSE);
    assert_int_equal(bench->refuse.code, TCN_REVOKED);
}

static void a_revocation_that_was_given_up_never_was(void **state) {
    struct bench *bench = *state;
    uint64_t agent = 0;
    uint64_t admin = 0;
    bench->place->logger.level = (enum tcn_log_level)0; /* the failure is on purpose */
    greet_both(bench, &agent, &admin);
    begin(bench);
    put_both(bench, agent, admin);
    assert_int_equal(tcn_ledger_give_up(bench->ledger), TCN_OK);
    commit(bench, 2);
    assert_int_equal(answer(bench, 0), TCN_KIND_REFUSE);
    assert_int_equal(bench->refuse.code, TCN_FULL);
    assert_int_equal(tcn_ledger_registry_version(bench->ledger), 1);
    greet(bench);
    assert_int_equal(send_reports(bench, 1, 2, NULL), TCN_KIND_ACK);
}

static void a_folder_keeps_its_genesis(void **state) {
    struct bench *bench = *state;
    struct tcn_collector_options options = place_options(bench->place);
    struct tcn_collector *other = NULL;
    bench->place->logger.level = (enum tcn_log_level)0; /* the failures are on purpose */
    assert_int_equal(tcn_collector_open(&options, &other), TCN_LOCKED);
    close_bench(bench);
    /* Another log's genesis is not taken. */
    bench->place->forge.log_id.bytes[0] ^= 1;
    struct tcn_forge *forge = calloc(1, sizeof(*forge));
    assert_non_null(forge);
    tcn_forge_init(forge, TCN_MODE_EXERCISE);
    tcn_forge_genesis_write(forge, bench->place->genesis);
    assert_int_equal(tcn_collector_open(&options, &other), TCN_FOREIGN_LOG);
    /* Nor is another collector's key. */
    options.genesis_file = NULL;
    options.keys = &bench->place->forge.keys[TCN_FORGE_AUDITOR];
    assert_int_equal(tcn_collector_open(&options, &other), TCN_DENIED);
    options.keys = &bench->place->forge.keys[TCN_FORGE_COLLECTOR];
    options.is_feed_clock = true;
    assert_int_equal(tcn_collector_open(&options, &other), TCN_CONFIG);
    free(forge);
    /* Without the file it opens as before. */
    assert_int_equal(unlink(bench->place->genesis), 0);
    open_bench(bench, false);
    assert_int_equal(tcn_ledger_position(bench->ledger), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_lane_that_never_said_hello_is_told_to, set_up, tear_down),
        cmocka_unit_test_setup_teardown(after_again_the_rest_of_a_session_is_ignored, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(other_content_at_a_logged_place_is_a_conflict, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_session_of_another_connection_is_stale, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_refusal_drops_the_lane_until_a_new_hello, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_logged_chunk_gets_a_receipt_that_anybody_can_check,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_chunk_sent_again_gets_the_very_same_receipt, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(duplicates_within_one_group_are_logged_once, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(many_chunks_of_a_group_share_one_signature, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_new_epoch_fences_the_one_it_follows, set_up, tear_down),
        cmocka_unit_test_setup_teardown(shares_are_stored_beside_the_log_and_not_in_it, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_whole_log_verifies_and_folds_to_one_state, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(nobody_else_moves_the_clock_of_a_feed, set_up_exercise,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_feed_is_the_clock_of_an_exercise, set_up_exercise,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_welcome_never_speaks_of_what_was_given_up, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(routine_reports_leave_room_for_acts_and_urgent_ones, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_full_storage_tells_later_and_keeps_what_it_acknowledged,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_revocation_counts_from_its_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_revocation_that_was_given_up_never_was, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_folder_keeps_its_genesis, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
