/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every row of the state, encode and decode side by side. Numbers are big-endian, signed ones with
 * their sign bit flipped; each payload begins with its version, 1. A new version: the next number,
 * the reader of the old one stays, a case in tests/unit/store/test_state_records.c, a line in the
 * changelog, and a new fold version, because the state hash changes with the bytes.
 *
 *   matter   1, id 16, mode 1, stage 1, severity 1, last act 2, division 8, office 2, holder 2,
 *            flags 4, events 4, learned 8, opened 8, last position 8, last time 8,
 *            kind 1, marks 4, sender 2, submitter 2, bounces 4, second: act 2, source 4, hash 32;
 *            domain, category, second: domain, organ: each size 1 and bytes
 *   holding  1
 *   due, due time, clock  in state_dues.c, state_clocks.c
 *   thread   1, birth position 8, previous position 8
 *   alert    1, generation 8, position 8, birth position 8, act 2, reason 1, severity 1, flags 4,
 *            code 4, policy version 8, log time 8, kind 1, stage 1, holder 2, facts 4;
 *            of reason OUTCOME also: allowed acts 8;
 *            of no reason of these two also: limits 1, each rule 4, state 1, due 8;
 *            of a reason that is fired also: kind 1, stage 4, subject 8, rule 4, due 8, until 8
 *   outcome  1, code 4, allowed acts 8, missing facts 4
 *   cursor   1, number 8, generation 8
 *   source   1, sequence 8, position 8, log time 8, events 8, voids 8
 *   applied  1, position 8, log time 8, generation 8, events 8, matters 8, alerts 8,
 *            fold version 4, policy version 8
 *   number   1, number 8 (ids, streams)
 */
#include "store/state_rows.h"

#include "store/record.h"

#include <string.h>

/** Starts a key. */
static struct tcn_writer key_begin(struct tcn_key *key) {
    return tcn_writer_init(key->bytes, sizeof(key->bytes));
}

/** Ends a key. */
static void key_end(struct tcn_key *key, const struct tcn_writer *writer) {
    TCN_CHECK(!writer->overflowed);
    key->size = writer->offset;
}

/** Starts a payload with its version. */
static struct tcn_writer payload_begin(struct tcn_state_payload *payload) {
    struct tcn_writer writer = tcn_writer_init(payload->bytes, sizeof(payload->bytes));
    tcn_write_u8(&writer, TCN_STATE_ROW_VERSION);
    return writer;
}

/** Ends a payload. */
static void payload_end(struct tcn_state_payload *payload, const struct tcn_writer *writer) {
    TCN_CHECK(!writer->overflowed);
    payload->size = writer->offset;
}

/** Starts reading a payload behind its version. */
static enum tcn_status payload_open(struct tcn_slice payload, struct tcn_reader *out_reader) {
    *out_reader = tcn_reader_init(payload);
    return tcn_read_u8(out_reader) == TCN_STATE_ROW_VERSION ? TCN_OK : TCN_VERSION;
}

/** The verdict when everything was read. */
static enum tcn_status row_close(const struct tcn_reader *key, const struct tcn_reader *payload) {
    return tcn_read_is_whole(key) && tcn_read_is_whole(payload) ? TCN_OK : TCN_CORRUPT;
}

/** A stream as three bytes. */
static void stream_write(struct tcn_writer *writer, struct tcn_stream stream) {
    tcn_write_u8(writer, (uint8_t)stream.mode);
    tcn_write_u16(writer, stream.organ);
}

/** The counterpart of stream_write. */
static struct tcn_stream stream_read(struct tcn_reader *reader) {
    struct tcn_stream stream;
    stream.mode = (enum tcn_mode)tcn_read_u8(reader);
    stream.organ = tcn_read_u16(reader);
    return stream;
}

struct tcn_key tcn_state_key_id(const struct tcn_id *id) {
    struct tcn_key key;
    struct tcn_writer writer = key_begin(&key);
    tcn_write_bytes(&writer, id->bytes, sizeof(id->bytes));
    key_end(&key, &writer);
    return key;
}

struct tcn_key tcn_state_key_stream(struct tcn_stream stream) {
    struct tcn_key key;
    struct tcn_writer writer = key_begin(&key);
    stream_write(&writer, stream);
    key_end(&key, &writer);
    return key;
}

