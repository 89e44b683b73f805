/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose keys open the texts of an event, and the sealing itself. A guarded event is sealed to its
 * allow-list and to nobody else; each text of a report to those whom the policy's sealing names
 * among the told, and to the desk as escrow; an act to its own organ, which may read back what it
 * wrote, to whom it names, and on a matter that is known to have no allow-list to those whom the
 * policy names. Where nobody is known the desk reads.
 */
#ifndef TCN_AGENTS_WRAP_H
#define TCN_AGENTS_WRAP_H

#include "agents/enter.h"
#include "core/wraps.h"

/** A text, and who reads it. Open: made by the caller; the text is lent. */
struct tcn_agent_text {
    struct tcn_plain plain;
    struct tcn_wraps readers;
};

/** What is to be sealed. Open: made by the caller; everything is lent. */
struct tcn_agent_texts {
    struct tcn_slice open; /**< encoded open part that the texts are bound to */
    const struct tcn_agent_text *texts;
    uint32_t count; /**< 1 to TCN_COMPARTMENTS_MAX */
};

/** Sealed texts. Open: filled for the caller. */
struct tcn_agent_sealing {
    struct tcn_slice sealed; /**< encoded sealed part; lends from the arena */
    struct tcn_share share;
    struct tcn_agent_fault fault; /**< when it failed: why */
};

/** Who reads a text of a routed event: as core/wraps.h says, or its leader alone when a feed
 * entered it. The desk as escrow needs a key in the bundle: an office must not fall silent because
 * the desk has none. Thread: any. */
void tcn_agent_readers_of_report(const struct tcn_agent_office *office,
                                 const struct tcn_wraps_asked *asked, struct tcn_wraps *out);

/** Who reads an act: the organ that it goes to, and the own organ where it has a key. On a matter
 * that has no allow-list also the owner of the domain that the draft names, and where it has a key,
 * the office of the division that it names; on one that has, who is on it and has a key, and nobody
 * by the policy, for that may be whom it accuses. One whose list is not known is taken for guarded.
 * The desk when that is nobody, unless there is a list: never as escrow, for the act may be about a
 * matter that is kept from it. A feed's act is sealed to the first of them.
 * Errors: TCN_BAD_VALUE the list names what is no organ of the policy; TCN_TOOBIG they are more
 * than TCN_WRAPS_MAX: `out` has those who fit, of a list all. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_agent_readers_of_act(const struct tcn_agent_office *office,
                                                        const struct tcn_event *event,
                                                        const struct tcn_draft_list *list,
                                                        struct tcn_wraps *out);

/** Seals each text to its readers and binds them to the open part.
 * Owns: out_sealing lends from the arena.
 * Errors: TCN_ABSENT a reader has no key in the bundle (the fault names the organ); TCN_TOOBIG;
 * TCN_BAD_VALUE a compartment twice; TCN_NOMEM. On each of them only out_sealing->fault is written.
 * Thread: any, one per arena. */
TCN_MUST_CHECK enum tcn_status tcn_agent_seal(const struct tcn_agent_office *office,
                                              const struct tcn_agent_texts *texts,
                                              struct tcn_arena *arena,
                                              struct tcn_agent_sealing *out_sealing);

#endif
