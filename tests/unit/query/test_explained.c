/* SPDX-License-Identifier: Apache-2.0 */
/* What explain says of each of 10,000 events is what was recorded: the verdict, whom it told and
 * why, and until when the clocks run that it started. */
/* ctest-uses: policy core store wire link seal */
#include "corpus.h"

#include "query/applier.h"
#include "query/explain.h"
#include "query/rebuild.h"

#define EVENTS 10000u

/** The log, and the state as the collector recorded it. */
struct world {
    struct corpus *corpus;
    char recorded_dir[CORPUS_PATH_BYTES];
    char explained_dir[CORPUS_PATH_BYTES];
    struct tcn_state *recorded;
    struct tcn_state_reader *reader;
    struct tcn_applier applier;
    struct tcn_trace trace;
    uint64_t told_count;
    uint64_t void_count;
    uint64_t clock_count;
};

static int set_up(void **state) {
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    world->corpus = corpus_make(UINT64_C(0x70c51a));
    corpus_fill(world->corpus, EVENTS - 1);
    assert_int_equal(world->corpus->position, EVENTS);
    (void)snprintf(world->recorded_dir, CORPUS_PATH_BYTES, "%.100s/recorded", world->corpus->base);
    (void)snprintf(world->explained_dir, CORPUS_PATH_BYTES, "%.100s/explained",
                   world->corpus->base);
    const struct tcn_store_options options = {.dir = world->recorded_dir,
                                              .map_bytes = CORPUS_MAP_BYTES};
    assert_int_equal(tcn_state_open(&options, &world->recorded), TCN_OK);
    assert_int_equal(
        tcn_rebuild_run(world->corpus->reader, &world->corpus->charter, world->recorded), TCN_OK);
    assert_int_equal(tcn_state_reader_open(world->recorded, &world->reader), TCN_OK);
    *state = world;
    return 0;
}

static int tear_down(void **state) {
    struct world *world = *state;
    tcn_state_reader_close(&world->reader);
    tcn_state_close(&world->recorded);
    assert_int_equal(tcn_state_remove(world->recorded_dir), TCN_OK);
    corpus_remove(&world->corpus);
    free(world);
    return 0;
}

static void check_verdict(struct world *world) {
    const struct tcn_trace *trace = &world->trace;
    struct tcn_outcome outcome = {.code = TCN_OK};
    const enum tcn_status status =
        tcn_state_outcome(world->reader, trace->event.position, &outcome);
    uint32_t verdict_count = 0;
    uint32_t secret_count = 0;
    assert_true(status == TCN_OK || status == TCN_ABSENT);
    for (uint32_t i = 0; i < trace->count; i++) {
        const struct tcn_note *note = &trace->notes[i];
        secret_count += note->why == TCN_WHY_VOID_UNSAID || note->why == TCN_WHY_VOID_AS_STUB;
        if (note->why != TCN_WHY_APPLIED && note->why != TCN_WHY_VOID) {
            continue;
        }
        verdict_count++;
        /* A void that is nobody's to know is told as what it looks like. */
        if (secret_count == 0) {
            assert_int_equal(note->bits, outcome.code);
            assert_int_equal(note->why == TCN_WHY_VOID, outcome.code != TCN_OK);
        }
    }
    assert_int_equal(verdict_count, 1);
    world->void_count += outcome.code != TCN_OK;
}

static void check_told(struct world *world) {
    const struct tcn_trace *trace = &world->trace;
    for (uint32_t i = 0; i < trace->count; i++) {
        const struct tcn_note *note = &trace->notes[i];
        struct tcn_alert alert;
        size_t count = 0;
        if (note->why != TCN_WHY_TOLD) {
            continue;
        }
        const struct tcn_stream stream = {.mode = TCN_MODE_EXERCISE, .organ = note->organ};
        assert_int_equal(tcn_state_alerts(world->reader, stream, note->number, &alert, 1, &count),
                         TCN_OK);
        assert_int_equal(count, 1);
        assert_int_equal(alert.number, note->number);
        assert_int_equal(alert.position, trace->event.position);
        assert_int_equal(alert.reason, note->bits);
        world->told_count++;
    }
}

/** True when a later reason of the event is of the same clock. */
static bool is_moved_later(const struct tcn_trace *trace, uint32_t at) {
    for (uint32_t i = at + 1; i < trace->count; i++) {
        const struct tcn_note *later = &trace->notes[i];
        if (later->why != TCN_WHY_CLOCK_NOT_BY && later->why != TCN_WHY_CLOCK_NOT_FOR &&
            tcn_slice_equals(later->word, trace->notes[at].word)) {
            return true;
        }
    }
    return false;
}

/** The row of the clock that a reason is of, in the commit that is open: as it stands behind the
 * event. */
