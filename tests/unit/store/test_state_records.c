/* SPDX-License-Identifier: Apache-2.0 */
/* Every record of the state, with the lowest and the highest value in every field. */
#include "state_test.h"
#include "store/state_rows.h"

static void assert_count(const struct tcn_count *left, const struct tcn_count *right) {
    assert_int_equal(left->kind, right->kind);
    assert_true(left->value == right->value);
}

static void assert_degree(const struct tcn_degree *left, const struct tcn_degree *right) {
    assert_int_equal(left->rank, right->rank);
    assert_int_equal(left->sure, right->sure);
}

/** Compares two matters. */
static void assert_matter(const struct tcn_matter *left, const struct tcn_matter *right) {
    assert_int_equal(left->birth_position, right->birth_position);
    assert_true(tcn_id_equals(&left->id, &right->id));
    assert_int_equal(left->mode, right->mode);
    assert_int_equal(left->stage, right->stage);
    assert_int_equal(left->kind, right->kind);
    assert_int_equal(left->marks, right->marks);
    assert_int_equal(left->sender, right->sender);
    assert_int_equal(left->submitter, right->submitter);
    assert_int_equal(left->bounce_count, right->bounce_count);
    assert_int_equal(left->second.act, right->second.act);
    assert_int_equal(left->second.source, right->second.source);
    assert_true(tcn_hash_equals(&left->second.hash, &right->second.hash));
    assert_string_equal(left->second.domain, right->second.domain);
    assert_string_equal(left->second.organ, right->second.organ);
    assert_count(&left->toll.deaths, &right->toll.deaths);
    assert_count(&left->toll.serious_injuries, &right->toll.serious_injuries);
    assert_count(&left->toll.loss_fen, &right->toll.loss_fen);
    assert_int_equal(left->toll.attribute_rank, right->toll.attribute_rank);
    assert_degree(&left->toll.degree, &right->toll.degree);
    assert_string_equal(left->domain, right->domain);
    assert_string_equal(left->category, right->category);
    assert_int_equal(left->division, right->division);
    assert_int_equal(left->office, right->office);
    assert_int_equal(left->holder, right->holder);
    assert_int_equal(left->severity, right->severity);
    assert_int_equal(left->flags, right->flags);
    assert_int_equal(left->event_count, right->event_count);
    assert_true(left->learned_ns == right->learned_ns);
    assert_true(left->opened_ns == right->opened_ns);
    assert_int_equal(left->last_position, right->last_position);
    assert_int_equal(left->last_act, right->last_act);
    assert_true(left->last_ns == right->last_ns);
}

/** Compares two alerts. */
static void assert_alert(const struct tcn_alert *left, const struct tcn_alert *right) {
    assert_true(tcn_stream_equals(left->stream, right->stream));
    assert_int_equal(left->number, right->number);
    assert_int_equal(left->generation, right->generation);
    assert_int_equal(left->position, right->position);
    assert_int_equal(left->birth_position, right->birth_position);
    assert_int_equal(left->act, right->act);
    assert_int_equal(left->reason, right->reason);
    assert_int_equal(left->severity, right->severity);
    assert_int_equal(left->flags, right->flags);
    assert_int_equal(left->code, right->code);
    assert_int_equal(left->policy_version, right->policy_version);
    assert_true(left->log_time_ns == right->log_time_ns);
    assert_int_equal(left->kind, right->kind);
    assert_int_equal(left->stage, right->stage);
    assert_int_equal(left->holder, right->holder);
    assert_degree(&left->degree, &right->degree);
    assert_int_equal(left->facts, right->facts);
    assert_true(left->allowed_acts == right->allowed_acts);
    assert_int_equal(left->fired.kind, right->fired.kind);
    assert_int_equal(left->fired.stage, right->fired.stage);
    assert_int_equal(left->fired.subject, right->fired.subject);
    assert_int_equal(left->fired.rule, right->fired.rule);
    assert_true(left->fired.due_ns == right->fired.due_ns);
    assert_true(left->fired.until_ns == right->fired.until_ns);
}

