/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-single: it makes no thread */
/* What the collector says by itself, and what the desk answers: from the agent's bytes to the row
 * in the log, over a restart, and the same in the state that the fold derives. */
/* ctest-uses: query core store wire link seal */
#include "bench.h"
#include "query/query.h"
#include "query/rebuild.h"

#define COPY_EPOCH UINT64_C(7777)
#define SECOND INT64_C(1000000000)

/* Reads the standing words, from the writer's rows or from a state folded anew. */
static size_t rows_of_log(struct bench *bench, struct tcn_standing *out_rows, size_t max) {
    struct tcn_log_reader *reader = NULL;
    size_t count = 0;
    assert_int_equal(tcn_log_reader_open(bench->house.log, &reader), TCN_OK);
    assert_int_equal(tcn_log_reader_standings(reader, NULL, out_rows, max, &count), TCN_OK);
    tcn_log_reader_close(&reader);
    return count;
}

/* Folds the whole log into a state of its own: its rows are the writer's, and so many alerts are
 * the desk's. */
static void expect_folded(struct bench *bench, uint64_t desk_alerts) {
    struct tcn_standing logged[32];
    struct tcn_standing folded[32];
    const size_t count = rows_of_log(bench, logged, 32);
    char path[PLACE_PATH_BYTES];
    place_path(path, bench->place->base, "again");
    const struct tcn_store_options options = {.dir = path, .map_bytes = PLACE_MAP_BYTES};
    struct tcn_state *state = NULL;
    struct tcn_state_reader *states = NULL;
    struct tcn_log_reader *reader = NULL;
    assert_int_equal(tcn_log_reader_open(bench->house.log, &reader), TCN_OK);
    assert_int_equal(tcn_state_open(&options, &state), TCN_OK);
    assert_int_equal(tcn_rebuild_run(reader, &bench->house.charter, state), TCN_OK);
    assert_int_equal(tcn_state_reader_open(state, &states), TCN_OK);
    size_t folded_count = 0;
    assert_int_equal(tcn_state_standings(states, NULL, folded, 32, &folded_count), TCN_OK);
    assert_int_equal(folded_count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(folded[i].key.kind, logged[i].key.kind);
        assert_int_equal(folded[i].key.source, logged[i].key.source);
        assert_true(folded[i].key.epoch == logged[i].key.epoch);
        assert_true(folded[i].position == logged[i].position);
        assert_true(folded[i].since_ns == logged[i].since_ns);
        assert_true(folded[i].number == logged[i].number);
        assert_true(folded[i].other_number == logged[i].other_number);
        assert_true(folded[i].allowed_position == logged[i].allowed_position);
    }
    uint64_t number = 0;
    const struct tcn_stream desk = {TCN_MODE_ACTUAL, TCN_FORGE_DESK};
    assert_int_equal(tcn_state_stream(states, desk, &number), TCN_OK);
    assert_int_equal(number, desk_alerts);
    tcn_state_reader_close(&states);
    tcn_state_close(&state);
    tcn_log_reader_close(&reader);
    assert_int_equal(tcn_state_wipe(path), TCN_OK);
}

/* HELLO of a copy of office-a's outbox: an epoch that the log does not know, naming another than
 * the live one. */
static struct tcn_hello copy_of(const struct bench *bench, enum tcn_lane lane, uint64_t waits) {
    struct tcn_hello said = tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_A, lane);
    said.lane.epoch = COPY_EPOCH;
    said.predecessor = 5;
    said.last_sequence = waits;
    said.last_hash = (struct tcn_hash){{9}};
    return said;
}

