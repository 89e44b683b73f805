/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a journal still counts for, entry by entry: what must be said again by a log that was
 * restored, and which generation is the next. Pure; the same entries give the same answer, also
 * when they were reduced to these before.
 *
 *   revocation ──┐                                    restore: generation = last + 1, RESERVED
 *   end of rights├─▶ take ─▶ newest of each principal  start:   FORKED (where) ─▶ said again, each
 *   epoch ───────┤          and of each source                    entry anew in it ─▶ BEGUN
 *   erasure ─────┘          each of its event
 *
 * Rules, each with a test by its number:
 *   R1  a revocation stands; ends of rights replace each other, and a revocation all of them;
 *   R2  of each source the newest epoch counts: it closes every one before it;
 *   R3  what a generation gave up counts no more once the next has BEGUN: an entry of a generation
 *       below it, behind its fork, was said again, or was about nobody;
 *   R4  the next generation is above every one that was ever reserved, so two restores of one
 *       backup are never the same generation;
 *   R5  until BEGUN everything is said again at every start;
 *   R6  an erasure stands, and a later entry of the same event takes its place. Of more than
 *       TCN_RECALL_ERASED_MAX the oldest are forgotten: no backup of shares is that old.
 *
 * Thread: one.
 */
#ifndef TCN_CORE_RECALL_H
#define TCN_CORE_RECALL_H

#include "base/status.h"
#include "model/chunk.h"
#include "model/journal.h"

#include <stdbool.h>
#include <stddef.h>

/** Entries that can count at once: one for each principal, one for each source, forks. */
#define TCN_RECALL_ENTRIES_MAX (2 * TCN_PRINCIPALS_MAX + TCN_RECALL_FORKS_MAX)

/** Generations that are remembered; of older ones only that they are over. */
#define TCN_RECALL_FORKS_MAX 64

/** Erasures that count. */
#define TCN_RECALL_ERASED_MAX 16384

/** What counts. Opaque. */
struct tcn_recall;

/** Nothing counts yet. Owns: gives it. Errors: TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_recall_create(struct tcn_recall **out_recall);

/** Destroys it; accepts NULL, leaves NULL. */
void tcn_recall_destroy(struct tcn_recall **recall);

/** Takes the next entry of a journal.
 * Errors: TCN_LIMIT more principals or sources than there can be; TCN_BAD_VALUE it makes no sense.
 */
TCN_MUST_CHECK enum tcn_status tcn_recall_take(struct tcn_recall *recall,
                                               const struct tcn_journal_entry *entry);

/** Entries that count but for erasures, GENERATIONs first and in order. Owns: lent until the next
 * take. */
const struct tcn_journal_entry *tcn_recall_entries(const struct tcn_recall *recall,
                                                   size_t *out_count);

/** Erasures that count. */
size_t tcn_recall_erased_count(const struct tcn_recall *recall);

/** One of them, by an index from 0, in no order. */
struct tcn_journal_entry tcn_recall_erased_at(const struct tcn_recall *recall, size_t index);

/** True when the event with this hash is erased. */
bool tcn_recall_is_erased(const struct tcn_recall *recall, const struct tcn_hash *hash);

/** A lane's erased events by their sequences, rising; of more than there is room for the highest.
 * Returns how many. */
size_t tcn_recall_erased_of(const struct tcn_recall *recall, const struct tcn_lane_key *lane,
                            struct tcn_erased out_erased[TCN_WELCOME_ERASED_MAX]);

/** The highest generation that was reserved, forked or begun; 0 for none. */
uint64_t tcn_recall_last_generation(const struct tcn_recall *recall);

/** The highest that has begun; 0 for none. */
uint64_t tcn_recall_begun_generation(const struct tcn_recall *recall);

/** The last position before a generation; false when it is not known. */
bool tcn_recall_fork(const struct tcn_recall *recall, uint64_t generation, uint64_t *out_position);

#endif
