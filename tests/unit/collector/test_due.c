/* SPDX-License-Identifier: Apache-2.0 */
/* Times that come, from the log writer's tick to the desk's stream: once each, over restarts, days
 * of downtime and kills of the fold. The fold's actor is played here; core has the rules. */
/* ctest-uses: query core store wire link seal */
#include "bench.h"
#include "collector/ledger_inside.h"
#include "query/applier.h"
#include "query/rebuild.h"

#include <signal.h>
#include <sys/wait.h>

#define SECOND INT64_C(1000000000)
#define DAY (24 * 3600 * SECOND)
#define KILL_ROUNDS 4
#define END_NS (NOW_NS + 40 * DAY)

/* Folds what the log has, and tells the writer what is due next, as the fold's actor does. */
static void follow(struct bench *bench) {
    struct tcn_log_reader *reader = NULL;
    struct tcn_state_reader *states = NULL;
    struct tcn_due due = {.due_ns = INT64_MAX};
    struct tcn_applied applied = {0};
    assert_int_equal(tcn_log_reader_open(bench->house.log, &reader), TCN_OK);
    assert_int_equal(tcn_rebuild_run(reader, &bench->house.charter, bench->house.state), TCN_OK);
    tcn_log_reader_close(&reader);
    assert_int_equal(tcn_state_reader_open(bench->house.state, &states), TCN_OK);
    assert_int_equal(tcn_state_applied(states, &applied), TCN_OK);
    const enum tcn_status status = tcn_state_due_first(states, &due);
    assert_true(status == TCN_OK || status == TCN_ABSENT);
    tcn_state_reader_close(&states);
    assert_int_equal(applied.position, tcn_ledger_position(bench->ledger));
    tcn_ledger_due(bench->ledger, applied.position, due.due_ns);
}

/* A group at this time, of nothing, and what the fold makes of it. */
static void pass_until(struct bench *bench, int64_t now_ns) {
    assert_true(now_ns > bench->now_ns);
    bench->now_ns = now_ns - 1000000;
    begin(bench);
    assert_int_equal(bench->now_ns, now_ns);
    commit(bench, 0);
    follow(bench);
}

static void restart(struct bench *bench) {
    close_bench(bench);
    open_bench(bench, false);
    follow(bench);
}

/* The desk's stream, of clocks alone. */
static size_t fired(struct bench *bench, struct tcn_fired *out_fired, size_t max) {
    const struct tcn_stream desk = {TCN_MODE_ACTUAL, TCN_FORGE_DESK};
    struct tcn_alert alerts[32];
    struct tcn_state_reader *states = NULL;
    size_t count = 0;
    size_t found = 0;
    assert_int_equal(tcn_state_reader_open(bench->house.state, &states), TCN_OK);
    assert_int_equal(tcn_state_alerts(states, desk, 1, alerts, 32, &count), TCN_OK);
    tcn_state_reader_close(&states);
    assert_in_range(count, 0, 31);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(alerts[i].number, i + 1);
        if (alerts[i].reason == TCN_REASON_CLOCK) {
            assert_in_range(found, 0, max - 1);
            out_fired[found] = alerts[i].fired;
            found++;
        }
    }
    return found;
}

/* The same log folded from its beginning gives the same state. */
static void expect_rebuilt(struct bench *bench) {
    char path[PLACE_PATH_BYTES];
    place_path(path, bench->place->base, "again");
    const struct tcn_store_options options = {.dir = path, .map_bytes = PLACE_MAP_BYTES};
    struct tcn_state *states[2] = {bench->house.state, NULL};
    struct tcn_hash hashes[2];
    struct tcn_log_reader *reader = NULL;
    assert_int_equal(tcn_state_open(&options, &states[1]), TCN_OK);
    assert_int_equal(tcn_log_reader_open(bench->house.log, &reader), TCN_OK);
    assert_int_equal(tcn_rebuild_run(reader, &bench->house.charter, states[1]), TCN_OK);
    tcn_log_reader_close(&reader);
    for (size_t i = 0; i < 2; i++) {
        struct tcn_state_reader *row = NULL;
        assert_int_equal(tcn_state_reader_open(states[i], &row), TCN_OK);
        assert_int_equal(tcn_state_hash(row, &hashes[i]), TCN_OK);
        tcn_state_reader_close(&row);
    }
    assert_true(tcn_hash_equals(&hashes[0], &hashes[1]));
    tcn_state_close(&states[1]);
    assert_int_equal(tcn_state_wipe(path), TCN_OK);
}

/* The administrator's chunks, one change each. */
struct speech {
    uint64_t sequence;
    struct tcn_hash previous;
};

