/* SPDX-License-Identifier: Apache-2.0 */
/* What of a journal still counts, rule by rule. */
#include "core/recall.h"

#include "trace.h"

#include <stdio.h>
#include <string.h>

#define STEPS_MAX 6

/* Short for an entry: r(evoked) and e(nds) of a principal, o(pened) of a source, x for the erasure
 * of an event, 1 to 3 the stages of a generation. */
struct step {
    char what;
    uint64_t generation;
    uint64_t position;
    uint32_t who; /* of an 'o': the source; its epoch is the position; of an 'x': the event */
    int64_t until_ns;
};

static struct tcn_journal_entry entry_of(const struct step *step) {
    struct tcn_journal_entry entry = {.generation = step->generation, .position = step->position};
    switch (step->what) {
    case 'r':
    case 'e':
        entry.kind = step->what == 'r' ? TCN_JOURNAL_REVOKED : TCN_JOURNAL_ENDS;
        entry.principal = step->who;
        entry.until_ns = step->until_ns;
        break;
    case 'o':
        entry.kind = TCN_JOURNAL_EPOCH;
        entry.principal = step->who;
        entry.lane = (struct tcn_lane_key){.source = step->who, .epoch = step->position};
        break;
    case 'x':
        entry.kind = TCN_JOURNAL_ERASED;
        entry.lane = (struct tcn_lane_key){.source = 1, .epoch = 2, .lane = TCN_LANE_ROUTINE};
        entry.sequence = step->who;
        entry.hash = (struct tcn_hash){{(uint8_t)step->who, (uint8_t)(step->who >> 8)}};
        break;
    default:
        entry.kind = TCN_JOURNAL_GENERATION;
        entry.stage = (enum tcn_journal_stage)(step->what - '0');
        break;
    }
    return entry;
}

static const struct {
    const char *what;
    struct step steps[STEPS_MAX];
    const char *counts; /* who and position of each that counts, "r5@10 " in any order */
    uint64_t last;
    uint64_t begun;
} cases[] = {
    {"R1: a revocation stands", {{'r', 1, 10, 5, 0}, {'e', 1, 11, 5, 9}}, "r5@10 ", 0, 0},
    {"R1: it replaces an end", {{'e', 1, 10, 5, 9}, {'r', 1, 11, 5, 0}}, "r5@11 ", 0, 0},
    {"R1: the last end counts", {{'e', 1, 10, 5, 9}, {'e', 1, 11, 5, 0}}, "e5@11 ", 0, 0},
    {"R1: others are others", {{'r', 1, 10, 5, 0}, {'r', 1, 11, 6, 0}}, "r5@10 r6@11 ", 0, 0},
    {"R2: the newest epoch", {{'o', 1, 10, 5, 0}, {'o', 1, 20, 5, 0}}, "o5@20 ", 0, 0},
    {"R2: of each source", {{'o', 1, 10, 5, 0}, {'o', 1, 20, 6, 0}}, "o5@10 o6@20 ", 0, 0},
    {"R2: a key and an epoch", {{'o', 1, 10, 5, 0}, {'r', 1, 20, 5, 0}}, "o5@10 r5@20 ", 0, 0},
    {"R3: given up behind the fork", {{'r', 1, 11, 5, 0}, {'3', 2, 10, 0, 0}}, "", 2, 2},
    {"R3: kept below it", {{'r', 1, 10, 5, 0}, {'3', 2, 10, 0, 0}}, "r5@10 ", 2, 2},
    {"R3: kept of its own",
     {{'r', 1, 11, 5, 0}, {'r', 2, 12, 5, 0}, {'3', 2, 10, 0, 0}},
     "r5@12 ",
     2,
     2},
    {"R3: not before it has begun", {{'r', 1, 11, 5, 0}, {'2', 2, 10, 0, 0}}, "r5@11 ", 2, 0},
    {"R3: over two", {{'r', 1, 9, 5, 0}, {'3', 2, 10, 0, 0}, {'3', 3, 8, 0, 0}}, "", 3, 3},
    {"R4: a number that is reserved", {{'3', 1, 0, 0, 0}, {'1', 2, 0, 0, 0}}, "", 2, 1},
    {"R4: reserved twice", {{'1', 2, 0, 0, 0}, {'1', 3, 0, 0, 0}}, "", 3, 0},
    {"R4: and begun out of order", {{'1', 3, 0, 0, 0}, {'3', 2, 0, 0, 0}}, "", 3, 2},
    {"R5: no way back", {{'3', 2, 10, 0, 0}, {'1', 2, 0, 0, 0}}, "", 2, 2},
    {"R6: an erasure stands", {{'x', 1, 10, 5, 0}, {'r', 1, 11, 5, 0}}, "r5@11 x5@10 ", 0, 0},
    {"R6: the later entry counts", {{'x', 1, 10, 5, 0}, {'x', 2, 8, 5, 0}}, "x5@8 ", 0, 0},
    {"R6: of each event", {{'x', 1, 10, 5, 0}, {'x', 1, 11, 6, 0}}, "x5@10 x6@11 ", 0, 0},
    {"R3: given up, of erasures",
     {{'x', 1, 9, 4, 0}, {'x', 1, 11, 5, 0}, {'x', 1, 12, 6, 0}, {'3', 2, 10, 0, 0}},
     "x4@9 ",
     2,
     2},
    {"R3: said again, of erasures",
     {{'x', 1, 11, 5, 0}, {'x', 2, 11, 5, 0}, {'3', 2, 10, 0, 0}},
     "x5@11 ",
     2,
     2},
};

