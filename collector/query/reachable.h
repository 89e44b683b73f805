/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can happen to matters, for who checks a policy's rules: the procedures of core, as
 * policy/triggers asks for them. Neither of these rooms sees the other. Thread: any.
 */
#ifndef TCN_QUERY_REACHABLE_H
#define TCN_QUERY_REACHABLE_H

#include "policy/triggers.h"

/** Checks a policy that was read by the procedures too; the faults are in `errors`, which is
 * emptied first, and then the source is destroyed and NULL.
 * Errors: TCN_CONFIG a rule can never start or stop. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_query_check_reach(struct tcn_policy_source **source,
                                                     struct tcn_policy_errors *errors);

#endif
