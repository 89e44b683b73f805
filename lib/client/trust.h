/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A key of the collector that may be new to a program: the list that leads to it comes behind the
 * first message that it signs. Thread: the ring's owner.
 */
#ifndef TCN_CLIENT_TRUST_H
#define TCN_CLIENT_TRUST_H

#include "base/arena.h"
#include "link/parts.h"
#include "seal/keyring.h"

/** Takes the list behind a signed message, if there is one, into the ring. One that is not to be
 * believed teaches nothing: the message then fails by its own signature. Source: PROTOCOL.md
 * section 5. */
void tcn_trust_take(struct tcn_keyring *ring, const struct tcn_parts *parts,
                    struct tcn_arena *arena);

#endif