static void say(struct bench *bench, struct speech *speech,
                const struct tcn_registry_change *change) {
    const struct tcn_forge *forge = &bench->place->forge;
    const struct tcn_hello admin = tcn_forge_hello(forge, TCN_FORGE_ADMIN, TCN_LANE_ROUTINE);
    const struct tcn_event event = {.format = TCN_EVENT_FORMAT,
                                    .act = TCN_ACT_REGISTRY_CHANGED,
                                    .mode = TCN_MODE_ACTUAL,
                                    .office = tcn_slice_text("desk"),
                                    .body_kind = TCN_BODY_REGISTRY,
                                    .registry = change};
    hello(bench, &admin);
    speech->sequence++;
    tcn_forge_chunk_begin(&bench->chunk, forge, TCN_FORGE_ADMIN, speech->sequence,
                          &speech->previous);
    tcn_forge_chunk_event(&bench->chunk, &event, (struct tcn_slice){0});
    tcn_forge_chunk_seal(&bench->chunk, forge, TCN_FORGE_ADMIN);
    speech->previous = bench->chunk.hash;
    begin(bench);
    put(bench, TCN_FORGE_ADMIN, TCN_KIND_CHUNK);
    commit(bench, 1);
    assert_int_equal(answer(bench, 0), TCN_KIND_ACK);
    follow(bench);
}

static void say_end(struct bench *bench, struct speech *speech, uint32_t principal,
                    int64_t not_after_ns) {
    static const struct tcn_public_key none;
    struct tcn_registry_change change = {
        .kind = TCN_CHANGE_RIGHTS,
        .principal = principal,
        .row = *tcn_registry_find(tcn_rights_registry(&bench->ledger->rights), principal)};
    struct tcn_principal *row = &change.row;
    row->id = 0;
    row->status = TCN_PRINCIPAL_NONE;
    row->transport_key = row->signing_key = row->old_transport_key = row->old_signing_key = none;
    row->old_until_ns = 0;
    row->not_after_ns = not_after_ns;
    say(bench, speech, &change);
    assert_true(
        tcn_registry_find(tcn_rights_registry(&bench->ledger->rights), principal)->not_after_ns ==
        not_after_ns);
}

static void each_stage_comes_once_with_a_tick_over_restarts(void **state) {
    struct bench *bench = *state;
    struct speech speech = {0};
    static const int64_t due_ns[] = {END_NS - 30 * DAY, END_NS - 7 * DAY, END_NS - DAY, END_NS};
    struct tcn_fired seen[8];
    bench->place->logger.level = (enum tcn_log_level)0; /* nobody is heard, on purpose */
    say_end(bench, &speech, TCN_FORGE_AUDITOR, END_NS);
    for (size_t i = 0; i < 4; i++) {
        pass_until(bench, due_ns[i] - SECOND); /* whatever else is said of the silence is said */
        assert_int_equal(fired(bench, seen, 8), i);
        if (i % 2 == 1) {
            restart(bench);
        }
        uint64_t position = tcn_ledger_position(bench->ledger);
        pass_until(bench, due_ns[i] - 1);
        assert_int_equal(tcn_ledger_position(bench->ledger), position);
        pass_until(bench, due_ns[i]); /* one tick, and one alert */
        assert_int_equal(tcn_ledger_position(bench->ledger), position + 1);
        assert_int_equal(fired(bench, seen, 8), i + 1);
        assert_int_equal(seen[i].kind, TCN_DUE_KEY_ENDS);
        assert_int_equal(seen[i].stage, i + 1);
        assert_int_equal(seen[i].subject, TCN_FORGE_AUDITOR);
        assert_true(seen[i].due_ns == due_ns[i] && seen[i].until_ns == END_NS);
        restart(bench);
        pass_until(bench, due_ns[i] + SECOND);
        assert_int_equal(tcn_ledger_position(bench->ledger), position + 1);
        assert_int_equal(fired(bench, seen, 8), i + 1);
    }
    expect_rebuilt(bench);
}

static void who_was_down_tells_it_once_at_its_start_and_since_when(void **state) {
    struct bench *bench = *state;
    struct speech speech = {0};
    struct tcn_fired seen[8];
    bench->place->logger.level = (enum tcn_log_level)0;
    say_end(bench, &speech, TCN_FORGE_AUDITOR, END_NS);
    close_bench(bench);
    open_bench(bench, false);
    follow(bench);
    pass_until(bench, END_NS - 3 * DAY); /* over two stages */
    assert_int_equal(fired(bench, seen, 8), 1);
    assert_int_equal(seen[0].stage, 2);
    assert_true(seen[0].due_ns == END_NS - 7 * DAY);
    restart(bench);
    pass_until(bench, END_NS + 20 * DAY);
    assert_int_equal(fired(bench, seen, 8), 2);
    assert_int_equal(seen[1].stage, 4);
    assert_true(seen[1].due_ns == END_NS);
    pass_until(bench, END_NS + 21 * DAY);
    assert_int_equal(fired(bench, seen, 8), 2);
    expect_rebuilt(bench);
}

