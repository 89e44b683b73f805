/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Another policy for a collector of the tests: made, signed by its administrator, and put where the
 * log writer finds it.
 */
#ifndef TCN_TESTS_UNIT_COLLECTOR_ACTIVATION_MAKE_H
#define TCN_TESTS_UNIT_COLLECTOR_ACTIVATION_MAKE_H

#include "collector/house.h"
#include "place.h"

#include "query/activation.h"

/* The time on the wall of whoever activates. */
#define SAID_NS INT64_C(1700000100000000000)

/* What a policy's text may look like; nobody compiles it. */
#define OTHER_TEXT "--- regime.yaml 11\nversion: 2\n\n"

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

/* Signs a policy with somebody's key, for the end of the log, and leaves it for the collector. */
static inline enum tcn_status hand_over_to(const struct place *place,
                                           const struct tcn_collector *house,
                                           enum tcn_forge_who who,
                                           const struct tcn_policy *policy) {
    char path[PLACE_PATH_BYTES];
    struct tcn_log_reader *reader = NULL;
    struct tcn_rights rights = {.charter = NULL};
    struct tcn_regime_verdict verdict;
    place_path(path, place->base, "by.key");
    (void)unlink(path);
    assert_int_equal(tcn_key_file_write(&place->forge.keys[who], path), TCN_OK);
    assert_int_equal(tcn_log_reader_open(house->log, &reader), TCN_OK);
    assert_int_equal(tcn_rights_init(&rights, &house->charter), TCN_OK);
    assert_int_equal(tcn_rights_load(&rights, reader, UINT64_MAX), TCN_OK);
    const struct tcn_activation_wish wish = {.policy = policy,
                                             .text = tcn_slice_text(OTHER_TEXT),
                                             .key_path = path,
                                             .now_ns = SAID_NS,
                                             .restates = true};
    const enum tcn_status status = tcn_activation_make(&rights, &wish, place->dir, &verdict);
    tcn_rights_fini(&rights);
    tcn_log_reader_close(&reader);
    return status;
}

#endif
