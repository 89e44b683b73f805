/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-single: it makes no thread */
/* What was revoked, ended or closed behind a backup stays so in the log that is restored from it:
 * the journal says it again, however often the collector dies over it. */
/* ctest-uses: query core store wire link seal */
#include "recall_test.h"

/* The log's file, and the place of its backup. */
static void paths(const struct bench *bench, char log[256], char backup[256]) {
    (void)snprintf(log, 256, "%s/log/data.mdb", bench->place->dir);
    (void)snprintf(backup, 256, "%s/backup", bench->place->base);
}

/* A log, its backup, and behind that what takes away. */
static void live_and_die(struct bench *bench) {
    char log[256];
    char backup[256];
    paths(bench, log, backup);
    live(bench);
    file_copy(log, backup);
    take_away(bench);
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
        long offset; /* of a byte that is changed; below 0: from the end */
        enum tcn_status code;
    } cases[] = {
        {0, TCN_CORRUPT},  /* no journal at all */
        {7, TCN_VERSION},  /* of a program to come */
        {9, TCN_CORRUPT},  /* of another log, and its checksum does not fit */
        {77, TCN_CORRUPT}, /* in the first entry, with others behind it */
        {-1, TCN_CORRUPT}, /* in the last one */
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
        const int whence = cases[i].offset < 0 ? SEEK_END : SEEK_SET;
        assert_int_equal(fseek(file, cases[i].offset, whence), 0);
        const int byte = fgetc(file);
        assert_int_equal(fseek(file, cases[i].offset, whence), 0);
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
