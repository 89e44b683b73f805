/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log writer without its sockets: takes checked chunks, HELLOs, claims and cursors, has core
 * decide, appends to the open group, and after the commit gives the answers in the order of the
 * questions.
 *
 *   begin ──▶ chunk, hello, refused, cursor, gone … ──▶ commit ──▶ answer 0 … n-1 ──▶ begin …
 *
 * Invariants:
 *   G1  no answer can be read before the commit that it speaks of has synced;
 *   G2  shares are synced before the log group that they belong to is committed;
 *   G3  a group that could not hold a record (TCN_FULL) is dropped whole: all in it are told
 *       "later", and every session ends, so that lanes begin again from what the log holds;
 *   G4  after any other failure of a store nothing is answered any more: the caller exits.
 *
 * One ledger, one thread: the writer's.
 */
#ifndef TCN_COLLECTOR_LEDGER_H
#define TCN_COLLECTOR_LEDGER_H

#include "collector/house.h"
#include "collector/note.h"

/** A ledger. Opaque. */
struct tcn_ledger;

/** What came from a lane. Open: all lent for the call. */
struct tcn_ledger_input {
    struct tcn_stamp stamp;
    struct tcn_header header;
    const struct tcn_note_checked *note;
    struct tcn_chunk chunk; /**< for ENROL: the head; for HELLO: head and signature; for REFUSE: the
                               answer and its signature */
};

/** The version of the registry that is in force since the last commit. Thread: the ledger's. */
uint64_t tcn_ledger_registry_version(const struct tcn_ledger *ledger);

/** Room for the largest encoded answer. */
#define TCN_LEDGER_ANSWER_BYTES (8 * 1024)

/** An answer, ready to send. Open: filled by tcn_ledger_answer. */
struct tcn_ledger_answer {
    struct tcn_stamp stamp;
    struct tcn_header header;
    struct tcn_slice body;      /**< lent from the caller's buffer, as the signature */
    struct tcn_slice signature; /**< empty when it has none */
    struct tcn_slice keys[2];   /**< the list of keys and its signature, lent from the ledger; empty
                                     without a signature, or with the log's first key */
};

/** Opens a ledger on an opened house: reads the live epochs and the end of the chain.
 * Owns: lends the house; gives the ledger.
 * Errors: TCN_NOMEM TCN_CORRUPT TCN_IO TCN_LIMIT. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_open(struct tcn_collector *house,
                                               struct tcn_ledger **out_ledger);

/** Closes it, drops an open group; accepts NULL, leaves NULL. */
void tcn_ledger_close(struct tcn_ledger **ledger);

/** Starts a group at this time. A full store is no error here: what comes is told "later".
 * Errors: a store's failure other than TCN_FULL: exit. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_begin(struct tcn_ledger *ledger, int64_t wall_ns,
                                                int64_t monotonic_ns);

/** Takes one message: CHUNK, HELLO, ENROL, REFUSE or GONE by its note's kind.
 * Errors: a store's failure: exit. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_take(struct tcn_ledger *ledger,
                                               const struct tcn_ledger_input *in);

/** Takes a cursor to be logged as delivered.
 * Errors: a store's failure: exit. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_cursor(struct tcn_ledger *ledger,
                                                 const struct tcn_cursor *cursor);

/** Takes it that nobody watches for an organ, whose urgent alert waits; of what the desk may know
 * it is said once. */
void tcn_ledger_unwatched(struct tcn_ledger *ledger, const struct tcn_note_unwatched *note);

/** Takes it that two posts have asked for an erasure: the share is destroyed, and the collector's
 * word that it is gone is logged, with the group that is open or a later one. */
void tcn_ledger_erase(struct tcn_ledger *ledger, const struct tcn_note_erase *note);

/** True while erasures wait for a group: the next one must not be waited for. */
bool tcn_ledger_is_erasing(const struct tcn_ledger *ledger);

/** The fold's next due time (INT64_MAX for nothing) as it stands after this position: when it has
 * come, the log has nothing behind that position and a group has nothing else to store, a tick is
 * logged, so that the fold sees the time. Any other record does as well, and so does whatever the
 * fold has not come to: it tells again when it has. A log that a feed drives gets no ticks. */
void tcn_ledger_due(struct tcn_ledger *ledger, uint64_t position, int64_t due_ns);

/** Until a tick may be needed, at most `most_ns`; log time of the last group counts. */
int64_t tcn_ledger_due_in(const struct tcn_ledger *ledger, int64_t most_ns);

/** Looks whether another signing key is wanted: it is logged with the next group and signs what
 * comes behind that. True when one is. What is wrong with its file is logged once. */
bool tcn_ledger_look_for_key(struct tcn_ledger *ledger);

/** Looks whether an activation of another policy waits in the collector's folder; what is found is
 * judged and logged with the next group. No group is open. */
void tcn_ledger_look_for_policy(struct tcn_ledger *ledger);

/** True when the group must be committed before anything more is taken. */
bool tcn_ledger_is_full(const struct tcn_ledger *ledger);

/** Ends the group; with TCN_OK everything in it has been synced, and the answers can be read.
 * Errors: a store's failure: exit. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_commit(struct tcn_ledger *ledger);

/** Answers that can be read; 0 before the commit. */
uint32_t tcn_ledger_answer_count(const struct tcn_ledger *ledger);

/** The answer `index`, encoded into TCN_LEDGER_ANSWER_BYTES at `data`.
 * Errors: TCN_CORRUPT TCN_IO the log cannot give the receipt of an old chunk; TCN_NOMEM: exit. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_answer(struct tcn_ledger *ledger, uint32_t index,
                                                 uint8_t *data,
                                                 struct tcn_ledger_answer *out_answer);

/** Keeps a signed head of what is committed in the collector's folder, unless one of that day is
 * there. No group is open.
 * Errors: as tcn_heads_keep and tcn_head_make; nothing that is logged is lost by any of them. */
TCN_MUST_CHECK enum tcn_status tcn_ledger_keep_head(struct tcn_ledger *ledger);

/** True while a log that was restored says again what its journal holds: no message is taken, and
 * the next group must not be waited for. */
bool tcn_ledger_is_recalling(const struct tcn_ledger *ledger);

/** The last position that is committed. */
uint64_t tcn_ledger_position(const struct tcn_ledger *ledger);

/** Log time of the last group. */
int64_t tcn_ledger_time(const struct tcn_ledger *ledger);

/** True while log time creeps because nobody has looked at the wall clock since it jumped. */
bool tcn_ledger_is_doubted(const struct tcn_ledger *ledger);

/** Its counters so far. */
struct tcn_ledger_counts tcn_ledger_counts(const struct tcn_ledger *ledger);

#endif