/** Commits, closes, opens again and gives a reader. */
static struct tcn_state_reader *reopen(struct tcn_state **state, const struct test_dir *dir) {
    assert_int_equal(tcn_state_commit(*state), TCN_OK);
    tcn_state_close(state);
    *state = open_state(dir);
    return open_reader(*state);
}

static void no_operation_of_the_table_is_missing(void **test) {
    (void)test;
    /* The table is nothing but function pointers; one that model adds must not stay NULL here. */
    const void *const *entries = (const void *const *)tcn_state_table();
    for (size_t i = 0; i < sizeof(struct tcn_state_ops) / sizeof(*entries); i++) {
        assert_non_null(entries[i]);
    }
}

/* The last word of a matter's row, as damage or another program may have left it. */
static void a_word_that_is_too_long_is_corrupt(void **test) {
    (void)test;
    const struct tcn_matter high = extreme_matter(9, true);
    const uint8_t key[8] = {0, 0, 0, 0, 0, 0, 0, 9};
    struct tcn_state_payload payload;
    struct tcn_matter matter;
    tcn_state_encode_matter(&high, &payload);
    const size_t place = payload.size - TCN_WORD_BYTES_MAX - 1; /* of the word's size */
    const struct tcn_slice key_slice = tcn_slice_of(key, sizeof(key));
    struct tcn_env_row row = {key_slice, tcn_slice_of(payload.bytes, payload.size)};
    assert_int_equal(tcn_state_decode_matter(&row, &matter), TCN_OK);
    payload.bytes[place]--; /* a byte is left over */
    assert_int_equal(tcn_state_decode_matter(&row, &matter), TCN_CORRUPT);
    payload.bytes[place] += 2; /* it ends too soon */
    assert_int_equal(tcn_state_decode_matter(&row, &matter), TCN_CORRUPT);
    payload.bytes[payload.size] = 'o'; /* all of it is there, and it is no word */
    row.value.size++;
    assert_int_equal(tcn_state_decode_matter(&row, &matter), TCN_CORRUPT);
}

static void matters_come_back_as_they_were(void **test) {
    struct tcn_state *state = open_state(*test);
    const struct tcn_state_ops *ops = tcn_state_table();
    struct tcn_matter matters[2] = {extreme_matter(1, false), extreme_matter(UINT64_MAX, true)};
    struct tcn_matter matter;
    uint64_t birth = 0;
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(ops->matter_put(state, &matters[i], true), TCN_OK);
        assert_int_equal(ops->matter_find(state, &matters[i].id, &birth), TCN_OK);
        assert_int_equal(ops->matter_get(state, birth, &matter), TCN_OK);
        assert_matter(&matter, &matters[i]);
    }
    struct tcn_state_reader *reader = reopen(&state, *test);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(tcn_state_matter_by_id(reader, &matters[i].id, &matter), TCN_OK);
        assert_matter(&matter, &matters[i]);
    }
    tcn_state_reader_close(&reader);
    tcn_state_close(&state);
}

