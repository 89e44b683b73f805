/* SPDX-License-Identifier: Apache-2.0 */
/* What was revoked, ended or closed behind a backup stays so in the log that is restored from it:
 * the journal says it again, however often the collector dies over it. */
/* ctest-uses: query core store wire link seal */
/* ctest-timeout: 120 */
#include "bench.h"
#include "collector/ledger_inside.h"
#include "core/recall.h"
#include "query/audit.h"
#include "store/journal.h"

#define END_NS (NOW_NS + INT64_C(86400000000000))

static void file_copy(const char *from, const char *to) {
    static uint8_t data[1024 * 1024];
    FILE *source = fopen(from, "rb");
    FILE *sink = fopen(to, "wb");
    assert_non_null(source);
    assert_non_null(sink);
    for (size_t size = fread(data, 1, sizeof(data), source); size > 0;
         size = fread(data, 1, sizeof(data), source)) {
        assert_int_equal(fwrite(data, 1, size, sink), size);
    }
    assert_int_equal(fclose(source), 0);
    assert_int_equal(fclose(sink), 0);
}

/* The log's file, and the place of its backup. */
static void paths(const struct bench *bench, char log[256], char backup[256]) {
    (void)snprintf(log, 256, "%s/log/data.mdb", bench->place->dir);
    (void)snprintf(backup, 256, "%s/backup", bench->place->base);
}

/* A change of the registry by the administrator, in a group of its own. */
static void say_change(struct bench *bench, const struct tcn_registry_change *change,
                       uint64_t sequence, const struct tcn_hash *previous) {
    const struct tcn_forge *forge = &bench->place->forge;
    const struct tcn_event event = {.format = TCN_EVENT_FORMAT,
                                    .act = TCN_ACT_REGISTRY_CHANGED,
                                    .mode = TCN_MODE_ACTUAL,
                                    .office = tcn_slice_text("desk"),
                                    .body_kind = TCN_BODY_REGISTRY,
                                    .registry = change};
    tcn_forge_chunk_begin(&bench->chunk, forge, TCN_FORGE_ADMIN, sequence, previous);
    tcn_forge_chunk_event(&bench->chunk, &event, (struct tcn_slice){0});
    tcn_forge_chunk_seal(&bench->chunk, forge, TCN_FORGE_ADMIN);
    begin(bench);
    put(bench, TCN_FORGE_ADMIN, TCN_KIND_CHUNK);
    commit(bench, 1);
    assert_int_equal(answer(bench, 0), TCN_KIND_ACK);
}

static const struct tcn_principal *row_of(const struct bench *bench, uint32_t principal) {
    return tcn_registry_find(tcn_rights_registry(&bench->ledger->rights), principal);
}

/* The rights of a row as an administrator states them. */
static struct tcn_principal rights_of(const struct bench *bench, uint32_t principal) {
    static const struct tcn_public_key none;
    struct tcn_principal row = *row_of(bench, principal);
    row.id = 0;
    row.status = TCN_PRINCIPAL_NONE;
    row.transport_key = row.signing_key = row.old_transport_key = row.old_signing_key = none;
    row.old_until_ns = 0;
    return row;
}

static struct tcn_hello second_epoch(const struct bench *bench) {
    struct tcn_hello said =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_A, TCN_LANE_ROUTINE);
    said.predecessor = said.lane.epoch;
    said.lane.epoch++;
    return said;
}

/* A log, its backup, and behind that a revocation, an end, and an epoch that closes another. */
static void live_and_die(struct bench *bench) {
    char log[256];
    char backup[256];
    paths(bench, log, backup);
    greet(bench);
    assert_int_equal(send_reports(bench, 1, 2, NULL), TCN_KIND_ACK);
    close_bench(bench);
    file_copy(log, backup);
    open_bench(bench, false);
    const struct tcn_hello desk =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_ADMIN, TCN_LANE_ROUTINE);
    hello(bench, &desk);
    struct tcn_registry_change change = {.kind = TCN_CHANGE_REVOKED,
                                         .principal = TCN_FORGE_AGENT_B};
    say_change(bench, &change, 1, NULL);
    const struct tcn_hash previous = bench->chunk.hash;
    change = (struct tcn_registry_change){.kind = TCN_CHANGE_RIGHTS,
                                          .principal = TCN_FORGE_AUDITOR,
                                          .row = rights_of(bench, TCN_FORGE_AUDITOR)};
    change.row.not_after_ns = END_NS;
    say_change(bench, &change, 2, &previous);
    assert_int_equal(row_of(bench, TCN_FORGE_AUDITOR)->not_after_ns, END_NS);
    const struct tcn_hello said = second_epoch(bench);
    hello(bench, &said);
    close_bench(bench);
}

