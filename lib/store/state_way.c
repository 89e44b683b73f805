/* SPDX-License-Identifier: Apache-2.0 */
/* How far a matter is on the way of its kind, within its row (state_rows.c). */
#include "store/state_rows.h"

void tcn_state_write_way(struct tcn_writer *writer, const struct tcn_matter *matter) {
    tcn_write_u8(writer, (uint8_t)matter->kind);
    tcn_write_u32(writer, matter->marks);
    tcn_write_u16(writer, matter->sender);
    tcn_write_u16(writer, matter->submitter);
    tcn_write_u32(writer, matter->bounce_count);
    tcn_write_u16(writer, (uint16_t)matter->second.act);
    tcn_write_u32(writer, matter->second.source);
    tcn_write_bytes(writer, matter->second.hash.bytes, sizeof(matter->second.hash.bytes));
}

void tcn_state_read_way(struct tcn_reader *reader, struct tcn_matter *matter) {
    matter->kind = (enum tcn_procedure_kind)tcn_read_u8(reader);
    matter->marks = tcn_read_u32(reader);
    matter->sender = tcn_read_u16(reader);
    matter->submitter = tcn_read_u16(reader);
    matter->bounce_count = tcn_read_u32(reader);
    matter->second.act = (enum tcn_act)tcn_read_u16(reader);
    matter->second.source = tcn_read_u32(reader);
    tcn_read_bytes(reader, matter->second.hash.bytes, sizeof(matter->second.hash.bytes));
}
