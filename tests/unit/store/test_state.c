/* SPDX-License-Identifier: Apache-2.0 */
#include "state_test.h"

#include "base/hash.h"

#define EVENT_COUNT 1000u

static void an_alert_that_does_not_continue_its_stream_is_refused(void **test) {
    struct tcn_state *state = open_state(*test);
    const struct tcn_state_ops *ops = tcn_state_table();
    static const uint64_t wrong[] = {0, 2, UINT64_MAX};
    struct tcn_alert alert = {.stream = {TCN_MODE_ACTUAL, 3}};
    uint64_t number = 9;
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    for (size_t i = 0; i < 3; i++) {
        alert.number = wrong[i];
        assert_int_equal(ops->alert_append(state, &alert), TCN_SEQUENCE);
    }
    assert_int_equal(ops->stream_get(state, alert.stream, &number), TCN_OK);
    assert_int_equal(number, 0);
    alert.number = 1;
    assert_int_equal(ops->alert_append(state, &alert), TCN_OK);
    assert_int_equal(ops->alert_append(state, &alert), TCN_SEQUENCE);
    alert.stream.mode = TCN_MODE_EXERCISE;
    assert_int_equal(ops->alert_append(state, &alert), TCN_OK);
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    tcn_state_close(&state);
}

static void births_and_threads_out_of_order_spoil_the_commit(void **test) {
    struct tcn_state *state = open_state(*test);
    const struct tcn_state_ops *ops = tcn_state_table();
    struct tcn_matter matter = extreme_matter(10, false);
    struct tcn_thread thread = {.position = 10};
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_int_equal(ops->matter_put(state, &matter, true), TCN_OK);
    assert_int_equal(ops->thread_append(state, &thread), TCN_OK);
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_int_equal(ops->thread_append(state, &thread), TCN_EXISTS);
    assert_int_equal(tcn_state_commit(state), TCN_EXISTS);
    matter.birth_position = 9;
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_int_equal(ops->matter_put(state, &matter, true), TCN_EXISTS);
    tcn_state_abort(state);
    /* One id has one matter. */
    matter.birth_position = 11;
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_int_equal(ops->matter_put(state, &matter, true), TCN_EXISTS);
    tcn_state_abort(state);
    tcn_state_abort(state);
    tcn_state_close(&state);
    tcn_state_close(&state);
    tcn_state_close(NULL);
}

static void a_matter_is_listed_by_who_holds_it_now(void **test) {
    struct tcn_state *state = open_state(*test);
    const struct tcn_state_ops *ops = tcn_state_table();
    struct tcn_state_reader *reader = open_reader(state);
    struct tcn_matter rows[4];
    size_t count = 9;
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    for (uint64_t birth = 1; birth <= 4; birth++) {
        struct tcn_matter matter = extreme_matter(birth, false);
        matter.holder = birth % 2 == 0 ? 3 : 2;
        assert_int_equal(ops->matter_put(state, &matter, true), TCN_OK);
        matter.event_count = 7; /* put again, and still held once */
        assert_int_equal(ops->matter_put(state, &matter, false), TCN_OK);
    }
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    assert_int_equal(tcn_state_held(reader, 3, UINT64_MAX, rows, 4, &count), TCN_OK);
    assert_int_equal(count, 2);
    assert_int_equal(rows[0].birth_position, 4);
    assert_int_equal(rows[1].birth_position, 2);
    assert_int_equal(rows[1].event_count, 7);
    assert_int_equal(tcn_state_held(reader, 3, 4, rows, 4, &count), TCN_OK);
    assert_int_equal(count, 1);
    assert_int_equal(tcn_state_held(reader, 3, 0, rows, 4, &count), TCN_OK);
    assert_int_equal(count, 0);
    assert_int_equal(tcn_state_held(reader, 1, UINT64_MAX, rows, 4, &count), TCN_OK);
    assert_int_equal(count, 0);
    assert_int_equal(tcn_state_held(reader, 4, UINT64_MAX, rows, 4, &count), TCN_OK);
    assert_int_equal(count, 0);
    tcn_state_reader_reset(reader);

    struct tcn_matter handed = rows[0];
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_int_equal(ops->matter_get(state, 4, &handed), TCN_OK);
    handed.holder = 2;
    assert_int_equal(ops->matter_put(state, &handed, false), TCN_OK);
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    assert_int_equal(tcn_state_held(reader, 3, UINT64_MAX, rows, 4, &count), TCN_OK);
    assert_int_equal(count, 1);
    assert_int_equal(tcn_state_held(reader, 2, UINT64_MAX, rows, 4, &count), TCN_OK);
    assert_int_equal(count, 3);
    assert_int_equal(rows[0].birth_position, 4);
    tcn_state_reader_close(&reader);
    tcn_state_close(&state);
}

