/* SPDX-License-Identifier: Apache-2.0 */
/* Another policy takes the place of the one in force, or does not: what the writer takes, by what
 * is routed before and behind it, and what verification sees. */
/* ctest-uses: query core store wire link seal */
#include "activation_test.h"
#include "query/audit.h"
#include "query/rebuild.h"

static void nobody_but_an_administrator_activates(void **state) {
    struct bench *bench = *state;
    static const enum tcn_forge_who others[] = {TCN_FORGE_AGENT_A, TCN_FORGE_AGENT_DESK,
                                                TCN_FORGE_WATCH_SAFETY, TCN_FORGE_COLLECTOR};
    struct other_policy other;
    make_other(&bench->house.charter.policy, &other);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        assert_int_equal(hand_over(bench, others[i], &other.policy), TCN_DENIED);
        assert_false(has_file(bench, TCN_ACTIVATION_NEXT));
    }
}

/* Flips one byte of the file that waits. */
static void spoil(const struct bench *bench, long offset, int whence) {
    char path[PLACE_PATH_BYTES];
    place_path(path, bench->place->dir, TCN_ACTIVATION_NEXT);
    FILE *file = fopen(path, "r+be");
    assert_non_null(file);
    assert_int_equal(fseek(file, offset, whence), 0);
    const int byte = fgetc(file);
    assert_true(byte != EOF);
    assert_int_equal(fseek(file, -1, SEEK_CUR), 0);
    assert_int_equal(fputc(byte ^ 1, file), byte ^ 1);
    assert_int_equal(fclose(file), 0);
}

static void what_is_damaged_is_refused_and_the_old_policy_stays(void **state) {
    struct bench *bench = *state;
    const struct {
        long offset;
        int whence;
    } places[] = {
        {0, SEEK_SET},  {3, SEEK_SET},   {5, SEEK_SET},    {8, SEEK_SET},   {30, SEEK_SET},
        {60, SEEK_SET}, {200, SEEK_SET}, {-100, SEEK_END}, {-64, SEEK_END}, {-1, SEEK_END},
    };
    const uint64_t version = bench->house.charter.policy.version;
    struct other_policy other;
    make_other(&bench->house.charter.policy, &other);
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        assert_int_equal(hand_over(bench, TCN_FORGE_ADMIN, &other.policy), TCN_OK);
        assert_int_equal(hand_over(bench, TCN_FORGE_ADMIN, &other.policy), TCN_BUSY);
        spoil(bench, places[i].offset, places[i].whence);
        assert_false(turn(bench));
        assert_false(has_file(bench, TCN_ACTIVATION_NEXT));
        assert_true(has_file(bench, TCN_ACTIVATION_REFUSED));
        assert_int_equal(version_on_disk(bench), version);
    }
    assert_int_equal(hand_over(bench, TCN_FORGE_ADMIN, &other.policy), TCN_OK);
    assert_true(turn(bench));
    assert_int_equal(version_on_disk(bench), version + 1);
}

static void what_does_not_follow_is_refused(void **state) {
    struct bench *bench = *state;
    struct other_policy other;
    make_other(&bench->house.charter.policy, &other);
    other.policy.version = bench->house.charter.policy.version;
    assert_int_equal(hand_over(bench, TCN_FORGE_ADMIN, &other.policy), TCN_NOT_ALLOWED);
    other.policy.version++;
    other.policy.organ_count--;
    other.policy.divisions = NULL;
    other.policy.division_count = 0;
    assert_true(hand_over(bench, TCN_FORGE_ADMIN, &other.policy) != TCN_OK);
    assert_int_equal(hand_over(bench, TCN_FORGE_ADMIN, &bench->house.charter.policy), TCN_EXISTS);
    assert_false(has_file(bench, TCN_ACTIVATION_NEXT));
}

