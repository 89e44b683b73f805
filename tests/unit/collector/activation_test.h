/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Another policy for a collector of the tests: made, signed by its administrator, and put where the
 * log writer finds it.
 */
#ifndef TCN_TESTS_UNIT_COLLECTOR_ACTIVATION_TEST_H
#define TCN_TESTS_UNIT_COLLECTOR_ACTIVATION_TEST_H

#include "bench.h"

#include "query/activation.h"

#include <sys/stat.h>

/* The policy of the forge with hazards given to the desk, as one version more. */
struct other_policy {
    struct tcn_policy policy;
    struct tcn_domain domains[8];
};

static inline void make_other(const struct tcn_policy *now, struct other_policy *other) {
    other->policy = *now;
    assert_in_range(now->domain_count, 1, 8);
    memcpy(other->domains, now->domains, now->domain_count * sizeof(other->domains[0]));
    for (uint32_t i = 0; i < now->domain_count; i++) {
        other->domains[i].owner = now->desk;
        other->domains[i].recipient_count = 0;
    }
    other->policy.domains = other->domains;
    other->policy.version = now->version + 1;
}

static inline bool has_file(const struct bench *bench, const char *name) {
    char path[PLACE_PATH_BYTES];
    struct stat facts;
    place_path(path, bench->place->dir, name);
    return stat(path, &facts) == 0;
}

/* Signs a policy with somebody's key, for the end of the log, and leaves it for the collector. */
static inline enum tcn_status hand_over(const struct bench *bench, enum tcn_forge_who who,
                                        const struct tcn_policy *policy) {
    char path[PLACE_PATH_BYTES];
    struct tcn_log_reader *reader = NULL;
    struct tcn_rights rights = {.charter = NULL};
    struct tcn_regime_verdict verdict;
    place_path(path, bench->place->base, "by.key");
    (void)unlink(path);
    assert_int_equal(tcn_key_file_write(&bench->place->forge.keys[who], path), TCN_OK);
    assert_int_equal(tcn_log_reader_open(bench->house.log, &reader), TCN_OK);
    assert_int_equal(tcn_rights_init(&rights, &bench->house.charter), TCN_OK);
    assert_int_equal(tcn_rights_load(&rights, reader, UINT64_MAX), TCN_OK);
    const struct tcn_activation_wish wish = {
        .policy = policy, .key_path = path, .now_ns = NOW_NS, .restates = true};
    const enum tcn_status status = tcn_activation_make(&rights, &wish, bench->place->dir, &verdict);
    tcn_rights_fini(&rights);
    tcn_log_reader_close(&reader);
    return status;
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
