/* SPDX-License-Identifier: Apache-2.0 */
#include "core/rotation.h"

#include "trace.h"

#define DAY_NS (86400 * SECOND_NS)
#define OVERLAP_NS (7 * DAY_NS)

static const char *const actions[] = {"-", "say", "swap", "use", "erase"};

/* One step of a table. Times are in seconds. */
struct step {
    int64_t at_s;
    char what; /* w: WELCOME, o: a lane is open, .: nobody lets it in, a: asked, s: said */
    int64_t key_until_ns; /* w */
    bool is_after;        /* w */
    bool is_said;         /* w */
};

static void run(struct tcn_rotation *rotation, const struct step *steps, size_t count,
                const char *expected) {
    struct trace trace = {.size = 0};
    for (size_t i = 0; i < count; i++) {
        const int64_t now_ns = steps[i].at_s * SECOND_NS;
        const struct tcn_rotation_input in = {.is_open = steps[i].what == 'o',
                                              .has_welcome = steps[i].what == 'w',
                                              .key_until_ns = steps[i].key_until_ns,
                                              .log_time_ns = now_ns,
                                              .is_after = steps[i].is_after,
                                              .is_said = steps[i].is_said};
        if (steps[i].what == 'a') {
            tcn_rotation_ask(rotation, now_ns);
        } else if (steps[i].what == 's') {
            tcn_rotation_said(rotation, now_ns + OVERLAP_NS, now_ns);
        } else {
            trace_add(&trace, "%s ", actions[tcn_rotation_step(rotation, &in, now_ns)]);
        }
    }
    trace_add(&trace, "%s %s", tcn_rotation_state_name(rotation->state),
              rotation->uses_newer ? "newer" : "older");
    trace_expect(&trace, expected);
}

static void who_has_one_key_set_does_nothing(void **state) {
    (void)state;
    struct tcn_rotation rotation;
    tcn_rotation_init(&rotation, false, false, 0, 0);
    static const struct step steps[] = {
        {1, 'w', 0, false, false}, {9, 'w', 77, true, true}, {5000, '.', 0, false, false}};
    run(&rotation, steps, COUNT_OF(steps), "- - - alone newer");
    assert_true(tcn_rotation_deadline(&rotation, false) == INT64_MAX);
}

static void it_says_it_once_waits_and_swaps_when_the_log_has_it(void **state) {
    (void)state;
    struct tcn_rotation rotation;
    tcn_rotation_init(&rotation, false, false, 0, 0);
    static const struct step steps[] = {
        {1, 'a', 0, false, false},
        {2, 'w', 0, false, false}, /* says it */
        {2, 's', 0, false, false},
        {3, 'w', 0, false, true}, /* R3: on its way */
        {4, 'a', 0, false, false},
        {5, 'o', 0, false, true}, /* asked again: it is under way */
        {6, 'w', OVERLAP_NS, true, true},
        {7, 'w', 0, true, true}, /* R1, R2 */
    };
    run(&rotation, steps, COUNT_OF(steps), "say - - swap - settled newer");
    assert_true(rotation.until_ns == OVERLAP_NS); /* as the log says, not as we did */
    static const struct step end[] = {{7 * 86400 - 1, 'w', 0, true, true}, /* R5 */
                                      {7 * 86400, 'o', 0, false, false},
                                      {7 * 86400, 'w', 0, true, true},
                                      {7 * 86400 + 1, 'w', 0, true, true}};
    run(&rotation, end, COUNT_OF(end), "- - erase - alone newer");
}

static void what_was_void_is_said_again_a_while_later(void **state) {
    (void)state;
    struct tcn_rotation rotation;
    tcn_rotation_init(&rotation, true, false, 0, 0);
    static const struct step steps[] = {
        {2, 'w', 0, false, false},  {2, 's', 0, false, false},    {3, 'w', 0, true, true},
        {3601, 'w', 0, true, true}, {3602, 'w', 0, false, true}, /* R3: of the other lane */
        {3602, 'w', 0, true, true}, {3602, 's', 0, false, false}, {3603, 'w', 0, true, true},
    };
    run(&rotation, steps, COUNT_OF(steps), "say - - - say - saying older");
    assert_int_equal(rotation.void_count, 1);
}

/* R4: after a minute for five seconds, then after two minutes, and so on. */
static void it_knocks_with_the_other_keys_when_nobody_lets_it_in(void **state) {
    (void)state;
    struct tcn_rotation rotation;
    tcn_rotation_init(&rotation, true, false, 0, 0);
    static const struct step off[] = {
        {59, '.', 0, false, false},  {60, '.', 0, false, false},  {64, '.', 0, false, false},
        {65, '.', 0, false, false},  {184, '.', 0, false, false}, {185, '.', 0, false, false},
        {189, '.', 0, false, false},
    };
    run(&rotation, off, COUNT_OF(off), "- use - use - use - saying newer");
    static const struct step in[] = {{306, 'w', 0, false, true}, {307, '.', 0, false, false}};
    run(&rotation, in, COUNT_OF(in), "swap - settled newer"); /* they are the log's */
    assert_true(tcn_rotation_deadline(&rotation, false) == 366 * SECOND_NS);
    assert_true(tcn_rotation_deadline(&rotation, true) == INT64_MAX);
}

