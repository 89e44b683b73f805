/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/frame.h"

#include "model/limits.h"
#include "proto/frame.pb-c.h"
#include "wire/pb.h"

#include <stdio.h>
#include <string.h>

#define STAMP_BYTES_MAX 64

static const struct tcn_scan_rule header_rules[] = {
    [1] = TCN_RULE_NUMBER(TCN_WIRE_VERSION),
    [2] = TCN_RULE_NUMBER(INT32_MAX),
    [3] = TCN_RULE_FIXED64,
    [4] = TCN_RULE_U64,
    [5] = TCN_RULE_U64,
};

static const struct tcn_scan_table header_table = {
    .rules = header_rules,
    .rule_count = TCN_RULE_COUNT(header_rules),
    .required = TCN_RULE_BIT(1) | TCN_RULE_BIT(2),
    .format_field = 1,
    .size_max = TCN_HEADER_BYTES_MAX,
};

static const struct tcn_scan_rule stamp_rules[] = {
    [1] = TCN_RULE_U32,
    [2] = TCN_RULE_FIXED64,
    [3] = TCN_RULE_HASH,
};

static const struct tcn_scan_table stamp_table = {
    .rules = stamp_rules,
    .rule_count = TCN_RULE_COUNT(stamp_rules),
    .required = TCN_RULE_BIT(2),
    .size_max = STAMP_BYTES_MAX,
};

enum tcn_status tcn_wire_header_encode(const struct tcn_header *header, struct tcn_writer *writer,
                                       struct tcn_slice *out_bytes) {
    Tocsin__V1__Header message;
    tocsin__v1__header__init(&message);
    message.version = header->version;
    message.kind = (Tocsin__V1__Kind)header->kind;
    message.session = header->session;
    message.request = header->request;
    message.number = header->number;
    return tcn_pb_pack(&message.base, TCN_HEADER_BYTES_MAX, writer, out_bytes);
}

/* Header and stamp are flat and read by every hop, so their decoders take the numbers straight from
 * the walker: no arena, about 30 ns. */

/** Scans a flat message and gives its numbers by field number. */
static enum tcn_status take_numbers(const struct tcn_scan_table *table, struct tcn_slice bytes,
                                    uint64_t *out_numbers) {
    enum tcn_status status = tcn_scan(table, bytes);
    struct tcn_reader reader = tcn_reader_init(bytes);
    while (status == TCN_OK) {
        struct tcn_scan_field field;
        status = tcn_scan_next(&reader, &field);
        if (status == TCN_OK) {
            out_numbers[field.number] = field.value;
        }
    }
    return status == TCN_ABSENT ? TCN_OK : status;
}

enum tcn_status tcn_wire_header_decode(struct tcn_slice bytes, struct tcn_header *out_header) {
    uint64_t numbers[TCN_RULE_COUNT(header_rules)] = {0};
    enum tcn_status status = take_numbers(&header_table, bytes, numbers);
    if (status != TCN_OK) {
        return status;
    }
    enum tcn_kind kind = (enum tcn_kind)numbers[2];
    if (tcn_kind_direction(kind) == TCN_DIRECTION_NONE) {
        return TCN_BAD_VALUE;
    }
    *out_header = (struct tcn_header){
        .version = (uint32_t)numbers[1],
        .kind = kind,
        .session = numbers[3],
        .request = numbers[4],
        .number = numbers[5],
    };
    return TCN_OK;
}

enum tcn_status tcn_wire_stamp_encode(const struct tcn_stamp *stamp, struct tcn_writer *writer,
                                      struct tcn_slice *out_bytes) {
    Tocsin__V1__Stamp message;
    tocsin__v1__stamp__init(&message);
    message.principal = stamp->principal;
    message.connection = stamp->connection;
    message.guest_key = tcn_pb_fixed(stamp->guest_key.bytes, sizeof(stamp->guest_key.bytes));
    return tcn_pb_pack(&message.base, STAMP_BYTES_MAX, writer, out_bytes);
}

enum tcn_status tcn_wire_stamp_decode(struct tcn_slice bytes, struct tcn_stamp *out_stamp) {
    struct tcn_stamp stamp = {0};
    bool is_guest = false;
    enum tcn_status status = tcn_scan(&stamp_table, bytes);
    struct tcn_reader reader = tcn_reader_init(bytes);
    while (status == TCN_OK) {
        struct tcn_scan_field field;
        status = tcn_scan_next(&reader, &field);
        if (status == TCN_OK && field.number == 1) {
            stamp.principal = (uint32_t)field.value;
        } else if (status == TCN_OK && field.number == 2) {
            stamp.connection = field.value;
        } else if (status == TCN_OK) {
            memcpy(stamp.guest_key.bytes, field.bytes.data, sizeof(stamp.guest_key.bytes));
            is_guest = true;
        }
    }
    if (status != TCN_ABSENT) {
        return status;
    }
    if (is_guest != (stamp.principal == 0)) {
        return TCN_BAD_VALUE;
    }
    *out_stamp = stamp;
    return TCN_OK;
}

void tcn_wire_library_version(char out_version[TCN_LIBRARY_VERSION_BYTES]) {
    (void)snprintf(out_version, TCN_LIBRARY_VERSION_BYTES, "%s", protobuf_c_version());
}
