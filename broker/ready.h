/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The collector's READY: its registry is taken in when its signature holds, and the version in
 * force is answered, so that a broker that has just started gets the whole registry with the next
 * READY.
 */
#ifndef TCN_BROKER_READY_H
#define TCN_BROKER_READY_H

#include "broker/shell.h"

/** Takes a READY that the hub has let in: [routing id][header] or [routing
 * id][header][registry][signature]. Who `comes` is the live collector with the first registry that
 * is believed, and until then nothing passes to it or from it. A registry that does not decode is
 * refused with a log line; the one in force stays. One whose keys are not believed takes nobody's
 * place: the live one goes on, and where none is, broker->distrust is set until one comes whose
 * keys are. Thread: the broker's. Source: PROTOCOL.md section 10. */
void tcn_ready_take(struct tcn_broker *broker, const struct tcn_parts *parts,
                    const struct tcn_hub_input *in, bool comes);

/** Tells a collector whose READY was refused that another one is live, and of which generation.
 * Thread: the broker's. */
void tcn_ready_refuse(struct tcn_broker *broker, const struct tcn_parts *parts);

/** Says READY to the live collector; false when its connection is gone. Thread: the broker's. */
bool tcn_ready_is_home_there(struct tcn_broker *broker);

#endif
