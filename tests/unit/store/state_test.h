/* SPDX-License-Identifier: Apache-2.0 */
/*
 * States for the tests, and matters with extreme values.
 */
#ifndef TCN_STATE_TEST_H
#define TCN_STATE_TEST_H

#include "store_test.h"

#include "store/state.h"

/** Opens the test's state. */
static inline struct tcn_state *open_state(const struct test_dir *dir) {
    struct tcn_store_options options = test_options(dir);
    struct tcn_state *state = NULL;
    assert_int_equal(tcn_state_open(&options, &state), TCN_OK);
    return state;
}

/** Opens a reader. */
static inline struct tcn_state_reader *open_reader(struct tcn_state *state) {
    struct tcn_state_reader *reader = NULL;
    assert_int_equal(tcn_state_reader_open(state, &reader), TCN_OK);
    return reader;
}

/** A matter id in the order of positions. */
static inline struct tcn_id id_of(uint64_t position) {
    struct tcn_id id = {{1}};
    for (size_t i = 0; i < 8; i++) {
        id.bytes[1 + i] = (uint8_t)(position >> (56 - 8 * i));
    }
    return id;
}

/** A matter with the lowest or the highest value in every field. */
static inline struct tcn_matter extreme_matter(uint64_t birth, bool is_high) {
    struct tcn_matter matter = {.birth_position = birth, .id = id_of(birth)};
    matter.learned_ns = INT64_MIN;
    matter.opened_ns = INT64_MIN;
    matter.last_ns = INT64_MIN;
    matter.stage = TCN_STAGE_STUB;
    if (is_high) {
        matter.mode = TCN_MODE_EXERCISE;
        matter.kind = TCN_PROCEDURE_MAX;
        matter.marks = UINT32_MAX;
        matter.sender = UINT16_MAX;
        matter.submitter = UINT16_MAX;
        matter.bounce_count = UINT32_MAX;
        const struct tcn_count most = {TCN_COUNT_EXACT, UINT64_MAX};
        matter.toll = (struct tcn_toll){.deaths = most,
                                        .serious_injuries = most,
                                        .loss_fen = most,
                                        .attribute_rank = UINT16_MAX,
                                        .degree = {UINT16_MAX, TCN_COUNT_EXACT}};
        matter.second.act = TCN_ACT_TIME_DOUBTED;
        matter.second.source = UINT32_MAX;
        memset(&matter.second.hash, 0xff, sizeof(matter.second.hash));
        matter.stage = TCN_STAGE_HELD;
        memset(matter.second.domain, 'd', TCN_WORD_BYTES_MAX);
        memset(matter.second.organ, 'o', TCN_WORD_BYTES_MAX);
        memset(matter.domain, 'w', TCN_WORD_BYTES_MAX);
        memset(matter.category, 'c', TCN_CLOCK_CATEGORY_BYTES_MAX);
        matter.division = 999999999999;
        matter.office = UINT16_MAX;
        matter.holder = UINT16_MAX;
        matter.severity = TCN_SEVERITY_DANGER;
        matter.flags = UINT32_MAX;
        matter.event_count = UINT32_MAX;
        matter.learned_ns = INT64_MAX;
        matter.opened_ns = INT64_MAX;
        matter.last_position = UINT64_MAX;
        matter.last_act = TCN_ACT_GENERATION;
        matter.last_ns = INT64_MAX;
    }
    return matter;
}

#endif
