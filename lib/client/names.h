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

/** Gives back what tcn_names_load or tcn_names_ask took; safe on zeroed names. Thread: any. */
void tcn_names_fini(struct tcn_names *names);

#endif
