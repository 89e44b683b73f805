/* SPDX-License-Identifier: Apache-2.0 */
/* The limits within an alert's row. */
#include "store/state_rows.h"

void tcn_state_write_limits(struct tcn_writer *writer, const struct tcn_alert *alert) {
    TCN_CHECK(alert->limit_count <= TCN_ALERT_LIMITS_MAX);
    tcn_state_write_degree(writer, &alert->degree);
    tcn_write_u8(writer, (uint8_t)alert->limit_count);
    for (uint32_t i = 0; i < alert->limit_count; i++) {
        tcn_write_u32(writer, alert->limits[i].rule);
        tcn_write_u8(writer, (uint8_t)alert->limits[i].state);
        tcn_write_i64(writer, alert->limits[i].due_ns);
    }
}

void tcn_state_read_limits(struct tcn_reader *reader, struct tcn_alert *alert) {
    tcn_state_read_degree(reader, &alert->degree);
    const uint32_t count = tcn_read_u8(reader);
    alert->limit_count = count <= TCN_ALERT_LIMITS_MAX ? count : 0;
    for (uint32_t i = 0; i < alert->limit_count; i++) {
        alert->limits[i].rule = tcn_read_u32(reader);
        alert->limits[i].state = (enum tcn_limit_state)tcn_read_u8(reader);
        alert->limits[i].due_ns = tcn_read_i64(reader);
    }
}
