/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may speak, as one actor knows it: the writer says that the registry changed, and the actor
 * reads the changes from the log. So all actors come to the same registry, and none of them holds
 * memory of another's.
 *
 * One roster, one thread.
 */
#ifndef TCN_COLLECTOR_ROSTER_H
#define TCN_COLLECTOR_ROSTER_H

#include "collector/house.h"
#include "query/rights.h"

/** A roster. Open: embedded in its actor. */
struct tcn_roster {
    struct tcn_rights rights;
    struct tcn_log_reader *reader;
};

/** Reads the registry as the log has it now. What was taken before a failure is given back by
 * tcn_roster_close.
 * Errors: as tcn_log_reader_open, tcn_rights_load. */
TCN_MUST_CHECK enum tcn_status tcn_roster_open(struct tcn_roster *roster,
                                               const struct tcn_collector *house);

/** Gives everything back; safe on a zeroed roster. */
void tcn_roster_close(struct tcn_roster *roster);

/** The registry. Owns: lent until the next tcn_roster_follow; rows may change in place. */
const struct tcn_registry *tcn_roster_registry(const struct tcn_roster *roster);

/** Takes the changes up to the position that the writer named.
 * Errors: as tcn_rights_load. */
TCN_MUST_CHECK enum tcn_status tcn_roster_follow(struct tcn_roster *roster, uint64_t position);

#endif