static void alerts_come_back_as_they_were(void **test) {
    struct tcn_state *state = open_state(*test);
    const struct tcn_state_ops *ops = tcn_state_table();
    struct tcn_alert alerts[4] = {
        {.stream = {TCN_MODE_NONE, 0}, .number = 1, .log_time_ns = INT64_MIN},
        {.stream = {TCN_MODE_EXERCISE, UINT16_MAX},
         .number = 1,
         .generation = UINT64_MAX,
         .position = UINT64_MAX,
         .birth_position = UINT64_MAX,
         .act = TCN_ACT_GENERATION,
         .reason = TCN_REASON_GUARDED,
         .severity = TCN_SEVERITY_DANGER,
         .flags = UINT32_MAX,
         .code = UINT32_MAX,
         .policy_version = UINT64_MAX,
         .log_time_ns = INT64_MAX},
        {.stream = {TCN_MODE_ACTUAL, 1},
         .number = 1,
         .reason = TCN_REASON_CLOCK,
         .fired = {(enum tcn_due_kind)UINT8_MAX, UINT32_MAX, UINT64_MAX, UINT32_MAX, INT64_MIN,
                   INT64_MAX}},
        {.stream = {TCN_MODE_ACTUAL, 2},
         .number = 1,
         .reason = TCN_REASON_OUTCOME,
         .kind = TCN_PROCEDURE_MAX,
         .stage = TCN_STAGE_MAX,
         .holder = UINT16_MAX,
         .facts = UINT32_MAX,
         .allowed_acts = UINT64_MAX}};
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(ops->alert_append(state, &alerts[i]), TCN_OK);
    }
    struct tcn_state_reader *reader = reopen(&state, *test);
    for (size_t i = 0; i < 4; i++) {
        struct tcn_alert alert;
        size_t count = 0;
        assert_int_equal(tcn_state_alerts(reader, alerts[i].stream, 0, &alert, 1, &count), TCN_OK);
        assert_int_equal(count, 1);
        assert_alert(&alert, &alerts[i]);
    }
    tcn_state_reader_close(&reader);
    tcn_state_close(&state);
}

static void threads_and_outcomes_come_back_as_they_were(void **test) {
    struct tcn_state *state = open_state(*test);
    const struct tcn_state_ops *ops = tcn_state_table();
    struct tcn_thread threads[2] = {{1, 0, 0}, {UINT64_MAX, UINT64_MAX, UINT64_MAX}};
    struct tcn_outcome outcomes[2] = {{1, 0, 0, 0},
                                      {UINT64_MAX, UINT32_MAX, UINT64_MAX, UINT32_MAX}};
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(ops->thread_append(state, &threads[i]), TCN_OK);
        assert_int_equal(ops->outcome_put(state, &outcomes[i]), TCN_OK);
    }
    struct tcn_state_reader *reader = reopen(&state, *test);
    for (size_t i = 0; i < 2; i++) {
        struct tcn_thread thread;
        struct tcn_outcome outcome;
        assert_int_equal(tcn_state_thread(reader, threads[i].position, &thread), TCN_OK);
        assert_memory_equal(&thread, &threads[i], sizeof(thread));
        assert_int_equal(tcn_state_outcome(reader, outcomes[i].position, &outcome), TCN_OK);
        assert_int_equal(outcome.position, outcomes[i].position);
        assert_int_equal(outcome.code, outcomes[i].code);
        assert_int_equal(outcome.allowed_acts, outcomes[i].allowed_acts);
        assert_int_equal(outcome.missing, outcomes[i].missing);
    }
    tcn_state_reader_close(&reader);
    tcn_state_close(&state);
}

static void cursors_come_back_as_they_were(void **test) {
    struct tcn_state *state = open_state(*test);
    const struct tcn_state_ops *ops = tcn_state_table();
    struct tcn_cursor cursors[2] = {{.name = ""}, {.name = ""}};
    memset(cursors[1].name, 'n', TCN_CURSOR_NAME_BYTES_MAX);
    cursors[1].principal = UINT32_MAX;
    cursors[1].stream = (struct tcn_stream){TCN_MODE_EXERCISE, UINT16_MAX};
    cursors[1].number = UINT64_MAX;
    cursors[1].generation = UINT64_MAX;
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    for (size_t i = 0; i < 2; i++) {
        struct tcn_cursor wanted = cursors[i];
        wanted.number = 1;
        assert_int_equal(ops->cursor_get(state, &wanted, &wanted), TCN_ABSENT);
        assert_int_equal(ops->cursor_put(state, &cursors[i]), TCN_OK);
        assert_int_equal(ops->cursor_get(state, &wanted, &wanted), TCN_OK);
        assert_int_equal(wanted.number, cursors[i].number);
    }
    struct tcn_state_reader *reader = reopen(&state, *test);
    for (size_t i = 0; i < 2; i++) {
        struct tcn_cursor cursor;
        assert_int_equal(tcn_state_cursor(reader, &cursors[i], &cursor), TCN_OK);
        assert_string_equal(cursor.name, cursors[i].name);
        assert_int_equal(cursor.principal, cursors[i].principal);
        assert_true(tcn_stream_equals(cursor.stream, cursors[i].stream));
        assert_int_equal(cursor.number, cursors[i].number);
        assert_int_equal(cursor.generation, cursors[i].generation);
    }
    tcn_state_reader_close(&reader);
    tcn_state_close(&state);
}

