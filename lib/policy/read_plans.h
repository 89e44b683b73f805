/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads escalation.yaml, expected_reports.yaml, seal.yaml and retention.yaml of a policy's folder
 * into the tables of model/plans.h. It promises tables whose every reference leads somewhere; or a
 * list of faults and nothing else. What each file may hold is described in docs/reference/plans.md.
 */
#ifndef TCN_POLICY_READ_PLANS_H
#define TCN_POLICY_READ_PLANS_H

#include "model/plans.h"
#include "policy/errors.h"

/** Plans that were read. Opaque: it owns the tables. */
struct tcn_plan_source;
struct tcn_policy_folder;

/** Reads the four files of a folder, and of organs, lines, domains and clocks the words, whose own
 * faults are told by those who read them for their own sake. Empties `errors` first; on TCN_CONFIG
 * it holds at least one fault. Owns: gives the source, to be destroyed by tcn_plan_source_destroy.
 * Errors: TCN_CONFIG a file is missing, does not parse or is wrong; TCN_NOMEM.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_policy_read_plans(const char *dir,
                                                     struct tcn_plan_source **out_source,
                                                     struct tcn_policy_errors *errors);

/** The same of a folder, or of its files as one text: what the policy carries. Owns, errors and
 * thread: as tcn_policy_read_plans. */
TCN_MUST_CHECK enum tcn_status tcn_policy_read_plans_of(const struct tcn_policy_folder *folder,
                                                        struct tcn_plan_source **out_source,
                                                        struct tcn_policy_errors *errors);

/** The compiled tables. Owns: lent until the source is destroyed. Thread: any. */
const struct tcn_plans *tcn_plan_source_plans(const struct tcn_plan_source *source);

/** Frees the source and its tables; accepts NULL, leaves NULL. Thread: any. */
void tcn_plan_source_destroy(struct tcn_plan_source **source);

#endif
