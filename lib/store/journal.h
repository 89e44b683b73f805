/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal: one small file of entries, appended and synced, each with a checksum of its own. It
 * lies beside the log or on another disk, and is in no backup of the log. What its entries mean is
 * for others (core/recall.h).
 *
 *   header  "TCNJRNL1", log id 16, position 8 that it begins behind, checksum 8;
 *           synced, twice: bytes 8 of the file that are on disk, checksum 8 of them
 *   entry   size 4 (all of it), kind 1, generation 8, position 8, principal 4,
 *           REVOKED: nothing · ENDS: until 8 · EPOCH: source 4, epoch 8, lane 1, predecessor 8,
 *           size 2 and HELLO, signature 64 · GENERATION: stage 1 ·
 *           ERASED: source 4, epoch 8, lane 1, sequence 8, hash 32,
 *           checksum 8
 *
 *   commit  entries ─▶ sync ─▶ one of the two `synced`, in turn ─▶ sync ─▶ TCN_OK
 *
 * Invariants:
 *   J1  what tcn_journal_commit has returned TCN_OK for is on disk, and `synced` says so;
 *   J2  what is below `synced` and not whole, or not there, is damage: TCN_CORRUPT, never read over
 *       and never cut off. So is any entry that is not whole while one `synced` cannot be read;
 *   J3  the file is held by one writer (flock);
 *   J4  what is behind `synced` was never said to be there. Whole entries of it count; the first
 *       that is not whole was torn by a power cut, and is cut off with what follows.
 *
 * Assumed of the disk: a sector that is being written when the power fails is the old one or the
 * new one. The header fits one; a disk that garbles it loses the journal, and the start says so.
 *
 * Thread: one.
 */
#ifndef TCN_STORE_JOURNAL_H
#define TCN_STORE_JOURNAL_H

#include "base/status.h"
#include "model/journal.h"

#include <stddef.h>

/** Bytes of the longest entry. */
#define TCN_JOURNAL_ENTRY_BYTES_MAX 1024

/** A journal that is held. Opaque. */
struct tcn_journal;

/** Looks at one entry, in order; anything but TCN_OK ends the opening and is returned by it. */
typedef enum tcn_status tcn_journal_visit(void *context, const struct tcn_journal_entry *entry);

/** How to open one. Open: filled by the caller, lent for the call. */
struct tcn_journal_options {
    const char *path;
    const struct tcn_id *log_id;           /**< whose it must be */
    const struct tcn_journal_entry *first; /**< for a new one; NULL: it must be there */
    uint64_t from_position;                /**< for a new one: what it begins behind */
    bool is_reader_only; /**< nothing is written to it: a torn end is passed over and stays */
    tcn_journal_visit *visit;
    void *context;
};

/** Opens a journal, makes it when it is absent and may be made, and shows all its entries. Nothing
 * is written to one that is damaged, of another log or of a later program.
 * Owns: gives the journal, to be closed.
 * Errors: TCN_ABSENT; TCN_LOCKED another holds it; TCN_FOREIGN_LOG; TCN_VERSION; TCN_CORRUPT (J2);
 * TCN_FULL; TCN_IO; TCN_CONFIG the path is too long; TCN_NOMEM; what `visit` gives. */
TCN_MUST_CHECK enum tcn_status tcn_journal_open(const struct tcn_journal_options *options,
                                                struct tcn_journal **out_journal);

/** Closes it; what was added and not committed is forgotten. Accepts NULL, leaves NULL. */
void tcn_journal_close(struct tcn_journal **journal);

/** Adds an entry, to be written by the next commit.
 * Errors: TCN_NOMEM; TCN_TOOBIG its HELLO. */
TCN_MUST_CHECK enum tcn_status tcn_journal_add(struct tcn_journal *journal,
                                               const struct tcn_journal_entry *entry);

/** Forgets what was added since the last commit. */
void tcn_journal_drop(struct tcn_journal *journal);

/** Writes and syncs what was added; does nothing when nothing was.
 * Errors: TCN_FULL nothing of it is there; TCN_IO: exit. */
TCN_MUST_CHECK enum tcn_status tcn_journal_commit(struct tcn_journal *journal);

/** Gives the entry at an index, from 0. Owns: lends it until the next call. */
typedef const struct tcn_journal_entry *tcn_journal_at(void *context, size_t index);

/** Entries for a journal. Open: filled by the caller, lent for the call. */
struct tcn_journal_entries {
    tcn_journal_at *at;
    void *context;
    size_t count;
};

/** Replaces all entries by these, synced, whole or not at all. Nothing may be added and open.
 * Errors: TCN_FULL TCN_IO TCN_NOMEM the old file stands; TCN_TOOBIG. */
TCN_MUST_CHECK enum tcn_status tcn_journal_rewrite(struct tcn_journal *journal,
                                                   const struct tcn_journal_entries *entries);

/** Copies the file, synced, to a place where nothing stands.
 * Errors: TCN_EXISTS; TCN_FULL; TCN_IO; TCN_NOMEM; TCN_CONFIG. */
TCN_MUST_CHECK enum tcn_status tcn_journal_copy(struct tcn_journal *journal, const char *path);

/** Bytes of the file. */
uint64_t tcn_journal_bytes(const struct tcn_journal *journal);

/** Bytes of torn entries that were cut off at the opening (J4); 0 when none was. */
uint64_t tcn_journal_cut_bytes(const struct tcn_journal *journal);

/** The position that it begins behind: what was before it, it does not know. */
uint64_t tcn_journal_from(const struct tcn_journal *journal);

#endif
