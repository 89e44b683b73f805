/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Placements, encode and decode side by side; numbers as in state_rows.c.
 *
 *   placement  1, size 1 and the program's word, first month 4, needed 1, proof days 1, remind days
 *              1, metres 4, breaches 4, count 1, then of each month state 1, marks 1, prover 2,
 * then of each claim least 8, most 8, state 1, fen 8, refusals 4
 *
 * Nothing that core/placement could not have made is read: what it computes with is in its bounds.
 */
#include "store/state_rows.h"

#include <string.h>

struct tcn_key tcn_state_key_placement(uint64_t birth) {
    return tcn_key_u64(birth);
}

static void write_months(struct tcn_writer *writer, const struct tcn_placement *placement) {
    TCN_CHECK(placement->month_count <= TCN_PLACEMENT_MONTHS_MAX);
    tcn_write_u8(writer, (uint8_t)placement->month_count);
    for (uint32_t i = 0; i < placement->month_count; i++) {
        tcn_write_u8(writer, (uint8_t)placement->months[i].state);
        tcn_write_u8(writer, (uint8_t)placement->months[i].marks);
        tcn_write_u16(writer, placement->months[i].prover);
    }
}

/** The counterpart of write_months; false for what no placement has. */
static bool read_months(struct tcn_reader *reader, struct tcn_placement *placement) {
    placement->month_count = tcn_read_u8(reader);
    if (placement->month_count > TCN_PLACEMENT_MONTHS_MAX) {
        return false;
    }
    for (uint32_t i = 0; i < placement->month_count; i++) {
        struct tcn_month *month = &placement->months[i];
        month->state = (enum tcn_month_state)tcn_read_u8(reader);
        month->marks = tcn_read_u8(reader);
        month->prover = tcn_read_u16(reader);
        if (month->state == TCN_MONTH_NONE ||
            (uint32_t)month->state > (uint32_t)TCN_MONTH_STATE_MAX ||
            month->marks > TCN_MONTH_MARKS) {
            return false;
        }
    }
    return true;
}

static void write_claims(struct tcn_writer *writer, const struct tcn_placement *placement) {
    for (uint32_t i = TCN_CLAIM_PAY; i <= (uint32_t)TCN_CLAIM_MAX; i++) {
        const struct tcn_claimed *claimed = &placement->claims[i];
        tcn_write_u64(writer, claimed->min_fen);
        tcn_write_u64(writer, claimed->max_fen);
        tcn_write_u8(writer, (uint8_t)claimed->state);
        tcn_write_u64(writer, claimed->fen);
        tcn_write_u32(writer, claimed->refusal_count);
    }
}

/** The counterpart of write_claims; false for what no placement has. */
static bool read_claims(struct tcn_reader *reader, struct tcn_placement *placement) {
    for (uint32_t i = TCN_CLAIM_PAY; i <= (uint32_t)TCN_CLAIM_MAX; i++) {
        struct tcn_claimed *claimed = &placement->claims[i];
        claimed->min_fen = tcn_read_u64(reader);
        claimed->max_fen = tcn_read_u64(reader);
        claimed->state = (enum tcn_claim_state)tcn_read_u8(reader);
        claimed->fen = tcn_read_u64(reader);
        claimed->refusal_count = tcn_read_u32(reader);
        if ((uint32_t)claimed->state > (uint32_t)TCN_CLAIM_STATE_REFUSED) {
            return false;
        }
    }
    return true;
}

void tcn_state_encode_placement(const struct tcn_placement *placement,
                                struct tcn_state_payload *out_payload) {
    struct tcn_writer writer = tcn_writer_init(out_payload->bytes, sizeof(out_payload->bytes));
    const size_t size = strlen(placement->program);
    tcn_write_u8(&writer, TCN_STATE_ROW_VERSION);
    tcn_write_u8(&writer, (uint8_t)size);
    tcn_write_bytes(&writer, placement->program, size);
    tcn_write_u32(&writer, placement->first_month);
    tcn_write_u8(&writer, (uint8_t)placement->months_needed);
    tcn_write_u8(&writer, (uint8_t)placement->proof_days);
    tcn_write_u8(&writer, (uint8_t)placement->remind_days);
    tcn_write_u32(&writer, placement->metres);
    tcn_write_u32(&writer, placement->breaches);
    write_months(&writer, placement);
    write_claims(&writer, placement);
    TCN_CHECK(!writer.overflowed);
    out_payload->size = writer.offset;
}

enum tcn_status tcn_state_decode_placement(const struct tcn_env_row *row,
                                           struct tcn_placement *out_placement) {
    struct tcn_reader key = tcn_reader_init(row->key);
    struct tcn_reader reader = tcn_reader_init(row->value);
    if (tcn_read_u8(&reader) != TCN_STATE_ROW_VERSION) {
        return TCN_VERSION;
    }
    struct tcn_placement placement = {.birth_position = tcn_read_u64(&key)};
    const size_t size = tcn_read_u8(&reader);
    if (size > TCN_WORD_BYTES_MAX) {
        return TCN_CORRUPT;
    }
    tcn_read_bytes(&reader, placement.program, size);
    placement.first_month = tcn_read_u32(&reader);
    placement.months_needed = tcn_read_u8(&reader);
    placement.proof_days = tcn_read_u8(&reader);
    placement.remind_days = tcn_read_u8(&reader);
    placement.metres = tcn_read_u32(&reader);
    placement.breaches = tcn_read_u32(&reader);
    const bool is_good =
        read_months(&reader, &placement) && read_claims(&reader, &placement) &&
        placement.first_month != 0 &&
        tcn_month_number(tcn_month_written(placement.first_month)) == placement.first_month &&
        placement.months_needed > 0 && placement.months_needed <= TCN_PROGRAM_MONTHS_MAX &&
        placement.proof_days <= TCN_PROGRAM_DAYS_MAX &&
        placement.remind_days <= TCN_PROGRAM_DAYS_MAX && placement.breaches <= TCN_BREACHES;
    if (!is_good || !tcn_read_is_whole(&key) || !tcn_read_is_whole(&reader)) {
        return TCN_CORRUPT;
    }
    *out_placement = placement;
    return TCN_OK;
}

enum tcn_status tcn_state_placement_find(struct tcn_row_from from, uint64_t birth,
                                         struct tcn_placement *out_placement) {
    const struct tcn_key key = tcn_state_key_placement(birth);
    struct tcn_env_row row = {.key = tcn_key_slice(&key)};
    const enum tcn_status status = tcn_row_get(from, TCN_STATE_DB_PLACEMENTS, row.key, &row.value);
    return status == TCN_OK ? tcn_state_decode_placement(&row, out_placement) : status;
}
