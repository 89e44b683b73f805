/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How another policy comes to a log. An administrator's tool signs a file; the collector finds it
 * in its folder, judges it by the registry and the policy at the log's end, and logs it:
 *
 *   collector/policy.next      an activation that waits; the tool puts it there whole
 *   collector/policy.refused   the last one that did not fit, for whoever looks why
 *
 *                 judged: fits           its group's commit
 *   [ waits ] ────────────────▶ [ said ] ─────────────────▶ [ in force ]   the file is removed
 *       │ ▲                        │
 *       │ └────────────────────────┘ no room: the group is dropped
 *       └────────────────▶ [ refused ]   the policy before stays in force
 *            judged: no
 *
 * A process that dies in between finds the file again: in force already, it is removed.
 *
 * An activation's file: size of the word (4 bytes, big-endian), the word, size of policy and text
 * (4 bytes), the policy, the text that it was compiled from, 64 bytes of signature.
 */
#ifndef TCN_QUERY_ACTIVATION_H
#define TCN_QUERY_ACTIVATION_H

#include "core/regime.h"
#include "query/rights.h"

/** Names of the files, below the collector's folder. */
#define TCN_ACTIVATION_NEXT "policy.next"
#define TCN_ACTIVATION_REFUSED "policy.refused"

/** Largest file. */
#define TCN_ACTIVATION_FILE_BYTES_MAX (TCN_POLICY_BYTES_MAX + TCN_POLICY_TEXT_BYTES_MAX + 1024)

/** An activation's file, read. Open: all zero when there is none. */
struct tcn_activation_file {
    void *data;              /**< owned */
    struct tcn_chunk chunk;  /**< lends from `data`: head, body and signature */
    struct tcn_hash content; /**< of the head, as the log names it */
};

/** What is wanted of tcn_activation_make. Open: filled by the caller, all lent. */
struct tcn_activation_wish {
    const struct tcn_policy *policy;
    struct tcn_slice text; /**< that it was compiled from (policy/text.h); empty: none is kept */
    const char *key_path;  /**< of the administrator */
    int64_t now_ns;
    bool restates;
};

/** Signs an activation of a policy for the log that the rights stand at the end of, and puts it
 * where its collector finds it. `out_verdict` is filled when the policy does not follow. The key is
 * judged first.
 * Errors: TCN_DENIED the key is no administrator's of this log; TCN_EXISTS it is in force already;
 * TCN_NOT_ALLOWED the verdict says why; TCN_BUSY another one waits; TCN_TOOBIG TCN_BAD_VALUE the
 * tables do not encode; as tcn_key_file_read and tcn_fresh_replace.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_activation_make(const struct tcn_rights *rights,
                                                   const struct tcn_activation_wish *wish,
                                                   const char *dir,
                                                   struct tcn_regime_verdict *out_verdict);

/** Reads the file that waits in a collector's folder; it never waits for another program.
 * Owns: gives the file, to be ended with tcn_activation_forget.
 * Errors: TCN_ABSENT none waits; TCN_CONFIG it may not be read; TCN_BAD_VALUE it is no plain file;
 * TCN_TOOBIG; TCN_MALFORMED; TCN_NOMEM; TCN_IO.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_activation_load(const char *dir,
                                                   struct tcn_activation_file *out_file);

/** Gives a file's memory back; safe on a zeroed one. */
void tcn_activation_forget(struct tcn_activation_file *file);

/** Takes the file out of the way: removed when it came into force, else kept as the one that was
 * refused. Errors: TCN_IO. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_activation_settle(const char *dir, bool is_refused);

/** Judges a file at the place of the log where the rights stand, and by the wall clock.
 * Errors: TCN_EXISTS this very policy is in force; TCN_FOREIGN_LOG; TCN_DENIED it is not an
 * administrator's; TCN_REVOKED the key is not good any more; TCN_BAD_SIGNATURE; TCN_VERSION another
 * fold; TCN_CONFLICT it was made to follow another policy; TCN_NOT_ALLOWED it does not follow
 * (core/regime); as tcn_activated_create. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_activation_check(const struct tcn_rights *rights,
                                                    const struct tcn_activation_file *file,
                                                    int64_t now_ns, uint32_t *out_principal);

#endif
