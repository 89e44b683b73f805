/* SPDX-License-Identifier: Apache-2.0 */
/* How two folds differ, one row at a time: of a matter, an alert, a clock and a duty each way in
 * which it can be otherwise is found and named, and what is the same is not. The rows are put as
 * the folds put them; over a log unit.query.backtest has them. */
/* ctest-uses: policy core store wire link seal */
#include "query/backtest_inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define BIRTH 40u
#define DAY_NS INT64_C(86400000000000)
#define HERE 7u
#define THERE 8u

/** A folder with a table, and what was told of its rows. */
struct world {
    char dir[64];
    char path[96];
    struct tcn_backtest backtest;
    struct tcn_backtest_row told[8];
    uint32_t count;
};

static void open_world(struct world *world) {
    memset(world, 0, sizeof(*world));
    (void)snprintf(world->dir, sizeof(world->dir), "tocsin-compare-XXXXXX");
    assert_non_null(mkdtemp(world->dir));
    (void)snprintf(world->path, sizeof(world->path), "%s/rows", world->dir);
    const struct tcn_store_options options = {.dir = world->path, .map_bytes = 1024 * 1024};
    assert_int_equal(tcn_sorted_open(&options, &world->backtest.sorted), TCN_OK);
}

static void close_world(struct world *world) {
    tcn_sorted_close(&world->backtest.sorted);
    assert_int_equal(tcn_state_remove(world->path), TCN_OK);
    assert_int_equal(rmdir(world->dir), 0);
}

static enum tcn_status tell(void *context, const struct tcn_backtest_row *row) {
    struct world *world = context;
    assert_true(world->count < sizeof(world->told) / sizeof(world->told[0]));
    world->told[world->count++] = *row;
    return TCN_OK;
}

