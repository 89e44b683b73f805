/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When the bell of a watch rings: again and again while something urgent waits and nobody of the
 * organ has said that it is in hand, and once for everything else. It rings by what was last known:
 * a collector that is away silences nothing. Decides and never rings itself. One thread, the
 * program's; every `now_ns` is of the monotonic clock.
 *
 *              urgent waits                      N seconds later
 *   QUIET ─────────────────────▶ RINGING ──┐ ─────────────────────▶ rings again
 *     ▲                            │       │
 *     └────────────────────────────┴───────┘ all of it acknowledged
 */
#ifndef TCN_CLI_BELL_H
#define TCN_CLI_BELL_H

#include <stdbool.h>
#include <stdint.h>

/** Seconds between two rings unless somebody says otherwise. */
#define TCN_BELL_SECONDS 30

/** The bell. Open: zeroed but for every_ns and is_off. */
struct tcn_bell {
    int64_t every_ns;
    bool is_off; /**< --no-bell */
    bool is_ringing;
    bool is_struck; /**< something came: rings once at the next look */
    int64_t rung_ns;
};

/** Something came that is to be heard once. */
void tcn_bell_strike(struct tcn_bell *bell);

/** What is known to wait: how many urgent things that nobody has in hand. */
void tcn_bell_know(struct tcn_bell *bell, uint32_t urgent_count);

/** True when it is to ring now; each time once. */
bool tcn_bell_is_due(struct tcn_bell *bell, int64_t now_ns);

/** When to look next; INT64_MAX while nothing rings by itself. */
int64_t tcn_bell_deadline(const struct tcn_bell *bell);

#endif
