/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clocks of matters, encode and decode side by side; numbers as in state_rows.c.
 *
 *   clock    1, id: size 1 and bytes, unit 1, amount 4, extension 4, bound 1, owes 1, stop time 1,
 *            policy version 8, start 8, extended until 8, fired steps 1, pauses 1, each from 8,
 *            to 8; first step 8, second step 8, due step 8, due 8, limit 8, missing year 4, paused
 * 1, end 1, verdict 1, stopped 8, stop position 8, runs 4, late runs 4
 */
#include "store/state_rows.h"

#include <string.h>

struct tcn_key tcn_state_key_clock(uint64_t birth, uint32_t rule) {
    struct tcn_key key;
    struct tcn_writer writer = tcn_writer_init(key.bytes, sizeof(key.bytes));
    tcn_write_u64(&writer, birth);
    tcn_write_u32(&writer, rule);
    TCN_CHECK(!writer.overflowed);
    key.size = writer.offset;
    return key;
}

static void write_terms(struct tcn_writer *writer, const struct tcn_matter_clock *clock) {
    const size_t id_size = strnlen(clock->id, TCN_WORD_BYTES_MAX);
    tcn_write_u8(writer, (uint8_t)id_size);
    tcn_write_bytes(writer, clock->id, id_size);
    tcn_write_u8(writer, (uint8_t)clock->terms.unit);
    tcn_write_u32(writer, clock->terms.amount);
    tcn_write_u32(writer, clock->terms.extend_max);
    tcn_write_u8(writer, (uint8_t)clock->terms.bound);
    tcn_write_u8(writer, (uint8_t)clock->terms.owes);
    tcn_write_u8(writer, (uint8_t)clock->terms.stop_time);
    tcn_write_u64(writer, clock->policy_version);
}

/** The counterpart of write_terms; false for what no rule is. */
static bool read_terms(struct tcn_reader *reader, struct tcn_matter_clock *clock) {
    const struct tcn_slice id = tcn_read_slice(reader, tcn_read_u8(reader));
    if (id.size > TCN_WORD_BYTES_MAX) {
        return false;
    }
    if (id.size > 0) {
        memcpy(clock->id, id.data, id.size);
    }
    struct tcn_clock_terms *terms = &clock->terms;
    terms->unit = (enum tcn_clock_unit)tcn_read_u8(reader);
    terms->amount = tcn_read_u32(reader);
    terms->extend_max = tcn_read_u32(reader);
    terms->bound = (enum tcn_clock_bound)tcn_read_u8(reader);
    terms->owes = (enum tcn_clock_owes)tcn_read_u8(reader);
    terms->stop_time = (enum tcn_clock_time)tcn_read_u8(reader);
    clock->policy_version = tcn_read_u64(reader);
    const uint64_t most = (uint64_t)terms->amount + terms->extend_max;
    const bool is_unit = terms->unit != TCN_CLOCK_UNIT_NONE && terms->unit <= TCN_CLOCK_UNTIL;
    return is_unit && tcn_clock_is_bare(terms->unit) == (terms->amount == 0) &&
           most <= tcn_clock_amount_max(terms->unit);
}

static void write_course(struct tcn_writer *writer, const struct tcn_clock *clock) {
    TCN_CHECK(clock->pause_count <= TCN_CLOCK_PAUSES_MAX);
    tcn_write_i64(writer, clock->start_ns);
    tcn_write_i64(writer, clock->extended_until_ns);
    tcn_write_u8(writer, (uint8_t)clock->fired_steps);
    tcn_write_u8(writer, (uint8_t)clock->pause_count);
    for (uint32_t i = 0; i < clock->pause_count; i++) {
        tcn_write_i64(writer, clock->pauses[i].from_ns);
        tcn_write_i64(writer, clock->pauses[i].to_ns);
    }
}

/** True when a clock can have this course: core/clock computes with it. */
static bool is_course(const struct tcn_clock *clock) {
    int64_t since_ns = TCN_CLOCK_INSTANT_MIN_NS;
    bool is_good = clock->start_ns >= since_ns && clock->start_ns <= TCN_CLOCK_INSTANT_MAX_NS;
    since_ns = clock->start_ns;
    for (uint32_t i = 0; i < clock->pause_count && is_good; i++) {
        const struct tcn_clock_pause *pause = &clock->pauses[i];
        const bool lasts = pause->to_ns == TCN_CLOCK_NEVER && i + 1 == clock->pause_count;
        is_good = pause->from_ns >= since_ns && pause->from_ns <= TCN_CLOCK_INSTANT_MAX_NS &&
                  pause->to_ns >= pause->from_ns &&
                  (lasts || pause->to_ns <= TCN_CLOCK_INSTANT_MAX_NS);
        since_ns = pause->to_ns;
    }
    return is_good;
}