static void sources_and_the_applied_row_come_back_as_they_were(void **test) {
    struct tcn_state *state = open_state(*test);
    const struct tcn_state_ops *ops = tcn_state_table();
    struct tcn_source_state source;
    struct tcn_source_state sources[2] = {{.log_time_ns = INT64_MIN},
                                          {.lane = {UINT32_MAX, UINT64_MAX, TCN_LANE_ROUTINE},
                                           .sequence = UINT64_MAX,
                                           .position = UINT64_MAX,
                                           .log_time_ns = INT64_MAX,
                                           .event_count = UINT64_MAX,
                                           .void_count = UINT64_MAX}};
    struct tcn_applied applied = {UINT64_MAX, INT64_MAX,  UINT64_MAX, UINT64_MAX,
                                  UINT64_MAX, UINT64_MAX, UINT32_MAX, UINT64_MAX};
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(ops->source_put(state, &sources[i]), TCN_OK);
        assert_int_equal(ops->source_get(state, &sources[i].lane, &source), TCN_OK);
        assert_int_equal(source.void_count, sources[i].void_count);
    }
    assert_int_equal(ops->applied_put(state, &applied), TCN_OK);
    struct tcn_state_reader *reader = reopen(&state, *test);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(tcn_state_source(reader, &sources[i].lane, &source), TCN_OK);
        assert_true(tcn_lane_key_equals(&source.lane, &sources[i].lane));
        assert_int_equal(source.sequence, sources[i].sequence);
        assert_int_equal(source.position, sources[i].position);
        assert_true(source.log_time_ns == sources[i].log_time_ns);
        assert_int_equal(source.event_count, sources[i].event_count);
        assert_int_equal(source.void_count, sources[i].void_count);
    }
    struct tcn_applied found;
    assert_int_equal(tcn_state_applied(reader, &found), TCN_OK);
    assert_int_equal(found.position, UINT64_MAX);
    assert_true(found.log_time_ns == INT64_MAX);
    assert_int_equal(found.generation, UINT64_MAX);
    assert_int_equal(found.event_count, UINT64_MAX);
    assert_int_equal(found.matter_count, UINT64_MAX);
    assert_int_equal(found.alert_count, UINT64_MAX);
    assert_int_equal(found.fold_version, UINT32_MAX);
    assert_int_equal(found.policy_version, UINT64_MAX);
    tcn_state_reader_close(&reader);
    tcn_state_close(&state);
}

/** Flips a bit of one byte of every copy of these bytes in the closed state's file; gives how many
 * there were. */
static size_t change_bytes(const struct test_dir *dir, const uint8_t *bytes, size_t size, int at) {
    char path[2 * TEST_PATH_BYTES];
    size_t count = 0;
    test_path(dir, "data.mdb", path);
    struct test_file file = test_file_read(path);
    for (size_t i = 0; i + size <= file.size; i++) {
        if (memcmp(file.data + i, bytes, size) == 0) {
            test_file_flip(path, i + (size_t)at);
            count++;
        }
    }
    free(file.data);
    return count;
}

