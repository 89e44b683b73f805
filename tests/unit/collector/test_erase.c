/* SPDX-License-Identifier: Apache-2.0 */
/* Two posts erase an event's sealed texts: the share is destroyed before the log says so, whenever
 * the collector dies, and neither a backup nor an office that sends it again brings it back. */
/* ctest-uses: query core store wire link seal */
/* ctest-wraps: rename link fsync fdatasync unlink unlinkat rmdir mkdir write pwrite ftruncate */
/* ctest-wraps: mdb_txn_commit mdb_env_copy2 */
#include "query/rebuild.h"
#include "query/walk.h"
#include "recall_test.h"
#include "testlib/last_call.h"
#include "wire/chunk.h"

#define CALLS_MAX 64

/* The two sealed reports, as their office cut them. */
struct cut {
    struct tcn_hash hashes[2];
    uint64_t position; /**< of the first */
};

/* The very chunk as it was cut then: it lends from itself, so it goes back to where it was. */
static struct tcn_forge_chunk kept;

/* Two sealed reports of office A in one chunk. */
static void forge_two(struct bench *bench, struct cut *out_cut) {
    const struct tcn_forge *forge = &bench->place->forge;
    tcn_forge_chunk_begin(&bench->chunk, forge, TCN_FORGE_AGENT_A, 1, NULL);
    for (uint64_t i = 1; i <= 2; i++) {
        const struct tcn_event event = tcn_forge_report(forge, i);
        tcn_forge_chunk_sealed(&bench->chunk, forge, &event, i == 1 ? "the first" : "the other");
    }
    tcn_forge_chunk_seal(&bench->chunk, forge, TCN_FORGE_AGENT_A);
    for (size_t i = 0; i < 2; i++) {
        out_cut->hashes[i] = bench->chunk.hashes[i];
    }
}

static void send_two(struct bench *bench, struct cut *out_cut) {
    greet(bench);
    forge_two(bench, out_cut);
    begin(bench);
    put(bench, TCN_FORGE_AGENT_A, TCN_KIND_CHUNK);
    commit(bench, 1);
    assert_int_equal(answer(bench, 0), TCN_KIND_ACK);
    out_cut->position = tcn_ledger_position(bench->ledger) - 1;
    kept = bench->chunk;
}

static enum tcn_kind send_again(struct bench *bench) {
    bench->chunk = kept;
    begin(bench);
    put(bench, TCN_FORGE_AGENT_A, TCN_KIND_CHUNK);
    commit(bench, 1);
    return answer(bench, 0);
}

/* One post's word that the first of the two is to be erased. */
static void say_erase(struct bench *bench, const struct cut *cut, enum tcn_forge_who who,
                      const char *organ) {
    const struct tcn_forge *forge = &bench->place->forge;
    struct tcn_event event = tcn_forge_act(forge, 1, TCN_ACT_ERASED, organ);
    event.act_body = (struct tcn_act_body){.position = cut->position,
                                           .act_hash = cut->hashes[0],
                                           .reason = tcn_slice_text("request"),
                                           .post = tcn_slice_text("post")};
    const struct tcn_hello said = tcn_forge_hello(forge, who, TCN_LANE_ROUTINE);
    hello(bench, &said);
    tcn_forge_chunk_begin(&bench->chunk, forge, who, 1, NULL);
    tcn_forge_chunk_event(&bench->chunk, &event, (struct tcn_slice){0});
    tcn_forge_chunk_seal(&bench->chunk, forge, who);
    begin(bench);
    put(bench, (uint32_t)who, TCN_KIND_CHUNK);
    commit(bench, 1);
    assert_int_equal(answer(bench, 0), TCN_KIND_ACK);
}

static void say_both(struct bench *bench, const struct cut *cut) {
    say_erase(bench, cut, TCN_FORGE_AGENT_SAFETY, "safety");
    say_erase(bench, cut, TCN_FORGE_AGENT_DESK, "desk");
}

/* Folds what the log has beyond the state; gives how many erasures are asked and not done, the
 * first of them as apply would tell it. */
static size_t fold(struct bench *bench, struct tcn_note_erase *out_note) {
    struct tcn_log_reader *reader = NULL;
    struct tcn_state_reader *states = NULL;
    struct tcn_erasure asked[4];
    size_t count = 0;
    assert_int_equal(tcn_log_reader_open(bench->house.log, &reader), TCN_OK);
    assert_int_equal(tcn_rebuild_run(reader, &bench->house.charter, bench->house.state), TCN_OK);
    tcn_log_reader_close(&reader);
    assert_int_equal(tcn_state_reader_open(bench->house.state, &states), TCN_OK);
    assert_int_equal(tcn_state_erasures_asked(states, asked, 4, &count), TCN_OK);
    tcn_state_reader_close(&states);
    if (count > 0) {
        *out_note = (struct tcn_note_erase){.lane = asked[0].lane,
                                            .sequence = asked[0].sequence,
                                            .position = asked[0].position,
                                            .hash = asked[0].hash};
    }
    return count;
}

