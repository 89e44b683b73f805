/* SPDX-License-Identifier: Apache-2.0 */
/* A broker that was taken over lets everything through. What then holds is the collector's alone.
 */
/* ctest-uses: query core store wire link seal */
/* ctest-timeout: 600 */
/* ctest-labels: long */
#include "alone.h"
#include "testlib/sanitized.h"

#define ENDS_NS (2 * TCN_SECOND_NS) /* from the start of the test to the end of the keys */
#define BATCH 64u                   /* said before they are heard */
#define MIB (INT64_C(1024) * 1024)

#ifdef IS_SANITIZED
#define OPEN_COUNT (32u * BATCH)
#else
#define OPEN_COUNT (192u * BATCH)
#endif
#define OPEN_COUNT_LONG (15625u * BATCH) /* 1,000,000 */
#define SETTLED_COUNT (16u * BATCH)      /* from here on nothing more is needed */
#define GROWTH_BYTES_MAX (2 * MIB)       /* of what is resident, whatever is said */

static int alone_set_up(void **state) {
    struct alone *alone = calloc(1, sizeof(*alone));
    assert_non_null(alone);
    struct bench *bench = &alone->bench;
    bench->place = place_make(TCN_MODE_ACTUAL);
    struct tcn_principal *rows = bench->place->forge.principals;
    alone->ends_ns = tcn_clock_wall_ns() + ENDS_NS;
    rows[TCN_FORGE_WATCH_SAFETY - 1].not_after_ns = alone->ends_ns;
    /* The keys before a rotation: nobody has any use for the feed's in this log. */
    rows[TCN_FORGE_AGENT_SAFETY - 1].old_until_ns = alone->ends_ns;
    rows[TCN_FORGE_AGENT_SAFETY - 1].old_transport_key = rows[TCN_FORGE_FEED - 1].transport_key;
    rows[TCN_FORGE_AGENT_SAFETY - 1].old_signing_key = rows[TCN_FORGE_FEED - 1].signing_key;
    rows[TCN_FORGE_FEED - 1].transport_key = (struct tcn_public_key){{0}};
    rows[TCN_FORGE_FEED - 1].signing_key = (struct tcn_public_key){{0}};
    rows[TCN_FORGE_FEED - 1].status = TCN_PRINCIPAL_REVOKED;
    tcn_forge_found(&bench->place->forge);
    tcn_forge_genesis_write(&bench->place->forge, bench->place->genesis);
    bench->now_ns = NOW_NS;
    assert_int_equal(tcn_arena_init(&bench->arena, 256 * 1024), TCN_OK);
    open_bench(bench, false);
    greet(bench);
    assert_int_equal(send_reports(bench, 1, 4, NULL), TCN_KIND_ACK);
    start_serve(alone);
    *state = alone;
    return 0;
}

static int alone_tear_down(void **state) {
    struct alone *alone = *state;
    stop_serve(alone);
    close_bench(&alone->bench);
    tcn_arena_fini(&alone->bench.arena);
    place_remove(alone->bench.place);
    free(alone);
    return 0;
}

static void fetch_all(struct alone *alone, struct reader *reader) {
    uint8_t data[256];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    const struct tcn_fetch fetch = {.stream = SAFETY_STREAM, .number = 1000, .generation = 1};
    struct tcn_slice body;
    assert_int_equal(tcn_wire_fetch_encode(&fetch, &writer, &body), TCN_OK);
    say(alone, reader, TCN_KIND_FETCH, alone->header.session, body);
}

/* As apply tells of an alert: the report of this number, which the log has. */
static void alert(struct alone *alone, uint64_t number) {
    const struct tcn_note_tail note = {.alert_count = 1};
    const struct tcn_alert made = {
        .stream = SAFETY_STREAM,
        .number = number,
        .generation = 1,
        .position = 2 + number, /* after genesis and HELLO */
        .birth_position = 2 + number,
        .act = TCN_ACT_REPORTED,
        .reason = TCN_REASON_OWNER,
    };
    struct tcn_parts parts;
    tcn_parts_init(&parts);
    assert_int_equal(tcn_parts_push(&parts, tcn_slice_of((const uint8_t *)&note, sizeof(note))),
                     TCN_OK);
    assert_int_equal(tcn_parts_push(&parts, tcn_slice_of((const uint8_t *)&made, sizeof(made))),
                     TCN_OK);
    assert_int_equal(tcn_mailbox_post(alone->apply, &parts), TCN_OK);
    tcn_parts_fini(&parts);
}

