/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The broker's door, a shell round core/door: a third end, at which machines without a row in the
 * registry say ENROL. Any transport key is let in there, CURVE proves that its owner holds it, and
 * the stamp says which it was; nothing else of the broker can be reached that way. It is open while
 * there are a registry and a collector, and shut for a moment, with all who are in it, 30 s after
 * the first guest came: no single connection of a socket can be ended.
 *
 * Thread: the broker's.
 */
#ifndef TCN_BROKER_DOOR_H
#define TCN_BROKER_DOOR_H

#include "broker/shell.h"

/** Checks the address of a door, NULL for none. Errors: TCN_CONFIG not tcp: an ipc address that is
 * left and taken again can lose its file to the one before. */
TCN_MUST_CHECK enum tcn_status tcn_broker_door_check(const char *address);

/** Whether a stranger may come in, for ZAP. Errors: TCN_BUSY not now. */
TCN_MUST_CHECK enum tcn_status tcn_broker_door_admit(struct tcn_broker *broker,
                                                     const uint8_t key[TCN_CURVE_KEY_BYTES],
                                                     char out_user_id[TCN_USER_ID_BYTES]);

/** Passes on what a guest said, or drops it. */
void tcn_broker_door_take(struct tcn_broker *broker, struct tcn_parts *parts);

/** Brings the collector's answer to a guest: [routing id][stamp][header][body...]. */
void tcn_broker_door_answer(struct tcn_broker *broker, struct tcn_parts *parts,
                            const struct tcn_stamp *stamp, enum tcn_kind kind);

/** Opens the door when it can be, shuts it when it was open for long enough. An address that
 * somebody else has is told and tried again. Errors: TCN_CONFIG the address does not do; TCN_LIMIT
 * TCN_CLOSED TCN_IO TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_broker_door_turn(struct tcn_broker *broker, uint64_t token,
                                                    int64_t now_ns);

#endif
