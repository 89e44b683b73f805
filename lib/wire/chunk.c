/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/chunk.h"

#include "proto/chunk.pb-c.h"
#include "wire/pb.h"

#include <string.h>

#define SHARES_BYTES_MAX 4096 /* 64 entries of 38 bytes */

static const struct tcn_scan_rule head_rules[] = {
    [1] = TCN_RULE_NUMBER(TCN_CHUNK_FORMAT),
    [2] = TCN_RULE_ID,
    [3] = TCN_RULE_U32,
    [4] = TCN_RULE_FIXED64,
    [5] = TCN_RULE_NUMBER(TCN_LANE_ROUTINE),
    [6] = TCN_RULE_U64,
    [7] = TCN_RULE_NUMBER(TCN_CHUNK_EVENTS_MAX),
    [8] = TCN_RULE_U64,
    [9] = TCN_RULE_NUMBER(TCN_MODE_EXERCISE),
    [10] = TCN_RULE_NUMBER(TCN_CODEC_PLAIN),
    [11] = TCN_RULE_KEY_ID,
    [12] = TCN_RULE_HASH,
    [13] = TCN_RULE_HASH,
    [14] = TCN_RULE_HASH,
};

static const struct tcn_scan_table head_table = {
    .rules = head_rules,
    .rule_count = TCN_RULE_COUNT(head_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(2) | TCN_RULE_BIT(5) | TCN_RULE_BIT(6) |
                TCN_RULE_BIT(7) | TCN_RULE_BIT(9) | TCN_RULE_BIT(13),
    .format_field = 1,
    .size_max = TCN_CHUNK_HEAD_BYTES_MAX,
};

static const struct tcn_scan_rule body_rules[] = {
    [1] = {.kind = TCN_SCAN_BYTES,
           .count_max = TCN_CHUNK_EVENTS_MAX,
           .min = 1,
           .max = TCN_EVENT_BYTES_MAX},
};

static const struct tcn_scan_table body_table = {
    .rules = body_rules,
    .rule_count = TCN_RULE_COUNT(body_rules),
    .required = TCN_RULE_BIT(1),
    .size_max = TCN_CHUNK_BODY_BYTES_MAX,
};

static const struct tcn_scan_rule entry_rules[] = {
    [1] = TCN_RULE_NUMBER(TCN_CHUNK_EVENTS_MAX - 1),
    [2] = TCN_RULE_EXACT(TCN_SHARE_BYTES),
};

static const struct tcn_scan_table entry_table = {
    .rules = entry_rules,
    .rule_count = TCN_RULE_COUNT(entry_rules),
    .required = TCN_RULE_BIT(2),
    .size_max = SHARES_BYTES_MAX,
};

static const struct tcn_scan_rule shares_rules[] = {
    [1] = TCN_RULE_INNERS(entry_table, TCN_CHUNK_EVENTS_MAX),
};

static const struct tcn_scan_table shares_table = {
    .rules = shares_rules,
    .rule_count = TCN_RULE_COUNT(shares_rules),
    .required = TCN_RULE_BIT(1),
    .size_max = SHARES_BYTES_MAX,
};

enum tcn_status tcn_wire_chunk_head_encode(const struct tcn_chunk_head *head,
                                           struct tcn_writer *writer, struct tcn_slice *out_bytes) {
    Tocsin__V1__ChunkHead message;
    tocsin__v1__chunk_head__init(&message);
    message.format = head->format;
    message.log_id = tcn_pb_fixed(head->log_id.bytes, sizeof(head->log_id.bytes));
    message.source = head->lane.source;
    message.epoch = head->lane.epoch;
    message.lane = (Tocsin__V1__Lane)head->lane.lane;
    message.first_sequence = head->first_sequence;
    message.count = head->count;
    message.void_count = head->void_count;
    message.mode = (Tocsin__V1__Mode)head->mode;
    message.codec = (Tocsin__V1__Codec)head->codec;
    message.key_id = tcn_pb_fixed(head->key_id.bytes, sizeof(head->key_id.bytes));
    message.previous_hash =
        tcn_pb_fixed(head->previous_hash.bytes, sizeof(head->previous_hash.bytes));
    message.body_hash = tcn_pb_fixed(head->body_hash.bytes, sizeof(head->body_hash.bytes));
    message.shares_hash = tcn_pb_fixed(head->shares_hash.bytes, sizeof(head->shares_hash.bytes));
    return tcn_pb_pack(&message.base, TCN_CHUNK_HEAD_BYTES_MAX, writer, out_bytes);
}

/** True when the chunk's sequences, a VOID's range too, can be counted in 64 bits. */
static bool range_is_good(const Tocsin__V1__ChunkHead *head) {
    if (head->void_count > 0 && head->count != 1) {
        return false;
    }
    uint64_t count = head->void_count > 0 ? head->void_count : head->count;
    return count - 1 <= UINT64_MAX - head->first_sequence;
}

enum tcn_status tcn_wire_chunk_head_decode(struct tcn_slice bytes, struct tcn_arena *arena,
                                           struct tcn_chunk_head *out_head) {
    ProtobufCMessage *message = NULL;
    enum tcn_status status =
        tcn_pb_unpack(&head_table, &tocsin__v1__chunk_head__descriptor, bytes, arena, &message);
    if (status != TCN_OK) {
        return status;
    }
    const Tocsin__V1__ChunkHead *found = (const Tocsin__V1__ChunkHead *)message;
    if (!range_is_good(found)) {
        return TCN_BAD_VALUE;
    }
    struct tcn_chunk_head head = {
        .format = found->format,
        .lane = {.source = found->source,
                 .epoch = found->epoch,
                 .lane = (enum tcn_lane)found->lane},
        .first_sequence = found->first_sequence,
        .count = found->count,
        .void_count = found->void_count,
        .mode = (enum tcn_mode)found->mode,
        .codec = (enum tcn_codec)found->codec,
    };
    tcn_pb_take_fixed(&found->log_id, head.log_id.bytes, sizeof(head.log_id.bytes));
    tcn_pb_take_fixed(&found->key_id, head.key_id.bytes, sizeof(head.key_id.bytes));
    tcn_pb_take_fixed(&found->previous_hash, head.previous_hash.bytes,
                      sizeof(head.previous_hash.bytes));
    tcn_pb_take_fixed(&found->body_hash, head.body_hash.bytes, sizeof(head.body_hash.bytes));
    tcn_pb_take_fixed(&found->shares_hash, head.shares_hash.bytes, sizeof(head.shares_hash.bytes));
    *out_head = head;
    return TCN_OK;
}

size_t tcn_wire_chunk_body_size(size_t event_bytes) {
    return tcn_pb_field_size(event_bytes);
}

enum tcn_status tcn_wire_chunk_body_join(const struct tcn_slice *events, uint32_t count,
                                         struct tcn_writer *writer, struct tcn_slice *out_bytes) {
    size_t start = writer->offset;
    enum tcn_status status = count > TCN_CHUNK_EVENTS_MAX ? TCN_TOOBIG : TCN_OK;
    for (uint32_t i = 0; i < count && status == TCN_OK; i++) {
        status = tcn_pb_put_bytes(1, events[i], writer);
    }
    if (status == TCN_OK && writer->offset - start > TCN_CHUNK_BODY_BYTES_MAX) {
        status = TCN_TOOBIG;
    }
    if (status != TCN_OK) {
        writer->offset = start;
        return status;
    }
    *out_bytes = tcn_pb_since(writer, start);
    return TCN_OK;
}

enum tcn_status tcn_wire_chunk_body_split(struct tcn_slice bytes,
                                          struct tcn_slice out_events[TCN_CHUNK_EVENTS_MAX],
                                          uint32_t *out_count) {
    enum tcn_status status = tcn_scan(&body_table, bytes);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_reader reader = tcn_reader_init(bytes);
    struct tcn_scan_field field;
    uint32_t count = 0;
    while (tcn_scan_next(&reader, &field) == TCN_OK) {
        TCN_CHECK(count < TCN_CHUNK_EVENTS_MAX);
        out_events[count++] = field.bytes;
    }
    *out_count = count;
    return TCN_OK;
}

enum tcn_status tcn_wire_shares_join(const struct tcn_share_entry *entries, uint32_t count,
                                     struct tcn_writer *writer, struct tcn_slice *out_bytes) {
    size_t start = writer->offset;
    enum tcn_status status = count > TCN_CHUNK_EVENTS_MAX ? TCN_TOOBIG : TCN_OK;
    for (uint32_t i = 0; i < count && status == TCN_OK; i++) {
        bool is_rising = i == 0 || entries[i].index > entries[i - 1].index;
        if (!is_rising || entries[i].index >= TCN_CHUNK_EVENTS_MAX) {
            status = TCN_BAD_VALUE;
            break;
        }
        Tocsin__V1__ShareEntry message;
        tocsin__v1__share_entry__init(&message);
        message.index = entries[i].index;
        message.share = tcn_pb_bytes(tcn_slice_of(entries[i].share.bytes, TCN_SHARE_BYTES));
        status = tcn_pb_put_message(1, &message.base, writer);
    }
    if (status != TCN_OK) {
        writer->offset = start;
        return status;
    }
    *out_bytes = tcn_pb_since(writer, start);
    return TCN_OK;
}

/** Takes one entry, which the scan has checked. */
static struct tcn_share_entry take_entry(struct tcn_slice bytes) {
    struct tcn_share_entry entry = {.index = 0};
    struct tcn_reader reader = tcn_reader_init(bytes);
    struct tcn_scan_field field;
    while (tcn_scan_next(&reader, &field) == TCN_OK) {
        if (field.number == 1) {
            entry.index = (uint32_t)field.value;
        } else {
            TCN_CHECK(field.bytes.size == TCN_SHARE_BYTES);
            memcpy(entry.share.bytes, field.bytes.data, TCN_SHARE_BYTES);
        }
    }
    return entry;
}

enum tcn_status tcn_wire_shares_split(struct tcn_slice bytes,
                                      struct tcn_share_entry out_entries[TCN_CHUNK_EVENTS_MAX],
                                      uint32_t *out_count) {
    enum tcn_status status = tcn_scan(&shares_table, bytes);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_share_entry entries[TCN_CHUNK_EVENTS_MAX];
    struct tcn_reader reader = tcn_reader_init(bytes);
    struct tcn_scan_field field;
    uint32_t count = 0;
    while (tcn_scan_next(&reader, &field) == TCN_OK) {
        TCN_CHECK(count < TCN_CHUNK_EVENTS_MAX);
        entries[count] = take_entry(field.bytes);
        if (count > 0 && entries[count].index <= entries[count - 1].index) {
            return TCN_BAD_VALUE;
        }
        count++;
    }
    memcpy(out_entries, entries, count * sizeof(entries[0]));
    *out_count = count;
    return TCN_OK;
}