static void check_clock(struct world *world, struct tcn_state *state, const struct tcn_note *note) {
    struct tcn_thread thread;
    struct tcn_matter_clock row;
    assert_int_equal(tcn_state_table()->thread_get(state, world->trace.event.position, &thread),
                     TCN_OK);
    assert_int_equal(tcn_state_table()->clock_get(state, thread.birth_position,
                                                  tcn_clock_rule_number(note->word), &row),
                     TCN_OK);
    assert_int_equal(row.end, TCN_CLOCK_RUNS);
    assert_int_equal(note->time_ns, row.times.due_ns != TCN_CLOCK_NEVER ? row.times.due_ns : 0);
    world->clock_count++;
}

static void check_clocks(struct world *world, struct tcn_state *state) {
    const struct tcn_trace *trace = &world->trace;
    for (uint32_t i = 0; i < trace->count; i++) {
        const enum tcn_why why = trace->notes[i].why;
        const bool runs = why == TCN_WHY_CLOCK_STARTS || why == TCN_WHY_CLOCK_MOVED_IN ||
                          why == TCN_WHY_CLOCK_EXTENDS || why == TCN_WHY_CLOCK_RESUMES;
        if (runs && !is_moved_later(trace, i)) {
            check_clock(world, state, &trace->notes[i]);
        }
    }
}

/** One pass with a trace that waits for nothing: behind each record it has the reasons of that. */
static void explain_all(struct world *world, struct tcn_state *state) {
    struct tcn_applier *applier = &world->applier;
    assert_int_equal(tcn_applier_init(applier, &world->corpus->charter), TCN_OK);
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_int_equal(tcn_applier_begin(applier, tcn_state_table(), state, world->corpus->reader),
                     TCN_OK);
    applier->fold.trace = &world->trace;
    for (uint64_t position = 1; position <= EVENTS; position++) {
        struct tcn_record record;
        assert_int_equal(tcn_log_read(world->corpus->reader, position, &record), TCN_OK);
        assert_int_equal(tcn_applier_record(applier, &record), TCN_OK);
        assert_int_equal(world->trace.event.position, position);
        assert_int_equal(world->trace.lost_count, 0);
        check_verdict(world);
        check_told(world);
        check_clocks(world, state);
    }
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    tcn_applier_fini(applier);
}

static struct tcn_hash hash_of(struct tcn_state *state) {
    struct tcn_state_reader *reader = NULL;
    struct tcn_hash hash;
    assert_int_equal(tcn_state_reader_open(state, &reader), TCN_OK);
    assert_int_equal(tcn_state_hash(reader, &hash), TCN_OK);
    tcn_state_reader_close(&reader);
    return hash;
}

static void what_is_explained_is_what_was_recorded(void **state) {
    struct world *world = *state;
    struct tcn_state *explained = NULL;
    struct tcn_applied applied;
    const struct tcn_store_options options = {.dir = world->explained_dir,
                                              .map_bytes = CORPUS_MAP_BYTES};
    assert_int_equal(tcn_state_open(&options, &explained), TCN_OK);
    explain_all(world, explained);
    assert_int_equal(tcn_state_applied(world->reader, &applied), TCN_OK);
    /* Every alert there is was said, and said once. */
    assert_int_equal(world->told_count, applied.alert_count);
    /* The corpus is one: all of it happens, and often. */
    assert_true(applied.matter_count > 1000 && applied.alert_count > EVENTS / 2);
    assert_true(world->void_count > 500 && world->void_count < EVENTS * 3 / 4);
    assert_true(world->clock_count > 1000);
    const struct tcn_hash recorded = hash_of(world->recorded);
    const struct tcn_hash again = hash_of(explained);
    assert_memory_equal(&recorded, &again, sizeof(again));
    tcn_state_close(&explained);
    assert_int_equal(tcn_state_remove(world->explained_dir), TCN_OK);
}

/** The verb's own way, for some of them. */
static void the_verb_gives_the_same_reasons(void **state) {
    struct world *world = *state;
    static struct tcn_trace asked;
    for (uint64_t position = 250; position <= 2500; position += 750) {
        struct tcn_state *scratch = NULL;
        const struct tcn_store_options options = {.dir = world->explained_dir,
                                                  .map_bytes = CORPUS_MAP_BYTES};
        memset(&asked, 0, sizeof(asked));
        asked.wanted_position = position;
        assert_int_equal(tcn_state_open(&options, &scratch), TCN_OK);
        assert_int_equal(
            tcn_explain_run(world->corpus->reader, &world->corpus->charter, scratch, &asked),
            TCN_OK);
        tcn_state_close(&scratch);
        assert_int_equal(tcn_state_remove(world->explained_dir), TCN_OK);
        assert_int_equal(asked.event.position, position);
        world->trace = asked;
        check_verdict(world);
        check_told(world);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_explained_is_what_was_recorded),
        cmocka_unit_test(the_verb_gives_the_same_reasons),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
