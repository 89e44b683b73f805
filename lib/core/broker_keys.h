/* SPDX-License-Identifier: Apache-2.0 */
/*
 * By which transport keys a peer knows its broker, and how one of them takes the place of another
 * without a moment at which both ends are not agreed. The log names the next key, so the collector
 * signs what a peer learns; a broker says nothing of its own keys, and who has captured it cannot
 * name the key that comes behind it.
 *
 *            an administrator's ROTATED       the broker is started        the old one's
 *            is in the log, until T           again with the new key       time is over (T)
 *   [ K0 ] ───────────────────────▶ [ K0, K1 ] ─────────────────▶ [ K0, K1 ] ─────────▶ [ K1 ]
 *   peers                           the collector tells all,                  peers believe K1
 *   know K0                         agents in the bundle and                  and nothing else
 *                                   readers in SESSION
 *
 *   A peer tries the keys that it knows in turn, so between the two arrows in the middle it matters
 *   to nobody which one the broker has. Who was off from before the first arrow until behind the
 *   second knows K0 alone: it is given a new bundle or a new configuration by hand.
 *
 * What a peer knows is what it was last told, and what its configuration says:
 *
 *   | the key                                      | is tried                  |
 *   |----------------------------------------------|---------------------------|
 *   | told, without an end                         | yes, first                |
 *   | told, with an end in the future              | yes, behind those         |
 *   | told, with an end that is past               | no                        |
 *   | configured, and told                         | as it was told            |
 *   | configured, and not told                     | yes, last                 |
 *
 * The last row is the way back, and what a configuration that nobody has mended costs: a key that
 * was succeeded twice is believed by who still has it there.
 *
 * Pure. Thread: any.
 */
#ifndef TCN_CORE_BROKER_KEYS_H
#define TCN_CORE_BROKER_KEYS_H

#include "model/registry.h"

/** The keys to try. Open: filled by tcn_broker_keys_pick; at least one. */
struct tcn_broker_pick {
    struct tcn_public_key keys[TCN_BROKER_KEYS_MAX + 1]; /**< in the order in which to try them */
    uint32_t count;
    int64_t change_ns; /**< wall clock: pick anew then; INT64_MAX: not until something is told */
};

/** What the registry tells: of each broker that is active the key, and the one before it until its
 * end. More than TCN_BROKER_KEYS_MAX are left out, which no registry has that was founded here. */
void tcn_broker_keys_of(const struct tcn_registry *registry, struct tcn_broker_keys *out_keys);

/** Which keys to try now, at `wall_ns`, by the table above. */
void tcn_broker_keys_pick(const struct tcn_broker_keys *told,
                          const struct tcn_public_key *configured, int64_t wall_ns,
                          struct tcn_broker_pick *out_pick);

/** True when both tell the same. */
bool tcn_broker_keys_equal(const struct tcn_broker_keys *left, const struct tcn_broker_keys *right);

#endif