/** Compares two due times. */
static void assert_due(const struct tcn_due *left, const struct tcn_due *right) {
    assert_int_equal(left->key.kind, right->key.kind);
    assert_int_equal(left->key.subject, right->key.subject);
    assert_int_equal(left->key.rule, right->key.rule);
    assert_int_equal(left->stage, right->stage);
    assert_true(left->due_ns == right->due_ns);
    assert_true(left->until_ns == right->until_ns);
    assert_int_equal(left->is_kept, right->is_kept);
}

static void due_times_come_back_as_they_were_the_first_first(void **test) {
    struct tcn_state *state = open_state(*test);
    const struct tcn_state_ops *ops = tcn_state_table();
    /* In the order in which they fall due; put the other way round. */
    const struct tcn_due dues[] = {
        {{TCN_DUE_NONE, 0, 0}, 0, INT64_MIN, INT64_MIN, false},
        {{TCN_DUE_KEY_ENDS, 9, 0}, 4, -1, -1, false},
        {{TCN_DUE_KEY_ENDS, 2, 7}, 1, 0, 5, false},
        {{TCN_DUE_KEY_ENDS, 2, 8}, 1, 0, 6, false},
        {{TCN_DUE_KEY_ENDS, 3, 1}, 1, 0, 7, false},
        {{TCN_DUE_CLOCK, 3, 1}, 1, 0, 7, false},
        {{TCN_DUE_CLOCK, 3, 2}, 1, 0, 7, true}, /* on the other side, and in order */
        {{TCN_DUE_CLOCK, 3, 3}, 1, 0, 7, false},
        {{(enum tcn_due_kind)UINT8_MAX, UINT64_MAX, UINT32_MAX},
         UINT32_MAX,
         INT64_MAX - 1,
         INT64_MAX,
         false},
    };
    const size_t count = sizeof(dues) / sizeof(dues[0]);
    struct tcn_due due;
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_int_equal(ops->due_first(state, &due), TCN_ABSENT);
    for (size_t i = count; i > 0; i--) {
        assert_int_equal(ops->due_get(state, &dues[i - 1].key, &due), TCN_ABSENT);
        assert_int_equal(ops->due_del(state, &dues[i - 1].key), TCN_ABSENT);
        assert_int_equal(ops->due_put(state, &dues[i - 1]), TCN_OK);
        assert_int_equal(ops->due_get(state, &dues[i - 1].key, &due), TCN_OK);
        assert_due(&due, &dues[i - 1]);
        assert_int_equal(ops->due_first(state, &due), TCN_OK);
        assert_due(&due, &dues[i - 1]);
    }
    struct tcn_state_reader *reader = reopen(&state, *test);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(tcn_state_due_first(reader, &due), TCN_OK);
        assert_due(&due, &dues[i]);
        assert_int_equal(tcn_state_begin(state), TCN_OK);
        if (i % 2 == 0) {
            assert_int_equal(ops->due_del(state, &dues[i].key), TCN_OK);
        } else { /* put behind all others: its old place is free */
            due.due_ns = INT64_MAX;
            assert_int_equal(ops->due_put(state, &due), TCN_OK);
            assert_int_equal(ops->due_put(state, &due), TCN_OK);
        }
        assert_int_equal(tcn_state_commit(state), TCN_OK);
        tcn_state_reader_reset(reader);
    }
    assert_int_equal(tcn_state_due_first(reader, &due), TCN_OK);
    assert_true(due.due_ns == INT64_MAX);
    assert_int_equal(due.key.subject, 2); /* 9 is the other */
    tcn_state_reader_close(&reader);
    tcn_state_close(&state);
}