static void a_renewal_and_a_revocation_take_away_what_is_ahead(void **state) {
    struct bench *bench = *state;
    struct speech speech = {0};
    struct tcn_fired seen[8];
    bench->place->logger.level = (enum tcn_log_level)0;
    say_end(bench, &speech, TCN_FORGE_AUDITOR, NOW_NS + 3 * DAY); /* two stages are past */
    say_end(bench, &speech, TCN_FORGE_WATCH_SAFETY, NOW_NS + 3 * DAY);
    say_end(bench, &speech, TCN_FORGE_AUDITOR, NOW_NS + 80 * DAY);
    const struct tcn_registry_change revoked = {.kind = TCN_CHANGE_REVOKED,
                                                .principal = TCN_FORGE_WATCH_SAFETY};
    say(bench, &speech, &revoked);
    pass_until(bench, NOW_NS + 49 * DAY);
    assert_int_equal(fired(bench, seen, 8), 0);
    pass_until(bench, NOW_NS + 50 * DAY);
    assert_int_equal(fired(bench, seen, 8), 1);
    assert_int_equal(seen[0].subject, TCN_FORGE_AUDITOR);
    assert_int_equal(seen[0].stage, 1);
    say_end(bench, &speech, TCN_FORGE_AUDITOR, 0);
    pass_until(bench, NOW_NS + 85 * DAY);
    assert_int_equal(fired(bench, seen, 8), 1);
    expect_rebuilt(bench);
}

/* A policy with one clock: two hours from when a hazard is reported. */
static void give_clocks(struct bench *bench) {
    static const struct tcn_clock_rule rule = {
        .id = "answer",
        .unit = TCN_CLOCK_HOURS,
        .amount = 2,
        .bound = TCN_CLOCK_AT_MOST,
        .owes = TCN_CLOCK_HOLDER,
        .starts = {{TCN_ACT_REPORTED, "", TCN_STAGE_NONE}},
        .start_count = 1,
        .start_time = TCN_CLOCK_RECORDED,
        .stops = {{TCN_ACT_REPLIED, "", TCN_STAGE_NONE}},
        .stop_count = 1,
        .stop_time = TCN_CLOCK_RECORDED,
        .is_enabled = true,
    };
    static const struct tcn_clock_table table = {.rules = &rule, .rule_count = 1};
    bench->house.charter.policy.clocks = &table;
}

/* When something is due next, as the state has it; INT64_MAX when nothing is. */
static int64_t next_due(struct bench *bench) {
    struct tcn_state_reader *states = NULL;
    struct tcn_due due = {.due_ns = INT64_MAX};
    assert_int_equal(tcn_state_reader_open(bench->house.state, &states), TCN_OK);
    const enum tcn_status status = tcn_state_due_first(states, &due);
    assert_true(status == TCN_OK || status == TCN_ABSENT);
    tcn_state_reader_close(&states);
    return due.due_ns;
}

/* Alerts of clocks in a stream. */
static size_t told(struct bench *bench, uint16_t organ) {
    const struct tcn_stream stream = {TCN_MODE_ACTUAL, organ};
    struct tcn_alert alerts[32];
    struct tcn_state_reader *states = NULL;
    size_t count = 0;
    size_t found = 0;
    assert_int_equal(tcn_state_reader_open(bench->house.state, &states), TCN_OK);
    assert_int_equal(tcn_state_alerts(states, stream, 1, alerts, 32, &count), TCN_OK);
    tcn_state_reader_close(&states);
    for (size_t i = 0; i < count; i++) {
        found += alerts[i].fired.kind == TCN_DUE_CLOCK ? 1 : 0;
    }
    return found;
}

static void a_matters_clock_is_told_by_ticks_over_restarts(void **state) {
    struct bench *bench = *state;
    bench->place->logger.level = (enum tcn_log_level)0;
    give_clocks(bench);
    greet(bench);
    assert_int_equal(send_reports(bench, 1, 1, NULL), TCN_KIND_ACK);
    follow(bench);
    for (size_t step = 1; step <= TCN_CLOCK_STEP_COUNT; step++) {
        const int64_t due_ns = next_due(bench);
        assert_true(due_ns != INT64_MAX);
        pass_until(bench, due_ns - SECOND);
        close_bench(bench);
        open_bench(bench, false);
        give_clocks(bench);
        follow(bench);
        const uint64_t position = tcn_ledger_position(bench->ledger);
        pass_until(bench, due_ns - 1);
        assert_int_equal(tcn_ledger_position(bench->ledger), position);
        assert_int_equal(told(bench, TCN_FORGE_SAFETY), step - 1);
        pass_until(bench, due_ns); /* one tick */
        assert_int_equal(tcn_ledger_position(bench->ledger), position + 1);
        assert_int_equal(told(bench, TCN_FORGE_SAFETY), step);
        assert_int_equal(told(bench, TCN_FORGE_DESK), step == TCN_CLOCK_STEP_COUNT ? 1 : 0);
    }
    assert_true(next_due(bench) == INT64_MAX);
    expect_rebuilt(bench);
}

