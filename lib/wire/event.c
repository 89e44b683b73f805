/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/event.h"

#include "model/limits.h"
#include "wire/pb.h"

static const struct tcn_scan_rule rules[] = {
    [1] = TCN_RULE_BYTES(TCN_OPEN_BYTES_MAX),
    [2] = TCN_RULE_BYTES(TCN_EVENT_BYTES_MAX),
};

static const struct tcn_scan_table table = {
    .rules = rules,
    .rule_count = TCN_RULE_COUNT(rules),
    .required = TCN_RULE_BIT(1),
    .size_max = TCN_EVENT_BYTES_MAX,
};

enum tcn_status tcn_wire_event_split(struct tcn_slice bytes, struct tcn_slice *out_open,
                                     struct tcn_slice *out_sealed) {
    enum tcn_status status = tcn_scan(&table, bytes);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_slice parts[TCN_RULE_COUNT(rules)] = {{.size = 0}};
    struct tcn_reader reader = tcn_reader_init(bytes);
    struct tcn_scan_field field;
    while (tcn_scan_next(&reader, &field) == TCN_OK) {
        parts[field.number] = field.bytes;
    }
    *out_open = parts[1];
    *out_sealed = parts[2];
    return TCN_OK;
}

enum tcn_status tcn_wire_event_join(struct tcn_slice open, struct tcn_slice sealed,
                                    struct tcn_writer *writer, struct tcn_slice *out_bytes) {
    size_t start = writer->offset;
    size_t size = tcn_pb_field_size(open.size);
    size += sealed.size > 0 ? tcn_pb_field_size(sealed.size) : 0;
    if (open.size > TCN_OPEN_BYTES_MAX || size > TCN_EVENT_BYTES_MAX) {
        return TCN_TOOBIG;
    }
    enum tcn_status status = tcn_pb_put_bytes(1, open, writer);
    if (status == TCN_OK && sealed.size > 0) {
        status = tcn_pb_put_bytes(2, sealed, writer);
    }
    if (status != TCN_OK) {
        writer->offset = start;
        return status;
    }
    *out_bytes = tcn_pb_since(writer, start);
    return TCN_OK;
}
