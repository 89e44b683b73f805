/* SPDX-License-Identifier: Apache-2.0 */
#include "store/record.h"

#include "base/hash.h"

/** Sizes of a record's parts, as its header states them. */
struct record_sizes {
    uint32_t head;
    uint32_t body;
    uint16_t signature;
};

void tcn_lane_key_write(struct tcn_writer *writer, const struct tcn_lane_key *lane) {
    tcn_write_u32(writer, lane->source);
    tcn_write_u64(writer, lane->epoch);
    tcn_write_u8(writer, (uint8_t)lane->lane);
}

struct tcn_lane_key tcn_lane_key_read(struct tcn_reader *reader) {
    struct tcn_lane_key lane;
    lane.source = tcn_read_u32(reader);
    lane.epoch = tcn_read_u64(reader);
    lane.lane = (enum tcn_lane)tcn_read_u8(reader);
    return lane;
}

/** True for a kind that this version has. */
static bool kind_is_known(uint8_t kind) {
    return kind >= TCN_RECORD_GENESIS && kind <= TCN_RECORD_POLICY;
}

/** True for none, urgent and routine. */
static bool lane_is_known(uint8_t lane) {
    return lane <= TCN_LANE_ROUTINE;
}

void tcn_record_header_encode(const struct tcn_record *record,
                              uint8_t out_header[TCN_RECORD_HEADER_BYTES]) {
    TCN_CHECK(kind_is_known((uint8_t)record->kind) && record->count >= 1);
    TCN_CHECK(lane_is_known((uint8_t)record->lane.lane));
    struct tcn_writer writer = tcn_writer_init(out_header, TCN_RECORD_HEADER_BYTES);
    tcn_write_u8(&writer, TCN_RECORD_VERSION);
    tcn_write_u8(&writer, (uint8_t)record->kind);
    tcn_write_u8(&writer, (uint8_t)record->lane.lane);
    tcn_write_u8(&writer, 0);
    tcn_write_u32(&writer, record->count);
    tcn_write_u64(&writer, record->generation);
    tcn_write_u64(&writer, record->first_position);
    tcn_write_i64(&writer, record->log_time_ns);
    tcn_write_bytes(&writer, record->previous_hash.bytes, sizeof(record->previous_hash.bytes));
    tcn_write_bytes(&writer, record->chunk_hash.bytes, sizeof(record->chunk_hash.bytes));
    tcn_write_u32(&writer, record->lane.source);
    tcn_write_u32(&writer, record->principal);
    tcn_write_u64(&writer, record->lane.epoch);
    tcn_write_u64(&writer, record->first_sequence);
    tcn_write_u64(&writer, record->group_first);
    tcn_write_u32(&writer, (uint32_t)record->chunk.head.size);
    tcn_write_u32(&writer, (uint32_t)record->chunk.body.size);
    tcn_write_u16(&writer, (uint16_t)record->chunk.signature.size);
    tcn_write_u16(&writer, 0);
    tcn_write_u32(&writer, 0);
    TCN_CHECK(!writer.overflowed && writer.offset == TCN_RECORD_HEADER_BYTES);
}

size_t tcn_record_size(const struct tcn_record *record) {
    const struct tcn_chunk *chunk = &record->chunk;
    return TCN_RECORD_HEADER_BYTES + chunk->head.size + chunk->signature.size + chunk->body.size +
           TCN_RECORD_CHECKSUM_BYTES;
}

/** True when the parts fit into a record; each alone first, so that their sum cannot wrap. */
static bool record_fits(const struct tcn_record *record) {
    const struct tcn_chunk *chunk = &record->chunk;
    return chunk->head.size <= TCN_RECORD_BYTES_MAX && chunk->body.size <= TCN_RECORD_BYTES_MAX &&
           chunk->signature.size <= UINT16_MAX && tcn_record_size(record) <= TCN_RECORD_BYTES_MAX;
}