static void what_is_not_there_is_absent_or_zero(void **test) {
    struct tcn_state *state = open_state(*test);
    const struct tcn_state_ops *ops = tcn_state_table();
    struct tcn_state_reader *reader = open_reader(state);
    struct tcn_applied applied;
    struct tcn_matter matter;
    struct tcn_thread thread;
    struct tcn_outcome outcome;
    struct tcn_cursor cursor = {.name = "n"};
    struct tcn_source_state source;
    struct tcn_lane_key lane = {.source = 1};
    struct tcn_id id = id_of(1);
    uint64_t number = 5;
    size_t count = 5;
    for (int round = 0; round < 2; round++) {
        assert_int_equal(tcn_state_applied(reader, &applied), TCN_OK);
        assert_int_equal(applied.position + applied.event_count + applied.fold_version, 0);
        assert_int_equal(tcn_state_matter(reader, 1, &matter), TCN_ABSENT);
        assert_int_equal(tcn_state_matter_by_id(reader, &id, &matter), TCN_ABSENT);
        assert_int_equal(tcn_state_matters(reader, UINT64_MAX, &matter, 1, &count), TCN_OK);
        assert_int_equal(count, 0);
        assert_int_equal(tcn_state_matters(reader, 0, &matter, 1, &count), TCN_OK);
        assert_int_equal(tcn_state_thread(reader, 1, &thread), TCN_ABSENT);
        assert_int_equal(tcn_state_outcome(reader, 1, &outcome), TCN_ABSENT);
        assert_int_equal(tcn_state_cursor(reader, &cursor, &cursor), TCN_ABSENT);
        assert_int_equal(tcn_state_source(reader, &lane, &source), TCN_ABSENT);
        assert_int_equal(tcn_state_sources(reader, NULL, &source, 1, &count), TCN_OK);
        assert_int_equal(tcn_state_cursors(reader, NULL, &cursor, 1, &count), TCN_OK);
        assert_int_equal(count, 0);
        struct tcn_stream stream = {TCN_MODE_ACTUAL, 1};
        assert_int_equal(tcn_state_stream(reader, stream, &number), TCN_OK);
        assert_int_equal(number, 0);
        assert_int_equal(tcn_state_begin(state), TCN_OK);
        assert_int_equal(ops->matter_find(state, &id, &number), TCN_ABSENT);
        assert_int_equal(ops->matter_get(state, 1, &matter), TCN_ABSENT);
        assert_int_equal(ops->source_get(state, &lane, &source), TCN_ABSENT);
        assert_int_equal(ops->applied_get(state, &applied), TCN_OK);
        assert_int_equal(applied.position, 0);
        /* A round in which something was put and dropped. */
        applied.position = 7;
        assert_int_equal(ops->applied_put(state, &applied), TCN_OK);
        assert_int_equal(ops->applied_get(state, &applied), TCN_OK);
        assert_int_equal(applied.position, 7);
        tcn_state_abort(state);
    }
    tcn_state_reader_close(&reader);
    tcn_state_reader_close(&reader);
    tcn_state_close(&state);
}