struct tcn_key tcn_state_key_alert(struct tcn_stream stream, uint64_t number) {
    struct tcn_key key;
    struct tcn_writer writer = key_begin(&key);
    stream_write(&writer, stream);
    tcn_write_u64(&writer, number);
    key_end(&key, &writer);
    return key;
}

struct tcn_key tcn_state_key_holding(uint16_t holder, uint64_t birth) {
    struct tcn_key key;
    struct tcn_writer writer = key_begin(&key);
    tcn_write_u16(&writer, holder);
    tcn_write_u64(&writer, birth);
    key_end(&key, &writer);
    return key;
}

struct tcn_key tcn_state_key_cursor(const struct tcn_cursor *cursor) {
    struct tcn_key key;
    struct tcn_writer writer = key_begin(&key);
    size_t size = strnlen(cursor->name, TCN_CURSOR_NAME_BYTES_MAX);
    tcn_write_u32(&writer, cursor->principal);
    tcn_write_u8(&writer, (uint8_t)size);
    tcn_write_bytes(&writer, cursor->name, size);
    stream_write(&writer, cursor->stream);
    key_end(&key, &writer);
    return key;
}

struct tcn_key tcn_state_key_source(const struct tcn_lane_key *lane) {
    struct tcn_key key;
    struct tcn_writer writer = key_begin(&key);
    tcn_lane_key_write(&writer, lane);
    key_end(&key, &writer);
    return key;
}

void tcn_state_encode_u64(uint64_t number, struct tcn_state_payload *out_payload) {
    struct tcn_writer writer = payload_begin(out_payload);
    tcn_write_u64(&writer, number);
    payload_end(out_payload, &writer);
}

enum tcn_status tcn_state_decode_u64(struct tcn_slice payload, uint64_t *out_number) {
    struct tcn_reader reader;
    enum tcn_status status = payload_open(payload, &reader);
    if (status != TCN_OK) {
        return status;
    }
    uint64_t number = tcn_read_u64(&reader);
    if (!tcn_read_is_whole(&reader)) {
        return TCN_CORRUPT;
    }
    *out_number = number;
    return TCN_OK;
}

/** Writes a size and so many bytes. */
static void word_write(struct tcn_writer *writer, const char *word, size_t size_max) {
    const size_t size = strnlen(word, size_max);
    tcn_write_u8(writer, (uint8_t)size);
    tcn_write_bytes(writer, word, size);
}

void tcn_state_encode_matter(const struct tcn_matter *matter,
                             struct tcn_state_payload *out_payload) {
    struct tcn_writer writer = payload_begin(out_payload);
    tcn_write_bytes(&writer, matter->id.bytes, sizeof(matter->id.bytes));
    tcn_write_u8(&writer, (uint8_t)matter->mode);
    tcn_write_u8(&writer, (uint8_t)matter->stage);
    tcn_write_u8(&writer, (uint8_t)matter->severity);
    tcn_write_u16(&writer, (uint16_t)matter->last_act);
    tcn_write_u64(&writer, matter->division);
    tcn_write_u16(&writer, matter->office);
    tcn_write_u16(&writer, matter->holder);
    tcn_write_u32(&writer, matter->flags);
    tcn_write_u32(&writer, matter->event_count);
    tcn_write_i64(&writer, matter->learned_ns);
    tcn_write_i64(&writer, matter->opened_ns);
    tcn_write_u64(&writer, matter->last_position);
    tcn_write_i64(&writer, matter->last_ns);
    tcn_state_write_way(&writer, matter);
    word_write(&writer, matter->domain, TCN_WORD_BYTES_MAX);
    word_write(&writer, matter->category, TCN_CLOCK_CATEGORY_BYTES_MAX);
    word_write(&writer, matter->second.domain, TCN_WORD_BYTES_MAX);
    word_write(&writer, matter->second.organ, TCN_WORD_BYTES_MAX);
    payload_end(out_payload, &writer);
}

/** Reads a size and so many bytes; false when they are more than `size_max`. */
static bool word_read(struct tcn_reader *reader, char *out_word, size_t size_max) {
    const struct tcn_slice word = tcn_read_slice(reader, tcn_read_u8(reader));
    if (word.size > size_max) {
        return false;
    }
    if (word.size > 0) {
        memcpy(out_word, word.data, word.size);
    }
    return true;
}