/** Puts a row of one side, as the n-th that says the same of the same. */
static void put(struct world *world, enum tcn_backtest_what what,
                enum tcn_backtest_side_number side, const struct tcn_backtest_value *value,
                uint32_t n) {
    uint8_t key[TCN_SORTED_KEY_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(key, sizeof(key));
    tcn_write_u8(&writer, (uint8_t)what);
    tcn_write_u64(&writer, BIRTH);
    if (what == TCN_BACKTEST_ALERT) {
        tcn_write_u8(&writer, TCN_MODE_ACTUAL);
        tcn_write_u8(&writer, TCN_DUE_NONE);
        tcn_write_u64(&writer, BIRTH);
        tcn_write_u32(&writer, 0);
        tcn_write_u32(&writer, 0);
        tcn_write_u8(&writer, TCN_REASON_OWNER);
    } else if (what != TCN_BACKTEST_MATTER) {
        tcn_write_u32(&writer, 3); /* number of a rule, or of an act */
    }
    /* Who holds a matter is not in its key, and a clock is nobody's: the matter's holder owes. */
    const bool is_by_organ = what == TCN_BACKTEST_ALERT || what == TCN_BACKTEST_DUTY;
    tcn_write_u16(&writer, is_by_organ ? value->side.organ : 0);
    tcn_write_u32(&writer, n);
    tcn_write_u8(&writer, (uint8_t)side);
    assert_int_equal(tcn_sorted_put(world->backtest.sorted, tcn_writer_slice(&writer),
                                    tcn_slice_of(value, sizeof(*value))),
                     TCN_OK);
}

static struct tcn_backtest_value value_of(uint16_t organ, int64_t time_ns) {
    return (struct tcn_backtest_value){
        .matter = {{1}},
        .side = {.is_there = true, .organ = organ, .time_ns = time_ns, .word = "road"}};
}

static void compare(struct world *world) {
    bool is_done = false;
    assert_int_equal(tcn_sorted_seal(world->backtest.sorted), TCN_OK);
    while (!is_done) {
        assert_int_equal(tcn_backtest_compare_some(&world->backtest, tell, world, &is_done),
                         TCN_OK);
    }
}

/** One row on each side, or on one of them. */
struct pair {
    enum tcn_backtest_what what;
    uint16_t recorded; /**< organ; 0: no such row */
    uint16_t other;
    int64_t later_ns; /**< so much later under the other policy */
    enum tcn_backtest_how how;
};

static void check_pair(const struct pair *pair) {
    struct world world;
    open_world(&world);
    if (pair->recorded != 0) {
        const struct tcn_backtest_value value = value_of(pair->recorded, DAY_NS);
        put(&world, pair->what, TCN_BACKTEST_RECORDED, &value, 0);
    }
    if (pair->other != 0) {
        const struct tcn_backtest_value value = value_of(pair->other, DAY_NS + pair->later_ns);
        put(&world, pair->what, TCN_BACKTEST_SUPPOSED, &value, 0);
    }
    compare(&world);
    const struct tcn_backtest_row *row = &world.told[0];
    const bool is_same = pair->how == TCN_BACKTEST_SAME;
    assert_int_equal(world.count, is_same ? 0 : 1);
    if (!is_same) {
        assert_int_equal(row->what, pair->what);
        assert_int_equal(row->how, pair->how);
        assert_int_equal(row->birth, BIRTH);
        assert_int_equal(row->recorded.is_there, pair->recorded != 0);
        assert_int_equal(row->other.is_there, pair->other != 0);
        assert_int_equal(row->recorded.organ, pair->recorded);
        assert_int_equal(row->other.organ, pair->other);
        assert_int_equal(world.backtest.counts.counts[pair->what][pair->how], 1);
    }
    close_world(&world);
}

static void what_is_the_same_is_no_difference(void **state) {
    (void)state;
    for (unsigned what = TCN_BACKTEST_MATTER; what < TCN_BACKTEST_WHAT_COUNT; what++) {
        check_pair(&(struct pair){(enum tcn_backtest_what)what, HERE, HERE, 0, TCN_BACKTEST_SAME});
    }
    /* A matter's time is that of its last event, and a duty has none: neither is compared. */
    check_pair(&(struct pair){TCN_BACKTEST_MATTER, HERE, HERE, 1, TCN_BACKTEST_SAME});
    check_pair(&(struct pair){TCN_BACKTEST_DUTY, HERE, HERE, 1, TCN_BACKTEST_SAME});
}

static void each_kind_of_difference_is_named(void **state) {
    (void)state;
    static const struct pair pairs[] = {
        {TCN_BACKTEST_MATTER, 0, HERE, 0, TCN_BACKTEST_ADDED},
        {TCN_BACKTEST_MATTER, HERE, 0, 0, TCN_BACKTEST_LOST},
        {TCN_BACKTEST_MATTER, HERE, THERE, 0, TCN_BACKTEST_ELSEWHERE},
        {TCN_BACKTEST_ALERT, 0, HERE, 0, TCN_BACKTEST_ADDED},
        {TCN_BACKTEST_ALERT, HERE, 0, 0, TCN_BACKTEST_LOST},
        {TCN_BACKTEST_ALERT, HERE, HERE, -1, TCN_BACKTEST_EARLIER},
        {TCN_BACKTEST_ALERT, HERE, HERE, 1, TCN_BACKTEST_LATER},
        {TCN_BACKTEST_ALERT, HERE, THERE, 0, TCN_BACKTEST_ELSEWHERE},
        {TCN_BACKTEST_ALERT, THERE, HERE, 1, TCN_BACKTEST_ELSEWHERE},
        {TCN_BACKTEST_CLOCK, 0, HERE, 0, TCN_BACKTEST_ADDED},
        {TCN_BACKTEST_CLOCK, HERE, 0, 0, TCN_BACKTEST_LOST},
        {TCN_BACKTEST_CLOCK, HERE, HERE, -1, TCN_BACKTEST_EARLIER},
        {TCN_BACKTEST_CLOCK, HERE, HERE, 1, TCN_BACKTEST_LATER},
        {TCN_BACKTEST_DUTY, 0, HERE, 0, TCN_BACKTEST_ADDED},
        {TCN_BACKTEST_DUTY, HERE, 0, 0, TCN_BACKTEST_LOST},
        {TCN_BACKTEST_DUTY, HERE, THERE, 0, TCN_BACKTEST_ELSEWHERE},
    };
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        check_pair(&pairs[i]);
    }
}

