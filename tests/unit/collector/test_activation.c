/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-single: it makes no thread */
/* Another policy takes the place of the one in force, or does not: what the writer takes, by what
 * is routed before and behind it, and what verification sees. */
/* ctest-uses: query core store wire link seal */
#include "activation_test.h"
#include "query/audit.h"
#include "query/rebuild.h"
#include "seal/hash.h"
#include "store/fresh.h"
#include "wire/activation.h"
#include "wire/policy.h"

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
        {0, SEEK_SET},   {3, SEEK_SET},   {5, SEEK_SET},   {8, SEEK_SET},
        {30, SEEK_SET},  {60, SEEK_SET},  {200, SEEK_SET}, {-100, SEEK_END},
        {-70, SEEK_END}, {-64, SEEK_END}, {-1, SEEK_END},
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

/* Leaves a word as it is given, signed by whoever it is to be, for the collector. */
static void leave(const struct bench *bench, struct tcn_activation word, enum tcn_forge_who who,
                  const struct tcn_policy *policy) {
    static uint8_t bytes[64 * 1024];
    static uint8_t file[128 * 1024];
    uint8_t head_bytes[TCN_ACTIVATION_BYTES_MAX];
    char path[PLACE_PATH_BYTES];
    struct tcn_writer writer = tcn_writer_init(bytes, sizeof(bytes));
    struct tcn_slice body;
    struct tcn_slice head;
    struct tcn_signature signature;
    assert_int_equal(tcn_wire_policy_encode(policy, &writer, &body), TCN_OK);
    word.policy_hash = tcn_hash_of(body);
    word.policy_size = (uint32_t)body.size;
    writer = tcn_writer_init(head_bytes, sizeof(head_bytes));
    assert_int_equal(tcn_wire_activation_encode(&word, &writer, &head), TCN_OK);
    assert_int_equal(
        tcn_sign(&bench->place->forge.keys[who].signing, TCN_CONTEXT_ACTIVATION, head, &signature),
        TCN_OK);
    writer = tcn_writer_init(file, sizeof(file));
    tcn_write_u32(&writer, (uint32_t)head.size);
    tcn_write_bytes(&writer, head.data, head.size);
    tcn_write_u32(&writer, (uint32_t)body.size);
    tcn_write_bytes(&writer, body.data, body.size);
    tcn_write_bytes(&writer, signature.bytes, sizeof(signature.bytes));
    place_path(path, bench->place->dir, TCN_ACTIVATION_NEXT);
    assert_int_equal(tcn_fresh_replace(path, file, writer.offset), TCN_OK);
}

static struct tcn_activation word_for(const struct bench *bench, const struct tcn_policy *policy) {
    return (struct tcn_activation){
        .format = TCN_ACTIVATION_FORMAT,
        .log_id = bench->place->forge.log_id,
        .mode = bench->place->forge.mode,
        .principal = TCN_FORGE_ADMIN,
        .said_ns = NOW_NS,
        .replaces = bench->house.charter.policy.version,
        .version = policy->version,
        .fold_version = TCN_FOLD_VERSION,
    };
}

/* What a tool that does not ask us may leave there. */
static void the_collector_asks_everything_again(void **state) {
    struct bench *bench = *state;
    const uint64_t version = bench->house.charter.policy.version;
    for (unsigned fault = 0; fault < 9; fault++) {
        enum tcn_forge_who who = TCN_FORGE_ADMIN;
        struct other_policy other;
        make_other(&bench->house.charter.policy, &other);
        struct tcn_activation word = word_for(bench, &other.policy);
        switch (fault) {
        case 0: /* somebody else's, in its own name */
            who = TCN_FORGE_AGENT_DESK;
            word.principal = TCN_FORGE_AGENT_DESK;
            break;
        case 1: /* and in the administrator's */
            who = TCN_FORGE_AGENT_DESK;
            break;
        case 2: /* the collector itself is no administrator */
            who = TCN_FORGE_COLLECTOR;
            word.principal = TCN_FORGE_COLLECTOR;
            break;
        case 3:
            word.principal = 4000; /* nobody */
            break;
        case 4:
            word.log_id.bytes[0] ^= 1;
            break;
        case 5: /* made to follow another version */
            word.replaces++;
            break;
        case 6: /* it says another version than its policy has */
            word.version++;
            break;
        case 7:
            word.fold_version++;
            break;
        default: /* not newer */
            other.policy.version = version;
            word.version = version;
            break;
        }
        leave(bench, word, who, &other.policy);
        assert_false(turn(bench));
        assert_false(has_file(bench, TCN_ACTIVATION_NEXT));
        assert_int_equal(version_on_disk(bench), version);
    }
    struct other_policy other;
    make_other(&bench->house.charter.policy, &other);
    leave(bench, word_for(bench, &other.policy), TCN_FORGE_ADMIN, &other.policy);
    assert_true(turn(bench));
    assert_int_equal(version_on_disk(bench), version + 1);
    leave(bench, word_for(bench, &other.policy), TCN_FORGE_ADMIN, &other.policy);
    assert_false(turn(bench)); /* in force already: removed, and not refused again */
    assert_false(has_file(bench, TCN_ACTIVATION_NEXT));
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
    const enum tcn_status wiped = tcn_state_wipe(path);
    assert_true(wiped == TCN_OK || wiped == TCN_ABSENT);
    struct tcn_state *mine = bench->house.state;
    assert_int_equal(tcn_state_open(&options, &bench->house.state), TCN_OK);
    const struct tcn_hash hash = folded(bench);
    tcn_state_close(&bench->house.state);
    bench->house.state = mine;
    return hash;
}

/* The text in the log is the one that was signed, byte for byte. */
static void expect_text(const struct bench *bench, uint64_t position) {
    struct tcn_log_reader *reader = NULL;
    struct tcn_record record;
    struct tcn_slice text;
    assert_int_equal(tcn_log_reader_open(bench->house.log, &reader), TCN_OK);
    assert_int_equal(tcn_log_read(reader, 1, &record), TCN_OK);
    assert_int_equal(tcn_activated_text(&record, &text), TCN_CORRUPT); /* genesis */
    assert_int_equal(tcn_log_read(reader, position, &record), TCN_OK);
    assert_int_equal(tcn_activated_text(&record, &text), TCN_OK);
    assert_true(tcn_slice_is_text(text, OTHER_TEXT));
    tcn_log_reader_close(&reader);
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
    expect_text(bench, tcn_ledger_position(bench->ledger));
    assert_false(turn(bench));
    assert_false(has_file(bench, TCN_ACTIVATION_NEXT));
    assert_int_equal(send_reports(bench, 2, 1, &previous), TCN_KIND_ACK);
    const struct tcn_hash last = bench->chunk.hash;
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
    /* A fold that begins behind the activation goes on by it. */
    assert_int_equal(send_reports(bench, 3, 1, &last), TCN_KIND_ACK);
    const uint64_t later = tcn_ledger_position(bench->ledger);
    const struct tcn_hash on = folded(bench);
    const struct tcn_hash anew = folded_anew(bench);
    assert_int_equal(holder_of(bench->house.state, later), bench->house.charter.policy.desk);
    assert_true(tcn_hash_equals(&on, &anew));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nobody_but_an_administrator_activates, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_damaged_is_refused_and_the_old_policy_stays, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_collector_asks_everything_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_does_not_follow_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reports_are_routed_by_the_policy_at_their_position, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("activation", tests, NULL, NULL);
}
