/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A matter as the collector has it, and of a guarded one its allow-list, which travels with its
 * events: who is off one of them is off the list. Deny by default: what was not answered is not
 * known. One thread, the program's.
 */
#ifndef TCN_CLI_LISTED_H
#define TCN_CLI_LISTED_H

#include "base/arena.h"
#include "cli/seat.h"
#include "model/draft.h"
#include "model/query.h"

/** What is known. Open: zeroed by the caller before the first answer. */
struct tcn_listed {
    struct tcn_matter matter; /**< when is_known */
    bool is_known;
    bool has_list; /**< one of its events has one */
    uint16_t organs[TCN_GUARD_ORGANS_MAX];
    uint32_t count;
};

/** Takes one page of an answer about a matter. The arena, of 256 KiB, is reset for each event. */
void tcn_listed_take(struct tcn_listed *listed, const struct tcn_answer *answer,
                     struct tcn_arena *arena);

/** True for a matter that was answered and has an allow-list. */
bool tcn_listed_is_guarded(const struct tcn_listed *listed);

/** Asks for a matter; of a guarded one for all of its events.
 * Errors: what the asking gives; TCN_ABSENT there is none that may be seen; TCN_NOMEM. Nothing is
 * known then. */
TCN_MUST_CHECK enum tcn_status tcn_listed_ask(struct tcn_session *session,
                                              const struct tcn_id *matter,
                                              struct tcn_listed *out_listed);

/** The list as a draft carries it, in the words of a policy, which may be NULL: not known then.
 * Owns: slices lend from the policy. */
void tcn_listed_draft(const struct tcn_listed *listed, const struct tcn_policy *policy,
                      struct tcn_draft_list *out_list);

#endif
