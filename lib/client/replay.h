/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replay: history, item by item, at the pace of the reader (credit), with a digest made on both
 * sides. A replay that was cut off goes on where it stopped; the digest then covers the whole. What
 * an organ was told ends where the collector's state ends, so its replay begins when that has all
 * that was in the log. One thread.
 */
#ifndef TCN_CLIENT_REPLAY_H
#define TCN_CLIENT_REPLAY_H

#include "client/session.h"
#include "model/feed.h"

/** Called for each item, in order. Anything but TCN_OK ends the replay with it.
 * Owns: lends the item for the call. */
typedef enum tcn_status tcn_replay_item(void *context, const struct tcn_item *item);

/** What came of a replay. Open: filled by tcn_replay_run. */
struct tcn_replay_result {
    uint64_t count;         /**< items handed over */
    struct tcn_hash digest; /**< over them, equal to the collector's */
    uint64_t last_position; /**< looked at by the collector */
    enum tcn_status level; /**< TCN_OK: all that was logged when it began. Of an organ's: why it may
                                lack the newest, TCN_TIMEOUT or TCN_HALTED */
};

/** Runs a replay to its end.
 * Errors: TCN_CORRUPT count or digest differ from the collector's; TCN_BAD_SIGNATURE,
 * TCN_FOREIGN_LOG and TCN_SEQUENCE as tcn_session_recv; TCN_UNREACHABLE_PEER nobody
 * there; TCN_TIMEOUT no word for 40 s; TCN_DENIED and what else the collector answers; TCN_CANCELED
 * the stop descriptor; what `item` gives. Thread: the session's. */
TCN_MUST_CHECK enum tcn_status tcn_replay_run(struct tcn_session *session,
                                              const struct tcn_replay *replay,
                                              tcn_replay_item *item, void *context,
                                              struct tcn_replay_result *out_result);

#endif
