/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks of matters in a state on disk: the same log gives the same state in one commit and in
 * many, and however often the program that folds it is killed. */
/* ctest-uses: core store */
#include "core/fold.h"

#include "../core/clock_log.h"
#include "../store/state_test.h"
#include "query/rebuild.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define EVENT_COUNT ((uint64_t)COUNT_OF(clock_log))

static struct tcn_calendar_span spans[COUNT_OF(named_days)];

/** Folds events from where the state stands, at most `most`, in one commit; false when there are no
 * more. */
static bool fold_commit(struct tcn_state *state, uint64_t most) {
    const struct tcn_clock_table table = make_clock_table(spans);
    const struct tcn_policy policy = make_clock_policy();
    struct tcn_fold fold;
    assert_int_equal(tcn_state_begin(state), TCN_OK);
    assert_int_equal(tcn_fold_init(&fold, &policy, tcn_state_table(), state), TCN_OK);
    fold.clocks = &table;
    for (uint64_t i = 0; i < most && fold.applied.position < EVENT_COUNT; i++) {
        const struct logged *logged = &clock_log[fold.applied.position];
        const struct tcn_event event = clock_event(logged);
        struct tcn_outcome outcome;
        const struct tcn_fold_input in = {
            .position = fold.applied.position + 1,
            .generation = 1,
            .log_time_ns = at(logged->when),
            .lane = {.source = logged->organ,
                     .epoch = logged->organ != 0 ? 7 : 0,
                     .lane = TCN_LANE_ROUTINE},
            .sequence = fold.applied.position + 1,
            .organ = logged->organ,
            .event = &event,
            .log_mode = TCN_MODE_ACTUAL,
        };
        assert_int_equal(tcn_fold_step(&fold, &in, &outcome), TCN_OK);
        assert_int_equal(outcome.code, TCN_OK);
    }
    const bool has_more = fold.applied.position < EVENT_COUNT;
    assert_int_equal(tcn_state_commit(state), TCN_OK);
    return has_more;
}

static struct tcn_hash hash_of(struct tcn_state *state) {
    struct tcn_state_reader *reader = open_reader(state);
    struct tcn_hash hash;
    assert_int_equal(tcn_state_hash(reader, &hash), TCN_OK);
    tcn_state_reader_close(&reader);
    return hash;
}

/** The hash of the log folded in commits of so many events. */
static struct tcn_hash hash_in_commits(const struct test_dir *dir, uint64_t most) {
    struct tcn_state *state = open_state(dir);
    while (fold_commit(state, most)) {
    }
    const struct tcn_hash hash = hash_of(state);
    tcn_state_close(&state);
    assert_int_equal(tcn_state_wipe(dir->store), TCN_OK);
    return hash;
}

static void the_same_log_gives_the_same_state_in_commits_of_any_size(void **test) {
    const struct tcn_hash hash = hash_in_commits(*test, EVENT_COUNT);
    for (uint64_t most = 1; most < EVENT_COUNT; most += 2) {
        const struct tcn_hash other = hash_in_commits(*test, most);
        assert_true(tcn_hash_equals(&hash, &other));
    }
}

/** Lets a child fold, an event a commit, and kills it after `wanted` of them; false when it came to
 * the end before. */
static bool fold_and_kill(const struct test_dir *dir, int wanted) {
    int pipes[2];
    char word = 0;
    int ended = 0;
    assert_int_equal(pipe(pipes), 0);
    (void)fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct tcn_state *state = open_state(dir);
        bool has_more = true;
        while (has_more) {
            has_more = fold_commit(state, 1);
            if (has_more && write(pipes[1], "c", 1) != 1) {
                _exit(1);
            }
        }
        _exit(0);
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

static void a_fold_that_is_killed_anywhere_gives_the_same_state(void **test) {
    const struct test_dir *dir = *test;
    const struct tcn_hash hash = hash_in_commits(dir, EVENT_COUNT);
    for (int round = 1; round < 4; round++) {
        for (int kills = 0; fold_and_kill(dir, round); kills++) {
            assert_in_range(kills, 0, 100);
        }
        struct tcn_state *state = open_state(dir);
        const struct tcn_hash other = hash_of(state);
        assert_true(tcn_hash_equals(&hash, &other));
        tcn_state_close(&state);
        assert_int_equal(tcn_state_wipe(dir->store), TCN_OK);
    }
}

#define DIR_TEST(name) cmocka_unit_test_setup_teardown(name, test_dir_setup, test_dir_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        DIR_TEST(the_same_log_gives_the_same_state_in_commits_of_any_size),
        DIR_TEST(a_fold_that_is_killed_anywhere_gives_the_same_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