enum tcn_status tcn_record_encode(const struct tcn_record *record, uint8_t *out_data, size_t size) {
    if (!record_fits(record)) {
        return TCN_TOOBIG;
    }
    TCN_CHECK(size == tcn_record_size(record));
    const struct tcn_chunk *chunk = &record->chunk;
    tcn_record_header_encode(record, out_data);
    struct tcn_writer writer =
        tcn_writer_init(out_data + TCN_RECORD_HEADER_BYTES, size - TCN_RECORD_HEADER_BYTES);
    tcn_write_bytes(&writer, chunk->head.data, chunk->head.size);
    tcn_write_bytes(&writer, chunk->signature.data, chunk->signature.size);
    tcn_write_bytes(&writer, chunk->body.data, chunk->body.size);
    tcn_write_u64(&writer, tcn_checksum(tcn_slice_of(out_data, size - TCN_RECORD_CHECKSUM_BYTES)));
    TCN_CHECK(!writer.overflowed && writer.offset == writer.size);
    return TCN_OK;
}

/** Reads the header behind its version byte; false when a field is none that version 1 writes. */
static bool header_decode(struct tcn_reader *reader, struct tcn_record *record,
                          struct record_sizes *out_sizes) {
    uint8_t kind = tcn_read_u8(reader);
    uint8_t lane = tcn_read_u8(reader);
    uint8_t zero = tcn_read_u8(reader);
    record->kind = (enum tcn_record_kind)kind;
    record->lane.lane = (enum tcn_lane)lane;
    record->count = tcn_read_u32(reader);
    record->generation = tcn_read_u64(reader);
    record->first_position = tcn_read_u64(reader);
    record->log_time_ns = tcn_read_i64(reader);
    tcn_read_bytes(reader, record->previous_hash.bytes, sizeof(record->previous_hash.bytes));
    tcn_read_bytes(reader, record->chunk_hash.bytes, sizeof(record->chunk_hash.bytes));
    record->lane.source = tcn_read_u32(reader);
    record->principal = tcn_read_u32(reader);
    record->lane.epoch = tcn_read_u64(reader);
    record->first_sequence = tcn_read_u64(reader);
    record->group_first = tcn_read_u64(reader);
    out_sizes->head = tcn_read_u32(reader);
    out_sizes->body = tcn_read_u32(reader);
    out_sizes->signature = tcn_read_u16(reader);
    bool is_zero = zero == 0 && tcn_read_u16(reader) == 0 && tcn_read_u32(reader) == 0;
    return is_zero && kind_is_known(kind) && lane_is_known(lane) && record->count >= 1 &&
           record->first_position >= 1 && record->first_position <= UINT64_MAX - record->count;
}

enum tcn_status tcn_record_decode(struct tcn_slice data, struct tcn_record *out_record) {
    if (data.size < TCN_RECORD_HEADER_BYTES + TCN_RECORD_CHECKSUM_BYTES) {
        return TCN_CORRUPT;
    }
    struct tcn_slice content = tcn_slice_of(data.data, data.size - TCN_RECORD_CHECKSUM_BYTES);
    struct tcn_reader end =
        tcn_reader_init(tcn_slice_of(data.data + content.size, TCN_RECORD_CHECKSUM_BYTES));
    if (tcn_read_u64(&end) != tcn_checksum(content)) {
        return TCN_CORRUPT;
    }
    struct tcn_reader reader = tcn_reader_init(content);
    if (tcn_read_u8(&reader) != TCN_RECORD_VERSION) {
        return TCN_VERSION;
    }
    struct tcn_record record = {0};
    struct record_sizes sizes;
    if (!header_decode(&reader, &record, &sizes)) {
        return TCN_CORRUPT;
    }
    record.chunk.head = tcn_read_slice(&reader, sizes.head);
    record.chunk.signature = tcn_read_slice(&reader, sizes.signature);
    record.chunk.body = tcn_read_slice(&reader, sizes.body);
    if (reader.underflowed || tcn_reader_rest(&reader) != 0) {
        return TCN_CORRUPT;
    }
    *out_record = record;
    return TCN_OK;
}
