/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A backup in the making: the log of a collector that may go on writing, copied into a directory
 * that appears whole or not at all, with a manifest in it; and, in a directory of its own, the
 * share store. The two are kept apart because a share that is erased must not live on in a log's
 * backup, which is kept for years: what holds shares is kept 7 days at most. The state is in
 * neither: it follows from the log.
 *
 *   begin ──▶ step, step … done: TO stands ──▶ [shares: SHARES_TO stands] ──▶ end
 *
 * One backup, one thread.
 */
#ifndef TCN_QUERY_BACKUP_H
#define TCN_QUERY_BACKUP_H

#include "query/manifest.h"

/** A backup. Opaque. */
struct tcn_backup;

/** Opens the log in `dir`/log as a guest, sees that there is room, and begins. `to` must not be
 * there, or be an empty directory.
 * Owns: copies the paths; gives the backup, to be ended with tcn_backup_end.
 * Errors: TCN_EXISTS `to` is there; TCN_FULL too little room; TCN_LOCKED another backup is written
 * there; TCN_ABSENT no log, or no parent of `to`; TCN_VERSION TCN_CORRUPT of the log; TCN_CONFIG
 * TCN_NOMEM TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_backup_begin(const char *dir, const char *to,
                                                struct tcn_backup **out_backup);

/** Copies a slice; with the last one, when `out_is_done` is true, the backup stands.
 * Errors: TCN_CORRUPT the log is damaged; TCN_FULL; TCN_EXISTS something came there meanwhile;
 * TCN_NOMEM; TCN_IO. It can only be ended then, and nothing is left of it. */
TCN_MUST_CHECK enum tcn_status tcn_backup_step(struct tcn_backup *backup, bool *out_is_done);

/** Bytes of records copied so far. */
uint64_t tcn_backup_bytes(const struct tcn_backup *backup);

/** Copies the share store to a directory of its own, after the log: of every event in the backup
 * the share is there by then.
 * Errors: as tcn_backup_begin. */
TCN_MUST_CHECK enum tcn_status tcn_backup_shares(struct tcn_backup *backup, const char *to);

/** What the backup's manifest says, once it stands. Owns: lent until the end. */
const struct tcn_manifest *tcn_backup_manifest(const struct tcn_backup *backup);

/** Ends it; what does not stand yet is removed. Accepts NULL, leaves NULL. */
void tcn_backup_end(struct tcn_backup **backup);

#endif
