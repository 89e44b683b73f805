/* SPDX-License-Identifier: Apache-2.0 */
/* How far a matter is on the way of its kind, within its row (state_rows.c). */
#include "store/state_rows.h"

static void write_count(struct tcn_writer *writer, const struct tcn_count *count) {
    tcn_write_u8(writer, (uint8_t)count->kind);
    tcn_write_u64(writer, count->value);
}

static void read_count(struct tcn_reader *reader, struct tcn_count *count) {
    count->kind = (enum tcn_count_kind)tcn_read_u8(reader);
    count->value = tcn_read_u64(reader);
}

void tcn_state_write_degree(struct tcn_writer *writer, const struct tcn_degree *degree) {
    tcn_write_u16(writer, degree->rank);
    tcn_write_u8(writer, (uint8_t)degree->sure);
}

void tcn_state_read_degree(struct tcn_reader *reader, struct tcn_degree *degree) {
    degree->rank = tcn_read_u16(reader);
    degree->sure = (enum tcn_count_kind)tcn_read_u8(reader);
}

void tcn_state_write_way(struct tcn_writer *writer, const struct tcn_matter *matter) {
    tcn_write_u8(writer, (uint8_t)matter->kind);
    tcn_write_u32(writer, matter->marks);
    tcn_write_u16(writer, matter->sender);
    tcn_write_u16(writer, matter->submitter);
    tcn_write_u32(writer, matter->bounce_count);
    tcn_write_u16(writer, (uint16_t)matter->second.act);
    tcn_write_u32(writer, matter->second.source);
    tcn_write_bytes(writer, matter->second.hash.bytes, sizeof(matter->second.hash.bytes));
    write_count(writer, &matter->toll.deaths);
    write_count(writer, &matter->toll.serious_injuries);
    write_count(writer, &matter->toll.loss_fen);
    tcn_write_u16(writer, matter->toll.attribute_rank);
    tcn_state_write_degree(writer, &matter->toll.degree);
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
    read_count(reader, &matter->toll.deaths);
    read_count(reader, &matter->toll.serious_injuries);
    read_count(reader, &matter->toll.loss_fen);
    matter->toll.attribute_rank = tcn_read_u16(reader);
    tcn_state_read_degree(reader, &matter->toll.degree);
}
