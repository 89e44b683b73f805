/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The word that waits for a second person: what another post has to name as well, so that it is the
 * same act. One word waits at a time; another one takes its place.
 *
 * Pure, and nothing is owned. Thread: any.
 */
#ifndef TCN_CORE_SECOND_H
#define TCN_CORE_SECOND_H

#include "model/event.h"
#include "model/state.h"

/** True when the word that waits is another post's, and names the same as the event of `source`.
 * False when none waits. */
bool tcn_second_matches(const struct tcn_second *second, const struct tcn_event *event,
                        uint32_t source);
/** Keeps the event's word in the place of one that waited. */
void tcn_second_keep(struct tcn_second *second, const struct tcn_event *event, uint32_t source);

#endif
