/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verification of a whole log: the chain of record hashes and that of each lane, every content hash
 * and signature, body hashes, the receipts' roots, the marks that the log keeps, who might speak at
 * each position, and the digest over all events.
 * Needs nothing but the log and what genesis says, so anybody with the file and the root key can
 * repeat it.
 */
#ifndef TCN_QUERY_AUDIT_H
#define TCN_QUERY_AUDIT_H

#include "query/heads.h"
#include "store/log.h"

/** A signing key of the collector, and from where it signs. Open: filled for the caller. */
struct tcn_audit_signer {
    struct tcn_public_key key;
    uint64_t first_position; /**< of the first group that it signed */
};

/** What was found. Open: filled for the caller, also when damage was found. */
struct tcn_audit_report {
    uint64_t record_count;  /**< records found good */
    uint64_t event_count;   /**< events with bytes in them */
    uint64_t group_count;   /**< receipt groups found good */
    uint64_t last_position; /**< of the last good record; 0 when none */
    uint64_t bad_position;  /**< where the damage is; 0 when none was found */
    const char *bad_what;   /**< what is wrong there, static text; NULL when nothing */
    struct tcn_hash digest; /**< over all events found good, as struct tcn_end says */
    struct tcn_hash tail;   /**< hash of the last record: names the whole log */
    struct tcn_audit_signer signers[TCN_SUCCESSORS_MAX + 1]; /**< oldest first */
    uint32_t signer_count;
};

/** Walks the whole log with readers of its own; ingest may go on.
 * Errors: TCN_CORRUPT the report says where and what; TCN_NOMEM TCN_VERSION TCN_LIMIT TCN_IO.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_audit_run(struct tcn_log *log, const struct tcn_charter *charter,
                                             struct tcn_audit_report *out_report);

/** The same, and what becomes of heads that were taken earlier; `claims` may be NULL when `count`
 * is 0. The log is good when TCN_OK comes back and every claim is good (tcn_head_is_good). Errors:
 * as tcn_audit_run. Claims at or above damage stay unjudged then. */
TCN_MUST_CHECK enum tcn_status tcn_audit_against(struct tcn_log *log,
                                                 const struct tcn_charter *charter,
                                                 struct tcn_head_claim *claims, size_t count,
                                                 struct tcn_audit_report *out_report);

/** The digest over all events from `first_position` to `last_position` (0: the end), and how many
 * they are: what a replay of that range ends with.
 * Errors: TCN_CORRUPT; TCN_VERSION; TCN_IO.
 * Thread: the reader's. */
TCN_MUST_CHECK enum tcn_status tcn_audit_digest(struct tcn_log_reader *reader,
                                                uint64_t first_position, uint64_t last_position,
                                                struct tcn_hash *out_digest, uint64_t *out_count);

#endif
