/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts clocks: how many ended how, and how those stand that run. What is judged is the clock as
 * its row has it; of one that runs, what its verdict would be if its act came now. Nothing here is
 * by matter, organ or person: a tally is of a rule.
 *
 * Pure; any thread.
 */
#ifndef TCN_CORE_TALLY_H
#define TCN_CORE_TALLY_H

#include "model/matter_clock.h"

/** Adds all runs of one row, as they stand at `at_ns`. A row has one newest run; of those before it
 * the row knows how many there were and how many were late. Thread: any. */
void tcn_clock_tally_add(struct tcn_clock_tally *tally, const struct tcn_matter_clock *clock,
                         int64_t at_ns);

#endif
