/* SPDX-License-Identifier: Apache-2.0 */
/* One office with its agent, its folder and, when a test is online, its collector. */
#ifndef TEST_AGENTS_BENCH_H
#define TEST_AGENTS_BENCH_H

#include "collector.h"
#include "store/outbox.h"

#define REPORT                                                                                     \
    "{\"op\":\"report\",\"draft\":{\"domain\":\"rural_water\",\"division\":\"" DIVISION            \
    "\",\"concerns\":\"nobody\",\"severity\":\"serious\""

/** One office with its collector. */
struct bench {
    struct district *district;
    struct tcn_link *link;
    struct ear ear;
    struct office office;
    bool has_ear;
};

static MAYBE_UNUSED int setup_offline(void **state) {
    struct bench *bench = calloc(1, sizeof(*bench));
    assert_non_null(bench);
    bench->district = district_create(TCN_MODE_ACTUAL, "office_chahe");
    assert_int_equal(tcn_link_open(1, 64, &bench->link), TCN_OK);
    office_open(&bench->office, bench->district);
    *state = bench;
    return 0;
}

static MAYBE_UNUSED int setup(void **state) {
    struct bench *bench = calloc(1, sizeof(*bench));
    assert_non_null(bench);
    bench->district = district_create(TCN_MODE_ACTUAL, "office_chahe");
    assert_int_equal(tcn_link_open(1, 64, &bench->link), TCN_OK);
    ear_open(&bench->ear, bench->district, bench->link);
    bench->has_ear = true;
    office_open(&bench->office, bench->district);
    *state = bench;
    return 0;
}

static MAYBE_UNUSED int teardown(void **state) {
    struct bench *bench = *state;
    office_close(&bench->office);
    if (bench->has_ear) {
        ear_close(&bench->ear);
    }
    tcn_link_close(&bench->link);
    district_destroy(bench->district);
    free(bench);
    return 0;
}

/** Stops the agent and opens its outbox. */
static MAYBE_UNUSED struct tcn_outbox *look_inside(struct bench *bench) {
    struct tcn_outbox *outbox = NULL;
    office_stop(&bench->office);
    assert_int_equal(bench->office.result, TCN_OK);
    const struct tcn_store_options options = {.dir = bench->district->outbox,
                                              .map_bytes = bench->office.map_bytes};
    assert_int_equal(tcn_outbox_open(&options, &outbox), TCN_OK);
    return outbox;
}

static MAYBE_UNUSED void start_again(struct bench *bench) {
    office_close(&bench->office);
    office_open(&bench->office, bench->district);
}

#endif
