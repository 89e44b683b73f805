/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a folder of policy files into the tables of model/policy.h, with its clocks and rules. It
 * promises tables whose every reference leads somewhere, whose numbers and ids are unique and whose
 * chains end; or a list of faults and nothing else. What each file may hold is described at the
 * head of the shipped files in policy/. Activating a policy, comparing it with the one in force and
 * encoding it belong to others.
 */
#ifndef TCN_POLICY_READ_H
#define TCN_POLICY_READ_H

#include "model/policy.h"
#include "policy/errors.h"
#include "policy/read_clocks.h"

/** A policy that was read. Opaque: it owns the tables. */
struct tcn_policy_source;

/** Reads regime.yaml, lines.yaml, organs.yaml, domains.yaml, divisions.yaml, attributes.yaml,
 * levels.yaml, calendars.yaml and clocks.yaml of a folder; other files in it are left alone.
 * Empties `errors` first; on TCN_CONFIG it holds at least one fault. Owns: gives the source, to be
 * destroyed by tcn_policy_destroy. Errors: TCN_CONFIG a file is missing, does not parse or is
 * wrong; TCN_NOMEM. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_policy_read(const char *dir,
                                               struct tcn_policy_source **out_source,
                                               struct tcn_policy_errors *errors);

/** The same from the files as one text (policy/text.h); `name` is what faults call its folder.
 * Owns: the text is only read. Errors: as tcn_policy_read. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_policy_read_text(const char *name, struct tcn_slice text,
                                                    struct tcn_policy_source **out_source,
                                                    struct tcn_policy_errors *errors);

/** The compiled tables; clocks and rules are there.
 * Owns: lent until the source is destroyed.
 * Thread: any. */
const struct tcn_policy *tcn_policy_tables(const struct tcn_policy_source *source);

/** The clocks as they were read, for tcn_policy_warn_calendar.
 * Owns: lent until the source is destroyed.
 * Thread: any. */
const struct tcn_clock_source *tcn_policy_clocks(const struct tcn_policy_source *source);

/** Frees the source and its tables; accepts NULL, leaves NULL. Thread: any. */
void tcn_policy_destroy(struct tcn_policy_source **source);

#endif