/* One act of a principal, in a chunk of its own, as intake judges it. */
static enum tcn_status judge_act(struct bench *bench, enum tcn_forge_who who, uint64_t sequence,
                                 const struct tcn_event *event) {
    static struct tcn_hash previous[TCN_FORGE_WHO_MAX + 1];
    if (sequence == 1) {
        previous[who] = (struct tcn_hash){{0}};
    }
    tcn_forge_chunk_begin(&bench->chunk, &bench->place->forge, who, sequence, &previous[who]);
    tcn_forge_chunk_event(&bench->chunk, event, (struct tcn_slice){0});
    tcn_forge_chunk_seal(&bench->chunk, &bench->place->forge, who);
    const enum tcn_status status =
        tcn_intake_chunk(&bench->intake, (uint32_t)who, &bench->chunk.chunk, bench->now_ns,
                         &bench->note, &bench->refuse);
    if (status == TCN_OK) {
        previous[who] = bench->chunk.hash;
    }
    return status;
}

static struct tcn_event word_of(const struct bench *bench, enum tcn_act act, const char *office) {
    struct tcn_event event = tcn_forge_act(&bench->place->forge, 1, act, office);
    event.matter = (struct tcn_id){{0}};
    event.body_kind = TCN_BODY_ACT;
    event.act_body = (struct tcn_act_body){.how = tcn_slice_text("the disk was replaced")};
    return event;
}

static struct tcn_event allowing(const struct bench *bench, const char *office) {
    struct tcn_event event = word_of(bench, TCN_ACT_EPOCH_ALLOWED, office);
    event.act_body.source = TCN_FORGE_AGENT_A;
    event.act_body.epoch = COPY_EPOCH;
    return event;
}

/* Says one of the desk's words, in a group of its own. */
static void say_word(struct bench *bench, uint64_t sequence, const struct tcn_event *event) {
    if (sequence == 1) {
        const struct tcn_hello said =
            tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_DESK, TCN_LANE_ROUTINE);
        hello(bench, &said);
    }
    assert_int_equal(judge_act(bench, TCN_FORGE_AGENT_DESK, sequence, event), TCN_OK);
    assert_true(bench->note.has_words);
    begin(bench);
    put(bench, TCN_FORGE_AGENT_DESK, TCN_KIND_CHUNK);
    commit(bench, 1);
    assert_int_equal(answer(bench, 0), TCN_KIND_ACK);
}

static void nobody_but_the_desk_gets_its_words_into_the_log(void **state) {
    struct bench *bench = *state;
    static const struct {
        enum tcn_forge_who who;
        const char *office;
        enum tcn_status status;
    } cases[] = {
        {TCN_FORGE_AGENT_A, "office-a", TCN_DENIED},
        {TCN_FORGE_AGENT_A, "desk", TCN_DENIED},
        {TCN_FORGE_AGENT_SAFETY, "safety", TCN_DENIED},
        {TCN_FORGE_AGENT_DESK, "desk", TCN_OK},
        {TCN_FORGE_ADMIN, "", TCN_OK},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct tcn_event event = allowing(bench, cases[i].office);
        assert_int_equal(judge_act(bench, cases[i].who, 1, &event), cases[i].status);
        assert_int_equal(bench->note.has_words, cases[i].status == TCN_OK);
    }
    struct tcn_event event = allowing(bench, "desk");
    event.act_body.epoch = 0;
    assert_int_equal(judge_act(bench, TCN_FORGE_AGENT_DESK, 1, &event), TCN_BAD_VALUE);
}