enum tcn_status tcn_state_decode_matter(const struct tcn_env_row *row,
                                        struct tcn_matter *out_matter) {
    struct tcn_reader key = tcn_reader_init(row->key);
    struct tcn_reader reader;
    enum tcn_status status = payload_open(row->value, &reader);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_matter matter = {.birth_position = tcn_read_u64(&key)};
    tcn_read_bytes(&reader, matter.id.bytes, sizeof(matter.id.bytes));
    matter.mode = (enum tcn_mode)tcn_read_u8(&reader);
    matter.stage = (enum tcn_stage)tcn_read_u8(&reader);
    matter.severity = (enum tcn_severity)tcn_read_u8(&reader);
    matter.last_act = (enum tcn_act)tcn_read_u16(&reader);
    matter.division = tcn_read_u64(&reader);
    matter.office = tcn_read_u16(&reader);
    matter.holder = tcn_read_u16(&reader);
    matter.flags = tcn_read_u32(&reader);
    matter.event_count = tcn_read_u32(&reader);
    matter.learned_ns = tcn_read_i64(&reader);
    matter.opened_ns = tcn_read_i64(&reader);
    matter.last_position = tcn_read_u64(&reader);
    matter.last_ns = tcn_read_i64(&reader);
    tcn_state_read_way(&reader, &matter);
    bool has_words = word_read(&reader, matter.domain, TCN_WORD_BYTES_MAX) &&
                     word_read(&reader, matter.category, TCN_CLOCK_CATEGORY_BYTES_MAX) &&
                     word_read(&reader, matter.second.domain, TCN_WORD_BYTES_MAX) &&
                     word_read(&reader, matter.second.organ, TCN_WORD_BYTES_MAX);
    status = row_close(&key, &reader);
    if (status != TCN_OK || !has_words) {
        return TCN_CORRUPT;
    }
    *out_matter = matter;
    return TCN_OK;
}

void tcn_state_encode_thread(const struct tcn_thread *thread,
                             struct tcn_state_payload *out_payload) {
    struct tcn_writer writer = payload_begin(out_payload);
    tcn_write_u64(&writer, thread->birth_position);
    tcn_write_u64(&writer, thread->previous_position);
    payload_end(out_payload, &writer);
}

void tcn_state_encode_holding(struct tcn_state_payload *out_payload) {
    struct tcn_writer writer = payload_begin(out_payload);
    payload_end(out_payload, &writer);
}

enum tcn_status tcn_state_decode_holding(const struct tcn_env_row *row, uint16_t *out_holder,
                                         uint64_t *out_birth) {
    struct tcn_reader key = tcn_reader_init(row->key);
    struct tcn_reader reader;
    enum tcn_status status = payload_open(row->value, &reader);
    if (status != TCN_OK) {
        return status;
    }
    const uint16_t holder = tcn_read_u16(&key);
    const uint64_t birth = tcn_read_u64(&key);
    status = row_close(&key, &reader);
    if (status == TCN_OK) {
        *out_holder = holder;
        *out_birth = birth;
    }
    return status;
}

enum tcn_status tcn_state_decode_thread(const struct tcn_env_row *row,
                                        struct tcn_thread *out_thread) {
    struct tcn_reader key = tcn_reader_init(row->key);
    struct tcn_reader reader;
    enum tcn_status status = payload_open(row->value, &reader);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_thread thread = {.position = tcn_read_u64(&key)};
    thread.birth_position = tcn_read_u64(&reader);
    thread.previous_position = tcn_read_u64(&reader);
    status = row_close(&key, &reader);
    if (status == TCN_OK) {
        *out_thread = thread;
    }
    return status;
}

