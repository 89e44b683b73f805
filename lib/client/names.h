/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words for a district's numbers: its policy and its mode, out of the bundle that the collector
 * signed. Programs that show things to people or take words from them read it; nothing is decided
 * by it. Read-only once loaded, so any thread may look.
 */
#ifndef TCN_CLIENT_NAMES_H
#define TCN_CLIENT_NAMES_H

#include "base/arena.h"
#include "client/session.h"
#include "model/policy.h"
#include "model/registry.h"
#include "seal/keyring.h"

/** A district's words. Open: read by who shows things. Owns its arena; end with tcn_names_fini. */
struct tcn_names {
    struct tcn_arena arena;
    struct tcn_bundle bundle; /**< mode, log id, keys; the policy as bytes */
    struct tcn_policy policy;
    struct tcn_keyring ring; /**< the collector's keys, as far as the bundle lists them */
};

/** Reads DIR/bundle.bin and checks its signature.
 * Owns: gives names to be ended with tcn_names_fini.
 * Errors: TCN_ABSENT no such file; TCN_BAD_SIGNATURE not this collector's; TCN_MALFORMED and the
 * like: it is damaged; TCN_IO; TCN_NOMEM. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_names_load(const char *dir,
                                              const struct tcn_public_key *collector_key,
                                              struct tcn_names *out_names);

/** Asks the collector for the bundle in force, and checks it as one from a file. The session is
 * nobody else's meanwhile.
 * Owns: gives names to be ended with tcn_names_fini.
 * Errors: as tcn_session_send and tcn_session_recv; TCN_BAD_SIGNATURE not this collector's;
 * TCN_MALFORMED and the like: it does not decode; TCN_NOMEM. Thread: the session's. */
TCN_MUST_CHECK enum tcn_status tcn_names_ask(struct tcn_session *session,
                                             const struct tcn_public_key *collector_key,
                                             int64_t deadline_ns, struct tcn_names *out_names);

/** Asks as tcn_names_ask and, when the answer is of this log and newer than the names in hand, puts
 * it in their place and keeps it as DIR/bundle.bin; a folder that cannot be written costs it when
 * the program ends. What was lent of the names before is over then.
 * Owns: the names stay the caller's.
 * Errors: TCN_EXISTS it is no newer; TCN_FOREIGN_LOG; TCN_STALE and TCN_CONFLICT it does not know
 * the collector's keys that the names know; as tcn_names_ask. The names stay as they are. Thread:
 * the session's. */
TCN_MUST_CHECK enum tcn_status tcn_names_renew(struct tcn_session *session, const char *dir,
                                               int64_t deadline_ns, struct tcn_names *names);

/** Gives back what tcn_names_load or tcn_names_ask took; safe on zeroed names. Thread: any. */
void tcn_names_fini(struct tcn_names *names);

#endif