/* The backup takes the log's place, in a generation. */
static void restore(struct bench *bench, uint64_t generation) {
    char log[256];
    char backup[256];
    char dir[256];
    paths(bench, log, backup);
    file_copy(backup, log);
    (void)snprintf(dir, sizeof(dir), "%s/log", bench->place->dir);
    const struct tcn_store_options options = {.dir = dir, .map_bytes = bench->place->map_bytes};
    struct tcn_log *made = NULL;
    const struct tcn_log_identity identity = {.log_id = bench->place->forge.log_id,
                                              .generation = generation};
    assert_int_equal(tcn_log_open(&options, &made), TCN_OK);
    assert_int_equal(tcn_log_group_begin(made), TCN_OK);
    assert_int_equal(tcn_log_identity_put(made, &identity), TCN_OK);
    assert_int_equal(tcn_log_group_commit(made), TCN_OK);
    tcn_log_close(&made);
}

static void expect_taken_away(struct bench *bench, bool is_so) {
    struct tcn_mark mark = {0};
    const struct tcn_hello said = second_epoch(bench);
    struct tcn_lane_key lane = said.lane;
    lane.epoch--;
    assert_int_equal(row_of(bench, TCN_FORGE_AGENT_B)->status,
                     is_so ? TCN_PRINCIPAL_REVOKED : TCN_PRINCIPAL_ACTIVE);
    assert_int_equal(row_of(bench, TCN_FORGE_AUDITOR)->not_after_ns, is_so ? END_NS : 0);
    assert_int_equal(tcn_log_mark_get(bench->house.log, &lane, &mark), TCN_OK);
    assert_int_equal(mark.successor, is_so ? said.lane.epoch : 0);
    struct tcn_audit_report report;
    const enum tcn_status status = tcn_audit_run(bench->house.log, &bench->house.charter, &report);
    if (status != TCN_OK) {
        fail_msg("%s at %u", report.bad_what, (unsigned)report.bad_position);
    }
}

/* Groups until nothing is left to be said again. */
static unsigned recall_all(struct bench *bench) {
    unsigned groups = 0;
    while (tcn_ledger_is_recalling(bench->ledger)) {
        assert_true(groups < 10);
        assert_true(tcn_ledger_is_full(bench->ledger)); /* nobody is heard */
        begin(bench);
        commit(bench, 0);
        groups++;
    }
    return groups;
}

static void what_was_taken_away_stays_so(void **state) {
    struct bench *bench = *state;
    live_and_die(bench);
    restore(bench, 2);
    open_bench(bench, false);
    expect_taken_away(bench, false);
    assert_int_equal(recall_all(bench), 2);
    expect_taken_away(bench, true);
    const uint64_t last = tcn_ledger_position(bench->ledger);
    /* The one whose epoch was closed hears it; a key that was revoked is not heard. */
    const struct tcn_hello old =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_A, TCN_LANE_ROUTINE);
    hello(bench, &old);
    assert_true(bench->welcome.is_fenced);
    const struct tcn_hello said = second_epoch(bench);
    hello(bench, &said);
    assert_false(bench->welcome.is_fenced);
    assert_int_equal(tcn_ledger_position(bench->ledger), last);
    close_bench(bench);
    open_bench(bench, false); /* and not a second time */
    assert_false(tcn_ledger_is_recalling(bench->ledger));
    expect_taken_away(bench, true);
}

/* Dies behind each group, before its commit and after it. */
static void a_collector_that_dies_over_it_says_it_at_its_next_start(void **state) {
    struct bench *bench = *state;
    live_and_die(bench);
    restore(bench, 2);
    for (unsigned turn = 0; turn < 6; turn++) {
        open_bench(bench, false);
        if (tcn_ledger_is_recalling(bench->ledger)) {
            begin(bench);
            if (turn % 2 == 1) {
                commit(bench, 0);
            }
        }
        close_bench(bench);
    }
    open_bench(bench, false);
    assert_false(tcn_ledger_is_recalling(bench->ledger));
    expect_taken_away(bench, true);
    assert_int_equal(tcn_recall_begun_generation(bench->house.recall), 2);
}