void tcn_state_encode_alert(const struct tcn_alert *alert, struct tcn_state_payload *out_payload) {
    struct tcn_writer writer = payload_begin(out_payload);
    tcn_write_u64(&writer, alert->generation);
    tcn_write_u64(&writer, alert->position);
    tcn_write_u64(&writer, alert->birth_position);
    tcn_write_u16(&writer, (uint16_t)alert->act);
    tcn_write_u8(&writer, (uint8_t)alert->reason);
    tcn_write_u8(&writer, (uint8_t)alert->severity);
    tcn_write_u32(&writer, alert->flags);
    tcn_write_u32(&writer, alert->code);
    tcn_write_u64(&writer, alert->policy_version);
    tcn_write_i64(&writer, alert->log_time_ns);
    tcn_write_u8(&writer, (uint8_t)alert->kind);
    tcn_write_u8(&writer, (uint8_t)alert->stage);
    tcn_write_u16(&writer, alert->holder);
    tcn_write_u32(&writer, alert->facts);
    if (alert->reason == TCN_REASON_OUTCOME) {
        tcn_write_u64(&writer, alert->allowed_acts);
    }
    const bool is_fired = tcn_reason_is_fired(alert->reason);
    if (alert->reason != TCN_REASON_OUTCOME && !is_fired) {
        tcn_state_write_limits(&writer, alert);
    }
    if (is_fired) {
        tcn_write_u8(&writer, (uint8_t)alert->fired.kind);
        tcn_write_u32(&writer, alert->fired.stage);
        tcn_write_u64(&writer, alert->fired.subject);
        tcn_write_u32(&writer, alert->fired.rule);
        tcn_write_i64(&writer, alert->fired.due_ns);
        tcn_write_i64(&writer, alert->fired.until_ns);
    }
    payload_end(out_payload, &writer);
}

enum tcn_status tcn_state_decode_alert(const struct tcn_env_row *row, struct tcn_alert *out_alert) {
    struct tcn_reader key = tcn_reader_init(row->key);
    struct tcn_reader reader;
    enum tcn_status status = payload_open(row->value, &reader);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_alert alert = {.stream = stream_read(&key)};
    alert.number = tcn_read_u64(&key);
    alert.generation = tcn_read_u64(&reader);
    alert.position = tcn_read_u64(&reader);
    alert.birth_position = tcn_read_u64(&reader);
    alert.act = (enum tcn_act)tcn_read_u16(&reader);
    alert.reason = (enum tcn_reason)tcn_read_u8(&reader);
    alert.severity = (enum tcn_severity)tcn_read_u8(&reader);
    alert.flags = tcn_read_u32(&reader);
    alert.code = tcn_read_u32(&reader);
    alert.policy_version = tcn_read_u64(&reader);
    alert.log_time_ns = tcn_read_i64(&reader);
    alert.kind = (enum tcn_procedure_kind)tcn_read_u8(&reader);
    alert.stage = (enum tcn_stage)tcn_read_u8(&reader);
    alert.holder = tcn_read_u16(&reader);
    alert.facts = tcn_read_u32(&reader);
    if (alert.reason == TCN_REASON_OUTCOME) {
        alert.allowed_acts = tcn_read_u64(&reader);
    }
    if (alert.reason != TCN_REASON_OUTCOME && !tcn_reason_is_fired(alert.reason)) {
        tcn_state_read_limits(&reader, &alert);
    }
    if (tcn_reason_is_fired(alert.reason)) {
        alert.fired.kind = (enum tcn_due_kind)tcn_read_u8(&reader);
        alert.fired.stage = tcn_read_u32(&reader);
        alert.fired.subject = tcn_read_u64(&reader);
        alert.fired.rule = tcn_read_u32(&reader);
        alert.fired.due_ns = tcn_read_i64(&reader);
        alert.fired.until_ns = tcn_read_i64(&reader);
    }
    status = row_close(&key, &reader);
    if (status == TCN_OK) {
        *out_alert = alert;
    }
    return status;
}

void tcn_state_encode_outcome(const struct tcn_outcome *outcome,
                              struct tcn_state_payload *out_payload) {
    struct tcn_writer writer = payload_begin(out_payload);
    tcn_write_u32(&writer, outcome->code);
    tcn_write_u64(&writer, outcome->allowed_acts);
    tcn_write_u32(&writer, outcome->missing);
    payload_end(out_payload, &writer);
}

enum tcn_status tcn_state_decode_outcome(const struct tcn_env_row *row,
                                         struct tcn_outcome *out_outcome) {
    struct tcn_reader key = tcn_reader_init(row->key);
    struct tcn_reader reader;
    enum tcn_status status = payload_open(row->value, &reader);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_outcome outcome = {.position = tcn_read_u64(&key)};
    outcome.code = tcn_read_u32(&reader);
    outcome.allowed_acts = tcn_read_u64(&reader);
    outcome.missing = tcn_read_u32(&reader);
    status = row_close(&key, &reader);
    if (status == TCN_OK) {
        *out_outcome = outcome;
    }
    return status;
}

