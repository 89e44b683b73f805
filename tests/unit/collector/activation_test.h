/* SPDX-License-Identifier: Apache-2.0 */
/* Another policy for a ledger that a test drives. */
#ifndef TCN_TESTS_UNIT_COLLECTOR_ACTIVATION_TEST_H
#define TCN_TESTS_UNIT_COLLECTOR_ACTIVATION_TEST_H

#include "activation_make.h"
#include "bench.h"

#include <sys/stat.h>

static inline bool has_file(const struct bench *bench, const char *name) {
    char path[PLACE_PATH_BYTES];
    struct stat facts;
    place_path(path, bench->place->dir, name);
    return stat(path, &facts) == 0;
}

/* The same as hand_over_to, for the bench. */
static inline enum tcn_status hand_over(const struct bench *bench, enum tcn_forge_who who,
                                        const struct tcn_policy *policy) {
    return hand_over_to(bench->place, &bench->house, who, policy);
}

/* One group of what the writer finds to do; gives whether something was logged. */
static inline bool turn(struct bench *bench) {
    const uint64_t position = tcn_ledger_position(bench->ledger);
    tcn_ledger_look_for_policy(bench->ledger);
    begin(bench);
    commit(bench, 0);
    return tcn_ledger_position(bench->ledger) > position;
}

/* The version in force at the end of the log on disk. */
static inline uint64_t version_on_disk(const struct bench *bench) {
    struct tcn_log_reader *reader = NULL;
    struct tcn_rights rights = {.charter = NULL};
    assert_int_equal(tcn_log_reader_open(bench->house.log, &reader), TCN_OK);
    assert_int_equal(tcn_rights_init(&rights, &bench->house.charter), TCN_OK);
    assert_int_equal(tcn_rights_load(&rights, reader, UINT64_MAX), TCN_OK);
    const uint64_t version = tcn_rights_policy(&rights)->version;
    tcn_rights_fini(&rights);
    tcn_log_reader_close(&reader);
    return version;
}

#endif
