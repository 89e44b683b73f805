/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A log from a backup, in a new place and a new generation. First everything in the backup is
 * verified and the end of the new log is found; only then is anything written, into a directory
 * that appears whole or not at all. The new log's identity says generation + 1; the collector that
 * opens it logs that as its first word, so the generation is in the chain from there on.
 *
 * With the journal of the log that was lost, generation + 1 is above every one that was ever taken,
 * and the collector says again what the journal holds before it hears anybody (core/recall.h).
 *
 *   plan: manifest, file, chain, signatures, receipts ──▶ run: copy, fold, verify ──▶ TO stands
 *
 * What is beyond the end comes again from the agents' retained windows; a watcher's cursor goes
 * back to the last alert that is left of its generation.
 *
 * One restore, one thread.
 */
#ifndef TCN_QUERY_RESTORE_H
#define TCN_QUERY_RESTORE_H

#include "query/audit.h"
#include "query/manifest.h"

/** A restore. Opaque. */
struct tcn_restore;

/** What to restore. Open: filled by the caller, lent during tcn_restore_plan. */
struct tcn_restore_options {
    const char *from;    /**< a backup's directory */
    const char *shares;  /**< a backup's directory of the share store; NULL: without shares */
    const char *journal; /**< of the log that was lost; NULL: without one */
    const char *to;      /**< the new folder of a collector; absent or empty */
    uint64_t position;   /**< the last to be there at most; 0: all */
    int64_t at_ns;       /**< log time of the last at most; 0: all */
    uint64_t generation; /**< to go on in at least; 0: the next one that is free */
    bool is_dry;         /**< only planned: nothing is written anywhere, the journal included */
};

/** So far above the next free one may a wanted generation be: offices never go back below one. */
#define TCN_RESTORE_GENERATION_STEP_MAX 1000

/** What will be, or was, done. Open: filled for the caller. */
struct tcn_restore_report {
    struct tcn_manifest manifest;
    struct tcn_audit_report audit; /**< of the backup */
    uint64_t last_position;        /**< of the new log: the end of a group */
    int64_t log_time_ns;           /**< of its last record */
    uint64_t generation;           /**< that it goes on in */
    bool has_shares;
    bool has_journal;
    uint64_t journal_from;  /**< the position that the journal begins behind */
    uint32_t revoked_count; /**< principals whose rights it takes away or ends */
    uint32_t epoch_count;   /**< sources of which it knows the newest epoch */
    uint32_t erased_count;  /**< events whose share it destroys again */
    const char *fault; /**< what is wrong, static text; NULL when nothing or a status says enough */
};

/** Verifies the backup and finds the end; writes nothing. `out_report` is filled as far as it got,
 * also when it fails.
 * Owns: gives the restore, to be ended with tcn_restore_end; NULL when it fails.
 * Errors: TCN_ABSENT no backup there, or no such position; TCN_CORRUPT damage, `fault` and
 * `audit` say where; TCN_FOREIGN_LOG the shares are of another log; TCN_VERSION a newer format;
 * TCN_LOCKED somebody uses the backup as a log, or holds the journal; TCN_CONFIG TCN_NOMEM TCN_IO.
 */
TCN_MUST_CHECK enum tcn_status tcn_restore_plan(const struct tcn_restore_options *options,
                                                struct tcn_restore **out_restore,
                                                struct tcn_restore_report *out_report);

/** Does it. The journal notes the generation first, so that no other restore takes it; a copy of it
 * is part of the new folder.
 * Errors: TCN_EXISTS something stands at `to`; TCN_LOCKED another restore is written there;
 * TCN_FULL; TCN_CORRUPT what was written does not verify; TCN_CONFIG TCN_NOMEM TCN_IO. Nothing
 * stands at `to` then. */
TCN_MUST_CHECK enum tcn_status tcn_restore_run(struct tcn_restore *restore);

/** Ends it; what does not stand yet is removed. Accepts NULL, leaves NULL. */
void tcn_restore_end(struct tcn_restore **restore);

#endif
