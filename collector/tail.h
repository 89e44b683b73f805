/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The alert tail: alerts that are certain, because their log commit has synced, and not yet in the
 * state on disk. Serve sends them from here at once. The tail may lose an alert (apply does not
 * wait for serve); then its number is found in the state after the next commit, and what follows it
 * is not given out before.
 *
 * One tail, one thread: serve's.
 */
#ifndef TCN_COLLECTOR_TAIL_H
#define TCN_COLLECTOR_TAIL_H

#include "model/feed.h"

/** The tail of all streams, at most TCN_ALERT_TAIL_MAX alerts. Opaque. */
struct tcn_tail;

/** Makes an empty tail. Owns: gives it. Errors: TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_tail_create(struct tcn_tail **out_tail);

/** Frees it; accepts NULL, leaves NULL. */
void tcn_tail_destroy(struct tcn_tail **tail);

/** Appends an alert; positions never fall. When the tail is full the alert is left to the state. */
void tcn_tail_push(struct tcn_tail *tail, const struct tcn_alert *alert);

/** The state on disk holds everything up to a position: forgets those alerts. */
void tcn_tail_commit(struct tcn_tail *tail, uint64_t position);

/** Alerts of a stream from `number` on, without a hole, at most `count_max`; returns how many, 0
 * when the tail does not hold `number`. */
size_t tcn_tail_get(const struct tcn_tail *tail, struct tcn_stream stream, uint64_t number,
                    struct tcn_alert *out_alerts, size_t count_max);

/** The highest number ever pushed for a stream; 0 when none. */
uint64_t tcn_tail_head(const struct tcn_tail *tail, struct tcn_stream stream);

/** Gives a stream that grew since it was given last; false when there is none. */
bool tcn_tail_grown(struct tcn_tail *tail, struct tcn_stream *out_stream, uint64_t *out_head);

/** Alerts now in the tail; 0 when empty. */
size_t tcn_tail_count(const struct tcn_tail *tail);

/** Alerts that found the tail full since it was made. */
uint64_t tcn_tail_dropped(const struct tcn_tail *tail);

#endif
