/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Publishing: the chunk that a lane sends, the words around it (HELLO, WELCOME, ACK, REFUSE,
 * AGAIN), and the record that the log keeps. Slices lend from the frame, arena or database page
 * they were read from.
 */
#ifndef TCN_MODEL_CHUNK_H
#define TCN_MODEL_CHUNK_H

#include "base/bytes.h"
#include "model/event.h"
#include "model/id.h"
#include "model/limits.h"
#include "model/registry.h"

#define TCN_CHUNK_FORMAT 1u
#define TCN_HELLO_FORMAT 1u
#define TCN_RECEIPT_FORMAT 1u
#define TCN_CHECKPOINT_FORMAT 1u

/** How a chunk's body is packed. Numbers are on the wire. */
enum tcn_codec {
    TCN_CODEC_PLAIN = 0,
};

/** The signed head of a chunk. Its hash is BLAKE2b-256 over "tocsin.chunk.1", a NUL and the head's
 * bytes as sent; the signature is Ed25519 over the same. */
struct tcn_chunk_head {
    uint32_t format;
    struct tcn_id log_id;
    struct tcn_lane_key lane;
    uint64_t first_sequence; /**< from 1 */
    uint32_t count;          /**< events in the body, 1 to TCN_CHUNK_EVENTS_MAX */
    uint64_t void_count;     /**< 0, or: the one event is a VOID over so many sequences */
    enum tcn_mode mode;      /**< of every event in it */
    enum tcn_codec codec;
    struct tcn_key_id key_id; /**< the signing key */
    struct tcn_hash
        previous_hash;         /**< of the lane's previous chunk; none for the first of an epoch */
    struct tcn_hash body_hash; /**< BLAKE2b-256 over the list of event hashes */
    struct tcn_hash
        shares_hash; /**< BLAKE2b-256 over the shares frame; none when there is no share */
};

/** A chunk as bytes, ready to send or to store. All slices lend. */
struct tcn_chunk {
    struct tcn_slice head;      /**< encoded head, exactly as signed */
    struct tcn_slice signature; /**< 64 bytes */
    struct tcn_slice body;      /**< the events, verbatim */
    struct tcn_slice shares;    /**< empty, or a shares frame */
};

/** How far a lane got. The agent holds one (acknowledged), the collector holds one (logged). */
struct tcn_mark {
    struct tcn_lane_key lane;
    uint64_t sequence;    /**< the last; 0 before the first */
    struct tcn_hash hash; /**< of the chunk that ends there; none before the first */
    uint64_t position;    /**< of the last event in the log; 0 before the first */
    uint64_t predecessor; /**< epoch before this one; 0 for a source's first */
    uint64_t successor;   /**< epoch that fenced this one; 0 while it is live */
};

/** HELLO: a lane introduces its outbox. Signed like a chunk head, context "tocsin.hello.1". */
struct tcn_hello {
    uint32_t format;
    struct tcn_id log_id;
    struct tcn_lane_key lane;
    uint64_t predecessor;       /**< epoch that this one follows; 0 for the first outbox ever */
    uint64_t last_sequence;     /**< the last that the outbox has cut; 0 when none */
    struct tcn_hash last_hash;  /**< of the chunk that ends there */
    uint64_t acked_sequence;    /**< the last that the outbox holds a receipt for */
    struct tcn_hash acked_hash; /**< of the chunk that ends there */
    struct tcn_key_id key_id;
    uint64_t bundle_version; /**< of the bundle that the agent holds; 0 when none */
    int64_t said_ns;         /**< the agent's wall clock */
    uint64_t nonce;          /**< random: no WELCOME to an earlier HELLO can pass for its answer */
};

/** WELCOME: what the collector holds and wants next. Signed by it, context "tocsin.welcome.1". */
struct tcn_welcome {
    uint64_t session; /**< to be named in every CHUNK */
    struct tcn_id log_id;
    uint64_t generation;
    uint64_t mark_sequence;    /**< the collector holds up to here */
    struct tcn_hash mark_hash; /**< of the chunk that ends there */
    uint64_t credit_sequence;  /**< absolute: the last sequence that may be sent */
    uint64_t credit_bytes;     /**< body bytes that may be unacknowledged at once */
    uint64_t bundle_version;   /**< in force */
    int64_t log_time_ns;
    bool is_fenced; /**< the epoch was closed: open another, or wait for the desk's word */
    struct tcn_hash hello_hash; /**< of the HELLO that it answers, in its context */
    int64_t not_after_ns;       /**< until when the principal's row is good; 0: no end */
    int64_t key_until_ns;    /**< until when the key that signed the HELLO is good, when another has
                                taken its place; 0 while it is the principal's own */
    struct tcn_slice erased; /**< events of the lane whose share is destroyed, and of which no copy
                                is to be kept: TCN_ERASED_BYTES each, sequences rising */
};

/** An event whose share was destroyed. */
struct tcn_erased {
    uint64_t sequence;
    struct tcn_hash hash; /**< of the event; as WELCOME tells it only the first 8 bytes, else 0 */
};

/** Bytes of an erased event in a WELCOME: sequence 8, the first 8 of the event's hash. */
#define TCN_ERASED_BYTES 16

/** What a receipt states; these bytes are the leaf that the collector signs a tree over. */
struct tcn_receipt_body {
    uint32_t format;
    struct tcn_id log_id;
    uint64_t generation;
    struct tcn_lane_key lane;
    uint64_t first_sequence;
    uint32_t count;
    uint64_t first_position;
    int64_t log_time_ns;
    struct tcn_hash chunk_hash;
};