static void told(const struct tcn_recall *recall, char out_text[128]) {
    size_t count = 0;
    int size = 0;
    const struct tcn_journal_entry *entries = tcn_recall_entries(recall, &count);
    out_text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        if (entries[i].kind != TCN_JOURNAL_GENERATION) {
            size +=
                snprintf(out_text + size, 128 - (size_t)size, "%c%u@%u ", "?reo"[entries[i].kind],
                         (unsigned)entries[i].principal, (unsigned)entries[i].position);
        }
    }
    for (size_t i = 0; i < tcn_recall_erased_count(recall); i++) {
        const struct tcn_journal_entry entry = tcn_recall_erased_at(recall, i);
        size += snprintf(out_text + size, 128 - (size_t)size, "x%u@%u ", (unsigned)entry.sequence,
                         (unsigned)entry.position);
        assert_true(tcn_recall_is_erased(recall, &entry.hash));
    }
}

static void run(const struct step *steps, struct tcn_recall **out_recall) {
    assert_int_equal(tcn_recall_create(out_recall), TCN_OK);
    for (size_t i = 0; i < STEPS_MAX && steps[i].what != 0; i++) {
        const struct tcn_journal_entry entry = entry_of(&steps[i]);
        assert_int_equal(tcn_recall_take(*out_recall, &entry), TCN_OK);
    }
}

static void what_counts_is_as_the_table_says_also_reduced(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct tcn_recall *recall = NULL;
        struct tcn_recall *again = NULL;
        char text[128];
        run(cases[i].steps, &recall);
        for (int turn = 0; turn < 2; turn++) {
            told(recall, text);
            if (strcmp(text, cases[i].counts) != 0 ||
                tcn_recall_last_generation(recall) != cases[i].last ||
                tcn_recall_begun_generation(recall) != cases[i].begun) {
                fail_msg("%s, turn %d: %s, %u, %u", cases[i].what, turn, text,
                         (unsigned)tcn_recall_last_generation(recall),
                         (unsigned)tcn_recall_begun_generation(recall));
            }
            size_t count = 0;
            const struct tcn_journal_entry *entries = tcn_recall_entries(recall, &count);
            assert_int_equal(tcn_recall_create(&again), TCN_OK);
            for (size_t j = 0; j < count; j++) {
                assert_int_equal(tcn_recall_take(again, &entries[j]), TCN_OK);
            }
            for (size_t j = 0; j < tcn_recall_erased_count(recall); j++) {
                const struct tcn_journal_entry entry = tcn_recall_erased_at(recall, j);
                assert_int_equal(tcn_recall_take(again, &entry), TCN_OK);
            }
            tcn_recall_destroy(&recall);
            recall = again;
        }
        tcn_recall_destroy(&recall);
    }
    tcn_recall_destroy(NULL);
}

