/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the broker does about itself: descriptors for its connections, and its counts in the log, so
 * that an operator sees what was dropped and who was turned away. It names no peer and no key.
 */
#ifndef TCN_BROKER_HEALTH_H
#define TCN_BROKER_HEALTH_H

#include "broker/shell.h"

/** Raises this process's soft limit of descriptors to what TCN_CONNECTIONS_MAX connections need, as
 * far as the hard limit goes. Without descriptors newcomers find nobody; those inside go on.
 * Thread: the program's first. */
void tcn_broker_take_descriptors(void);

/** Logs all counts in one line when they changed: at most once a minute, and at the end when
 * `is_last`. Thread: the broker's. */
void tcn_broker_tell_counts(struct tcn_broker *broker, int64_t now_ns, bool is_last);

/** This process's resident memory; 0 when the system does not tell. Thread: any. */
uint64_t tcn_broker_resident_bytes(void);

#endif
