/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a draft to an event: fills in what the draft leaves open, asks core/route whom it concerns,
 * takes everything that could tell of a complaint out of its envelope, and seals the texts. Nothing
 * here touches a disk, a socket or a clock: time and chance come in the moment.
 */
#ifndef TCN_AGENTS_ENTER_H
#define TCN_AGENTS_ENTER_H

#include "agents/piece.h"
#include "base/arena.h"
#include "base/uuid.h"
#include "core/limit.h"
#include "core/route.h"
#include "model/draft.h"
#include "model/registry.h"

/** Room for a sentence about a fault, its NUL included. */
#define TCN_AGENT_SENTENCE_BYTES 256

/** Arena bytes that entering one draft takes at most beside the draft itself. */
#define TCN_AGENT_ENTER_ARENA_BYTES ((size_t)1152 * 1024)

/** Who enters, and by which regime. Open: embedded in the agent; everything is lent to it. */
struct tcn_agent_office {
    const struct tcn_policy *policy;
    const struct tcn_bundle *bundle; /**< sealing keys and the log's mode */
    struct tcn_slice organ_id;       /**< the organ that speaks; empty for an administrator */
    uint16_t organ;                  /**< its number; 0 when the policy does not know it */
    uint32_t principal;              /**< its row in the registry, as it is configured */
    bool is_feed;                    /**< speaks for any organ and keeps the times it is given */
    bool is_admin;                   /**< speaks for none, and changes the registry */
};

/** When and by which chance. Open: filled by the caller. */
struct tcn_agent_moment {
    int64_t wall_ns;
    uint64_t seen_position; /**< the last log position heard of; 0 when none */
    uint8_t random[TCN_UUID_RANDOM_BYTES];
};

/** What is wrong with a draft, for the one who entered it. Open: filled for the caller. */
struct tcn_agent_fault {
    const char *field;                       /**< static text; empty when it is the whole */
    char sentence[TCN_AGENT_SENTENCE_BYTES]; /**< names no content */
};

/** An entered event. Open: filled for the caller. */
struct tcn_agent_entry {
    struct tcn_agent_piece piece; /**< lends from the arena; without retry key */
    enum tcn_lane lane;
    struct tcn_id matter;         /**< none when it has none */
    bool is_report;               /**< a first report: it gets a slip */
    bool is_guarded;              /**< nothing about it may be told here */
    bool has_opaque_slip;         /**< nothing about it may be told by its slip */
    bool is_held;                 /**< it waits at the desk until a person has released it */
    uint16_t holder;              /**< of a report: the organ that leads; 0 when guarded or none */
    enum tcn_procedure_kind kind; /**< of a report: of its matter, as the log will have it */
    enum tcn_stage stage;         /**< likewise */
    struct tcn_limits limits;     /**< of a report: that run then; none when guarded */
    int64_t learned_ns;
    struct tcn_recipient told[TCN_ROUTE_RECIPIENTS_MAX]; /**< by the route; none for an act */
    uint32_t told_count;
    uint16_t readers[TCN_WRAPS_MAX]; /**< of any of its texts, had it any */
    uint32_t reader_count;
};

/** Makes the event of a draft.
 * Owns: out_entry lends from the arena; the draft is only read.
 * Errors: what tcn_event_check says; TCN_BAD_VALUE a drill's mode does not fit the log's, or a feed
 * names no office; TCN_DENIED it names another office, it is not for this principal to say, it
 * accuses organs of which this may be one (agents/accused), or a change of the registry is not for
 * it to say (core/roll, K1, K8); TCN_ABSENT an organ that must read a text
 * has no sealing key; TCN_TOOBIG the event is too large; TCN_NOMEM. On each of them out_fault is
 * written, and out_entry is not.
 * Thread: any, one per arena. */
TCN_MUST_CHECK enum tcn_status
tcn_agent_enter(const struct tcn_agent_office *office, const struct tcn_agent_moment *moment,
                const struct tcn_draft *draft, struct tcn_arena *arena,
                struct tcn_agent_fault *out_fault, struct tcn_agent_entry *out_entry);

#endif