static void a_second_restore_of_an_old_backup_says_it_again(void **state) {
    struct bench *bench = *state;
    live_and_die(bench);
    restore(bench, 2);
    open_bench(bench, false);
    assert_int_equal(recall_all(bench), 2);
    close_bench(bench);
    restore(bench, 3);
    open_bench(bench, false);
    assert_int_equal(recall_all(bench), 2);
    expect_taken_away(bench, true);
    assert_int_equal(tcn_recall_last_generation(bench->house.recall), 3);
}

static void without_a_journal_it_is_as_the_backup_has_it(void **state) {
    struct bench *bench = *state;
    char path[256];
    live_and_die(bench);
    restore(bench, 2);
    (void)snprintf(path, sizeof(path), "%s/journal", bench->place->dir);
    assert_int_equal(unlink(path), 0);
    bench->place->logger = tcn_logger_init("collector-test", TCN_LOG_ERROR, -1);
    open_bench(bench, false);
    assert_int_equal(recall_all(bench), 1);
    expect_taken_away(bench, false);
}

static void a_log_that_a_restore_gave_up_is_not_opened(void **state) {
    struct bench *bench = *state;
    struct tcn_collector_options options = place_options(bench->place);
    live_and_die(bench);
    restore(bench, 2);
    open_bench(bench, false);
    assert_int_equal(recall_all(bench), 2);
    close_bench(bench);
    restore(bench, 1);
    memset(&bench->house, 0, sizeof(bench->house));
    assert_int_equal(tcn_house_open(&bench->house, &options), TCN_FENCED);
    tcn_house_close(&bench->house);
    restore(bench, 2);
    open_bench(bench, false);
}

/* What was taken away would come back unnoticed: who looks after it has to say so, by moving it. */
static void a_journal_that_is_not_whole_or_not_ours_stops_the_start(void **state) {
    struct bench *bench = *state;
    struct tcn_collector_options options = place_options(bench->place);
    static const struct {
        size_t offset; /* of a byte that is changed */
        enum tcn_status code;
    } cases[] = {
        {0, TCN_CORRUPT},  /* no journal at all */
        {7, TCN_VERSION},  /* of a program to come */
        {9, TCN_CORRUPT},  /* of another log, and its checksum does not fit */
        {45, TCN_CORRUPT}, /* in the first entry, with others behind it */
    };
    char path[256];
    char kept[256];
    live_and_die(bench);
    bench->place->logger = tcn_logger_init("collector-test", TCN_LOG_ERROR, -1);
    options.logger = &bench->place->logger;
    (void)snprintf(path, sizeof(path), "%s/journal", bench->place->dir);
    (void)snprintf(kept, sizeof(kept), "%s/kept", bench->place->base);
    file_copy(path, kept);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        FILE *file = fopen(path, "r+b");
        assert_non_null(file);
        assert_int_equal(fseek(file, (long)cases[i].offset, SEEK_SET), 0);
        const int byte = fgetc(file);
        assert_int_equal(fseek(file, (long)cases[i].offset, SEEK_SET), 0);
        assert_int_not_equal(fputc(byte ^ 1, file), EOF);
        assert_int_equal(fclose(file), 0);
        for (int again = 0; again < 2; again++) { /* the first try has mended nothing */
            memset(&bench->house, 0, sizeof(bench->house));
            assert_int_equal(tcn_house_open(&bench->house, &options), cases[i].code);
            tcn_house_close(&bench->house);
        }
        file_copy(kept, path);
    }
    open_bench(bench, false);
    expect_taken_away(bench, true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_taken_away_stays_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_collector_that_dies_over_it_says_it_at_its_next_start,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_second_restore_of_an_old_backup_says_it_again, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(without_a_journal_it_is_as_the_backup_has_it, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_log_that_a_restore_gave_up_is_not_opened, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_journal_that_is_not_whole_or_not_ours_stops_the_start,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests_name("recall", tests, NULL, NULL);
}
