/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads calendars.yaml and clocks.yaml of a policy's folder into the tables of model/clock.h, for
 * policy/read.h and for who wants these alone. It
 * promises a calendar whose days are named once and lie in their years, and rules each of which has
 * an amount that core can compute, a start, a stop and a source; or a list of faults and nothing
 * else. What each file may hold is described in docs/reference/clocks.md.
 */
#ifndef TCN_POLICY_READ_CLOCKS_H
#define TCN_POLICY_READ_CLOCKS_H

#include "model/clock.h"
#include "policy/errors.h"

/** A calendar that ends within so many days of now is worth a warning: a year's notice comes out in
 * November or December of the year before. */
#define TCN_CALENDAR_WARNING_DAYS 120

/** Clocks and calendar that were read. Opaque: it owns the tables. */
struct tcn_clock_source;
struct tcn_policy_folder;

/** Reads calendars.yaml and clocks.yaml of a folder, and domains.yaml for the ids in it, whose own
 * faults are tcn_policy_read's. Empties `errors` first; on TCN_CONFIG it holds at least one fault.
 * Owns: gives the source, to be destroyed by tcn_clock_source_destroy.
 * Errors: TCN_CONFIG a file is missing, does not parse or is wrong; TCN_NOMEM.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_policy_read_clocks(const char *dir,
                                                      struct tcn_clock_source **out_source,
                                                      struct tcn_policy_errors *errors);

/** The same of a place that this room's files know (policy/load.h). Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_policy_read_clocks_of(const struct tcn_policy_folder *folder,
                                                         struct tcn_clock_source **out_source,
                                                         struct tcn_policy_errors *errors);

/** The compiled tables.
 * Owns: lent until the source is destroyed.
 * Thread: any. */
const struct tcn_clock_table *tcn_clock_source_table(const struct tcn_clock_source *source);

/** Empties `warnings`, then notes in it when the calendar lacks the year of `at_ns`, or ends less
 * than TCN_CALENDAR_WARNING_DAYS after the civil day of `at_ns`: clocks that run past its end have
 * no date then. Nothing is refused for it. Thread: any. */
void tcn_policy_warn_calendar(const struct tcn_clock_source *source, int64_t at_ns,
                              struct tcn_policy_errors *warnings);

/** Frees the source and its tables; accepts NULL, leaves NULL. Thread: any. */
void tcn_clock_source_destroy(struct tcn_clock_source **source);

#endif
