/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom the agent's connections call: the broker, by those of its transport keys that the bundle and
 * the configuration give (core/broker_keys). A connection that stands is left alone; its next call
 * is made by what is known then.
 *
 * Thread: the agent's, as for all here.
 */
#ifndef TCN_AGENTS_CALLEE_H
#define TCN_AGENTS_CALLEE_H

#include "core/broker_keys.h"
#include "link/sock.h"

struct tcn_agent;

/** Puts the keys into the options of a socket that calls the broker. Owns: lent until the next call
 * of this room's. */
void tcn_agent_callee_options(struct tcn_agent *agent, struct tcn_sock_options *options);

/** There is another bundle: the next turn looks at it. */
void tcn_agent_callee_told(struct tcn_agent *agent);

/** Gives all sockets the keys that count now, when there is something new or one of them is over.
 */
void tcn_agent_callee_turn(struct tcn_agent *agent);

#endif
