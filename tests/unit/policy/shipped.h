/* SPDX-License-Identifier: Apache-2.0 */
/* The policy that is shipped, read for a group of tests. */
#ifndef TCN_TESTS_UNIT_POLICY_SHIPPED_H
#define TCN_TESTS_UNIT_POLICY_SHIPPED_H

#include "policy/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#ifndef COUNT_OF
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#endif

/** A group's setup: `state` becomes the policy, or its faults are printed. */
static inline int shipped_read(void **state) {
    char path[1024];
    const char *source = getenv("TOCSIN_SRC");
    static struct tcn_policy_errors errors;
    struct tcn_policy_source *policy = NULL;
    (void)snprintf(path, sizeof(path), "%s/policy", source != NULL ? source : ".");
    if (tcn_policy_read(path, &policy, &errors) != TCN_OK) {
        for (uint32_t i = 0; i < errors.count; i++) {
            char text[TCN_POLICY_ERROR_TEXT_BYTES];
            tcn_policy_error_text(&errors.items[i], text);
            print_error("%s\n", text);
        }
        return -1;
    }
    *state = policy;
    return 0;
}

/** A group's teardown; twice, which must be harmless. */
static inline int shipped_destroy(void **state) {
    struct tcn_policy_source *policy = *state;
    tcn_policy_destroy(&policy);
    tcn_policy_destroy(&policy);
    return 0;
}

#endif
