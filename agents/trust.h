/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which signing keys of the collector an agent believes. It was given one beforehand; each later
 * one comes signed by the one before it, behind the first message that it signs. Every connection
 * knows for itself which key is in force there, because connections do not wait for one another;
 * what one of them learns the agent knows too, for its bundle and for receipts.
 *
 * Thread: the agent's, as for all here.
 */
#ifndef TCN_AGENTS_TRUST_H
#define TCN_AGENTS_TRUST_H

#include "link/parts.h"
#include "model/chunk.h"
#include "seal/keyring.h"
#include "seal/tree.h"

struct tcn_agent;

/** Takes the list of keys behind a message into the connection's ring and into the agent's. Does
 * nothing when there is none, or when it is not one to be believed: the message then fails by its
 * own signature. */
void tcn_agent_trust(struct tcn_agent *agent, struct tcn_keyring *ring,
                     const struct tcn_parts *parts);

/** Checks a message's third frame, its signature, against the key in force on the connection.
 * Errors: TCN_BAD_SIGNATURE; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_agent_trust_check(const struct tcn_keyring *ring,
                                                     const char *context, struct tcn_slice body,
                                                     struct tcn_slice signature);

#endif
