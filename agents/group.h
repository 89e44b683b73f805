/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The group of one turn: everything that was handed in while the agent looked is entered, written
 * with one commit and only then answered. An event is in with its chunk, its retry key, its slip
 * and its case, or not at all. Owned by the agent; one thread.
 */
#ifndef TCN_AGENTS_GROUP_H
#define TCN_AGENTS_GROUP_H

#include "agents/case.h"
#include "agents/enter.h"

/** Drafts of one group at most. */
#define TCN_AGENT_GROUP_MAX 256

/** Bytes of the events of one group at most, retry keys included. */
#define TCN_AGENT_GROUP_BYTES_MAX ((size_t)4 * 1024 * 1024)

struct tcn_agent;

/** One draft of the group, and what came of it. Open: read by whoever answers. */
struct tcn_agent_job {
    enum tcn_status status;       /**< TCN_OK: it is on disk, once the group was committed */
    struct tcn_agent_fault fault; /**< when not */
    struct tcn_agent_entry entry;
    struct tcn_lane_key key; /**< where it went */
    uint64_t sequence;
    uint64_t position;               /**< of a repeated one that has a receipt; else 0 */
    char slip[TCN_AGENT_SLIP_BYTES]; /**< empty unless it is a first report */
    bool is_apart;                   /**< a complaint that is kept apart, or said of one */
    bool is_repeat;                  /**< its retry key was known: all this is the first's */
    uint32_t first;                  /**< its place from 1 when an earlier job of this group has its
                                        retry key; 0 when none has */
};

/** A group. Open: embedded in the agent; its jobs are read between commit and reset. */
struct tcn_agent_group {
    struct tcn_agent_job jobs[TCN_AGENT_GROUP_MAX];
    uint32_t count;
    struct tcn_arena arena;
};

/** Makes an empty group. Errors: TCN_NOMEM. Thread: one, as for all here. */
TCN_MUST_CHECK enum tcn_status tcn_agent_group_init(struct tcn_agent_group *group);

/** Gives its memory back; safe on a zeroed one. */
void tcn_agent_group_fini(struct tcn_agent_group *group);

/** True when one more draft fits. */
bool tcn_agent_group_has_room(const struct tcn_agent_group *group);

/** Enters a draft and adds a job for it, whatever comes of it; there must be room. `arena` is
 * scratch.
 * Owns: copies what must live on.
 * Errors: TCN_IO or TCN_CORRUPT the outbox cannot be used any more. */
TCN_MUST_CHECK enum tcn_status tcn_agent_group_add(struct tcn_agent *agent,
                                                   const struct tcn_draft *draft,
                                                   struct tcn_arena *arena, uint32_t *out_index);

/** Writes the group and tells the lanes. Afterwards every job has its final status: TCN_FULL for
 * those that found no room.
 * Errors: TCN_IO, TCN_CORRUPT, TCN_NOMEM: nothing was written, and nothing may be answered. */
TCN_MUST_CHECK enum tcn_status tcn_agent_group_commit(struct tcn_agent *agent);

/** Forgets the jobs. */
void tcn_agent_group_reset(struct tcn_agent_group *group);

#endif