/** What the fold might do for one event: a birth, or an act on an older matter, and two alerts. */
static void event_apply(struct tcn_state *state, uint64_t position) {
    const struct tcn_state_ops *ops = tcn_state_table();
    struct tcn_matter matter;
    uint64_t birth = 0;
    bool is_birth = position % 3 != 0;
    struct tcn_id id = id_of(is_birth ? position : (position * 7) % position / 3 * 3 + 1);
    enum tcn_status status = ops->matter_find(state, &id, &birth);
    if (status == TCN_OK) {
        assert_int_equal(ops->matter_get(state, birth, &matter), TCN_OK);
        is_birth = false;
    } else {
        assert_int_equal(status, TCN_ABSENT);
        is_birth = true;
        matter = (struct tcn_matter){
            .birth_position = position, .id = id, .stage = TCN_STAGE_OPEN, .domain = "petition"};
    }
    struct tcn_thread thread = {position, matter.birth_position, matter.last_position};
    matter.event_count++;
    matter.last_position = position;
    assert_int_equal(ops->matter_put(state, &matter, is_birth), TCN_OK);
    assert_int_equal(ops->thread_append(state, &thread), TCN_OK);
    for (uint16_t i = 0; i < 2; i++) {
        struct tcn_alert alert = {.stream = {TCN_MODE_ACTUAL, (uint16_t)(position % 5 + i * 40)},
                                  .position = position,
                                  .birth_position = matter.birth_position};
        assert_int_equal(ops->stream_get(state, alert.stream, &alert.number), TCN_OK);
        alert.number++;
        assert_int_equal(ops->alert_append(state, &alert), TCN_OK);
    }
    struct tcn_source_state source = {.lane = {(uint32_t)(position % 4), 1, TCN_LANE_ROUTINE},
                                      .sequence = position};
    assert_int_equal(ops->source_put(state, &source), TCN_OK);
    if (position % 10 == 0) {
        struct tcn_outcome outcome = {position, TCN_NOT_ALLOWED, 6, 0};
        struct tcn_cursor cursor = {.name = "desk", .principal = 3, .number = position};
        assert_int_equal(ops->outcome_put(state, &outcome), TCN_OK);
        assert_int_equal(ops->cursor_put(state, &cursor), TCN_OK);
        const struct tcn_due due = {
            {TCN_DUE_KEY_ENDS, position % 70, 0}, 1, (int64_t)(position * 7 % 100), 5, false};
        assert_int_equal(ops->due_put(state, &due), TCN_OK);
        struct tcn_matter_clock clock = {
            .birth_position = position % 70, .rule = 7, .terms = {.unit = TCN_CLOCK_AT_ONCE}};
        clock.run_count = (uint32_t)position;
        assert_int_equal(ops->clock_put(state, &clock), TCN_OK);
        if (position % 30 == 0) {
            assert_int_equal(ops->due_del(state, &due.key), TCN_OK);
            assert_int_equal(ops->clock_del(state, clock.birth_position, 7), TCN_OK);
        }
    }
    struct tcn_applied applied = {.position = position, .event_count = position};
    assert_int_equal(ops->applied_put(state, &applied), TCN_OK);
}

/** Applies EVENT_COUNT events, `commit_events` to a commit, with an abort and a retry now and then.
 */
static void events_apply(struct tcn_state *state, uint64_t commit_events) {
    for (uint64_t first = 1; first <= EVENT_COUNT; first += commit_events) {
        for (int round = first % 11 == 0 ? 0 : 1; round < 2; round++) {
            assert_int_equal(tcn_state_begin(state), TCN_OK);
            for (uint64_t i = first; i < first + commit_events && i <= EVENT_COUNT; i++) {
                event_apply(state, i);
            }
            if (round == 0) {
                tcn_state_abort(state);
            } else {
                assert_int_equal(tcn_state_commit(state), TCN_OK);
            }
        }
    }
}