static void a_copy_waits_until_the_desk_allows_it_and_then_fences_the_other(void **state) {
    struct bench *bench = *state;
    bench->place->logger.level = (enum tcn_log_level)0; /* the alarms are on purpose */
    greet(bench);
    const struct tcn_hello routine = copy_of(bench, TCN_LANE_ROUTINE, 12);
    const struct tcn_hello urgent = copy_of(bench, TCN_LANE_URGENT, 2);
    for (int i = 0; i < 3; i++) { /* each minute */
        hello(bench, &routine);
        assert_true(bench->welcome.is_fenced);
        assert_int_equal(bench->welcome.session, 0);
        hello(bench, &urgent);
    }
    assert_int_equal(tcn_ledger_counts(bench->ledger).said_count, 2);
    expect_folded(bench, 2);
    struct tcn_standing rows[8];
    assert_int_equal(rows_of_log(bench, rows, 8), 2);
    assert_true(rows[1].key.epoch == COPY_EPOCH);
    assert_int_equal(rows[1].number, 2);
    assert_int_equal(rows[1].other_number, 12);

    const struct tcn_event event = allowing(bench, "desk");
    say_word(bench, 1, &event);
    expect_folded(bench, 2);
    close_bench(bench); /* the word is on disk with its record */
    open_bench(bench, false);
    hello(bench, &routine);
    assert_false(bench->welcome.is_fenced);
    assert_int_not_equal(bench->welcome.session, 0);
    assert_int_equal(rows_of_log(bench, rows, 8), 0);
    expect_folded(bench, 2);
    greet(bench); /* the one that was live is fenced now */
    assert_true(bench->welcome.is_fenced);
    /* Said again, the word has nothing to allow. */
    close_bench(bench);
    open_bench(bench, false);
    const struct tcn_hello desk =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_DESK, TCN_LANE_ROUTINE);
    hello(bench, &desk);
    say_word(bench, 2, &event);
    assert_int_equal(rows_of_log(bench, rows, 8), 0);
    expect_folded(bench, 3); /* that it was void */
}

static void a_word_that_could_not_be_stored_allows_nothing(void **state) {
    struct bench *bench = *state;
    bench->place->logger.level = (enum tcn_log_level)0;
    greet(bench);
    const struct tcn_hello desk =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_DESK, TCN_LANE_ROUTINE);
    hello(bench, &desk);
    const struct tcn_event event = allowing(bench, "desk");
    assert_int_equal(judge_act(bench, TCN_FORGE_AGENT_DESK, 1, &event), TCN_OK);
    begin(bench);
    put(bench, TCN_FORGE_AGENT_DESK, TCN_KIND_CHUNK);
    close_bench(bench); /* before the commit */
    open_bench(bench, false);
    const struct tcn_hello routine = copy_of(bench, TCN_LANE_ROUTINE, 1);
    hello(bench, &routine);
    assert_true(bench->welcome.is_fenced);
}

static void urgent_chunks_of_a_closed_epoch_are_told_by_hash_once(void **state) {
    struct bench *bench = *state;
    bench->place->logger.level = (enum tcn_log_level)0;
    struct tcn_hello said =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_A, TCN_LANE_URGENT);
    const struct tcn_hello old = said;
    hello(bench, &said);
    said.predecessor = said.lane.epoch;
    said.lane.epoch = COPY_EPOCH;
    hello(bench, &said);
    for (uint64_t i = 0; i < TCN_FENCED_CHUNKS_MAX + 2; i++) {
        const uint64_t first = i == 0 ? 1 : i; /* the first one twice */
        hello(bench, &old);
        assert_true(bench->welcome.is_fenced);
        tcn_forge_chunk_begin(&bench->chunk, &bench->place->forge, TCN_FORGE_AGENT_A, first, NULL);
        bench->chunk.head.lane.lane = TCN_LANE_URGENT;
        const struct tcn_event event = tcn_forge_report(&bench->place->forge, first);
        tcn_forge_chunk_event(&bench->chunk, &event, (struct tcn_slice){0});
        tcn_forge_chunk_seal(&bench->chunk, &bench->place->forge, TCN_FORGE_AGENT_A);
        begin(bench);
        put(bench, TCN_FORGE_AGENT_A, TCN_KIND_CHUNK);
        commit(bench, 1);
        assert_int_equal(answer(bench, 0), TCN_KIND_AGAIN);
        assert_int_equal(bench->again.code, TCN_FENCED);
        if (i == 2) {
            close_bench(bench); /* what was told before a restart is not told again */
            open_bench(bench, false);
        }
    }
    struct tcn_standing rows[TCN_FENCED_CHUNKS_MAX + 8];
    assert_int_equal(rows_of_log(bench, rows, TCN_FENCED_CHUNKS_MAX + 8),
                     TCN_FENCED_CHUNKS_MAX + 1);
    assert_int_equal(rows[0].number, TCN_FENCED_CHUNKS_MAX);
    assert_true(tcn_ledger_counts(bench->ledger).unsaid_count >= 1);
}