static void a_log_that_was_set_back_is_told_again(void **state) {
    (void)state;
    struct tcn_rotation rotation;
    tcn_rotation_init(&rotation, false, true, 1000 * DAY_NS, 0);
    static const struct step kept[] = {
        {60, '.', 0, false, false},
        {61, 'w', 0, false, true}, /* it is sent again by itself */
        {62, 'w', 900 * DAY_NS, true, true},
    };
    run(&rotation, kept, COUNT_OF(kept), "use - swap settled newer");
    tcn_rotation_init(&rotation, false, true, 1000 * DAY_NS, 0);
    static const struct step lost[] = {{60, '.', 0, false, false}, {61, 'w', 0, false, false}};
    run(&rotation, lost, COUNT_OF(lost), "use say saying older");
    /* It was only the line: the older are let in, and known to be old. */
    tcn_rotation_init(&rotation, false, true, 1000 * DAY_NS, 0);
    static const struct step line[] = {{60, '.', 0, false, false},
                                       {61, 'w', 1000 * DAY_NS, false, true}};
    run(&rotation, line, COUNT_OF(line), "use use settled newer");
}

/* A small world: what is on disk, in the outbox and in the log, and an agent that is killed. */
struct world {
    bool has_next;
    bool has_old;
    bool is_swapped; /* NAME.key is the newer */
    bool is_said;
    bool is_logged; /* and its receipt is here */
    uint32_t said_count;
    uint32_t life; /* moments until the kill */
    struct tcn_rotation rotation;
};

/* One moment passes; false when the agent is killed before what comes next. */
static bool lives(struct world *world) {
    if (world->life == 0) {
        return false;
    }
    world->life--;
    return true;
}

/* Carries an action out; every line may be the last. */
static bool carry(struct world *world, enum tcn_rotation_action action) {
    switch (action) {
    case TCN_ROTATION_SAY:
        if (!lives(world)) {
            return false;
        }
        world->is_said = true;
        world->said_count++;
        tcn_rotation_said(&world->rotation, OVERLAP_NS, 0);
        return lives(world);
    case TCN_ROTATION_SWAP:
        if (!lives(world)) {
            return false;
        }
        world->has_old = world->has_old || world->has_next;
        if (!lives(world)) {
            return false;
        }
        world->is_swapped = world->is_swapped || world->has_next;
        world->has_next = false;
        return lives(world);
    case TCN_ROTATION_ERASE:
        if (!lives(world)) {
            return false;
        }
        world->has_old = false;
        return lives(world);
    default:
        return true;
    }
}

/* An agent's life: HELLO after HELLO until it is killed or nothing is left to do. The log lets in
 * the newer once it has ROTATED, and the older as well. */
static bool live(struct world *world, int64_t log_time_ns) {
    tcn_rotation_init(&world->rotation, world->has_next, world->has_old, OVERLAP_NS, 0);
    for (int turn = 0; turn < 6; turn++) {
        /* The older of two sets is NAME.key until the swap, NAME.key.old after it. */
        const bool has_two = world->has_next || world->has_old;
        const bool is_newer = has_two ? world->rotation.uses_newer : world->is_swapped;
        assert_true(world->is_logged || !is_newer); /* else nobody would let it in */
        const struct tcn_rotation_input in = {
            .has_welcome = true,
            .key_until_ns = world->is_logged && !is_newer ? OVERLAP_NS : 0,
            .log_time_ns = log_time_ns,
            .is_after = world->is_logged,
            .is_said = world->is_said,
        };
        if (!carry(world, tcn_rotation_step(&world->rotation, &in, 0)) || !lives(world)) {
            return false;
        }
        world->is_logged = world->is_logged || world->is_said; /* the lane sends it */
    }
    return true;
}

static void killed_anywhere_it_ends_in_the_same_place(void **state) {
    (void)state;
    uint32_t kill = 0;
    bool is_over = false;
    for (; !is_over; kill++) {
        struct world world = {.has_next = true, .life = kill};
        is_over = live(&world, 1);
        for (uint32_t again = 1; again < 4 && !is_over; again++) {
            world.life = kill % again; /* and again, soon */
            (void)live(&world, 1);
        }
        world.life = UINT32_MAX;
        assert_true(live(&world, 1));
        assert_true(world.is_swapped && world.has_old && !world.has_next);
        assert_int_equal(world.said_count, 1); /* R3 */
        assert_int_equal(world.rotation.state, TCN_ROTATION_SETTLED);
        assert_true(live(&world, OVERLAP_NS));
        assert_false(world.has_old);
        assert_int_equal(world.rotation.state, TCN_ROTATION_ALONE);
    }
    assert_true(kill > 8);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_has_one_key_set_does_nothing),
        cmocka_unit_test(it_says_it_once_waits_and_swaps_when_the_log_has_it),
        cmocka_unit_test(what_was_void_is_said_again_a_while_later),
        cmocka_unit_test(it_knocks_with_the_other_keys_when_nobody_lets_it_in),
        cmocka_unit_test(a_log_that_was_set_back_is_told_again),
        cmocka_unit_test(killed_anywhere_it_ends_in_the_same_place),
    };
    return cmocka_run_group_tests_name("rotation", tests, NULL, NULL);
}
