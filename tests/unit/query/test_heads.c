/* SPDX-License-Identifier: Apache-2.0 */
/* Signed heads: what each says of a log that was cut, changed, restored, or is another one. */
/* ctest-uses: collector core store wire link seal */
#include "query/heads.h"

#include "../collector/place.h"
#include "collector/house.h"
#include "query/audit.h"
#include "query/chain.h"
#include "seal/hash.h"

#include <dirent.h>
#include <sys/stat.h>

/* A log of a genesis alone; the walks of the table below are made up. */
struct bench {
    struct place *place;
    struct tcn_collector house;
    struct tcn_log_reader *reader;
    struct tcn_head_claim head; /* of the genesis */
};

static int set_up(void **state) {
    struct bench *bench = calloc(1, sizeof(*bench));
    assert_non_null(bench);
    bench->place = place_make(TCN_MODE_ACTUAL);
    const struct tcn_collector_options options = place_options(bench->place);
    assert_int_equal(tcn_house_open(&bench->house, &options), TCN_OK);
    assert_int_equal(tcn_log_reader_open(bench->house.log, &bench->reader), TCN_OK);
    assert_int_equal(tcn_head_make(&bench->house.charter, bench->reader,
                                   &bench->place->forge.keys[TCN_FORGE_COLLECTOR].signing,
                                   &bench->head),
                     TCN_OK);
    *state = bench;
    return 0;
}

static int tear_down(void **state) {
    struct bench *bench = *state;
    tcn_log_reader_close(&bench->reader);
    tcn_house_close(&bench->house);
    place_remove(bench->place);
    free(bench);
    return 0;
}

/* A step of a walk: the record's last position, its generation, and what its hash begins with. */
struct step {
    uint64_t last;
    uint64_t generation;
    uint8_t hash;
};

#define STEPS_MAX 4

static const struct {
    const char *what;
    uint64_t position; /* of the head */
    uint64_t generation;
    struct step log[STEPS_MAX];
    enum tcn_head_verdict verdict;
    uint64_t where;
} cases[] = {
    {"a cut tail", 9, 1, {{3, 1, 1}, {6, 1, 2}}, TCN_HEAD_CUT, 3},
    {"all but genesis cut", 9, 1, {{1, 1, 1}}, TCN_HEAD_CUT, 8},
    {"a changed record", 6, 1, {{3, 1, 1}, {6, 1, 3}, {9, 1, 9}}, TCN_HEAD_OTHER, 6},
    {"a record of another size", 6, 1, {{3, 1, 1}, {7, 1, 2}}, TCN_HEAD_OTHER, 6},
    {"a generation that the log never had", 6, 2, {{3, 1, 1}, {6, 1, 2}}, TCN_HEAD_LATER, 6},
    {"and beyond its end", 9, 2, {{3, 1, 1}, {6, 1, 2}}, TCN_HEAD_LATER, 0},
    {"of a generation that begins further up", 6, 2, {{6, 1, 2}, {9, 2, 9}}, TCN_HEAD_OTHER, 6},
    {"cut behind a fork", 12, 2, {{6, 1, 2}, {9, 2, 9}}, TCN_HEAD_CUT, 3},
    {"changed behind a fork", 9, 2, {{6, 1, 2}, {9, 2, 9}}, TCN_HEAD_OTHER, 9},
    {"given up in the middle", 9, 1, {{6, 1, 2}, {9, 2, 9}}, TCN_HEAD_GIVEN_UP, 7},
    {"given up at the fork", 7, 1, {{6, 1, 2}, {9, 2, 9}}, TCN_HEAD_GIVEN_UP, 7},
    {"given up beyond the end", 99, 1, {{6, 1, 2}, {9, 2, 9}}, TCN_HEAD_GIVEN_UP, 7},
    {"given up twice", 9, 1, {{3, 1, 1}, {6, 2, 2}, {9, 3, 9}}, TCN_HEAD_GIVEN_UP, 4},
    {"of a restore that was restored over", 6, 2, {{6, 1, 9}, {9, 3, 9}}, TCN_HEAD_GIVEN_UP, 7},
    {"below a fork", 6, 1, {{3, 1, 1}, {6, 1, 2}, {9, 2, 9}}, TCN_HEAD_HOLDS, 6},
    {"changed below a fork", 6, 1, {{3, 1, 1}, {6, 1, 3}, {9, 2, 9}}, TCN_HEAD_OTHER, 6},
    {"behind a fork", 9, 2, {{3, 1, 1}, {6, 1, 9}, {9, 2, 2}}, TCN_HEAD_HOLDS, 9},
    {"the end itself", 6, 1, {{3, 1, 1}, {6, 1, 2}}, TCN_HEAD_HOLDS, 6},
};

static void walk(struct tcn_head_claim *claim, const struct step *log) {
    uint64_t last = 0;
    uint64_t generation = 0;
    for (size_t i = 0; i < STEPS_MAX && log[i].last != 0; i++) {
        const struct tcn_record record = {.generation = log[i].generation,
                                          .first_position = last + 1,
                                          .count = (uint32_t)(log[i].last - last)};
        const struct tcn_hash hash = {.bytes = {log[i].hash}};
        tcn_heads_meet(claim, 1, &record, &hash);
        last = log[i].last;
        generation = log[i].generation;
    }
    tcn_heads_end(claim, 1, last, generation);
}

