/* SPDX-License-Identifier: Apache-2.0 */
/* The fold's actor alone: the log is written here, and serve is played here. */
/* ctest-uses: query core store wire link seal */
/* ctest-wraps: tcn_fold_step tcn_state_begin tcn_state_commit tcn_log_read */
#include "base/clock.h"
#include "base/hash.h"
#include "collector/house.h"
#include "collector/intake.h"
#include "collector/ledger.h"
#include "collector/note.h"
#include "core/fold.h"
#include "link/poller.h"
#include "place.h"
#include "store/attempt.h"
#include "wire/frame.h"
#include "wire/lane.h"

#include <stdatomic.h>

#define NOW_NS INT64_C(1700000100000000000)
#define WAIT_NS (20 * TCN_SECOND_NS)
#define ALERTS_MAX 4096

/* What the functions below that stand in for others do; read by the fold's thread. */
static atomic_uint_least64_t fold_fails_at; /* the fold of this event fails */
static atomic_int begin_fails;              /* so many begins find no room */
static atomic_int commit_fails;             /* so many commits fail */
static atomic_int commit_status;            /* with this */
static atomic_uint_least64_t log_fails_at;  /* this position cannot be read */

enum tcn_status __real_tcn_fold_step(struct tcn_fold *fold, const struct tcn_fold_input *in,
                                     struct tcn_outcome *out_outcome);
enum tcn_status __wrap_tcn_fold_step(struct tcn_fold *fold, const struct tcn_fold_input *in,
                                     struct tcn_outcome *out_outcome);
enum tcn_status __real_tcn_state_begin(struct tcn_state *state);
enum tcn_status __wrap_tcn_state_begin(struct tcn_state *state);
enum tcn_status __real_tcn_state_commit(struct tcn_state *state);
enum tcn_status __wrap_tcn_state_commit(struct tcn_state *state);
enum tcn_status __real_tcn_log_read(struct tcn_log_reader *reader, uint64_t position,
                                    struct tcn_record *out_record);
enum tcn_status __wrap_tcn_log_read(struct tcn_log_reader *reader, uint64_t position,
                                    struct tcn_record *out_record);

enum tcn_status __wrap_tcn_fold_step(struct tcn_fold *fold, const struct tcn_fold_input *in,
                                     struct tcn_outcome *out_outcome) {
    return in->position == atomic_load(&fold_fails_at)
               ? TCN_SEQUENCE
               : __real_tcn_fold_step(fold, in, out_outcome);
}

enum tcn_status __wrap_tcn_state_begin(struct tcn_state *state) {
    if (atomic_load(&begin_fails) > 0) {
        (void)atomic_fetch_sub(&begin_fails, 1);
        return TCN_FULL;
    }
    return __real_tcn_state_begin(state);
}

enum tcn_status __wrap_tcn_state_commit(struct tcn_state *state) {
    if (atomic_load(&commit_fails) > 0) {
        (void)atomic_fetch_sub(&commit_fails, 1);
        tcn_state_abort(state);
        return (enum tcn_status)atomic_load(&commit_status);
    }
    return __real_tcn_state_commit(state);
}

enum tcn_status __wrap_tcn_log_read(struct tcn_log_reader *reader, uint64_t position,
                                    struct tcn_record *out_record) {
    return position == atomic_load(&log_fails_at)
               ? TCN_CORRUPT
               : __real_tcn_log_read(reader, position, out_record);
}

/* A house with a log that grows, the fold's actor, and what it told. */
struct bench {
    struct place *place;
    struct tcn_collector house;
    struct tcn_ledger *ledger;
    struct tcn_intake intake;
    struct tcn_forge_chunk chunk;
    struct tcn_note_checked note;
    struct tcn_refuse refuse;
    struct tcn_arena arena;
    uint64_t session;
    uint64_t sequence; /* of the next report */
    int64_t now_ns;
    struct tcn_actor *actor;
    struct tcn_sock *writer;
    struct tcn_sock *serve;
    struct tcn_parts parts;
    struct tcn_note_tail tail;          /* the last note */
    uint64_t committed;                 /* the highest that any note said */
    uint64_t alert_numbers[ALERTS_MAX]; /* of safety's stream, as they were told */
    uint32_t alert_count;
};