/** A hash over a walk. */
struct walk_hash {
    uint64_t hash;
    uint64_t row_count;
    char databases[200];
};

/** Takes one row into the hash. */
static enum tcn_status walk_visit(void *context, struct tcn_slice database, struct tcn_slice key,
                                  struct tcn_slice value) {
    struct walk_hash *walk = context;
    uint64_t parts[4] = {walk->hash, tcn_checksum(database), tcn_checksum(key),
                         tcn_checksum(value)};
    walk->hash = tcn_checksum(tcn_slice_of(parts, sizeof(parts)));
    walk->row_count++;
    size_t used = strlen(walk->databases);
    if (used < database.size ||
        memcmp(walk->databases + used - database.size, database.data, database.size) != 0) {
        (void)snprintf(walk->databases + used, sizeof(walk->databases) - used, " %.*s",
                       (int)database.size, (const char *)database.data);
    }
    return TCN_OK;
}

/** Stops at the third row. */
static enum tcn_status walk_stop(void *context, struct tcn_slice database, struct tcn_slice key,
                                 struct tcn_slice value) {
    (void)database;
    (void)key;
    (void)value;
    return ++*(int *)context == 3 ? TCN_CANCELED : TCN_OK;
}

static void the_walk_is_the_same_whatever_the_sizes_of_the_commits(void **test) {
    struct test_dir *dir = *test;
    static const uint64_t sizes[] = {EVENT_COUNT, 1, 7, 100};
    struct walk_hash first = {0};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct tcn_state *state = open_state(dir);
        events_apply(state, sizes[i]);
        struct tcn_state_reader *reader = open_reader(state);
        struct walk_hash walk = {0};
        assert_int_equal(tcn_state_hash_walk(reader, walk_visit, &walk), TCN_OK);
        int count = 0;
        assert_int_equal(tcn_state_hash_walk(reader, walk_stop, &count), TCN_CANCELED);
        if (i == 0) {
            first = walk;
            assert_string_equal(walk.databases, " matters ids threads alerts streams outcomes "
                                                "cursors sources applied holdings dues "
                                                "due_times clocks tellings");
            assert_true(walk.row_count > 4 * EVENT_COUNT);
        }
        assert_int_equal(walk.hash, first.hash);
        assert_int_equal(walk.row_count, first.row_count);
        tcn_state_reader_close(&reader);
        tcn_state_close(&state);
        assert_int_equal(tcn_state_wipe(dir->store), TCN_OK);
    }
}

static void matters_are_paged_newest_first_and_threads_walked(void **test) {
    struct tcn_state *state = open_state(*test);
    events_apply(state, 100);
    struct tcn_state_reader *reader = open_reader(state);
    static struct tcn_matter page[60];
    uint64_t before = UINT64_MAX;
    uint64_t total = 0;
    uint64_t event_total = 0;
    size_t count = 0;
    do {
        assert_int_equal(tcn_state_matters(reader, before, page, 60, &count), TCN_OK);
        for (size_t i = 0; i < count; i++) {
            assert_true(page[i].birth_position < before);
            before = page[i].birth_position;
            uint64_t position = page[i].last_position;
            uint32_t steps = 0;
            while (position != 0) {
                struct tcn_thread thread;
                assert_int_equal(tcn_state_thread(reader, position, &thread), TCN_OK);
                assert_int_equal(thread.birth_position, page[i].birth_position);
                position = thread.previous_position;
                steps++;
            }
            assert_int_equal(steps, page[i].event_count);
            event_total += steps;
        }
        total += count;
    } while (count > 0);
    assert_int_equal(event_total, EVENT_COUNT);
    assert_true(total > EVENT_COUNT / 2 && total < EVENT_COUNT);
    tcn_state_reader_close(&reader);
    tcn_state_close(&state);
}