/* Empty groups, a minute apart; `who` says HELLO in each, unless it is the collector. */
static void pass_minutes(struct bench *bench, int minutes, enum tcn_forge_who who) {
    for (int i = 0; i < minutes; i++) {
        bench->now_ns += 60 * INT64_C(1000000000);
        if (who != TCN_FORGE_COLLECTOR) {
            const struct tcn_hello said =
                tcn_forge_hello(&bench->place->forge, who, TCN_LANE_ROUTINE);
            hello(bench, &said);
        } else {
            begin(bench);
            commit(bench, 0);
        }
    }
}

static void a_silent_office_is_said_once_and_so_is_its_return(void **state) {
    struct bench *bench = *state;
    bench->place->logger.level = (enum tcn_log_level)0;
    greet(bench);
    const int64_t heard_ns = tcn_ledger_time(bench->ledger);
    pass_minutes(bench, 30, TCN_FORGE_AGENT_DESK);
    struct tcn_standing rows[4];
    assert_int_equal(rows_of_log(bench, rows, 4), 1);
    assert_int_equal(rows[0].key.kind, TCN_STANDING_SILENT);
    assert_int_equal(rows[0].key.source, TCN_FORGE_AGENT_A);
    assert_true(rows[0].since_ns == heard_ns);
    expect_folded(bench, 0); /* in no stream */
    close_bench(bench);
    open_bench(bench, false);
    const uint64_t position = tcn_ledger_position(bench->ledger);
    greet(bench); /* known, so nothing is logged but that it is heard */
    assert_int_equal(tcn_ledger_position(bench->ledger), position + 1);
    assert_int_equal(rows_of_log(bench, rows, 4), 0);
    expect_folded(bench, 0);
}

static void when_nobody_is_heard_that_is_said_and_not_of_each(void **state) {
    struct bench *bench = *state;
    bench->place->logger.level = (enum tcn_log_level)0;
    greet(bench);
    pass_minutes(bench, 1, TCN_FORGE_AGENT_DESK);
    pass_minutes(bench, 60, TCN_FORGE_COLLECTOR);
    struct tcn_standing rows[4];
    assert_int_equal(rows_of_log(bench, rows, 4), 1);
    assert_int_equal(rows[0].key.source, 0);
    greet(bench);
    assert_int_equal(rows_of_log(bench, rows, 4), 0);
    expect_folded(bench, 0);
}

static void nobody_watching_is_said_until_a_cursor_passes_the_alert(void **state) {
    struct bench *bench = *state;
    struct tcn_cursor cursor = {.name = "duty",
                                .principal = TCN_FORGE_WATCH_SAFETY,
                                .stream = {TCN_MODE_ACTUAL, TCN_FORGE_SAFETY},
                                .number = 6,
                                .generation = 1};
    const struct tcn_note_unwatched note = {.number = 7, .organ = TCN_FORGE_SAFETY};
    struct tcn_standing rows[4];
    for (uint64_t number = 6; number <= 7; number++) {
        begin(bench);
        tcn_ledger_unwatched(bench->ledger, &note);
        tcn_ledger_unwatched(bench->ledger, &note);
        if (number == 6) { /* the one before it is delivered in the same group */
            assert_int_equal(tcn_ledger_cursor(bench->ledger, &cursor), TCN_OK);
        }
        commit(bench, 0);
        assert_int_equal(rows_of_log(bench, rows, 4), 1);
        assert_int_equal(rows[0].key.organ, TCN_FORGE_SAFETY);
    }
    assert_int_equal(tcn_ledger_counts(bench->ledger).said_count, 1);
    expect_folded(bench, 0); /* in no stream */
    cursor.number = 7;
    begin(bench);
    assert_int_equal(tcn_ledger_cursor(bench->ledger, &cursor), TCN_OK);
    commit(bench, 0);
    assert_int_equal(rows_of_log(bench, rows, 4), 0);
    expect_folded(bench, 0);
}