static int set_up(void **state) {
    struct bench *bench = calloc(1, sizeof(*bench));
    assert_non_null(bench);
    bench->place = place_make(TCN_MODE_ACTUAL);
    bench->place->logger = tcn_logger_init("apply-test", TCN_LOG_ERROR, -1);
    bench->now_ns = NOW_NS;
    bench->sequence = 1;
    tcn_parts_init(&bench->parts);
    assert_int_equal(tcn_arena_init(&bench->arena, 256 * 1024), TCN_OK);
    struct tcn_collector_options options = place_options(bench->place);
    options.version = "1";
    assert_int_equal(tcn_house_open(&bench->house, &options), TCN_OK);
    assert_int_equal(tcn_ledger_open(&bench->house, &bench->ledger), TCN_OK);
    assert_int_equal(tcn_intake_init(&bench->intake, &bench->house.charter), TCN_OK);
    atomic_store(&fold_fails_at, 0);
    atomic_store(&begin_fails, 0);
    atomic_store(&commit_fails, 0);
    atomic_store(&log_fails_at, 0);
    *state = bench;
    return 0;
}

static int tear_down(void **state) {
    struct bench *bench = *state;
    assert_int_equal(tcn_actor_stop(&bench->actor), TCN_OK);
    tcn_sock_close(&bench->writer);
    tcn_sock_close(&bench->serve);
    tcn_parts_fini(&bench->parts);
    tcn_arena_fini(&bench->arena);
    tcn_intake_fini(&bench->intake);
    tcn_ledger_close(&bench->ledger);
    tcn_house_close(&bench->house);
    place_remove(bench->place);
    free(bench);
    return 0;
}

/* Puts the forge's chunk or HELLO into a group of its own. */
static void put(struct bench *bench, enum tcn_kind kind) {
    bench->now_ns += 1000000;
    assert_int_equal(tcn_ledger_begin(bench->ledger, bench->now_ns, bench->now_ns), TCN_OK);
    const enum tcn_status status =
        kind == TCN_KIND_HELLO
            ? tcn_intake_hello(&bench->intake, TCN_FORGE_AGENT_A, &bench->chunk.chunk,
                               bench->now_ns, &bench->note, &bench->refuse)
            : tcn_intake_chunk(&bench->intake, TCN_FORGE_AGENT_A, &bench->chunk.chunk,
                               bench->now_ns, &bench->note, &bench->refuse);
    assert_int_equal(status, TCN_OK);
    const struct tcn_ledger_input in = {
        .stamp = {.principal = TCN_FORGE_AGENT_A, .connection = 9},
        .header = {.version = TCN_WIRE_VERSION,
                   .kind = kind,
                   .session = kind == TCN_KIND_HELLO ? 0 : bench->session},
        .note = &bench->note,
        .chunk = bench->chunk.chunk,
    };
    assert_int_equal(tcn_ledger_take(bench->ledger, &in), TCN_OK);
    assert_int_equal(tcn_ledger_commit(bench->ledger), TCN_OK);
}

static void greet(struct bench *bench) {
    const struct tcn_hello said =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_A, TCN_LANE_ROUTINE);
    tcn_forge_hello_seal(&bench->chunk, &bench->place->forge, TCN_FORGE_AGENT_A, &said);
    put(bench, TCN_KIND_HELLO);
    uint8_t data[TCN_LEDGER_ANSWER_BYTES];
    struct tcn_ledger_answer answer;
    struct tcn_welcome welcome;
    assert_int_equal(tcn_ledger_answer(bench->ledger, 0, data, &answer), TCN_OK);
    assert_int_equal(tcn_wire_welcome_decode(answer.body, &bench->arena, &welcome), TCN_OK);
    bench->session = welcome.session;
}