/* Which of the two shares the store has: bit 0 the first, bit 1 the other. */
static unsigned shares_of(struct bench *bench) {
    const struct tcn_lane_key lane =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_A, TCN_LANE_ROUTINE).lane;
    struct tcn_shares_reader *reader = NULL;
    struct tcn_share_entry entries[TCN_CHUNK_EVENTS_MAX];
    struct tcn_shares_row row;
    uint32_t count = 0;
    unsigned bits = 0;
    assert_int_equal(tcn_shares_reader_open(bench->house.shares, &reader), TCN_OK);
    const enum tcn_status status = tcn_shares_reader_get(reader, &lane, 1, &row);
    assert_true(status == TCN_OK || status == TCN_ABSENT);
    if (status == TCN_OK) {
        assert_int_equal(tcn_wire_shares_split(row.frame, entries, &count), TCN_OK);
    }
    for (uint32_t i = 0; i < count; i++) {
        bits |= 1u << entries[i].index;
    }
    tcn_shares_reader_close(&reader);
    return bits;
}

/* How often the log says that a share is gone; the log is whole. */
static unsigned words_of(struct bench *bench) {
    struct tcn_log_reader *reader = NULL;
    struct tcn_audit_report report;
    unsigned count = 0;
    assert_int_equal(tcn_audit_run(bench->house.log, &bench->house.charter, &report), TCN_OK);
    assert_int_equal(tcn_log_reader_open(bench->house.log, &reader), TCN_OK);
    for (uint64_t position = 1; position <= tcn_log_last_position(bench->house.log); position++) {
        struct tcn_record record;
        struct tcn_logged logged;
        struct tcn_event event;
        assert_int_equal(tcn_log_read(reader, position, &record), TCN_OK);
        assert_int_equal(tcn_walk_find(&record, position, &logged), TCN_OK);
        if (record.kind != TCN_RECORD_OWN) {
            continue;
        }
        tcn_arena_reset(&bench->arena);
        assert_int_equal(tcn_walk_decode(&record, &logged, &bench->arena, &event), TCN_OK);
        count += event.act == TCN_ACT_SHARE_ERASED ? 1 : 0;
    }
    tcn_log_reader_close(&reader);
    return count;
}

/* What apply and the writer do with what is asked. */
static void carry_out(struct bench *bench) {
    struct tcn_note_erase note;
    if (fold(bench, &note) > 0) {
        tcn_ledger_erase(bench->ledger, &note);
    }
    begin(bench);
    commit(bench, 0);
}

static void nothing_is_destroyed_for_one_word_or_the_same_twice(void **state) {
    struct bench *bench = *state;
    struct tcn_note_erase note;
    struct cut cut;
    send_two(bench, &cut);
    say_erase(bench, &cut, TCN_FORGE_AGENT_SAFETY, "safety");
    assert_int_equal(fold(bench, &note), 0);
    say_erase(bench, &cut, TCN_FORGE_AGENT_DESK, "desk");
    assert_int_equal(fold(bench, &note), 1);
    assert_int_equal(note.sequence, 1);
    assert_int_equal(note.position, cut.position);
    assert_int_equal(shares_of(bench), 3);
}

static void two_words_destroy_one_share_and_the_office_is_told(void **state) {
    struct bench *bench = *state;
    struct tcn_note_erase note;
    struct cut cut;
    send_two(bench, &cut);
    const uint64_t session = bench->session;
    say_both(bench, &cut);
    carry_out(bench);
    assert_int_equal(shares_of(bench), 2);
    assert_int_equal(words_of(bench), 1);
    assert_int_equal(fold(bench, &note), 0); /* done */
    assert_int_equal(tcn_ledger_counts(bench->ledger).erased_count, 1);
    /* The lane's session is over, so the office says HELLO and hears of it. */
    bench->session = session;
    assert_int_equal(send_again(bench), TCN_KIND_AGAIN);
    greet(bench);
    assert_int_equal(bench->welcome.erased.size, TCN_ERASED_BYTES);
    struct tcn_reader reader = tcn_reader_init(bench->welcome.erased);
    assert_int_equal(tcn_read_u64(&reader), 1);
    assert_memory_equal(bench->welcome.erased.data + 8, cut.hashes[0].bytes, 8);
    /* What it sends again is a duplicate, and brings nothing back. */
    assert_int_equal(send_again(bench), TCN_KIND_ACK);
    assert_int_equal(shares_of(bench), 2);
    /* Another office hears nothing of it. */
    const struct tcn_hello said =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_DESK, TCN_LANE_URGENT);
    hello(bench, &said);
    assert_int_equal(bench->welcome.erased.size, 0);
}

