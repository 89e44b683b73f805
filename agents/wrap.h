/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose keys open the texts of an event, and the sealing itself. A guarded event is sealed to its
 * allow-list and to nobody else; a report to those whom its route tells; an act to those whom it
 * names and to its own organ, which may read back what it wrote. Where nobody is known the desk
 * reads.
 */
#ifndef TCN_AGENTS_WRAP_H
#define TCN_AGENTS_WRAP_H

#include "agents/enter.h"

/** The organs that get a wrap. Open: lives on the stack. */
struct tcn_agent_readers {
    uint16_t organs[TCN_WRAPS_MAX]; /**< each once */
    uint32_t count;
};

/** What is to be sealed. Open: made by the caller; everything is lent. */
struct tcn_agent_texts {
    struct tcn_slice open; /**< encoded open part that the texts are bound to */
    const struct tcn_plain *plains;
    uint32_t count; /**< 1 to TCN_COMPARTMENTS_MAX */
};

/** Sealed texts. Open: filled for the caller. */
struct tcn_agent_sealing {
    struct tcn_slice sealed; /**< encoded sealed part; lends from the arena */
    struct tcn_share share;
    struct tcn_agent_fault fault; /**< when it failed: why */
};

/** Who reads a routed event: its route, or its leader alone when a feed entered it; the desk when
 * that is nobody. Thread: any. */
void tcn_agent_readers_of_report(const struct tcn_agent_office *office,
                                 const struct tcn_route *route, struct tcn_agent_readers *out);

/** Who reads an act: the owner of the domain that the draft names and the organ that it goes to;
 * and where they have a key, the office of the division that it names and the own organ. The desk
 * when that is nobody. A feed's act is sealed to the first of them. Thread: any. */
void tcn_agent_readers_of_act(const struct tcn_agent_office *office, const struct tcn_event *event,
                              struct tcn_agent_readers *out);

/** Seals texts to the readers and binds them to the open part.
 * Owns: out_sealing lends from the arena.
 * Errors: TCN_ABSENT a reader has no key in the bundle (the fault names the organ); TCN_TOOBIG;
 * TCN_BAD_VALUE a compartment twice; TCN_NOMEM. On each of them only out_sealing->fault is written.
 * Thread: any, one per arena. */
TCN_MUST_CHECK enum tcn_status tcn_agent_seal(const struct tcn_agent_office *office,
                                              const struct tcn_agent_readers *readers,
                                              const struct tcn_agent_texts *texts,
                                              struct tcn_arena *arena,
                                              struct tcn_agent_sealing *out_sealing);

#endif