static void the_log_of_a_feed_gets_no_ticks(void **state) {
    struct bench *bench = *state;
    const uint64_t position = tcn_ledger_position(bench->ledger);
    tcn_ledger_due(bench->ledger, position, INT64_MIN);
    assert_int_equal(tcn_ledger_due_in(bench->ledger, 77), 77);
    begin(bench);
    commit(bench, 0);
    assert_int_equal(tcn_ledger_position(bench->ledger), position);
}

/* Folds record by record, each in a commit of its own, and says so after each. */
static void fold_until_killed(struct bench *bench, int words) {
    struct tcn_log_reader *reader = NULL;
    struct tcn_log_reader *rights = NULL;
    struct tcn_applier applier;
    open_bench(bench, false);
    enum tcn_status status = tcn_log_reader_open(bench->house.log, &reader);
    status = status == TCN_OK ? tcn_log_reader_open(bench->house.log, &rights) : status;
    status = status == TCN_OK ? tcn_applier_init(&applier, &bench->house.charter) : status;
    while (status == TCN_OK) {
        struct tcn_record record = {0};
        status = tcn_state_begin(bench->house.state);
        if (status == TCN_OK) {
            status = tcn_applier_begin(&applier, tcn_state_table(), bench->house.state, rights);
        }
        if (status == TCN_OK) {
            status = tcn_log_read(reader, applier.fold.applied.position + 1, &record);
            if (status == TCN_ABSENT) {
                _exit(0);
            }
        }
        status = status == TCN_OK ? tcn_applier_record(&applier, &record) : status;
        tcn_log_reader_reset(reader);
        status = status == TCN_OK ? tcn_state_commit(bench->house.state) : status;
        if (status == TCN_OK && write(words, "c", 1) != 1) {
            status = TCN_IO;
        }
    }
    _exit(1);
}

/* Lets a child fold and kills it after `wanted` commits; false when it came to the end before. */
static bool fold_and_kill(struct bench *bench, int wanted) {
    int pipes[2];
    char word = 0;
    int ended = 0;
    assert_int_equal(pipe(pipes), 0);
    (void)fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)close(pipes[0]);
        fold_until_killed(bench, pipes[1]);
    }
    (void)close(pipes[1]);
    for (int heard = 0; heard < wanted && read(pipes[0], &word, 1) == 1; heard++) {
    }
    (void)kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &ended, 0), child);
    (void)close(pipes[0]);
    assert_true(WIFSIGNALED(ended) || WEXITSTATUS(ended) == 0);
    return WIFSIGNALED(ended);
}

static void a_fold_that_is_killed_anywhere_tells_the_same(void **state) {
    struct bench *bench = *state;
    struct speech speech = {0};
    struct tcn_fired seen[8];
    char path[PLACE_PATH_BYTES];
    bench->place->logger.level = (enum tcn_log_level)0;
    for (uint32_t i = 0; i < 3; i++) {
        say_end(bench, &speech, TCN_FORGE_AUDITOR, END_NS + i * DAY);
        say_end(bench, &speech, TCN_FORGE_WATCH_SAFETY, END_NS + i * DAY);
        pass_until(bench, bench->now_ns + 12 * DAY);
    }
    pass_until(bench, END_NS - DAY + SECOND);
    pass_until(bench, END_NS + 3 * DAY);
    const size_t count = fired(bench, seen, 8);
    assert_in_range(count, 4, 8);
    close_bench(bench);
    place_path(path, bench->place->dir, "state");
    for (int round = 0; round < KILL_ROUNDS; round++) {
        assert_int_equal(tcn_state_wipe(path), TCN_OK);
        for (int kill = 0; fold_and_kill(bench, (round + kill) % 3 + 1); kill++) {
            assert_in_range(kill, 0, 1000);
        }
        open_bench(bench, false);
        assert_int_equal(fired(bench, seen, 8), count);
        expect_rebuilt(bench);
        close_bench(bench);
    }
    open_bench(bench, false);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_stage_comes_once_with_a_tick_over_restarts, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(who_was_down_tells_it_once_at_its_start_and_since_when,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_renewal_and_a_revocation_take_away_what_is_ahead, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_matters_clock_is_told_by_ticks_over_restarts, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_log_of_a_feed_gets_no_ticks, set_up_exercise,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_fold_that_is_killed_anywhere_tells_the_same, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