/* True when the file of the share store has these bytes anywhere. */
static bool file_has(const struct bench *bench, const uint8_t *bytes, size_t size) {
    static uint8_t data[4 * 1024 * 1024];
    char path[2 * PLACE_PATH_BYTES];
    (void)snprintf(path, sizeof(path), "%s/shares/data.mdb", bench->place->dir);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    const size_t read = fread(data, 1, sizeof(data), file);
    assert_true(read > 0 && read < sizeof(data));
    assert_int_equal(fclose(file), 0);
    bool is_found = false;
    for (size_t i = 0; i + size <= read && !is_found; i++) {
        is_found = memcmp(data + i, bytes, size) == 0;
    }
    return is_found;
}

static void the_next_start_leaves_no_byte_of_it_in_the_file(void **state) {
    struct bench *bench = *state;
    struct cut cut;
    send_two(bench, &cut);
    uint8_t first[TCN_SHARE_BYTES];
    uint8_t other[TCN_SHARE_BYTES];
    memcpy(first, bench->chunk.shares[0].share.bytes, sizeof(first));
    memcpy(other, bench->chunk.shares[1].share.bytes, sizeof(other));
    say_both(bench, &cut);
    carry_out(bench);
    assert_true(file_has(bench, first, sizeof(first))); /* in a free page */
    close_bench(bench);
    open_bench(bench, false);
    assert_false(file_has(bench, first, sizeof(first)));
    assert_true(file_has(bench, other, sizeof(other)));
    assert_int_equal(shares_of(bench), 2);
}

/* The start of a collector, of the child's own, that carries out what is asked. */
static void erase_in_child(void *context) {
    struct bench *bench = context;
    last_call_begin();
    open_bench(bench, false);
    carry_out(bench);
    close_bench(bench);
}

static bool is_killed_at(uint32_t call, bool *out_is_said) {
    void *state = NULL;
    struct tcn_note_erase note;
    struct cut cut;
    assert_int_equal(set_up(&state), 0);
    struct bench *bench = state;
    send_two(bench, &cut);
    say_both(bench, &cut);
    close_bench(bench);
    const bool is_killed = last_call_dies(erase_in_child, bench, call);
    open_bench(bench, false);
    const unsigned words = words_of(bench);
    *out_is_said = words == 1;
    assert_true(words <= 1);
    assert_int_equal(fold(bench, &note), 1 - words);  /* E2 */
    assert_true(words == 0 || shares_of(bench) == 2); /* E1 */
    assert_true(shares_of(bench) == 2 || shares_of(bench) == 3);
    carry_out(bench);
    assert_int_equal(shares_of(bench), 2);
    assert_int_equal(words_of(bench), 1);
    assert_int_equal(fold(bench, &note), 0);
    assert_int_equal(tcn_recall_erased_count(bench->house.recall), 1);
    assert_int_equal(tear_down(&state), 0);
    return is_killed;
}

static void killed_at_any_call_it_is_erased_at_the_next_start(void **state) {
    (void)state;
    bool was_said = false;
    bool is_killed = true;
    uint32_t call = 1;
    uint32_t unsaid_count = 0;
    for (; is_killed; call += LAST_CALL_STEP) {
        bool is_said = false;
        assert_true(call < CALLS_MAX);
        is_killed = is_killed_at(call, &is_said);
        assert_true(is_said || !was_said);
        was_said = is_said;
        unsaid_count += is_said ? 0 : 1;
    }
    assert_true(was_said && unsaid_count > 0);
}

/* Files of a log or a share store, and where their backup is. */
static void copy_store(const struct bench *bench, const char *store, bool is_back) {
    char live[2 * PLACE_PATH_BYTES];
    char backup[2 * PLACE_PATH_BYTES];
    (void)snprintf(live, sizeof(live), "%s/%s/data.mdb", bench->place->dir, store);
    (void)snprintf(backup, sizeof(backup), "%s/backup.%s", bench->place->base, store);
    file_copy(is_back ? backup : live, is_back ? live : backup);
}