/* They are read for who leaves out what is guarded: that costs what it costs without any. */
static void open_clocks_are_read_without_the_others(void **test) {
    const struct tcn_due shown = {{TCN_DUE_CLOCK, 3, 2}, 1, 5, 7, false};
    const struct tcn_due others[] = {{{TCN_DUE_CLOCK, 2, 1}, 1, 4, 7, true},
                                     {{TCN_DUE_CLOCK, 4, 1}, 1, 6, 7, true},
                                     {{TCN_DUE_LADDER, 3, 1}, 1, 4, 7, false}};
    uint64_t costs[2];
    struct tcn_state *state = open_state(*test);
    struct tcn_state_reader *reader = open_reader(state);
    for (size_t round = 0; round < 2; round++) {
        struct tcn_due found[4];
        size_t count = 0;
        assert_int_equal(tcn_state_begin(state), TCN_OK);
        assert_int_equal(tcn_state_table()->due_put(state, &shown), TCN_OK);
        for (size_t i = 0; i < round * 3; i++) {
            assert_int_equal(tcn_state_table()->due_put(state, &others[i]), TCN_OK);
        }
        assert_int_equal(tcn_state_commit(state), TCN_OK);
        tcn_state_reader_reset(reader);
        costs[round] = tcn_state_reader_reads(reader);
        assert_int_equal(tcn_state_open_dues(reader, 5, found, 4, &count), TCN_OK);
        costs[round] = tcn_state_reader_reads(reader) - costs[round];
        assert_int_equal(count, 1);
        assert_due(&found[0], &shown);
        assert_int_equal(tcn_state_open_dues(reader, 4, found, 4, &count), TCN_OK);
        assert_int_equal(count, 0);
    }
    assert_true(costs[0] == costs[1]);
    tcn_state_reader_close(&reader);
    tcn_state_close(&state);
}

/* A disk that changed one byte of a row: version, stage, due, until stand behind each other. */
static void a_damaged_due_time_is_told(void **test) {
    /* The version; another time than that of its key, far or near; a clock's side, of no clock. */
    static const int places[] = {0, 5, 12, 21};
    const struct test_dir *dir = *test;
    const struct tcn_due due = {
        {TCN_DUE_KEY_ENDS, 2, 7}, 0x01020304, 0x1122334455667788, 0x1122334455667799, false};
    uint8_t wanted[22];
    struct tcn_writer writer = tcn_writer_init(wanted, sizeof(wanted));
    tcn_write_u8(&writer, 1);
    tcn_write_u32(&writer, due.stage);
    tcn_write_i64(&writer, due.due_ns);
    tcn_write_i64(&writer, due.until_ns);
    tcn_write_u8(&writer, 0);
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        struct tcn_state *state = open_state(dir);
        assert_int_equal(tcn_state_begin(state), TCN_OK);
        assert_int_equal(tcn_state_table()->due_put(state, &due), TCN_OK);
        assert_int_equal(tcn_state_commit(state), TCN_OK);
        tcn_state_close(&state);
        assert_true(change_bytes(dir, wanted, sizeof(wanted), places[i]) > 0);
        state = open_state(dir);
        struct tcn_state_reader *reader = open_reader(state);
        struct tcn_due found;
        assert_int_equal(tcn_state_due_first(reader, &found), TCN_CORRUPT);
        tcn_state_reader_close(&reader);
        tcn_state_close(&state);
        wanted[places[i]] ^= 1; /* and back */
        assert_true(change_bytes(dir, wanted, sizeof(wanted), places[i]) > 0);
        wanted[places[i]] ^= 1;
    }
}

#define DIR_TEST(name) cmocka_unit_test_setup_teardown(name, test_dir_setup, test_dir_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_operation_of_the_table_is_missing),
        cmocka_unit_test(a_word_that_is_too_long_is_corrupt),
        DIR_TEST(matters_come_back_as_they_were),
        DIR_TEST(alerts_come_back_as_they_were),
        DIR_TEST(threads_and_outcomes_come_back_as_they_were),
        DIR_TEST(cursors_come_back_as_they_were),
        DIR_TEST(sources_and_the_applied_row_come_back_as_they_were),
        DIR_TEST(due_times_come_back_as_they_were_the_first_first),
        DIR_TEST(open_clocks_are_read_without_the_others),
        DIR_TEST(a_damaged_due_time_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