/* What stands otherwise with the same organ at the same time, field by field. */
static void each_other_thing_that_differs_is_changed(void **state) {
    (void)state;
    for (unsigned field = 0; field < 9; field++) {
        static const enum tcn_backtest_what whats[] = {
            TCN_BACKTEST_MATTER, TCN_BACKTEST_MATTER, TCN_BACKTEST_MATTER,
            TCN_BACKTEST_MATTER, TCN_BACKTEST_ALERT,  TCN_BACKTEST_ALERT,
            TCN_BACKTEST_CLOCK,  TCN_BACKTEST_CLOCK,  TCN_BACKTEST_CLOCK};
        struct world world;
        struct tcn_backtest_value value = value_of(HERE, DAY_NS);
        struct tcn_backtest_side *side = &value.side;
        open_world(&world);
        put(&world, whats[field], TCN_BACKTEST_RECORDED, &value, 0);
        (void)snprintf(side->word, sizeof(side->word), "%s", field == 0 ? "pipe" : "road");
        side->kind = field == 1 ? TCN_PROCEDURE_HAZARD : TCN_PROCEDURE_NONE;
        side->stage = field == 2 ? TCN_STAGE_CLOSED : TCN_STAGE_NONE;
        side->level = field == 3 ? 2 : 0;
        side->severity = field == 4 ? TCN_SEVERITY_URGENT : (enum tcn_severity)0;
        side->code = field == 5 ? TCN_DENIED : TCN_OK;
        side->standing = field == 6 ? TCN_BACKTEST_MISSED : TCN_BACKTEST_NO_CLOCK;
        side->run_count = field == 7 ? 1 : 0;
        side->late_count = field == 8 ? 1 : 0;
        put(&world, whats[field], TCN_BACKTEST_SUPPOSED, &value, 0);
        compare(&world);
        assert_int_equal(world.count, 1);
        assert_int_equal(world.told[0].how, TCN_BACKTEST_CHANGED);
        close_world(&world);
    }
}

/* Three that one side tells and two that the other does: each is matched once, and one is left. */
static void what_has_no_counterpart_is_matched_once(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    for (uint16_t organ = 1; organ <= 4; organ++) {
        const struct tcn_backtest_value value = value_of(organ, DAY_NS);
        put(&world, TCN_BACKTEST_ALERT, TCN_BACKTEST_RECORDED, &value, 0);
    }
    for (uint16_t organ = 4; organ <= 6; organ++) {
        const struct tcn_backtest_value value = value_of(organ, DAY_NS);
        put(&world, TCN_BACKTEST_ALERT, TCN_BACKTEST_SUPPOSED, &value, 0);
    }
    compare(&world);
    const uint64_t *counts = world.backtest.counts.counts[TCN_BACKTEST_ALERT];
    assert_int_equal(world.count, 3);
    assert_int_equal(counts[TCN_BACKTEST_ELSEWHERE], 2);
    assert_int_equal(counts[TCN_BACKTEST_LOST], 1);
    close_world(&world);
}

/* The same organ is told the same twice on one side. */
static void a_second_one_of_the_same_is_added(void **state) {
    (void)state;
    const struct tcn_backtest_value value = value_of(HERE, DAY_NS);
    struct world world;
    open_world(&world);
    put(&world, TCN_BACKTEST_ALERT, TCN_BACKTEST_RECORDED, &value, 0);
    put(&world, TCN_BACKTEST_ALERT, TCN_BACKTEST_SUPPOSED, &value, 0);
    put(&world, TCN_BACKTEST_ALERT, TCN_BACKTEST_SUPPOSED, &value, 1);
    compare(&world);
    assert_int_equal(world.count, 1);
    assert_int_equal(world.told[0].how, TCN_BACKTEST_ADDED);
    close_world(&world);
}

static void what_is_kept_apart_on_either_side_is_not_told(void **state) {
    (void)state;
    for (unsigned side = 0; side < TCN_BACKTEST_SIDES; side++) {
        for (unsigned shows = 0; shows < 2; shows++) {
            struct world world;
            struct tcn_backtest_value values[2] = {value_of(HERE, DAY_NS), value_of(THERE, DAY_NS)};
            open_world(&world);
            world.backtest.options.shows_guarded = shows == 1;
            values[side].side.is_guarded = true;
            put(&world, TCN_BACKTEST_MATTER, TCN_BACKTEST_RECORDED, &values[0], 0);
            put(&world, TCN_BACKTEST_MATTER, TCN_BACKTEST_SUPPOSED, &values[1], 0);
            put(&world, TCN_BACKTEST_DUTY, TCN_BACKTEST_RECORDED, &values[0], 0);
            compare(&world);
            assert_int_equal(world.count, shows == 1 ? 2 : 0);
            close_world(&world);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_the_same_is_no_difference),
        cmocka_unit_test(what_is_kept_apart_on_either_side_is_not_told),
        cmocka_unit_test(each_kind_of_difference_is_named),
        cmocka_unit_test(each_other_thing_that_differs_is_changed),
        cmocka_unit_test(what_has_no_counterpart_is_matched_once),
        cmocka_unit_test(a_second_one_of_the_same_is_added),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
