/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Founding a district: the keys of everybody, the registry, genesis and the agents' bundle, as
 * files in one folder. `tocsin up` founds on one machine; an installation on several machines takes
 * the same files apart (docs/how-to/install.md). What was founded once is only ever read again,
 * never made anew.
 *
 *   DIR/keys/NAME.key          0600, secrets of one principal; root.key is taken offline afterwards
 *   DIR/genesis.bin            size (4 bytes, big-endian), genesis, root signature (64 bytes)
 *   DIR/bundle.bin             size (4 bytes, big-endian), bundle, collector signature (64 bytes)
 *
 * Principals: the collector (1), the broker (2), an auditor, an agent and a watcher for every
 * bureau and the desk, and for each of the first `office_count` offices, then two administrators;
 * in an exercise that a feed drives, the feed instead of all agents and administrators. An organ's
 * programs share its sealing key and nothing else.
 *
 * Two administrators, because the last one cannot be revoked (core/roll K5): whoever loses or is
 * robbed of admin.key revokes it with admin.spare.key, and so that the same thief does not have
 * both, the spare's key file is taken offline like root.key, and kept somewhere else.
 */
#ifndef TCN_CLIENT_SETUP_H
#define TCN_CLIENT_SETUP_H

#include "base/arena.h"
#include "model/policy.h"
#include "model/registry.h"

/** Names of the administrators: of the one that works, and of the one in the safe. */
#define TCN_SETUP_ADMIN "admin"
#define TCN_SETUP_ADMIN_SPARE "admin.spare"

/** What is to be founded. Open: filled by the caller for one call. */
struct tcn_setup_options {
    const char *dir;                 /**< an existing folder */
    const struct tcn_policy *policy; /**< lent */
    uint32_t office_count;           /**< offices of the policy, in order of their numbers */
    bool is_feed;                    /**< an exercise with one principal that speaks for all */
    int64_t now_ns;                  /**< wall clock; a feed's genesis is dated 1970 instead */
};

/** A founded district as its genesis file states it. Open: read by who lays out a machine. Owns its
 * arena; end with tcn_setup_fini. */
struct tcn_setup {
    struct tcn_arena arena;
    struct tcn_genesis genesis;
    struct tcn_registry registry;
    struct tcn_policy policy; /**< that it was founded with */
};

/** Founds a district: makes keys, signs genesis and bundle, writes all files and syncs them.
 * Errors: TCN_EXISTS the folder holds a genesis file; TCN_ABSENT no such folder; TCN_LIMIT more
 * principals than TCN_PRINCIPALS_MAX; TCN_FULL TCN_IO TCN_DENIED the files; TCN_NOMEM;
 * TCN_BAD_VALUE TCN_TOOBIG the policy cannot be encoded. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_setup_make(const struct tcn_setup_options *options);

/** Reads what was founded; the root signature is checked against the key that genesis itself names.
 * Owns: gives a setup to be ended with tcn_setup_fini.
 * Errors: TCN_ABSENT no genesis file; TCN_MALFORMED TCN_BAD_SIGNATURE it is damaged; TCN_IO;
 * TCN_NOMEM. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_setup_load(const char *dir, struct tcn_setup *out_setup);

/** Gives back what tcn_setup_load took; safe on a zeroed setup. Thread: any. */
void tcn_setup_fini(struct tcn_setup *setup);

/** The principal with this name, or NULL. Thread: any. */
const struct tcn_principal *tcn_setup_find(const struct tcn_setup *setup, const char *name);

/** Name of an organ's watching program: "watch." and the organ's id.
 * Errors: TCN_TOOBIG. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_setup_watcher_name(const char *organ,
                                                      char out_name[TCN_WORD_BYTES_MAX + 1]);

#endif
