/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A log's charter: genesis with its registry and policy, decoded and believed. It is opened once,
 * from a genesis file or from position 1 of a log, and never changes afterwards, so every thread
 * may read it without asking. Whoever opened it closes it after all of them.
 *
 * A genesis file is: size of the genesis bytes (4 bytes, big-endian), the genesis bytes, 64 bytes
 * of signature by the root key.
 */
#ifndef TCN_QUERY_CHARTER_H
#define TCN_QUERY_CHARTER_H

#include "base/arena.h"
#include "model/chunk.h"
#include "model/policy.h"
#include "model/registry.h"
#include "store/log.h"

/** Largest genesis; the record that holds it must fit the log. */
#define TCN_GENESIS_BYTES_MAX (3u * 1024 * 1024)

/** The charter. Open: embedded in its owner; read-only once opened. */
struct tcn_charter {
    struct tcn_arena arena;         /**< holds all that the fields below lend */
    struct tcn_slice bytes;         /**< genesis, exactly as signed */
    struct tcn_signature signature; /**< by the root key */
    struct tcn_hash hash;           /**< of genesis: the chunk hash of position 1 */
    struct tcn_genesis genesis;
    struct tcn_registry registry;
    struct tcn_policy policy;
};

/** Checks the signature and decodes.
 * Owns: copies bytes and signature; end with tcn_charter_fini.
 * Errors: TCN_BAD_SIGNATURE the root key did not sign it; TCN_TOOBIG over TCN_GENESIS_BYTES_MAX;
 * TCN_VERSION a fold version that this program does not know; TCN_NOMEM; as all of wire.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_charter_init(struct tcn_charter *charter, struct tcn_slice bytes,
                                                struct tcn_slice signature);

/** The same from a genesis file.
 * Errors: TCN_ABSENT no such file; TCN_IO; TCN_MALFORMED its sizes do not fit; as
 * tcn_charter_init.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_charter_init_file(struct tcn_charter *charter, const char *path);

/** The same from position 1 of a log.
 * Errors: TCN_ABSENT the log is empty; TCN_CORRUPT position 1 is not genesis; as tcn_charter_init;
 * as tcn_log_read.
 * Thread: the reader's. */
TCN_MUST_CHECK enum tcn_status tcn_charter_init_log(struct tcn_charter *charter,
                                                    struct tcn_log_reader *reader);

/** The organ that speaks in an event: its principal's; of a feed, which speaks for everybody, the
 * one that the event names. 0 when none, and for NULL. Thread: any. */
uint16_t tcn_charter_organ(const struct tcn_policy *policy, const struct tcn_principal *principal,
                           const struct tcn_event *event);

/** The version of the bundle of a registry and a policy: that of the policy, and one more for each
 * position that the registry's last change lies behind genesis. It grows with every change of
 * either. Thread: any.
 */
uint64_t tcn_charter_bundle_version(const struct tcn_charter *charter,
                                    const struct tcn_policy *policy,
                                    const struct tcn_registry *registry);

/** Gives the memory back; accepts NULL and a zeroed charter. */
void tcn_charter_fini(struct tcn_charter *charter);

/** True when the log takes events of a mode, and has streams of it: one of real work takes drills
 * too, one of an exercise takes nothing else. Thread: any. */
bool tcn_charter_takes(const struct tcn_charter *charter, enum tcn_mode mode);

#endif
