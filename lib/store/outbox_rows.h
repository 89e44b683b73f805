/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The outbox's inside: its databases, the codecs of its rows, and putting and deleting with the
 * usage counted (O3). No other room includes this header.
 *
 * Thread: the outbox's.
 */
#ifndef TCN_STORE_OUTBOX_ROWS_H
#define TCN_STORE_OUTBOX_ROWS_H

#include "store/outbox.h"
#include "store/record.h"
#include "store/row.h"

/** The outbox's databases, in the order of its layout. */
enum tcn_outbox_db {
    TCN_OUTBOX_DB_CHUNKS,
    TCN_OUTBOX_DB_RECEIPTS,
    TCN_OUTBOX_DB_LANES,
    TCN_OUTBOX_DB_KEYS,
    TCN_OUTBOX_DB_KEYED,
    TCN_OUTBOX_DB_DEAD,
    TCN_OUTBOX_DB_SLIPS,
    TCN_OUTBOX_DB_ANSWERS,
    TCN_OUTBOX_DB_META,
    TCN_OUTBOX_DB_COUNT,
};

/** Largest payload of a row that is built on the stack. */
#define TCN_OUTBOX_PAYLOAD_BYTES_MAX 256u

/** What the outbox holds, kept beside its rows. All zero in a new one. */
struct tcn_outbox_usage {
    uint64_t bytes;
    uint64_t chunk_count;
    uint64_t event_count;
    uint64_t dead_count;
    uint64_t dead_last; /**< number of the last dead letter ever */
};

/** The outbox. Open to this room only. */
struct tcn_outbox {
    struct tcn_env *env;
    struct tcn_view view; /**< for what is asked outside a group; let go when one begins */
    uint64_t quota_bytes;
    struct tcn_outbox_usage usage;        /**< with the open group */
    struct tcn_outbox_usage synced_usage; /**< as committed */
    bool is_recutting;                    /**< this group puts back what it took out */
};

/** A payload being built. Open: lives on the stack. */
struct tcn_outbox_payload {
    uint8_t bytes[TCN_OUTBOX_PAYLOAD_BYTES_MAX];
    size_t size;
};

/** Where to read from. Errors: TCN_LIMIT; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_from(struct tcn_outbox *outbox,
                                               struct tcn_row_from *out_from);
/** The payload under a key. Errors: TCN_ABSENT; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_row_get(struct tcn_outbox *outbox, enum tcn_outbox_db db,
                                                  struct tcn_slice key,
                                                  struct tcn_slice *out_payload);
/** The row that a step finds. Errors: TCN_ABSENT; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_row_seek(struct tcn_outbox *outbox, enum tcn_outbox_db db,
                                                   enum tcn_env_step step, struct tcn_slice key,
                                                   struct tcn_env_row *out_row);
/** Puts or replaces a row. Errors: TCN_FULL; TCN_CORRUPT; TCN_NOMEM; TCN_IO; spoils the group. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_row_put(struct tcn_outbox *outbox, enum tcn_outbox_db db,
                                                  struct tcn_slice key, struct tcn_slice payload);
/** Deletes a row. Errors: TCN_ABSENT; TCN_NOMEM; TCN_IO; all but TCN_ABSENT spoil the group. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_row_del(struct tcn_outbox *outbox, enum tcn_outbox_db db,
                                                  struct tcn_slice key);

/** Bytes of a chunk's payload. Errors: TCN_TOOBIG. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_chunk_size(const struct tcn_outbox_chunk *chunk,
                                                     size_t *out_size);
/** Puts a chunk that is not there. Errors: TCN_EXISTS; TCN_FULL; TCN_NOMEM; TCN_IO; spoils. */
TCN_MUST_CHECK enum tcn_status
tcn_outbox_chunk_put(struct tcn_outbox *outbox, const struct tcn_outbox_chunk *chunk, size_t size);

/** Bytes on disk of the row that a chunk was read from. */
uint64_t tcn_outbox_chunk_cost(const struct tcn_outbox_chunk *chunk);

/** Puts a chunk in the place of the row that cost `before`. Nothing may lend from the map. Errors:
 * as tcn_env_put. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_chunk_replace(struct tcn_outbox *outbox,
                                                        const struct tcn_outbox_chunk *chunk,
                                                        size_t size, uint64_t before);
/** A chunk. Errors: TCN_VERSION; TCN_CORRUPT. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_chunk_decode(const struct tcn_env_row *row,
                                                       struct tcn_outbox_chunk *out_chunk);
/** A lane without its number. */
void tcn_outbox_lane_encode(const struct tcn_outbox_lane *lane,
                            struct tcn_outbox_payload *out_payload);
/** A lane. Errors: TCN_VERSION; TCN_CORRUPT. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_lane_decode(struct tcn_slice payload,
                                                      struct tcn_outbox_lane *out_lane);
/** Where a retry key's event went. */
void tcn_outbox_key_encode(const struct tcn_outbox_key *key,
                           struct tcn_outbox_payload *out_payload);
/** Where a retry key's event went. Errors: TCN_VERSION; TCN_CORRUPT. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_key_decode(struct tcn_slice payload,
                                                     struct tcn_outbox_key *out_key);
/** What the agent knows of its log. */
void tcn_outbox_facts_encode(const struct tcn_outbox_facts *facts,
                             struct tcn_outbox_payload *out_payload);
/** What the agent knows of its log. Errors: TCN_VERSION; TCN_CORRUPT. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_facts_decode(struct tcn_slice payload,
                                                       struct tcn_outbox_facts *out_facts);
/** How far the stream was read. */
void tcn_outbox_place_encode(const struct tcn_outbox_place *place,
                             struct tcn_outbox_payload *out_payload);
/** How far the stream was read. Errors: TCN_VERSION; TCN_CORRUPT. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_place_decode(struct tcn_slice payload,
                                                       struct tcn_outbox_place *out_place);
/** Until when the keys before a rotation are good. */
void tcn_outbox_old_keys_encode(int64_t until_ns, struct tcn_outbox_payload *out_payload);
/** Until when the keys before a rotation are good. Errors: TCN_VERSION; TCN_CORRUPT. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_old_keys_decode(struct tcn_slice payload,
                                                          int64_t *out_until_ns);
/** The usage. */
void tcn_outbox_usage_encode(const struct tcn_outbox_usage *usage,
                             struct tcn_outbox_payload *out_payload);
/** The usage. Errors: TCN_VERSION; TCN_CORRUPT. */
TCN_MUST_CHECK enum tcn_status tcn_outbox_usage_decode(struct tcn_slice payload,
                                                       struct tcn_outbox_usage *out_usage);

/** A payload as a slice. Owns: lends. */
static inline struct tcn_slice tcn_outbox_slice(const struct tcn_outbox_payload *payload) {
    return tcn_slice_of(payload->bytes, payload->size);
}

#endif