static void nonsense_is_refused_and_bounds_hold(void **state) {
    (void)state;
    static const struct tcn_journal_entry bad[] = {
        {.kind = TCN_JOURNAL_NONE},
        {.kind = (enum tcn_journal_kind)9},
        {.kind = TCN_JOURNAL_REVOKED},
        {.kind = TCN_JOURNAL_ENDS},
        {.kind = TCN_JOURNAL_EPOCH, .lane = {.source = 1}},
        {.kind = TCN_JOURNAL_EPOCH, .lane = {.epoch = 1}},
        {.kind = TCN_JOURNAL_ERASED, .sequence = 1},
        {.kind = TCN_JOURNAL_ERASED, .lane = {.epoch = 1}},
        {.kind = TCN_JOURNAL_GENERATION, .stage = TCN_JOURNAL_BEGUN},
        {.kind = TCN_JOURNAL_GENERATION, .generation = 1},
        {.kind = TCN_JOURNAL_GENERATION, .generation = 1, .stage = (enum tcn_journal_stage)4},
    };
    struct tcn_recall *recall = NULL;
    size_t count = 0;
    uint64_t fork = 7;
    assert_int_equal(tcn_recall_create(&recall), TCN_OK);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(tcn_recall_take(recall, &bad[i]), TCN_BAD_VALUE);
    }
    for (uint32_t i = 1; i <= TCN_RECALL_FORKS_MAX + 5; i++) {
        const struct step step = {'3', i, 10, 0, 0};
        const struct tcn_journal_entry entry = entry_of(&step);
        assert_int_equal(tcn_recall_take(recall, &entry), TCN_OK);
    }
    (void)tcn_recall_entries(recall, &count);
    assert_int_equal(count, TCN_RECALL_FORKS_MAX);
    assert_int_equal(tcn_recall_last_generation(recall), TCN_RECALL_FORKS_MAX + 5);
    assert_false(tcn_recall_fork(recall, 5, &fork));
    assert_int_equal(fork, 7);
    assert_true(tcn_recall_fork(recall, 6, &fork));
    assert_int_equal(fork, 10);
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 1; i <= 2 * TCN_PRINCIPALS_MAX + 1; i++) {
        const struct step step = {'r', 99, 11, i, 0};
        const struct tcn_journal_entry entry = entry_of(&step);
        assert_int_equal(status, TCN_OK);
        status = tcn_recall_take(recall, &entry);
    }
    assert_int_equal(status, TCN_LIMIT);
    tcn_recall_destroy(&recall);
}

static void of_many_erasures_the_oldest_are_forgotten(void **state) {
    (void)state;
    struct tcn_recall *recall = NULL;
    struct tcn_erased told[TCN_WELCOME_ERASED_MAX];
    const uint32_t more = 3;
    const struct tcn_hash none = {{1, 0, 9}};
    assert_int_equal(tcn_recall_create(&recall), TCN_OK);
    const struct tcn_lane_key lane = {.source = 1, .epoch = 2, .lane = TCN_LANE_ROUTINE};
    struct tcn_lane_key other = lane;
    other.lane = TCN_LANE_URGENT;
    for (uint32_t i = TCN_RECALL_ERASED_MAX + more; i > 0; i--) { /* the highest came first */
        const struct step step = {'x', 1, 1000000 - i, i, 0};
        const struct tcn_journal_entry entry = entry_of(&step);
        assert_int_equal(tcn_recall_take(recall, &entry), TCN_OK);
    }
    assert_int_equal(tcn_recall_erased_count(recall), TCN_RECALL_ERASED_MAX);
    assert_false(tcn_recall_is_erased(recall, &none));
    for (uint32_t i = 1; i <= TCN_RECALL_ERASED_MAX + more; i++) {
        const struct step step = {'x', 1, 1, i, 0};
        const struct tcn_journal_entry entry = entry_of(&step);
        assert_int_equal(tcn_recall_is_erased(recall, &entry.hash), i <= TCN_RECALL_ERASED_MAX);
    }
    assert_int_equal(tcn_recall_erased_of(recall, &other, told), 0);
    assert_int_equal(tcn_recall_erased_of(recall, &lane, told), TCN_WELCOME_ERASED_MAX);
    for (size_t i = 0; i < TCN_WELCOME_ERASED_MAX; i++) {
        assert_int_equal(told[i].sequence, TCN_RECALL_ERASED_MAX - TCN_WELCOME_ERASED_MAX + 1 + i);
    }
    tcn_recall_destroy(&recall);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_counts_is_as_the_table_says_also_reduced),
        cmocka_unit_test(nonsense_is_refused_and_bounds_hold),
        cmocka_unit_test(of_many_erasures_the_oldest_are_forgotten),
    };
    return cmocka_run_group_tests_name("recall", tests, NULL, NULL);
}
