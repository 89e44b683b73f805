/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the agent answers from its outbox alone: how it stands, its dead letters, and what a
 * petitioner may know. One thread.
 */
#ifndef TCN_AGENTS_ANSWER_H
#define TCN_AGENTS_ANSWER_H

#include "base/arena.h"
#include "model/local.h"

struct tcn_agent;
struct tcn_agent_job;

/** What came of a draft. The group was committed.
 * Owns: out_answer lends from the job.
 * Thread: the agent's, as for all here. */
void tcn_agent_answer_job(const struct tcn_agent_job *job, struct tcn_local_answer *out_answer);

/** How the outbox stands. Owns: out_answer lends from the agent.
 * Errors: TCN_CORRUPT, TCN_IO the outbox cannot be read. */
TCN_MUST_CHECK enum tcn_status tcn_agent_answer_outbox(struct tcn_agent *agent,
                                                       struct tcn_local_answer *out_answer);

/** Lists those from a number on, shows, sends again or drops dead letters. A letter that is sent
 * again takes a new sequence in its lane. Owns: out_answer lends from the arena. Errors:
 * TCN_CORRUPT, TCN_IO, TCN_NOMEM the outbox cannot be used; what is wrong with the request is in
 * the answer. */
TCN_MUST_CHECK enum tcn_status tcn_agent_answer_dead(struct tcn_agent *agent, enum tcn_dead_do what,
                                                     uint64_t number, struct tcn_arena *arena,
                                                     struct tcn_local_answer *out_answer);

/** What may be told to who has this slip. Owns: out_answer lends from the arena.
 * Errors: as tcn_agent_answer_dead. */
TCN_MUST_CHECK enum tcn_status tcn_agent_answer_status(struct tcn_agent *agent,
                                                       struct tcn_slice code,
                                                       struct tcn_arena *arena,
                                                       struct tcn_local_answer *out_answer);

/** The receipt for an event, in hexadecimal, for checking it offline.
 * Owns: out_answer lends from the arena.
 * Errors: as tcn_agent_answer_dead; an event without one is TCN_ABSENT in the answer. */
TCN_MUST_CHECK enum tcn_status tcn_agent_answer_receipt(struct tcn_agent *agent,
                                                        const struct tcn_local_receipt *asked,
                                                        struct tcn_arena *arena,
                                                        struct tcn_local_answer *out_answer);

/** Fills in a code and its sentence. */
void tcn_agent_answer_code(enum tcn_status code, const char *field,
                           struct tcn_local_answer *out_answer);

#endif
