/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values with a checksum: payload, then XXH3-64 over key and payload, so that a value under another
 * key is damage too. The room's inside; every row of every store but a log's records, which carry
 * their own, goes through here. Nothing is put or got without it.
 *
 * Thread: as the environment or view given.
 */
#ifndef TCN_STORE_ROW_H
#define TCN_STORE_ROW_H

#include "store/door.h"

#include "model/id.h"

/** Bytes after the payload. */
#define TCN_ROW_CHECKSUM_BYTES 8u

/** A key being built. Open: lives on the stack. */
struct tcn_key {
    uint8_t bytes[TCN_ENV_KEY_BYTES_MAX];
    size_t size;
};

/** The key as a slice. Owns: lends. */
static inline struct tcn_slice tcn_key_slice(const struct tcn_key *key) {
    return tcn_slice_of(key->bytes, key->size);
}

/** A number as a key. */
struct tcn_key tcn_key_u64(uint64_t number);

/** A lane and a sequence as a key. */
struct tcn_key tcn_key_lane(const struct tcn_lane_key *lane, uint64_t sequence);

/** Puts a payload in the open group. Neither key nor payload may lend from the map, which the put
 * changes. Errors: as tcn_env_put. */
TCN_MUST_CHECK enum tcn_status tcn_row_put(struct tcn_env *env, uint32_t db, enum tcn_env_put how,
                                           struct tcn_slice key, struct tcn_slice payload);

/** Puts a row of `size` bytes for the caller to fill and seal before the next call. Errors: as
 * tcn_env_put. */
TCN_MUST_CHECK enum tcn_status tcn_row_claim(struct tcn_env *env, uint32_t db, enum tcn_env_put how,
                                             struct tcn_slice key, size_t size, uint8_t **out_data);

/** Writes the checksum behind `size` filled bytes of a row claimed. */
void tcn_row_seal(struct tcn_slice key, uint8_t *data, size_t size);

/** Takes the checksum off a value after checking it. Owns: lends the value.
 * Errors: TCN_CORRUPT. */
TCN_MUST_CHECK enum tcn_status tcn_row_open(struct tcn_slice key, struct tcn_slice value,
                                            struct tcn_slice *out_payload);

/** Where a single row is read from. Open: one of the two is set. */
struct tcn_row_from {
    struct tcn_env *env;   /**< the open group, or NULL */
    struct tcn_view *view; /**< a live snapshot, or NULL */
};

/** The payload under a key. Owns: lends from the map.
 * Errors: TCN_ABSENT; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_row_get(struct tcn_row_from from, uint32_t db,
                                           struct tcn_slice key, struct tcn_slice *out_payload);

/** The row that a step finds, its value without the checksum. Owns: lends from the map.
 * Errors: TCN_ABSENT; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_row_seek(struct tcn_row_from from, uint32_t db,
                                            enum tcn_env_step step, struct tcn_slice key,
                                            struct tcn_env_row *out_row);

/** True when a reader took exactly what there was. */
static inline bool tcn_read_is_whole(const struct tcn_reader *reader) {
    return !reader->underflowed && reader->offset == reader->size;
}

#endif