/* The backup of log and shares takes their place, in a generation; the state is derived anew. */
static void restore(struct bench *bench, uint64_t generation) {
    char dir[2 * PLACE_PATH_BYTES];
    copy_store(bench, "log", true);
    copy_store(bench, "shares", true);
    (void)snprintf(dir, sizeof(dir), "%s/state", bench->place->dir);
    assert_int_equal(tcn_state_wipe(dir), TCN_OK);
    (void)snprintf(dir, sizeof(dir), "%s/log", bench->place->dir);
    const struct tcn_store_options options = {.dir = dir, .map_bytes = bench->place->map_bytes};
    const struct tcn_log_identity identity = {.log_id = bench->place->forge.log_id,
                                              .generation = generation};
    struct tcn_log *made = NULL;
    assert_int_equal(tcn_log_open(&options, &made), TCN_OK);
    assert_int_equal(tcn_log_group_begin(made), TCN_OK);
    assert_int_equal(tcn_log_identity_put(made, &identity), TCN_OK);
    assert_int_equal(tcn_log_group_commit(made), TCN_OK);
    tcn_log_close(&made);
}

/* A backup of behind the reports and before anybody wanted them erased. */
static void a_restored_backup_has_it_erased_before_anybody_is_heard(void **state) {
    struct bench *bench = *state;
    struct tcn_note_erase note;
    struct cut cut;
    send_two(bench, &cut);
    close_bench(bench);
    copy_store(bench, "log", false);
    copy_store(bench, "shares", false);
    open_bench(bench, false);
    say_both(bench, &cut);
    carry_out(bench);
    close_bench(bench);
    for (uint64_t generation = 2; generation <= 3; generation++) { /* and of a second time */
        restore(bench, generation);
        open_bench(bench, false);
        assert_int_equal(shares_of(bench), 3);
        (void)recall_all(bench);
        assert_int_equal(shares_of(bench), 2);
        assert_int_equal(words_of(bench), 1);
        assert_int_equal(fold(bench, &note), 0);
        close_bench(bench);
        open_bench(bench, false);
        assert_false(tcn_ledger_is_recalling(bench->ledger));
        assert_int_equal(words_of(bench), 1);
        close_bench(bench);
    }
    open_bench(bench, false);
}

/* A backup of before the reports: their office sends them again, with both shares. */
static void what_is_sent_again_comes_without_the_erased_share(void **state) {
    struct bench *bench = *state;
    struct cut cut;
    greet(bench);
    close_bench(bench);
    copy_store(bench, "log", false);
    copy_store(bench, "shares", false);
    open_bench(bench, false);
    send_two(bench, &cut);
    say_both(bench, &cut);
    carry_out(bench);
    close_bench(bench);
    restore(bench, 2);
    open_bench(bench, false);
    (void)recall_all(bench);
    greet(bench);
    assert_int_equal(send_again(bench), TCN_KIND_ACK);
    assert_int_equal(shares_of(bench), 2);
    assert_int_equal(words_of(bench), 1);
}

/* Without the journal the log knows nothing of it, and the backup's share counts. */
static void without_a_journal_it_is_as_the_backup_has_it(void **state) {
    struct bench *bench = *state;
    char path[2 * PLACE_PATH_BYTES];
    struct cut cut;
    send_two(bench, &cut);
    close_bench(bench);
    copy_store(bench, "log", false);
    copy_store(bench, "shares", false);
    open_bench(bench, false);
    say_both(bench, &cut);
    carry_out(bench);
    close_bench(bench);
    restore(bench, 2);
    (void)snprintf(path, sizeof(path), "%s/journal", bench->place->dir);
    assert_int_equal(unlink(path), 0);
    bench->place->logger = tcn_logger_init("collector-test", TCN_LOG_ERROR, -1);
    open_bench(bench, false);
    (void)recall_all(bench);
    assert_int_equal(shares_of(bench), 3);
    assert_int_equal(words_of(bench), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_is_destroyed_for_one_word_or_the_same_twice, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(two_words_destroy_one_share_and_the_office_is_told, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_next_start_leaves_no_byte_of_it_in_the_file, set_up,
                                        tear_down),
        cmocka_unit_test(killed_at_any_call_it_is_erased_at_the_next_start),
        cmocka_unit_test_setup_teardown(a_restored_backup_has_it_erased_before_anybody_is_heard,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_sent_again_comes_without_the_erased_share, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(without_a_journal_it_is_as_the_backup_has_it, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("erase", tests, NULL, NULL);
}