/* So many records of `count` reports each; gives the log's last position. */
static uint64_t report(struct bench *bench, uint32_t record_count, uint32_t count) {
    if (bench->session == 0) {
        greet(bench);
    }
    for (uint32_t i = 0; i < record_count; i++) {
        const struct tcn_hash previous = bench->chunk.hash;
        tcn_forge_reports(&bench->chunk, &bench->place->forge, bench->sequence, count,
                          bench->sequence == 1 ? NULL : &previous);
        bench->sequence += count;
        put(bench, TCN_KIND_CHUNK);
    }
    if (bench->writer != NULL) {
        const struct tcn_note_progress note = {.position = tcn_ledger_position(bench->ledger)};
        assert_int_equal(tcn_note_post(bench->writer, &note, sizeof(note)), TCN_OK);
    }
    return tcn_ledger_position(bench->ledger);
}

static void start(struct bench *bench) {
    assert_int_equal(
        tcn_house_mailbox(&bench->house, TCN_HOUSE_WRITER_APPLY, TCN_MAILBOX_FIRST, &bench->writer),
        TCN_OK);
    assert_int_equal(
        tcn_house_mailbox(&bench->house, TCN_HOUSE_APPLY_SERVE, TCN_MAILBOX_SECOND, &bench->serve),
        TCN_OK);
    assert_int_equal(
        tcn_actor_start(bench->place->link, "apply", tcn_apply_run, &bench->house, &bench->actor),
        TCN_OK);
}

/* One note of the fold. */
static void take(struct bench *bench) {
    enum tcn_status status = tcn_mailbox_take(bench->serve, &bench->parts);
    while (status == TCN_AGAIN) {
        struct tcn_poller poller;
        struct tcn_poller_ready ready[TCN_POLLER_MAX];
        size_t count = 0;
        tcn_poller_init(&poller);
        assert_int_equal(tcn_poller_add(&poller, bench->serve, TCN_POLL_IN, 1), TCN_OK);
        assert_int_equal(tcn_poller_wait(&poller, WAIT_NS, ready, &count), TCN_OK);
        assert_int_equal(count, 1);
        status = tcn_mailbox_take(bench->serve, &bench->parts);
    }
    assert_int_equal(status, TCN_OK);
    const struct tcn_slice frame = tcn_parts_frame(&bench->parts, 1);
    assert_true(
        tcn_note_read(tcn_parts_frame(&bench->parts, 0), &bench->tail, sizeof(bench->tail)));
    assert_int_equal(frame.size, bench->tail.alert_count * sizeof(struct tcn_alert));
    for (uint32_t i = 0; i < bench->tail.alert_count; i++) {
        struct tcn_alert alert;
        memcpy(&alert, frame.data + i * sizeof(alert), sizeof(alert));
        if (alert.stream.organ == TCN_FORGE_SAFETY) {
            assert_true(bench->alert_count < ALERTS_MAX);
            bench->alert_numbers[bench->alert_count] = alert.number;
            bench->alert_count++;
        }
    }
    if (bench->tail.committed_position > bench->committed) {
        bench->committed = bench->tail.committed_position;
    }
    tcn_parts_clear(&bench->parts);
}

static void take_until_committed(struct bench *bench, uint64_t position) {
    while (bench->committed < position) {
        take(bench);
    }
    assert_int_equal(bench->committed, position);
}

static void take_until(struct bench *bench, enum tcn_status standstill) {
    do {
        take(bench);
    } while (bench->tail.standstill.code != (uint32_t)standstill);
}