/** The counterpart of write_course; false for what no clock has. */
static bool read_course(struct tcn_reader *reader, struct tcn_clock *clock) {
    clock->start_ns = tcn_read_i64(reader);
    clock->extended_until_ns = tcn_read_i64(reader);
    clock->fired_steps = tcn_read_u8(reader);
    clock->pause_count = tcn_read_u8(reader);
    if (clock->pause_count > TCN_CLOCK_PAUSES_MAX) {
        return false;
    }
    for (uint32_t i = 0; i < clock->pause_count; i++) {
        clock->pauses[i].from_ns = tcn_read_i64(reader);
        clock->pauses[i].to_ns = tcn_read_i64(reader);
    }
    return is_course(clock);
}

static void write_times(struct tcn_writer *writer, const struct tcn_clock_times *times) {
    for (uint32_t i = 0; i < TCN_CLOCK_STEP_COUNT; i++) {
        tcn_write_i64(writer, times->step_ns[i]);
    }
    tcn_write_i64(writer, times->due_ns);
    tcn_write_i64(writer, times->limit_ns);
    tcn_write_u32(writer, (uint32_t)times->missing_year);
    tcn_write_u8(writer, times->is_paused ? 1 : 0);
}

/** The counterpart of write_times. */
static void read_times(struct tcn_reader *reader, struct tcn_clock_times *times) {
    for (uint32_t i = 0; i < TCN_CLOCK_STEP_COUNT; i++) {
        times->step_ns[i] = tcn_read_i64(reader);
    }
    times->due_ns = tcn_read_i64(reader);
    times->limit_ns = tcn_read_i64(reader);
    times->missing_year = (int32_t)tcn_read_u32(reader);
    times->is_paused = tcn_read_u8(reader) != 0;
}

void tcn_state_encode_clock(const struct tcn_matter_clock *clock,
                            struct tcn_state_payload *out_payload) {
    struct tcn_writer writer = tcn_writer_init(out_payload->bytes, sizeof(out_payload->bytes));
    tcn_write_u8(&writer, TCN_STATE_ROW_VERSION);
    write_terms(&writer, clock);
    write_course(&writer, &clock->clock);
    write_times(&writer, &clock->times);
    tcn_write_u8(&writer, (uint8_t)clock->end);
    tcn_write_u8(&writer, (uint8_t)clock->verdict);
    tcn_write_i64(&writer, clock->stop_ns);
    tcn_write_u64(&writer, clock->stop_position);
    tcn_write_u32(&writer, clock->run_count);
    tcn_write_u32(&writer, clock->late_count);
    tcn_write_u8(&writer, clock->is_kept ? 1 : 0);
    TCN_CHECK(!writer.overflowed);
    out_payload->size = writer.offset;
}

enum tcn_status tcn_state_decode_clock(const struct tcn_env_row *row,
                                       struct tcn_matter_clock *out_clock) {
    struct tcn_reader key = tcn_reader_init(row->key);
    struct tcn_reader reader = tcn_reader_init(row->value);
    if (tcn_read_u8(&reader) != TCN_STATE_ROW_VERSION) {
        return TCN_VERSION;
    }
    struct tcn_matter_clock clock = {.birth_position = tcn_read_u64(&key)};
    clock.rule = tcn_read_u32(&key);
    if (!read_terms(&reader, &clock) || !read_course(&reader, &clock.clock)) {
        return TCN_CORRUPT;
    }
    read_times(&reader, &clock.times);
    clock.end = (enum tcn_clock_end)tcn_read_u8(&reader);
    clock.verdict = (enum tcn_clock_verdict)tcn_read_u8(&reader);
    clock.stop_ns = tcn_read_i64(&reader);
    clock.stop_position = tcn_read_u64(&reader);
    clock.run_count = tcn_read_u32(&reader);
    clock.late_count = tcn_read_u32(&reader);
    const uint8_t kept = tcn_read_u8(&reader);
    clock.is_kept = kept == 1;
    const bool is_clock =
        (unsigned)clock.end <= TCN_CLOCK_LEFT && (unsigned)clock.verdict <= TCN_VERDICT_UNMEASURED;
    if (!is_clock || kept > 1 || !tcn_read_is_whole(&key) || !tcn_read_is_whole(&reader)) {
        return TCN_CORRUPT;
    }
    *out_clock = clock;
    return TCN_OK;
}