/* Who holds the matter of a report by number, in a state. */
static uint16_t holder_of(struct tcn_state *states, uint64_t birth) {
    struct tcn_state_reader *reader = NULL;
    struct tcn_matter matter;
    assert_int_equal(tcn_state_reader_open(states, &reader), TCN_OK);
    assert_int_equal(tcn_state_matter(reader, birth, &matter), TCN_OK);
    tcn_state_reader_close(&reader);
    return matter.holder;
}

static struct tcn_hash folded(struct bench *bench) {
    struct tcn_log_reader *reader = NULL;
    struct tcn_state_reader *rows = NULL;
    struct tcn_hash hash;
    assert_int_equal(tcn_log_reader_open(bench->house.log, &reader), TCN_OK);
    assert_int_equal(tcn_rebuild_run(reader, &bench->house.charter, bench->house.state), TCN_OK);
    tcn_log_reader_close(&reader);
    assert_int_equal(tcn_state_reader_open(bench->house.state, &rows), TCN_OK);
    assert_int_equal(tcn_state_hash(rows, &hash), TCN_OK);
    tcn_state_reader_close(&rows);
    return hash;
}

/* The same log in a state of its own, from the beginning. */
static struct tcn_hash folded_anew(struct bench *bench) {
    char path[PLACE_PATH_BYTES];
    place_path(path, bench->place->base, "again");
    const struct tcn_store_options options = {.dir = path, .map_bytes = PLACE_MAP_BYTES};
    struct tcn_state *mine = bench->house.state;
    assert_int_equal(tcn_state_open(&options, &bench->house.state), TCN_OK);
    const struct tcn_hash hash = folded(bench);
    tcn_state_close(&bench->house.state);
    bench->house.state = mine;
    return hash;
}

static void reports_are_routed_by_the_policy_at_their_position(void **state) {
    struct bench *bench = *state;
    struct tcn_audit_report report;
    struct other_policy other;
    make_other(&bench->house.charter.policy, &other);
    greet(bench);
    assert_int_equal(send_reports(bench, 1, 1, NULL), TCN_KIND_ACK);
    const uint64_t before =
        bench->ack.receipt.leaf_count > 0 ? tcn_ledger_position(bench->ledger) : 0;
    const struct tcn_hash previous = bench->chunk.hash;
    (void)folded(bench); /* the fold is in the middle, as in a collector that runs */
    assert_int_equal(hand_over(bench, TCN_FORGE_ADMIN, &other.policy), TCN_OK);
    const uint64_t bundle = bench->welcome.bundle_version;
    assert_true(turn(bench));
    assert_false(turn(bench));
    assert_false(has_file(bench, TCN_ACTIVATION_NEXT));
    assert_int_equal(send_reports(bench, 2, 1, &previous), TCN_KIND_ACK);
    const uint64_t behind = tcn_ledger_position(bench->ledger);
    const struct tcn_hash hash = folded(bench);
    assert_int_equal(holder_of(bench->house.state, before), TCN_FORGE_SAFETY);
    assert_int_equal(holder_of(bench->house.state, behind), bench->house.charter.policy.desk);
    const struct tcn_hash again = folded_anew(bench);
    assert_true(tcn_hash_equals(&hash, &again));
    assert_int_equal(tcn_audit_run(bench->house.log, &bench->house.charter, &report), TCN_OK);
    /* The same policy again does nothing; a restart goes on with it, and agents are told. */
    assert_int_equal(hand_over(bench, TCN_FORGE_ADMIN, &other.policy), TCN_EXISTS);
    close_bench(bench);
    open_bench(bench, false);
    greet(bench);
    assert_int_equal(bench->welcome.bundle_version, bundle + 1);
    assert_int_equal(version_on_disk(bench), other.policy.version);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nobody_but_an_administrator_activates, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_damaged_is_refused_and_the_old_policy_stays, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_does_not_follow_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reports_are_routed_by_the_policy_at_their_position, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("activation", tests, NULL, NULL);
}
