/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes of one record of the log, and the row key of a lane. All numbers big-endian.
 *
 * Record, version 1:
 *   offset size
 *        0    1  version, 1
 *        1    1  kind (enum tcn_record_kind)
 *        2    1  lane (enum tcn_lane)
 *        3    1  0
 *        4    4  count of positions
 *        8    8  generation
 *       16    8  first position
 *       24    8  log time, ns, sign bit flipped
 *       32   32  hash of the previous record
 *       64   32  hash of the chunk
 *       96    4  source
 *      100    4  principal
 *      104    8  epoch
 *      112    8  first sequence
 *      120    8  first position of the group
 *      128    4  size of the head
 *      132    4  size of the body
 *      136    2  size of the signature
 *      138    6  0
 *      144       head, signature, body
 *      last   8  XXH3-64 of all bytes before
 *
 * A new version: give it the next number, keep the reader of every older one, add a golden record
 * to tests/unit/store/test_record.c, a line to the changelog, and raise the log's format only when
 * an old program must not read the file at all.
 */
#ifndef TCN_STORE_RECORD_H
#define TCN_STORE_RECORD_H

#include "model/chunk.h"

/** Version that this program writes. */
#define TCN_RECORD_VERSION 1u

/** Bytes before the head. */
#define TCN_RECORD_HEADER_BYTES 144u

/** Bytes of the checksum at the end. */
#define TCN_RECORD_CHECKSUM_BYTES 8u

/** Largest record; genesis, which carries the first policy and registry, is the largest. */
#define TCN_RECORD_BYTES_MAX (4u * 1024 * 1024)

/** Bytes of a lane as a row key: source 4, epoch 8, lane 1. */
#define TCN_LANE_KEY_BYTES 13u

/** Writes a record's header, which names by hash all that the record holds: what the next record's
 * previous hash may be taken over. The shares of a chunk never stand in a record.
 * Thread: any. */
void tcn_record_header_encode(const struct tcn_record *record,
                              uint8_t out_header[TCN_RECORD_HEADER_BYTES]);

/** Bytes that the record takes, checksum included.
 * Thread: any. */
size_t tcn_record_size(const struct tcn_record *record);

/** Encodes a record into exactly tcn_record_size bytes.
 * Errors: TCN_TOOBIG over TCN_RECORD_BYTES_MAX, or a signature over 65,535 bytes.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_record_encode(const struct tcn_record *record, uint8_t *out_data,
                                                 size_t size);

/** Decodes a record and verifies its checksum.
 * Owns: slices in the record lend from `data`.
 * Errors: TCN_CORRUPT the checksum, a size or a field does not fit; TCN_VERSION the checksum is
 * right and the version is not known.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_record_decode(struct tcn_slice data,
                                                 struct tcn_record *out_record);

/** Appends a lane as a key; lanes sort by source, then epoch, then lane.
 * Thread: any. */
void tcn_lane_key_write(struct tcn_writer *writer, const struct tcn_lane_key *lane);

/** The counterpart of tcn_lane_key_write; the lane is not checked.
 * Thread: any. */
struct tcn_lane_key tcn_lane_key_read(struct tcn_reader *reader);

#endif