static void alerts_of_a_stream_end_with_it(void **test) {
    struct tcn_state *state = open_state(*test);
    events_apply(state, 1000);
    struct tcn_state_reader *reader = open_reader(state);
    static struct tcn_alert alerts[300];
    struct tcn_stream stream = {TCN_MODE_ACTUAL, 42};
    uint64_t last = 0;
    size_t count = 0;
    assert_int_equal(tcn_state_stream(reader, stream, &last), TCN_OK);
    assert_int_equal(last, EVENT_COUNT / 5);
    assert_int_equal(tcn_state_alerts(reader, stream, 1, alerts, 300, &count), TCN_OK);
    assert_int_equal(count, last);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(alerts[i].number, i + 1);
        assert_int_equal(alerts[i].stream.organ, 42);
    }
    assert_int_equal(tcn_state_alerts(reader, stream, last, alerts, 300, &count), TCN_OK);
    assert_int_equal(count, 1);
    assert_int_equal(tcn_state_alerts(reader, stream, last + 1, alerts, 300, &count), TCN_OK);
    assert_int_equal(count, 0);
    stream.organ = 43;
    assert_int_equal(tcn_state_alerts(reader, stream, 5, alerts, 2, &count), TCN_OK);
    assert_int_equal(count, 2);
    assert_int_equal(alerts[1].number, 6);
    tcn_state_reader_close(&reader);
    tcn_state_close(&state);
}

static void lists_go_on_after_the_last_row_given(void **test) {
    struct tcn_state *state = open_state(*test);
    const struct tcn_state_ops *ops = tcn_state_table();
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    for (uint32_t i = 0; i < 20; i++) {
        struct tcn_cursor cursor = {.principal = i / 5, .number = i};
        (void)snprintf(cursor.name, sizeof(cursor.name), "%.*s", (int)(i % 5), "abcde");
        struct tcn_source_state source = {.lane = {i, i, TCN_LANE_URGENT}, .sequence = i};
        assert_int_equal(ops->cursor_put(state, &cursor), TCN_OK);
        assert_int_equal(ops->source_put(state, &source), TCN_OK);
    }
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    struct tcn_state_reader *reader = open_reader(state);
    struct tcn_cursor cursors[20];
    struct tcn_source_state sources[20];
    size_t total = 0;
    size_t count = 0;
    do {
        const struct tcn_cursor *after = total > 0 ? &cursors[total - 1] : NULL;
        assert_int_equal(tcn_state_cursors(reader, after, cursors + total, 3, &count), TCN_OK);
        total += count;
    } while (count > 0);
    assert_int_equal(total, 20);
    total = 0;
    do {
        const struct tcn_lane_key *after = total > 0 ? &sources[total - 1].lane : NULL;
        assert_int_equal(tcn_state_sources(reader, after, sources + total, 7, &count), TCN_OK);
        total += count;
    } while (count > 0);
    assert_int_equal(total, 20);
    for (size_t i = 0; i < 20; i++) {
        assert_int_equal(cursors[i].number, i);
        assert_int_equal(sources[i].sequence, i);
    }
    tcn_state_reader_close(&reader);
    tcn_state_close(&state);
}

static void a_snapshot_sees_whole_commits_only(void **test) {
    struct tcn_state *state = open_state(*test);
    struct tcn_state_reader *reader = open_reader(state);
    struct tcn_applied applied;
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    event_apply(state, 1);
    assert_int_equal(tcn_state_applied(reader, &applied), TCN_OK);
    assert_int_equal(applied.position, 0);
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    assert_int_equal(tcn_state_applied(reader, &applied), TCN_OK);
    assert_int_equal(applied.position, 0);
    tcn_state_reader_reset(reader);
    assert_int_equal(tcn_state_applied(reader, &applied), TCN_OK);
    assert_int_equal(applied.position, 1);
    tcn_state_reader_close(&reader);
    tcn_state_close(&state);
}

