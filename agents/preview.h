/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What would become of a report, told before it is entered: the same routing, checks and sealing as
 * entering it, thrown away afterwards. So what a person is shown at the counter is what happens,
 * unless the regime changes in between. One thread, the agent's.
 */
#ifndef TCN_AGENTS_PREVIEW_H
#define TCN_AGENTS_PREVIEW_H

#include "agents/enter.h"
#include "model/local.h"

struct tcn_agent;

/** What would become of it. Open: kept by the way in until it answers. */
struct tcn_agent_preview {
    enum tcn_status status;       /**< TCN_OK: it could be entered */
    struct tcn_agent_fault fault; /**< when not */
    enum tcn_lane lane;
    bool is_guarded;
    bool is_held;
    struct tcn_recipient told[TCN_ROUTE_RECIPIENTS_MAX];
    uint32_t told_count;
    uint16_t readers[TCN_WRAPS_MAX];
    uint32_t reader_count;
    uint16_t kept[TCN_LOCAL_KEPT_MAX]; /**< who may not hear of it, the accused first */
    uint32_t kept_count;
    uint32_t kept_total; /**< of how many */
};

/** Enters the draft into nothing. `arena` is scratch, to be wiped by its owner. */
void tcn_agent_preview_make(const struct tcn_agent *agent, const struct tcn_draft *draft,
                            struct tcn_arena *arena, struct tcn_agent_preview *out_preview);

/** The answer that tells it. Owns: out_answer lends from the arena, the preview and the agent.
 * Errors: TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_agent_preview_answer(const struct tcn_agent *agent,
                                                        const struct tcn_agent_preview *preview,
                                                        struct tcn_arena *arena,
                                                        struct tcn_local_answer *out_answer);

#endif