static void each_log_gets_the_verdict_of_the_table(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct tcn_head_claim claim = {.head = {.position = cases[i].position,
                                                .generation = cases[i].generation,
                                                .tail = {.bytes = {2}}}};
        walk(&claim, cases[i].log);
        if (claim.verdict != cases[i].verdict || claim.where != cases[i].where) {
            fail_msg("%s: %s, %u", cases[i].what, tcn_head_verdict_name(claim.verdict),
                     (unsigned)claim.where);
        }
        assert_int_equal(tcn_head_is_good(claim.verdict),
                         claim.verdict == TCN_HEAD_HOLDS || claim.verdict == TCN_HEAD_GIVEN_UP);
    }
}

static void a_head_of_another_log_or_hand_is_told_before_the_walk(void **state) {
    struct bench *bench = *state;
    struct tcn_head_claim claims[5];
    for (size_t i = 0; i < 5; i++) {
        claims[i] = bench->head;
    }
    claims[0].head.log_id.bytes[0] ^= 1;
    claims[1].bytes[claims[1].size - 1] ^= 1;
    claims[2].signature.bytes[5] ^= 1;
    claims[3].head.key_id.bytes[0] ^= 1;
    struct tcn_audit_report report;
    assert_int_equal(tcn_audit_against(bench->house.log, &bench->house.charter, claims, 5, &report),
                     TCN_OK);
    static const enum tcn_head_verdict verdicts[] = {
        TCN_HEAD_FOREIGN, TCN_HEAD_FORGED, TCN_HEAD_FORGED, TCN_HEAD_FORGED, TCN_HEAD_HOLDS};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(claims[i].verdict, verdicts[i]);
    }
}

static void another_key_signs_no_head(void **state) {
    struct bench *bench = *state;
    struct tcn_head_claim claim;
    assert_int_equal(tcn_head_make(&bench->house.charter, bench->reader,
                                   &bench->place->forge.keys[TCN_FORGE_ADMIN].signing, &claim),
                     TCN_DENIED);
}

static void a_head_file_is_taken_whole_or_not_at_all(void **state) {
    struct bench *bench = *state;
    struct tcn_head_claim claim = {.size = 77};
    char path[PLACE_PATH_BYTES];
    uint8_t data[TCN_HEAD_FILE_BYTES_MAX];
    place_path(path, bench->place->base, "head");
    assert_int_equal(tcn_head_load(path, &claim), TCN_ABSENT);
    assert_int_equal(tcn_head_save(&bench->head, path), TCN_OK);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    const size_t whole = fread(data, 1, sizeof(data), file);
    assert_int_equal(fclose(file), 0);
    for (size_t size = 0; size <= whole + 1; size++) {
        file = fopen(path, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(data, 1, size < whole ? size : whole, file),
                         size < whole ? size : whole);
        if (size > whole) {
            assert_int_equal(fputc(0, file), 0);
        }
        assert_int_equal(fclose(file), 0);
        assert_int_equal(tcn_head_load(path, &claim), size == whole ? TCN_OK : TCN_MALFORMED);
        assert_int_equal(claim.size, size >= whole ? bench->head.size : 77);
    }
    assert_memory_equal(&claim.head, &bench->head.head, sizeof(claim.head));
    assert_int_equal(tcn_head_save(&bench->head, path), TCN_OK); /* over the old one */
    assert_int_equal(tcn_head_load(path, &claim), TCN_OK);
}

static unsigned files_in(const char *path) {
    DIR *dir = opendir(path);
    unsigned count = 0;
    assert_non_null(dir);
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        count += entry->d_name[0] != '.';
    }
    assert_int_equal(closedir(dir), 0);
    return count;
}

static void one_head_a_day_is_kept_and_not_for_ever(void **state) {
    struct bench *bench = *state;
    struct tcn_head_claim head = bench->head;
    char heads[PLACE_PATH_BYTES];
    char path[2 * PLACE_PATH_BYTES];
    struct stat about;
    place_path(heads, bench->place->base, "heads");
    head.head.log_time_ns = INT64_C(1772409600) * 1000000000; /* 2026-03-02T00:00:00Z */
    for (unsigned day = 0; day < TCN_HEADS_KEPT_MAX + 5; day++) {
        assert_int_equal(tcn_heads_keep(&head, bench->place->base), TCN_OK);
        assert_int_equal(tcn_heads_keep(&head, bench->place->base), TCN_EXISTS);
        head.head.log_time_ns += INT64_C(86400) * 1000000000;
        assert_true(files_in(heads) == (day < TCN_HEADS_KEPT_MAX ? day + 1 : TCN_HEADS_KEPT_MAX));
    }
    (void)snprintf(path, sizeof(path), "%s/2026-03-06-g0001.head", heads);
    assert_int_not_equal(stat(path, &about), 0);
    (void)snprintf(path, sizeof(path), "%s/2026-03-07-g0001.head", heads);
    assert_int_equal(stat(path, &about), 0);
    head.head.generation = 2; /* the same day once more */
    head.head.log_time_ns -= INT64_C(86400) * 1000000000;
    assert_int_equal(tcn_heads_keep(&head, bench->place->base), TCN_OK);
    place_path(heads, bench->place->base, "absent/inside");
    assert_int_equal(tcn_heads_keep(&head, heads), TCN_IO);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_log_gets_the_verdict_of_the_table),
        cmocka_unit_test_setup_teardown(a_head_of_another_log_or_hand_is_told_before_the_walk,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_key_signs_no_head, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_head_file_is_taken_whole_or_not_at_all, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(one_head_a_day_is_kept_and_not_for_ever, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("heads", tests, NULL, NULL);
}