static void a_tick_is_logged_only_when_something_is_due_and_nothing_else_comes(void **state) {
    struct bench *bench = *state;
    greet(bench);
    const uint64_t position = tcn_ledger_position(bench->ledger);
    pass_minutes(bench, 1, TCN_FORGE_COLLECTOR); /* nothing is due */
    assert_int_equal(tcn_ledger_position(bench->ledger), position);
    tcn_ledger_due(bench->ledger, position - 1, bench->now_ns); /* said before the last event */
    begin(bench);
    commit(bench, 0);
    assert_int_equal(tcn_ledger_position(bench->ledger), position);
    tcn_ledger_due(bench->ledger, position, INT64_MAX);
    begin(bench);
    commit(bench, 0);
    assert_int_equal(tcn_ledger_position(bench->ledger), position);
    assert_int_equal(tcn_ledger_due_in(bench->ledger, 77), 77);
    tcn_ledger_due(bench->ledger, position, tcn_ledger_time(bench->ledger) + 90 * SECOND);
    assert_int_equal(tcn_ledger_due_in(bench->ledger, 100 * SECOND), 90 * SECOND);
    assert_int_equal(tcn_ledger_due_in(bench->ledger, 10 * SECOND), 10 * SECOND);
    pass_minutes(bench, 1, TCN_FORGE_COLLECTOR); /* not yet */
    assert_int_equal(tcn_ledger_position(bench->ledger), position);
    pass_minutes(bench, 2, TCN_FORGE_COLLECTOR); /* now, and once */
    assert_int_equal(tcn_ledger_position(bench->ledger), position + 1);
    /* It stays due until the fold has come to the tick, and says what is next. */
    assert_int_equal(tcn_ledger_due_in(bench->ledger, 10 * SECOND), 10 * SECOND);
    tcn_ledger_due(bench->ledger, position + 1, bench->now_ns);
    assert_in_range(tcn_ledger_due_in(bench->ledger, 10 * SECOND), 1, SECOND);
    assert_int_equal(send_reports(bench, 1, 1, NULL), TCN_KIND_ACK); /* which tells the time too */
    pass_minutes(bench, 1, TCN_FORGE_COLLECTOR);
    assert_int_equal(tcn_ledger_position(bench->ledger), position + 2);
    expect_folded(bench, 0);
}

static void log_time_creeps_until_the_desk_confirms_over_a_restart_too(void **state) {
    struct bench *bench = *state;
    bench->place->logger.level = (enum tcn_log_level)0;
    greet(bench);
    const struct tcn_hello desk =
        tcn_forge_hello(&bench->place->forge, TCN_FORGE_AGENT_DESK, TCN_LANE_ROUTINE);
    hello(bench, &desk);
    const int64_t before_ns = tcn_ledger_time(bench->ledger);
    /* The wall clock goes an hour ahead of the monotonic one. */
    const int64_t jump_ns = 3600 * INT64_C(1000000000);
    assert_int_equal(tcn_ledger_begin(bench->ledger, bench->now_ns + jump_ns, bench->now_ns + 1000),
                     TCN_OK);
    commit(bench, 0);
    assert_true(tcn_ledger_is_doubted(bench->ledger));
    assert_true(tcn_ledger_time(bench->ledger) == before_ns + 1);
    struct tcn_standing rows[4];
    assert_int_equal(rows_of_log(bench, rows, 4), 1);
    assert_int_equal(rows[0].key.kind, TCN_STANDING_DOUBT);
    expect_folded(bench, 1);
    close_bench(bench);
    bench->now_ns += jump_ns;
    open_bench(bench, false); /* an hour of downtime would be nothing */
    assert_true(tcn_ledger_is_doubted(bench->ledger));
    struct tcn_event event = word_of(bench, TCN_ACT_TIME_CONFIRMED, "desk");
    event.act_body.position = rows[0].position + 1;
    say_word(bench, 1, &event); /* another doubt than this one */
    assert_true(tcn_ledger_is_doubted(bench->ledger));
    assert_true(tcn_ledger_time(bench->ledger) < before_ns + 1000);
    event.act_body.position = rows[0].position;
    say_word(bench, 2, &event);
    assert_false(tcn_ledger_is_doubted(bench->ledger));
    greet(bench);
    assert_int_equal(send_reports(bench, 1, 1, NULL), TCN_KIND_ACK);
    assert_true(tcn_ledger_time(bench->ledger) == bench->now_ns);
    assert_int_equal(rows_of_log(bench, rows, 4), 0);
    expect_folded(bench, 2); /* the doubt, and the void of the wrong word */
}