/** How far a log went: its last record, named by its hash, which names all before it. Signed by the
 * collector, context "tocsin.loghead.1". Its file is the size of the encoded head as four bytes
 * (big-endian), the head, and the 64 bytes of the signature. */
struct tcn_log_head {
    uint32_t format;
    struct tcn_id log_id;
    uint64_t generation;      /**< of the record */
    uint64_t position;        /**< the record's last */
    struct tcn_hash tail;     /**< record hash */
    int64_t log_time_ns;      /**< of the record */
    struct tcn_key_id key_id; /**< that signs */
    struct tcn_keys keys;     /**< of the collector, up to that one: a log that was cut may not know
                                   them any more */
};

#define TCN_LOG_HEAD_FORMAT 1u
#define TCN_LOG_HEAD_BYTES_MAX (8 * 1024)

/** What a snapshot of the state is of, as the collector signs it. Open: filled by and for the
 * caller. */
struct tcn_checkpoint {
    uint32_t format;
    struct tcn_id log_id;
    uint64_t generation;         /**< of the record that ends at the position */
    uint64_t position;           /**< the state holds everything up to here */
    struct tcn_hash record_hash; /**< of that record: names the whole log up to there */
    int64_t log_time_ns;         /**< of that record */
    uint32_t fold_version;
    uint32_t state_format;
    struct tcn_hash state_hash; /**< over all its rows */
    int64_t made_ns;            /**< the collector's wall clock */
    struct tcn_key_id key_id;   /**< that signed it */
};

#define TCN_PATH_MAX 10 /* 2^10 >= TCN_GROUP_RECORDS_MAX */

/** A receipt: the body's bytes, the path to the group's root, and the collector's signature over
 * it. Leaf hash: BLAKE2b-256(0x00, body). Node: BLAKE2b-256(0x01, left, right); an odd node at the
 * end moves up as it is. The signature is over "tocsin.root.1", a NUL and the root. */
struct tcn_receipt {
    struct tcn_slice body; /**< encoded struct tcn_receipt_body */
    struct tcn_hash path[TCN_PATH_MAX];
    uint32_t path_count;
    uint32_t leaf_index;
    uint32_t leaf_count;
    struct tcn_signature signature;
    struct tcn_key_id key_id;
};

/** ACK: the chunk is on disk. */
struct tcn_ack {
    struct tcn_receipt receipt;
    uint64_t credit_sequence; /**< absolute, as in WELCOME */
    uint64_t credit_bytes;
};

/** Why one event, or a whole chunk, is refused. */
struct tcn_refusal {
    uint64_t sequence;      /**< the event */
    uint32_t code;          /**< enum tcn_status number */
    struct tcn_slice field; /**< the field at fault; empty when it is the whole */
};

/** REFUSE: nothing of the chunk was stored. After it the collector drops that lane until a new
 * HELLO. Signed by it, context "tocsin.refuse.1", unless is_later. */
struct tcn_refuse {
    uint64_t first_sequence; /**< of the chunk */
    bool is_later; /**< true: the whole chunk may be sent again later (busy, full, upgrade) */
    uint32_t code; /**< for the whole chunk; 0 when `refusals` say it */
    struct tcn_refusal refusals[TCN_CHUNK_EVENTS_MAX];
    uint32_t refusal_count;
    struct tcn_hash asked_hash; /**< of the chunk or HELLO; none in an ERROR */
};

/** AGAIN: say HELLO again. Signed by the collector, context "tocsin.again.1", when it says that the
 * log has another story: TCN_CONFLICT, TCN_FENCED. */
struct tcn_again {
    uint32_t code;              /**< TCN_STALE, TCN_SEQUENCE, … */
    uint64_t expected_sequence; /**< 0 when not known */
    struct tcn_hash asked_hash; /**< of the chunk */
};

/** True when an AGAIN says that the log has another story of the lane: such a one is signed, for
 * what the lane has not got a receipt for then re-enters under a new epoch. Thread: any. */
static inline bool tcn_again_is_over(const struct tcn_again *again) {
    return again->code == TCN_CONFLICT || again->code == TCN_FENCED;
}

/** What kind of thing a log record holds. Numbers are on disk. */
enum tcn_record_kind {
    TCN_RECORD_NONE = 0,
    TCN_RECORD_GENESIS = 1, /**< position 1: head = genesis bytes, signature by the root key */
    TCN_RECORD_CHUNK = 2,   /**< an agent's chunk, verbatim */
    TCN_RECORD_HELLO = 3,   /**< a HELLO that registered an epoch, verbatim; one position */
    TCN_RECORD_OWN = 4,     /**< a chunk of the collector's own source 0 */
    TCN_RECORD_POLICY = 5,  /**< head = an activation, body = its policy; one position */
};

/** One record of the log: a chunk with what the log adds to it. */
struct tcn_record {
    enum tcn_record_kind kind;
    uint64_t generation;
    uint64_t first_position;
    uint32_t count; /**< positions that it takes, at least 1 */
    int64_t log_time_ns;
    struct tcn_hash previous_hash; /**< of the previous record; none for genesis */
    struct tcn_hash chunk_hash;    /**< of what it holds */
    struct tcn_lane_key lane;      /**< source 0, epoch 0 for genesis */
    uint64_t first_sequence;
    uint32_t principal;   /**< who the broker said it was; 0 for our own */
    uint64_t group_first; /**< first position of its group commit: finds the signed root */
    struct tcn_chunk chunk;
};

#endif
