/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The writer's memory of lanes: which session each lane has open, and which epoch of each source
 * is live. Sessions are lost with the process, and agents say HELLO again; live epochs are read
 * from the log's marks at start.
 *
 *            HELLO                     AGAIN, REFUSE
 *  (none) ─────────▶ open ──────────────────────────▶ dropped ── HELLO ──▶ open
 *     ▲                │ GONE                            │ GONE
 *     └────────────────┴─────────────────────────────────┘
 *
 * What a dropped session still sends is ignored: it was on its way when the answer left.
 */
#ifndef TCN_COLLECTOR_LANES_H
#define TCN_COLLECTOR_LANES_H

#include "model/chunk.h"

/** What to do with a chunk, judged by its session. */
enum tcn_lane_gate {
    TCN_LANE_OPEN = 1, /**< its session is the lane's */
    TCN_LANE_DROPPED,  /**< its session was dropped: ignore it */
    TCN_LANE_STALE,    /**< another session, or none: answer AGAIN(TCN_STALE) */
};

/** Where a chunk came from: its lane, connection and session. Open: passed by pointer. */
struct tcn_lane_place {
    struct tcn_lane_key lane;
    uint64_t connection;
    uint64_t session;
};

/** The table. Opaque. One thread: the writer's. */
struct tcn_lanes;

/** Makes an empty table of at most TCN_LANES_MAX sessions.
 * Owns: gives the table.
 * Errors: TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_lanes_create(struct tcn_lanes **out_lanes);

/** Frees it; accepts NULL, leaves NULL. */
void tcn_lanes_destroy(struct tcn_lanes **lanes);

/** A HELLO was answered: this session is the lane's, whatever was before.
 * Errors: TCN_LIMIT the table is full; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_lanes_open(struct tcn_lanes *lanes,
                                              const struct tcn_lane_place *place);

/** Judges a chunk. Changes nothing. */
enum tcn_lane_gate tcn_lanes_gate(const struct tcn_lanes *lanes,
                                  const struct tcn_lane_place *place);

/** AGAIN or REFUSE went to this session: ignore the rest of it. A lane that has another session
 * open keeps it. When the table is full the session is simply not remembered. */
void tcn_lanes_drop(struct tcn_lanes *lanes, const struct tcn_lane_place *place);

/** The lane's epoch is closed: its session, if any, stays open for its last answers, and gives way
 * when another lane needs room. Opening the lane again undoes it. */
void tcn_lanes_fence(struct tcn_lanes *lanes, const struct tcn_lane_key *lane);

/** Forgets a lane's session, if it has one: its next chunk is answered by AGAIN, so HELLO is said.
 */
void tcn_lanes_forget(struct tcn_lanes *lanes, const struct tcn_lane_key *lane);

/** Forgets all sessions of a connection. */
void tcn_lanes_gone(struct tcn_lanes *lanes, uint64_t connection);

/** Forgets all sessions and live epochs: the writer gave a group up and reads the log again. */
void tcn_lanes_clear(struct tcn_lanes *lanes);

/** Sessions now remembered; 0 when none. */
size_t tcn_lanes_count(const struct tcn_lanes *lanes);

/** The live epoch of a source; 0 when it has none. */
uint64_t tcn_lanes_live(const struct tcn_lanes *lanes, uint32_t source);

/** Sets the live epoch of a source.
 * Errors: TCN_LIMIT more sources than principals can be; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_lanes_set_live(struct tcn_lanes *lanes, uint32_t source,
                                                  uint64_t epoch);

#endif