/* Nobody logs anything at the end of a key, so nobody tells serve: it looks at the clock. */
static void a_key_that_ends_is_told_nothing_more(void **state) {
    struct alone *alone = *state;
    struct reader ending = join(alone, TCN_FORGE_WATCH_SAFETY, 11);
    struct reader rotated = join(alone, TCN_FORGE_AGENT_SAFETY, 12);
    struct reader fresh = join(alone, TCN_FORGE_AGENT_SAFETY, 13);
    struct reader *const readers[] = {&ending, &rotated, &fresh};
    rotated.keys = &alone->bench.place->forge.keys[TCN_FORGE_FEED]; /* its old ones */
    for (size_t i = 0; i < 3; i++) {
        say_open(alone, readers[i], i < 2 ? "duty" : "night");
        assert_int_equal(hear(alone), TCN_KIND_OPENED);
        fetch_all(alone, readers[i]);
    }
    alert(alone, 1);
    for (size_t i = 0; i < 3; i++) { /* all have it while all keys are good */
        assert_int_equal(hear(alone), TCN_KIND_ITEMS);
        assert_int_equal(alone->stamp.connection, readers[i]->stamp.connection);
    }
    for (int64_t rest_ns = 1; rest_ns > 0; rest_ns = alone->ends_ns - tcn_clock_wall_ns()) {
        assert_int_equal(hear_within(alone, rest_ns + 1), TCN_KIND_NONE);
    }
    for (uint64_t number = 2; number <= 3; number++) {
        alert(alone, number);
        assert_int_equal(hear(alone), TCN_KIND_ITEMS);
        assert_int_equal(alone->stamp.connection, fresh.stamp.connection);
    }
    fetch_all(alone, &ending);
    assert_int_equal(hear(alone), TCN_KIND_ERROR);
    assert_int_equal(error_code(alone), TCN_REVOKED);
    say_open(alone, &rotated, "duty");
    assert_int_equal(hear(alone), TCN_KIND_ERROR);
    assert_int_equal(error_code(alone), TCN_DENIED);
}

static int64_t resident_bytes(void) {
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%*s %ld", &pages), 1);
    assert_int_equal(fclose(file), 0);
    return pages * (int64_t)sysconf(_SC_PAGESIZE);
}

/* What one OPEN of the flood came to, in the order in which they were said. */
static void take_opened(struct alone *alone, uint32_t *opened_count, uint32_t *limit_count) {
    if (hear(alone) == TCN_KIND_OPENED) {
        (*opened_count)++;
    } else {
        assert_int_equal(error_code(alone), TCN_LIMIT);
        (*limit_count)++;
    }
}

/* Nobody asks for a rate: of all that one key says, 16 stay open, whatever their names. */
static void a_million_opens_take_no_memory(void **state) {
    struct alone *alone = *state;
    struct reader flood = join(alone, TCN_FORGE_AGENT_SAFETY, 12);
    const char *is_long = getenv("TOCSIN_LONG");
    const uint32_t count =
        is_long != NULL && strcmp(is_long, "1") == 0 ? OPEN_COUNT_LONG : OPEN_COUNT;
    uint32_t opened_count = 0;
    uint32_t limit_count = 0;
    int64_t before = 0;
    for (uint32_t i = 0; i < count; i += BATCH) {
        for (uint32_t j = i; j < i + BATCH; j++) {
            char name[16]; /* each fourth takes over one that is open */
            (void)snprintf(name, sizeof(name), "n%u", j % 4 == 3 ? j % 16 : j);
            say_open(alone, &flood, name);
        }
        for (uint32_t j = i; j < i + BATCH; j++) {
            take_opened(alone, &opened_count, &limit_count);
        }
        before = i == SETTLED_COUNT ? resident_bytes() : before;
    }
    assert_int_equal(limit_count, (count - 16) / 4 * 3);
    assert_int_equal(opened_count, count - limit_count); /* those that were open, taken over */
#ifndef IS_SANITIZED /* which keeps for a while what was freed */
    assert_true(resident_bytes() - before < GROWTH_BYTES_MAX);
#endif
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_key_that_ends_is_told_nothing_more, alone_set_up,
                                        alone_tear_down),
        cmocka_unit_test_setup_teardown(a_million_opens_take_no_memory, alone_set_up,
                                        alone_tear_down),
    };
    return cmocka_run_group_tests_name("unguarded", tests, NULL, NULL);
}
