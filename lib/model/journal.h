/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the collector writes down beside its log and outside its backup, so that a log which is
 * restored from an older one takes nothing back: revocations, ends of rights, epochs with the
 * fences that they are, erasures, and generations.
 */
#ifndef TCN_MODEL_JOURNAL_H
#define TCN_MODEL_JOURNAL_H

#include "model/id.h"
#include "model/limits.h"

/** What an entry says. Numbers are on disk. */
enum tcn_journal_kind {
    TCN_JOURNAL_NONE = 0,
    TCN_JOURNAL_REVOKED = 1,    /**< a principal is revoked */
    TCN_JOURNAL_ENDS = 2,       /**< a principal's rights end at `until_ns`; 0: at no time */
    TCN_JOURNAL_EPOCH = 3,      /**< a HELLO began an epoch and closed the one before */
    TCN_JOURNAL_GENERATION = 4, /**< a generation of the log, and how far it has come */
    TCN_JOURNAL_ERASED = 5,     /**< the share of an event was destroyed */
};

/** How far a generation has come. Numbers are on disk. */
enum tcn_journal_stage {
    TCN_JOURNAL_STAGE_NONE = 0,
    TCN_JOURNAL_RESERVED = 1, /**< a restore took the number */
    TCN_JOURNAL_FORKED = 2,   /**< it begins behind `position` */
    TCN_JOURNAL_BEGUN = 3,    /**< and has said again what the journal holds */
};

/** One entry. Open: fields that a kind does not have are zero. */
struct tcn_journal_entry {
    enum tcn_journal_kind kind;
    uint64_t generation; /**< of the log's record that it is about */
    uint64_t position;   /**< of that record; GENERATION: the last before it, 0 for none; ERASED: of
                            the collector's word that the share is gone */
    uint32_t principal;
    int64_t until_ns;         /**< ENDS */
    struct tcn_lane_key lane; /**< EPOCH: source, epoch, and the lane that said HELLO; ERASED: of
                                 the event */
    uint64_t sequence;        /**< ERASED: of the event */
    struct tcn_hash hash;     /**< ERASED: of the event */
    uint64_t predecessor;     /**< EPOCH */
    enum tcn_journal_stage stage; /**< GENERATION */
    uint32_t head_size;           /**< EPOCH: bytes of the HELLO */
    uint8_t head[TCN_CHUNK_HEAD_BYTES_MAX];
    struct tcn_signature signature; /**< EPOCH: of the HELLO, by its source */
};

#endif