/* Notes to the writer, until that of this position: what is due next after it. */
static int64_t take_due(struct bench *bench, uint64_t position) {
    struct tcn_note_due note = {.position = UINT64_MAX};
    while (note.position != position) {
        struct tcn_poller poller;
        struct tcn_poller_ready ready[TCN_POLLER_MAX];
        size_t count = 0;
        tcn_poller_init(&poller);
        assert_int_equal(tcn_poller_add(&poller, bench->writer, TCN_POLL_IN, 1), TCN_OK);
        assert_int_equal(tcn_poller_wait(&poller, WAIT_NS, ready, &count), TCN_OK);
        assert_int_equal(count, 1);
        assert_int_equal(tcn_mailbox_take(bench->writer, &bench->parts), TCN_OK);
        assert_true(tcn_note_read(tcn_parts_frame(&bench->parts, 0), &note, sizeof(note)));
        tcn_parts_clear(&bench->parts);
    }
    return note.due_ns;
}

/* Until the state on disk is there, whatever serve was told. */
static void await_state(struct bench *bench, uint64_t position) {
    struct tcn_state_reader *reader = NULL;
    struct tcn_applied applied = {0};
    assert_int_equal(tcn_state_reader_open(bench->house.state, &reader), TCN_OK);
    const int64_t until_ns = tcn_clock_monotonic_ns() + WAIT_NS;
    while (applied.position < position) {
        struct tcn_poller poller;
        struct tcn_poller_ready ready[TCN_POLLER_MAX];
        size_t count = 0;
        assert_true(tcn_clock_monotonic_ns() < until_ns);
        tcn_poller_init(&poller);
        assert_int_equal(tcn_poller_wait(&poller, TCN_MS_NS, ready, &count), TCN_OK);
        tcn_state_reader_reset(reader);
        assert_int_equal(tcn_state_applied(reader, &applied), TCN_OK);
    }
    tcn_state_reader_close(&reader);
}

/* No second note of that commit waits: it was not told before it was on disk. */
static void expect_no_due(struct bench *bench) {
    assert_int_equal(tcn_mailbox_take(bench->writer, &bench->parts), TCN_AGAIN);
}

static void the_writer_is_told_what_is_due_next(void **state) {
    struct bench *bench = *state;
    const struct tcn_state_ops *ops = tcn_state_table();
    const int64_t day_ns = 24 * 3600 * TCN_SECOND_NS;
    const struct tcn_due due = {.key = {.kind = TCN_DUE_KEY_ENDS, .subject = 77},
                                .stage = 3,
                                .due_ns = NOW_NS + day_ns,
                                .until_ns = NOW_NS + 2 * day_ns};
    assert_int_equal(tcn_state_begin(bench->house.state), TCN_OK);
    assert_int_equal(ops->due_put(bench->house.state, &due), TCN_OK);
    assert_int_equal(tcn_state_commit(bench->house.state), TCN_OK);
    start(bench);
    assert_true(take_due(bench, 1) == due.due_ns); /* at its start, whatever comes */
    uint64_t position = report(bench, 2, 1);
    assert_true(take_due(bench, position) == due.due_ns);
    /* A commit that is given up tells nothing that is not on disk. */
    atomic_store(&commit_status, TCN_FULL);
    atomic_store(&commit_fails, 1);
    bench->now_ns += day_ns;
    position = report(bench, 1, 1);
    assert_true(take_due(bench, position) == due.until_ns);
    await_state(bench, position);
    expect_no_due(bench);
}

/* Each alert was told once, in order. */
static void expect_alerts(const struct bench *bench, uint64_t count) {
    assert_int_equal(bench->alert_count, count);
    for (uint32_t i = 0; i < bench->alert_count; i++) {
        assert_int_equal(bench->alert_numbers[i], i + 1);
    }
}

