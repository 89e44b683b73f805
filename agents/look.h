/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looking up what became of one entered event: where it stands in the outbox, whether the collector
 * has it and under which position, or why it was refused. Reads only.
 */
#ifndef TCN_AGENTS_LOOK_H
#define TCN_AGENTS_LOOK_H

#include "model/id.h"
#include "model/local.h"

struct tcn_agent;

/** What is known of an event. Open: filled for the caller. */
struct tcn_agent_sight {
    enum tcn_status code; /**< TCN_OK it is in the log; TCN_AGAIN it waits; TCN_ABSENT it was never
                             entered; TCN_STALE it was entered anew under a later epoch, or is no
                             longer retained; else why it was refused */
    uint64_t position;    /**< in the log; 0 when not known */
    struct tcn_id matter; /**< none when it has none or is no longer retained */
    enum tcn_act act;     /**< NONE when no longer retained */
    int64_t recorded_ns;  /**< 0 when no longer retained */
};

/** Looks an event up; an epoch of 0 means the present one.
 * Errors: TCN_IO, TCN_CORRUPT or TCN_NOMEM the outbox cannot be read.
 * Thread: the agent's. */
TCN_MUST_CHECK enum tcn_status tcn_agent_look(struct tcn_agent *agent,
                                              const struct tcn_local_receipt *receipt,
                                              struct tcn_agent_sight *out_sight);

/** Reads an encoded event's open part without its texts: act, matter and time.
 * Errors: TCN_CORRUPT it does not decode; TCN_NOMEM.
 * Thread: the agent's. */
TCN_MUST_CHECK enum tcn_status tcn_agent_look_at(struct tcn_agent *agent, struct tcn_slice event,
                                                 struct tcn_agent_sight *out_sight);

#endif