/* A chunk may change its own speaker's row and then say a word of the desk's. Who may say it is
 * judged by the row as it stood before the chunk, for the writer and for the fold; the changes are
 * judged one after the other. */
static void a_chunk_is_judged_by_its_speaker_as_it_was_before_it(void **state) {
    struct bench *bench = *state;
    bench->place->logger.level = (enum tcn_log_level)0;
    const struct tcn_forge *forge = &bench->place->forge;
    const struct tcn_registry_change leaving = {.kind = TCN_CHANGE_REVOKED,
                                                .principal = TCN_FORGE_AGENT_DESK};
    struct tcn_event change = word_of(bench, TCN_ACT_REGISTRY_CHANGED, "desk");
    change.body_kind = TCN_BODY_REGISTRY;
    change.registry = &leaving;
    const struct tcn_event allowed = allowing(bench, "desk");
    const struct tcn_hello said = tcn_forge_hello(forge, TCN_FORGE_AGENT_DESK, TCN_LANE_ROUTINE);
    hello(bench, &said);
    tcn_forge_chunk_begin(&bench->chunk, forge, TCN_FORGE_AGENT_DESK, 1, NULL);
    tcn_forge_chunk_event(&bench->chunk, &change, (struct tcn_slice){0});
    tcn_forge_chunk_event(&bench->chunk, &change, (struct tcn_slice){0}); /* void: it has left */
    tcn_forge_chunk_event(&bench->chunk, &allowed, (struct tcn_slice){0});
    tcn_forge_chunk_seal(&bench->chunk, forge, TCN_FORGE_AGENT_DESK);
    begin(bench);
    put(bench, TCN_FORGE_AGENT_DESK, TCN_KIND_CHUNK);
    commit(bench, 1);
    assert_int_equal(answer(bench, 0), TCN_KIND_ACK);
    struct tcn_standing rows[4];
    assert_int_equal(rows_of_log(bench, rows, 4), 2); /* the epoch, and their count */
    assert_true(rows[1].allowed_position == tcn_ledger_position(bench->ledger));
    expect_folded(bench, 1); /* the void, told to who said it */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nobody_but_the_desk_gets_its_words_into_the_log, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            a_copy_waits_until_the_desk_allows_it_and_then_fences_the_other, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_word_that_could_not_be_stored_allows_nothing, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(urgent_chunks_of_a_closed_epoch_are_told_by_hash_once,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_silent_office_is_said_once_and_so_is_its_return, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(when_nobody_is_heard_that_is_said_and_not_of_each, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(nobody_watching_is_said_until_a_cursor_passes_the_alert,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_tick_is_logged_only_when_something_is_due_and_nothing_else_comes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(log_time_creeps_until_the_desk_confirms_over_a_restart_too,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_chunk_is_judged_by_its_speaker_as_it_was_before_it,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
