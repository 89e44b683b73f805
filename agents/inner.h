/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of the agent, for the files of this room only. Invariants:
 *   A1  an answer "accepted" goes out only after the commit that holds the event;
 *   A2  a chunk is sent only as it stands in the outbox;
 *   A3  is_writing is true exactly while the outbox has an open group, and none is open when the
 *       agent waits, sends or answers;
 *   A4  what a lane's brain believes is never behind the outbox, so a crash between the two only
 *       sends again;
 *   A5  a lane's mark is raised, a receipt kept, an event refused and an epoch ended only on the
 *       collector's signature, checked before the brain hears of it: whatever the outbox counts as
 *       acknowledged, trims, or tells anybody is in the log, the collector vouches for.
 */
#ifndef TCN_AGENTS_INNER_H
#define TCN_AGENTS_INNER_H

#include "agents/agent.h"
#include "agents/bundle.h"
#include "agents/callee.h"
#include "agents/cut.h"
#include "agents/follow.h"
#include "agents/group.h"
#include "agents/lane.h"
#include "agents/life.h"
#include "agents/rotate.h"
#include "agents/way.h"
#include "link/page.h"
#include "link/poller.h"
#include "seal/key.h"
#include "store/outbox.h"

/** Ways in: the local socket and the watched folder. */
#define TCN_AGENT_WAYS 2u

/** Bytes of scratch for one request or message. */
#define TCN_AGENT_SCRATCH_BYTES ((size_t)8 * 1024 * 1024)

/** Bytes of scratch for looking at one stored event. */
#define TCN_AGENT_LOOK_BYTES ((size_t)512 * 1024)

/** What is ready, as the poller's tokens say. */
enum tcn_agent_token {
    TCN_AGENT_TOKEN_URGENT = 0, /**< as the index of the lane */
    TCN_AGENT_TOKEN_ROUTINE = 1,
    TCN_AGENT_TOKEN_STOP = 2,
    TCN_AGENT_TOKEN_LOCAL = 3, /**< the ways in, in their order */
    TCN_AGENT_TOKEN_FOLDER = 4,
    TCN_AGENT_TOKEN_FOLLOW = 5,
    TCN_AGENT_TOKEN_PAGE = 6,
};

/** A way in that is open. */
struct tcn_agent_door {
    const struct tcn_agent_way_ops *ops;
    void *way; /**< NULL when closed, or when the configuration has none */
};

/** The agent. */
struct tcn_agent {
    struct tcn_link *link;
    const struct tcn_logger *logger;
    const struct tcn_config_agent *config;
    int stop_descriptor;
    struct tcn_keyring
        ring; /**< of the collector; its first key all zero: the bundle's is believed */
    struct tcn_key_set keys; /**< in use */
    struct tcn_agent_rotate rotate;
    struct tcn_agent_life life;
    struct tcn_agent_bundle bundle;
    struct tcn_broker_pick callee; /**< the broker's keys, as the sockets have them */
    uint64_t asked_bundle_version; /**< of the bundle that was asked for last */
    enum tcn_lane asked_bundle_by; /**< TCN_LANE_NONE: the follower */
    struct tcn_agent_office office;
    struct tcn_agent_cutter cutter;
    struct tcn_outbox *outbox;
    struct tcn_outbox_facts facts;
    uint64_t quota_bytes;
    bool is_writing;  /**< A3 */
    bool must_commit; /**< the open group holds more than acknowledgements */
    struct tcn_agent_lane lanes[TCN_AGENT_LANES];
    struct tcn_agent_follow follow;
    struct tcn_agent_group group;
    struct tcn_agent_door doors[TCN_AGENT_WAYS];
    struct tcn_poller poller;
    struct tcn_page *page; /**< of its numbers; NULL when there is none */
    const char *version;   /**< lent */
    int64_t started_ns;    /**< wall clock */
    struct tcn_arena scratch;
    struct tcn_arena look;
    bool is_stopping;
    int64_t drain_ns; /**< how long it waits for receipts once it stops */
    int64_t stop_deadline_ns;
    char last_error[TCN_AGENT_SENTENCE_BYTES]; /**< empty when none */
    int64_t last_error_ns;
    int64_t connected_ns; /**< since when, or when last; 0 when never */
};

/** Notes and logs what went wrong, for people. Thread: the agent's, as for all here. */
__attribute__((format(printf, 2, 3))) void tcn_agent_note(struct tcn_agent *agent,
                                                          const char *format, ...);

/** Opens the outbox's group unless it is open.
 * Errors: as tcn_outbox_begin. */
TCN_MUST_CHECK enum tcn_status tcn_agent_begin(struct tcn_agent *agent);

/** Commits the open group, if any. A group of mere acknowledgements that finds the disk full is
 * dropped: the collector says it all again after a restart.
 * Errors: as tcn_outbox_commit. */
TCN_MUST_CHECK enum tcn_status tcn_agent_commit(struct tcn_agent *agent);

/** Drops the open group, if any. */
void tcn_agent_abort(struct tcn_agent *agent);

/** Puts a verified bundle in use and takes the old one's memory back.
 * Owns: takes the bundle and leaves a zeroed one.
 * Errors: TCN_CONFIG the agent's organ is not one of the policy's, or a feed meets an actual log.
 */
TCN_MUST_CHECK enum tcn_status tcn_agent_use_bundle(struct tcn_agent *agent,
                                                    struct tcn_agent_bundle *bundle);

#endif
