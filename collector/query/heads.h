/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signed heads of a log: what is taken out of it and copied away, so that later a log which was cut
 * or changed by somebody who had its disk is told from the one that was. A head names its log, a
 * generation, a position and the hash of the record that ends there, which names all records below.
 *
 *   log ──make──▶ head, signed ──▶ file, elsewhere ──read──▶ claim ──verification──▶ verdict
 *
 * What a head says of a log in hand (tcn_audit_against walks the log and asks here):
 *
 *   | the head's position     | the log there                        | verdict    |
 *   |-------------------------|--------------------------------------|------------|
 *   | –                       | of another log id                    | FOREIGN    |
 *   | –                       | no key that counted there signed it, | FORGED     |
 *   |                         | nor one that comes after the log's   |            |
 *   | in it                   | that record, of that generation      | HOLDS      |
 *   | at or above a fork      | a later generation began below       | GIVEN_UP   |
 *   | in it                   | another record, or not a record's end| OTHER      |
 *   | –                       | knows no such generation yet         | LATER      |
 *   | beyond its end          | –                                    | CUT        |
 *
 * HOLDS and GIVEN_UP are no damage; everything else is. A later generation that is believed stands
 * in records that the collector signed, so who cuts a log cannot say that it was restored.
 *
 * Thread: any; what is handed in is the caller's.
 */
#ifndef TCN_QUERY_HEADS_H
#define TCN_QUERY_HEADS_H

#include "query/charter.h"
#include "seal/keyring.h"
#include "seal/sign.h"

/** Room for a head file. */
#define TCN_HEAD_FILE_BYTES_MAX (4 + TCN_LOG_HEAD_BYTES_MAX + 64)

/** What becomes of a head. */
enum tcn_head_verdict {
    TCN_HEAD_UNJUDGED = 0, /**< the verification did not get that far: the log is damaged below */
    TCN_HEAD_HOLDS,
    TCN_HEAD_GIVEN_UP, /**< `where`: first position of the generation that gave it up */
    TCN_HEAD_FOREIGN,
    TCN_HEAD_FORGED,
    TCN_HEAD_OTHER, /**< `where`: the head's position */
    TCN_HEAD_LATER,
    TCN_HEAD_CUT, /**< `where`: how many positions are missing, at least */
};

/** A head and what becomes of it. Open: an array of them lives with the caller. */
struct tcn_head_claim {
    struct tcn_log_head head;              /**< without its keys, which stay in `bytes` */
    uint8_t bytes[TCN_LOG_HEAD_BYTES_MAX]; /**< as signed */
    size_t size;
    struct tcn_signature signature;
    enum tcn_head_verdict verdict;
    uint64_t where;
    uint64_t fork; /**< first position of a later generation; 0 while none was seen */
};

/** True for what is no damage. */
bool tcn_head_is_good(enum tcn_head_verdict verdict);

/** "holds", "given_up", "foreign", …; "unjudged" when unknown. */
const char *tcn_head_verdict_name(enum tcn_head_verdict verdict);

/** Signs the last record of a log.
 * Errors: TCN_DENIED the key is none of the collector's, or was succeeded in this log; TCN_ABSENT
 * the log is empty; TCN_NOMEM; as tcn_log_tail and tcn_rights_load_ring. */
TCN_MUST_CHECK enum tcn_status tcn_head_make(const struct tcn_charter *charter,
                                             struct tcn_log_reader *reader,
                                             const struct tcn_signing_key *key,
                                             struct tcn_head_claim *out_claim);

/** The same with a key file.
 * Errors: as tcn_key_file_read and tcn_head_make. */
TCN_MUST_CHECK enum tcn_status tcn_head_make_with(const struct tcn_charter *charter,
                                                  struct tcn_log_reader *reader,
                                                  const char *key_path,
                                                  struct tcn_head_claim *out_claim);

/** Writes a head file, synced, over the one that may be there.
 * Errors: TCN_ABSENT no such folder; TCN_FULL; TCN_CONFIG the path is too long; TCN_IO; TCN_NOMEM.
 */
TCN_MUST_CHECK enum tcn_status tcn_head_save(const struct tcn_head_claim *claim, const char *path);

/** Takes a head from bytes that are signed, and their signature. Nothing is believed yet.
 * Errors: TCN_MALFORMED it is none; TCN_UPGRADE a newer format; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_head_take(struct tcn_slice bytes, struct tcn_slice signature,
                                             struct tcn_head_claim *out_claim);

/** Checks a head by a key of the collector that was given beforehand: it or the newest of its
 * successors that the head lists has signed, and is the one that the head names.
 * Errors: TCN_BAD_SIGNATURE; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_head_check(const struct tcn_head_claim *claim,
                                              const struct tcn_public_key *key);

/** Reads a head file. Nothing is believed yet.
 * Errors: TCN_ABSENT; TCN_MALFORMED it is none; TCN_UPGRADE a newer format; TCN_IO; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_head_load(const char *path, struct tcn_head_claim *out_claim);

/** Judges the log id; the rest is for the walk. */
void tcn_heads_begin(const struct tcn_id *log_id, struct tcn_head_claim *claims, size_t count);

/** Shows them a record of the walk, in order, and its hash. */
void tcn_heads_meet(struct tcn_head_claim *claims, size_t count, const struct tcn_record *record,
                    const struct tcn_hash *hash);

/** The walk came to the log's end, at this position and generation. */
void tcn_heads_end(struct tcn_head_claim *claims, size_t count, uint64_t last_position,
                   uint64_t generation);

/** Judges the signatures, also when the walk ended at damage: by the keys that it met, and by those
 * that the head itself lists behind them. Nothing else was believed before that.
 * Errors: TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_heads_sign_off(const struct tcn_keyring *ring,
                                                  struct tcn_head_claim *claims, size_t count);

/** Keeps a head in DIR/heads under its day and generation, unless one of that day is there, and
 * removes the oldest above TCN_HEADS_KEPT_MAX.
 * Errors: TCN_EXISTS one of that day is there; else as tcn_head_save. */
TCN_MUST_CHECK enum tcn_status tcn_heads_keep(const struct tcn_head_claim *claim, const char *dir);

#endif
