/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The answer of an audit with its proofs in one file, which is checked without a log, a network or
 * anybody's word but the collector's first key.
 *
 *   file       magic 16, then each as size 4 and bytes: head, statement, answer, items…
 *   head       as in a head file: how far the log went, and the collector's keys, signed
 *   statement  what was asked, which policy was in force, the hashes of the answer and of every
 *              item in their order; signed by the key of the head in the context of an audit
 *   answer     the document tocsin.audit/1
 *   item       of one record: its receipt with the path to the signed root, the head that its
 *              source signed and that signature, the hashes of all its events, and the open parts
 *              of those that the answer names
 *
 * An event is proven without its neighbours: a body's hash is over the hashes of its events, and an
 * event's over those of its two parts, so neither other events nor anything sealed is in the file.
 *
 * What a good bundle proves: the collector that holds the key took these very events, in this
 * order, at these times, none behind the place that was asked about, and has said that they are all
 * that its log had of the matter, and that this answer follows from them. That it left none out is
 * its word: who has the log asks it again and compares. Its word are its own records too, and whose
 * key it is by which an event is signed: the key comes from the file. Numbers are big-endian.
 * Thread: any.
 */
#ifndef TCN_QUERY_BUNDLE_H
#define TCN_QUERY_BUNDLE_H

#include "query/heads.h"
#include "query/trail.h"
#include "seal/keyring.h"

#define TCN_BUNDLE_FORMAT 1u

/** What a file of this kind begins with. */
#define TCN_BUNDLE_MAGIC "tocsin.audit.1\n\n"
#define TCN_BUNDLE_MAGIC_BYTES 16u

/** A bundle at most; of a longer one none is made. */
#define TCN_BUNDLE_BYTES_MAX ((size_t)64 * 1024 * 1024)
/** Records of one bundle at most. */
#define TCN_BUNDLE_ITEMS_MAX 16384u

/** What the collector has signed. Open: filled for the caller; slices lend from the file. */
struct tcn_bundle_statement {
    struct tcn_id log_id;
    uint64_t generation;
    uint64_t position; /**< of the place that was asked about */
    int64_t at_ns;     /**< its log time */
    struct tcn_id matter;
    uint64_t birth;
    struct tcn_slice known_to; /**< an organ's word; empty: all */
    uint64_t policy_version;   /**< in force at the place */
    struct tcn_hash policy_hash;
    struct tcn_hash answer_hash;
    int64_t made_ns;
    uint32_t item_count;
    struct tcn_slice item_hashes; /**< 32 bytes each */
};

/** Who stands for an event. */
enum tcn_bundle_word {
    TCN_BUNDLE_WORD_OWN = 1, /**< the collector said it itself, or set it in force */
    TCN_BUNDLE_WORD_KEY = 2, /**< the key in the file signed it: the source's, says the collector */
    TCN_BUNDLE_WORD_NONE = 3, /**< the collector says that the source did; it has no key of it */
};

/** An event of a bundle that is proven. Open: lent to who is told. */
struct tcn_bundle_event {
    uint64_t position;
    int64_t log_time_ns;
    uint32_t source;
    bool is_of_matter; /**< false: it stands beside, as what was fetched and who was on duty */
    enum tcn_bundle_word word;
    struct tcn_public_key key; /**< with TCN_BUNDLE_WORD_KEY, else all zero */
    struct tcn_event event;    /**< of an activation only its act */
};

/** What was found. Open: filled for the caller, also when it is bad. */
struct tcn_bundle_report {
    struct tcn_bundle_statement statement; /**< zeroed when the file does not get that far */
    struct tcn_slice answer;               /**< lends from the file */
    uint64_t event_count;                  /**< of the matter, proven */
    uint64_t beside_count;                 /**< proven too, and not of it */
    uint32_t bad_item;                     /**< from 1; 0: not an item */
    const char *bad_what;                  /**< what is wrong, static text; NULL when nothing is */
};

/** What a bundle is made of. Open: filled by the caller, all lent. */
struct tcn_bundle_options {
    const struct tcn_charter *charter;
    struct tcn_log_reader *reader;
    const struct tcn_rights *rights; /**< at the place */
    const struct tcn_trail *trail;
    const char *known_to; /**< NULL: all */
    struct tcn_slice answer;
    const char *key_path; /**< the collector's key file */
    int64_t now_ns;
};

/** Makes a bundle and writes it, in the place of the file that may be there.
 * Errors: TCN_DENIED the key is none of the collector's; TCN_TOOBIG over TCN_BUNDLE_BYTES_MAX or
 * TCN_BUNDLE_ITEMS_MAX, or the trail has left something out; TCN_CORRUPT; TCN_NOMEM; as
 * tcn_head_make_with, tcn_log_read and tcn_fresh_replace. Thread: the reader's. */
TCN_MUST_CHECK enum tcn_status tcn_bundle_save(const struct tcn_bundle_options *options,
                                               const char *path);

/** Is told an event that is proven; anything but TCN_OK ends the check and is returned by it. */
typedef enum tcn_status tcn_bundle_tell(void *context, const struct tcn_bundle_event *event);

/** True when the bytes begin as a bundle does. */
bool tcn_bundle_is(struct tcn_slice data);

/** Checks a bundle by what is known of the collector's keys beforehand: at least its first one.
 * Owns: the report lends from the data.
 * Errors: TCN_MALFORMED it is none, or is cut; TCN_UPGRADE a newer format; TCN_BAD_SIGNATURE a
 * signature or a hash does not fit, an item is missing or is another's; TCN_FOREIGN_LOG it is of
 * another log; the report says what. What `tell` gave; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_bundle_check(struct tcn_slice data,
                                                const struct tcn_keyring *ring,
                                                tcn_bundle_tell *tell, void *context,
                                                struct tcn_bundle_report *out_report);

#endif
