/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the trail share: one in the making. Part of query/trail; nobody else includes
 * it. Thread: the trail's.
 */
#ifndef TCN_QUERY_TRAIL_INSIDE_H
#define TCN_QUERY_TRAIL_INSIDE_H

#include "query/trail.h"

/** Organs and sources whose word stood when the matter was learned of, at most. */
#define TCN_TRAIL_STANDING_MAX 64u

/** A trail in the making. */
struct tcn_trail_making {
    const struct tcn_trail_options *options;
    struct tcn_trail *trail;
    struct tcn_arena arena;  /**< one event at a time */
    bool is_begun;           /**< the walk is at or behind the place where it was learned of */
    uint64_t policy_version; /**< as the walk stands */
    struct tcn_trail_note standing[TCN_TRAIL_STANDING_MAX]; /**< as the walk stands, before that */
    uint32_t standing_count;
    uint8_t organs[UINT16_MAX / 8 + 1]; /**< bit n: organ n was told, or is asked for */
};

/** True when the organ is one that the trail is about. */
bool tcn_trail_concerns(const struct tcn_trail_making *making, uint16_t organ);
/** Remembers that it is. */
void tcn_trail_add_organ(struct tcn_trail_making *making, uint16_t organ);
/** Adds a row; counts it as lost when there is no room. Owns: copies. Gives the row, or NULL. */
struct tcn_trail_fact *tcn_trail_add_fact(struct tcn_trail *trail,
                                          const struct tcn_trail_fact *fact);
/** As tcn_trail_add_fact. */
void tcn_trail_add_known(struct tcn_trail *trail, const struct tcn_trail_known *known);
/** As tcn_trail_add_fact. */
void tcn_trail_add_note(struct tcn_trail *trail, const struct tcn_trail_note *note);

/** The alerts of the matter, and the ends among them, which become facts. Errors: as the state's
 * reader. */
TCN_MUST_CHECK enum tcn_status tcn_trail_alerts(struct tcn_trail_making *making);
/** What the log has: the matter's events, what was delivered, what stood beside. Errors:
 * TCN_CORRUPT; as the readers. */
TCN_MUST_CHECK enum tcn_status tcn_trail_walk(struct tcn_trail_making *making);

#endif