static void a_commit_of_many_scattered_rows_is_due(void **test) {
    struct tcn_state *state = open_state(*test);
    const struct tcn_state_ops *ops = tcn_state_table();
    struct tcn_matter matter = extreme_matter(1, false);
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_int_equal(ops->matter_put(state, &matter, true), TCN_OK);
    assert_false(tcn_state_is_due(state));
    for (uint32_t i = 0; i < 100000 && !tcn_state_is_due(state); i++) {
        assert_int_equal(ops->matter_put(state, &matter, false), TCN_OK);
    }
    assert_true(tcn_state_is_due(state));
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_false(tcn_state_is_due(state));
    tcn_state_close(&state);
}

static void an_open_state_is_not_wiped(void **test) {
    struct test_dir *dir = *test;
    assert_int_equal(tcn_state_wipe(dir->store), TCN_ABSENT);
    struct tcn_state *state = open_state(dir);
    assert_int_equal(tcn_state_wipe(dir->store), TCN_LOCKED);
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    event_apply(state, 1);
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    tcn_state_close(&state);
    assert_int_equal(tcn_state_wipe(dir->store), TCN_OK);
    assert_int_equal(tcn_state_wipe(dir->store), TCN_OK);
    state = open_state(dir);
    struct tcn_state_reader *reader = open_reader(state);
    struct tcn_applied applied;
    assert_int_equal(tcn_state_applied(reader, &applied), TCN_OK);
    assert_int_equal(applied.position, 0);
    tcn_state_reader_close(&reader);
    tcn_state_close(&state);
}

static void a_flipped_byte_in_a_row_is_damage(void **test) {
    struct test_dir *dir = *test;
    struct tcn_state *state = open_state(dir);
    const struct tcn_state_ops *ops = tcn_state_table();
    struct tcn_matter matter = extreme_matter(7, true);
    struct tcn_matter out = {0};
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_int_equal(ops->matter_put(state, &matter, true), TCN_OK);
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    tcn_state_close(&state);
    char path[2 * TEST_PATH_BYTES];
    test_path(dir, "data.mdb", path);
    struct test_file file = test_file_read(path);
    test_file_flip(path, test_file_find(&file, "wwwwwwwwww", 10) + 5);
    free(file.data);
    state = open_state(dir);
    struct tcn_state_reader *reader = open_reader(state);
    int count = 0;
    size_t listed = 0;
    assert_int_equal(tcn_state_matter(reader, 7, &out), TCN_CORRUPT);
    assert_int_equal(tcn_state_matter_by_id(reader, &matter.id, &out), TCN_CORRUPT);
    assert_int_equal(tcn_state_matters(reader, UINT64_MAX, &out, 1, &listed), TCN_CORRUPT);
    assert_int_equal(tcn_state_hash_walk(reader, walk_stop, &count), TCN_CORRUPT);
    assert_int_equal(out.birth_position, 0);
    tcn_state_reader_close(&reader);
    tcn_state_close(&state);
}

#define DIR_TEST(name) cmocka_unit_test_setup_teardown(name, test_dir_setup, test_dir_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        DIR_TEST(an_alert_that_does_not_continue_its_stream_is_refused),
        DIR_TEST(births_and_threads_out_of_order_spoil_the_commit),
        DIR_TEST(a_matter_is_listed_by_who_holds_it_now),
        DIR_TEST(what_is_not_there_is_absent_or_zero),
        DIR_TEST(the_walk_is_the_same_whatever_the_sizes_of_the_commits),
        DIR_TEST(matters_are_paged_newest_first_and_threads_walked),
        DIR_TEST(alerts_of_a_stream_end_with_it),
        DIR_TEST(lists_go_on_after_the_last_row_given),
        DIR_TEST(a_snapshot_sees_whole_commits_only),
        DIR_TEST(a_commit_of_many_scattered_rows_is_due),
        DIR_TEST(an_open_state_is_not_wiped),
        DIR_TEST(a_flipped_byte_in_a_row_is_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