static void an_event_that_fails_stops_the_fold_behind_what_is_good(void **state) {
    struct bench *bench = *state;
    const uint64_t before = report(bench, 3, 5);
    (void)report(bench, 2, 5);
    atomic_store(&fold_fails_at, before + 3); /* within a record */
    start(bench);
    take_until(bench, TCN_HALTED);
    assert_int_equal(bench->committed, before);
    assert_int_equal(bench->tail.standstill.position, before + 3);
    assert_int_equal(bench->tail.standstill.cause, TCN_SEQUENCE);
    /* More of the log changes nothing, and the actor is still there. */
    (void)report(bench, 1, 5);
    assert_false(tcn_actor_has_ended(bench->actor));
    /* What was certain was told once. */
    expect_alerts(bench, 17);
}

static void a_log_that_cannot_be_read_stops_the_fold(void **state) {
    struct bench *bench = *state;
    const uint64_t before = report(bench, 3, 5);
    (void)report(bench, 2, 5);
    atomic_store(&log_fails_at, before + 1);
    start(bench);
    take_until(bench, TCN_HALTED);
    assert_int_equal(bench->committed, before);
    assert_int_equal(bench->tail.standstill.position, before + 1);
    assert_int_equal(bench->tail.standstill.cause, TCN_CORRUPT);
    expect_alerts(bench, 15);
}

static void a_state_whose_disk_fails_stops_the_fold_and_nothing_else(void **state) {
    struct bench *bench = *state;
    (void)report(bench, 3, 5);
    atomic_store(&commit_status, TCN_IO);
    atomic_store(&commit_fails, 1);
    start(bench);
    take_until(bench, TCN_HALTED);
    assert_int_equal(bench->committed, 0);
    assert_int_equal(bench->tail.standstill.position, 1);
    assert_int_equal(bench->tail.standstill.cause, TCN_IO);
    assert_false(tcn_actor_has_ended(bench->actor));
}

/* So many processes of a build died at a position. */
static void die(struct bench *bench, const char *version, uint64_t position, uint32_t count) {
    char dir[PLACE_PATH_BYTES];
    const uint64_t build = tcn_checksum(tcn_slice_text(version));
    place_path(dir, bench->place->dir, "state");
    tcn_attempt_close(&bench->house.attempt);
    for (uint32_t i = 0; i < count; i++) {
        struct tcn_attempt *attempt = NULL;
        assert_int_equal(tcn_attempt_open(dir, build, &attempt), TCN_OK);
        tcn_attempt_begin(attempt, position);
        tcn_attempt_close(&attempt);
    }
    assert_int_equal(
        tcn_attempt_open(dir, tcn_checksum(tcn_slice_text("1")), &bench->house.attempt), TCN_OK);
}

static void an_event_at_which_three_died_is_not_folded_a_fourth_time(void **state) {
    struct bench *bench = *state;
    const uint64_t before = report(bench, 3, 5);
    (void)report(bench, 2, 5);
    die(bench, "1", before + 1, 3);
    start(bench);
    take_until(bench, TCN_HALTED);
    assert_int_equal(bench->committed, before);
    assert_int_equal(bench->tail.standstill.position, before + 1);
    assert_int_equal(bench->tail.standstill.cause, TCN_CLOSED);
    expect_alerts(bench, 15);
}

static void an_event_at_which_two_died_is_folded_alone(void **state) {
    struct bench *bench = *state;
    const uint64_t before = report(bench, 3, 5);
    const uint64_t last = report(bench, 2, 5);
    die(bench, "1", before + 1, 2);
    start(bench);
    bool was_before = false;
    bool was_alone = false;
    while (bench->committed < last) {
        take(bench);
        was_before = was_before || bench->committed == before;
        was_alone = was_alone || bench->committed == before + 5;
    }
    assert_true(was_before);
    assert_true(was_alone);
    assert_int_equal(tcn_attempt_suspect(bench->house.attempt).count, 0);
    expect_alerts(bench, 25);
}