void tcn_state_encode_cursor(const struct tcn_cursor *cursor,
                             struct tcn_state_payload *out_payload) {
    struct tcn_writer writer = payload_begin(out_payload);
    tcn_write_u64(&writer, cursor->number);
    tcn_write_u64(&writer, cursor->generation);
    payload_end(out_payload, &writer);
}

enum tcn_status tcn_state_decode_cursor(const struct tcn_env_row *row,
                                        struct tcn_cursor *out_cursor) {
    struct tcn_reader key = tcn_reader_init(row->key);
    struct tcn_reader reader;
    enum tcn_status status = payload_open(row->value, &reader);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_cursor cursor = {.principal = tcn_read_u32(&key)};
    struct tcn_slice name = tcn_read_slice(&key, tcn_read_u8(&key));
    cursor.stream = stream_read(&key);
    cursor.number = tcn_read_u64(&reader);
    cursor.generation = tcn_read_u64(&reader);
    status = row_close(&key, &reader);
    if (status != TCN_OK || name.size > TCN_CURSOR_NAME_BYTES_MAX) {
        return TCN_CORRUPT;
    }
    if (name.size > 0) {
        memcpy(cursor.name, name.data, name.size);
    }
    *out_cursor = cursor;
    return TCN_OK;
}

void tcn_state_encode_source(const struct tcn_source_state *source,
                             struct tcn_state_payload *out_payload) {
    struct tcn_writer writer = payload_begin(out_payload);
    tcn_write_u64(&writer, source->sequence);
    tcn_write_u64(&writer, source->position);
    tcn_write_i64(&writer, source->log_time_ns);
    tcn_write_u64(&writer, source->event_count);
    tcn_write_u64(&writer, source->void_count);
    payload_end(out_payload, &writer);
}

enum tcn_status tcn_state_decode_source(const struct tcn_env_row *row,
                                        struct tcn_source_state *out_source) {
    struct tcn_reader key = tcn_reader_init(row->key);
    struct tcn_reader reader;
    enum tcn_status status = payload_open(row->value, &reader);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_source_state source = {.lane = tcn_lane_key_read(&key)};
    source.sequence = tcn_read_u64(&reader);
    source.position = tcn_read_u64(&reader);
    source.log_time_ns = tcn_read_i64(&reader);
    source.event_count = tcn_read_u64(&reader);
    source.void_count = tcn_read_u64(&reader);
    status = row_close(&key, &reader);
    if (status == TCN_OK) {
        *out_source = source;
    }
    return status;
}

void tcn_state_encode_applied(const struct tcn_applied *applied,
                              struct tcn_state_payload *out_payload) {
    struct tcn_writer writer = payload_begin(out_payload);
    tcn_write_u64(&writer, applied->position);
    tcn_write_i64(&writer, applied->log_time_ns);
    tcn_write_u64(&writer, applied->generation);
    tcn_write_u64(&writer, applied->event_count);
    tcn_write_u64(&writer, applied->matter_count);
    tcn_write_u64(&writer, applied->alert_count);
    tcn_write_u32(&writer, applied->fold_version);
    tcn_write_u64(&writer, applied->policy_version);
    payload_end(out_payload, &writer);
}

enum tcn_status tcn_state_decode_applied(struct tcn_slice payload,
                                         struct tcn_applied *out_applied) {
    struct tcn_reader reader;
    enum tcn_status status = payload_open(payload, &reader);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_applied applied;
    applied.position = tcn_read_u64(&reader);
    applied.log_time_ns = tcn_read_i64(&reader);
    applied.generation = tcn_read_u64(&reader);
    applied.event_count = tcn_read_u64(&reader);
    applied.matter_count = tcn_read_u64(&reader);
    applied.alert_count = tcn_read_u64(&reader);
    applied.fold_version = tcn_read_u32(&reader);
    applied.policy_version = tcn_read_u64(&reader);
    if (!tcn_read_is_whole(&reader)) {
        return TCN_CORRUPT;
    }
    *out_applied = applied;
    return TCN_OK;
}
