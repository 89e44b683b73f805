/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replay of everything that a case has logged, to one reader that checks every signature and the
 * digest over all events.
 */
#ifndef BENCH_REPLAY_H
#define BENCH_REPLAY_H

#include "district.h"

/** Replays the whole log, which ends at `last_position`, and fills the result in. */
void bench_replay(struct bench_district *district, uint64_t last_position,
                  struct bench_result *result);

#endif