static void a_program_of_another_version_tries_again(void **state) {
    struct bench *bench = *state;
    const uint64_t before = report(bench, 3, 5);
    const uint64_t last = report(bench, 2, 5);
    die(bench, "0", before + 1, 3);
    start(bench);
    take_until_committed(bench, last);
    expect_alerts(bench, 25);
}

static void without_room_the_fold_waits_and_goes_on_by_itself(void **state) {
    struct bench *bench = *state;
    const uint64_t last = report(bench, 3, 5);
    atomic_store(&begin_fails, 2);
    start(bench);
    take_until(bench, TCN_FULL);
    assert_int_equal(bench->tail.standstill.position, 1);
    assert_int_equal(bench->committed, 0);
    take_until(bench, TCN_OK);
    take_until_committed(bench, last);
    expect_alerts(bench, 15);
}

static void a_commit_without_room_is_folded_again_and_tells_no_alert_twice(void **state) {
    struct bench *bench = *state;
    const uint64_t last = report(bench, 40, 5);
    atomic_store(&commit_status, TCN_FULL);
    atomic_store(&commit_fails, 3);
    start(bench);
    take_until(bench, TCN_FULL);
    expect_alerts(bench, 200); /* certain since the log has them, whatever becomes of the state */
    take_until(bench, TCN_OK);
    take_until_committed(bench, last);
    const uint64_t more = report(bench, 1, 5);
    take_until_committed(bench, more);
    expect_alerts(bench, 205);
}

static void a_stop_folds_what_the_log_has_more(void **state) {
    struct bench *bench = *state;
    struct tcn_state_reader *reader = NULL;
    struct tcn_applied applied = {0};
    const uint64_t last = report(bench, 300, 2);
    start(bench);
    assert_int_equal(tcn_actor_stop(&bench->actor), TCN_OK);
    assert_int_equal(tcn_state_reader_open(bench->house.state, &reader), TCN_OK);
    assert_int_equal(tcn_state_applied(reader, &applied), TCN_OK);
    tcn_state_reader_close(&reader);
    assert_int_equal(applied.position, last);
}

static void a_stop_while_there_is_no_room_is_no_failure(void **state) {
    struct bench *bench = *state;
    (void)report(bench, 3, 5);
    atomic_store(&begin_fails, 1000);
    start(bench);
    take_until(bench, TCN_FULL);
    assert_int_equal(tcn_actor_stop(&bench->actor), TCN_OK);
}

static void a_note_that_serve_had_no_room_for_comes_when_it_has(void **state) {
    struct bench *bench = *state;
    bench->house.mailbox_messages_max = 1;
    start(bench);
    uint64_t last = 0;
    for (int i = 0; i < 8; i++) {
        last = report(bench, 1, 5);
        await_state(bench, last);
    }
    /* The log is quiet from here on. */
    take_until_committed(bench, last);
    assert_true(bench->alert_count < 40);
}

#define BENCH_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        BENCH_TEST(an_event_that_fails_stops_the_fold_behind_what_is_good),
        BENCH_TEST(a_log_that_cannot_be_read_stops_the_fold),
        BENCH_TEST(the_writer_is_told_what_is_due_next),
        BENCH_TEST(a_state_whose_disk_fails_stops_the_fold_and_nothing_else),
        BENCH_TEST(an_event_at_which_three_died_is_not_folded_a_fourth_time),
        BENCH_TEST(an_event_at_which_two_died_is_folded_alone),
        BENCH_TEST(a_program_of_another_version_tries_again),
        BENCH_TEST(without_room_the_fold_waits_and_goes_on_by_itself),
        BENCH_TEST(a_commit_without_room_is_folded_again_and_tells_no_alert_twice),
        BENCH_TEST(a_stop_folds_what_the_log_has_more),
        BENCH_TEST(a_stop_while_there_is_no_room_is_no_failure),
        BENCH_TEST(a_note_that_serve_had_no_room_for_comes_when_it_has),
    };
    return cmocka_run_group_tests_name("apply", tests, NULL, NULL);
}
