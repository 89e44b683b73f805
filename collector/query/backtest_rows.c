/* SPDX-License-Identifier: Apache-2.0 */
#include "query/backtest_inside.h"

#include "core/duty.h"
#include "core/guard.h"
#include "core/tally.h"

#include <string.h>

/* Modes that an organ has a stream of. */
static const enum tcn_mode modes[] = {TCN_MODE_ACTUAL, TCN_MODE_EXERCISE};
#define MODE_COUNT (sizeof(modes) / sizeof(modes[0]))

/** A key in the making: what it is of; the tail comes behind. */
struct row_key {
    uint8_t bytes[TCN_SORTED_KEY_BYTES_MAX];
    struct tcn_writer writer;
};

static void key_begin(struct row_key *key, enum tcn_backtest_what what, uint64_t birth) {
    key->writer = tcn_writer_init(key->bytes, sizeof(key->bytes));
    tcn_write_u8(&key->writer, (uint8_t)what);
    tcn_write_u64(&key->writer, birth);
}

static struct tcn_slice key_end(struct row_key *key, uint16_t organ, uint32_t n,
                                enum tcn_backtest_side_number side) {
    struct tcn_writer writer = key->writer;
    tcn_write_u16(&writer, organ);
    tcn_write_u32(&writer, n);
    tcn_write_u8(&writer, (uint8_t)side);
    TCN_CHECK(!writer.overflowed);
    return tcn_slice_of(key->bytes, writer.offset);
}

size_t tcn_backtest_matter_key(uint64_t birth, enum tcn_backtest_side_number side,
                               uint8_t out_key[TCN_SORTED_KEY_BYTES_MAX]) {
    struct row_key key;
    key_begin(&key, TCN_BACKTEST_MATTER, birth);
    const struct tcn_slice made = key_end(&key, 0, 0, side);
    memcpy(out_key, made.data, made.size);
    return made.size;
}

size_t tcn_backtest_clock_key(uint64_t birth, uint32_t rule, enum tcn_backtest_side_number side,
                              uint8_t out_key[TCN_SORTED_KEY_BYTES_MAX]) {
    struct row_key key;
    key_begin(&key, TCN_BACKTEST_CLOCK, birth);
    tcn_write_u32(&key.writer, rule);
    const struct tcn_slice made = key_end(&key, 0, 0, side);
    memcpy(out_key, made.data, made.size);
    return made.size;
}

/** Puts a value, as the next of those that have its key. */
static enum tcn_status put(struct tcn_backtest *backtest, struct row_key *key,
                           const struct tcn_backtest_value *value) {
    const struct tcn_slice bytes = tcn_slice_of(value, sizeof(*value));
    enum tcn_status status = TCN_EXISTS;
    for (uint32_t n = 0; status == TCN_EXISTS && n < UINT32_MAX; n++) {
        status = tcn_sorted_put(backtest->sorted,
                                key_end(key, value->side.organ, n, backtest->side), bytes);
    }
    return status;
}

/** By what duties are reckoned: the policy in force at the end of the log, on this side. */
static const struct tcn_policy *policy_of(const struct tcn_backtest *backtest) {
    return backtest->applier.fold.policy;
}

static enum tcn_status put_duties(struct tcn_backtest *backtest, const struct tcn_matter *matter) {
    const struct tcn_duty_input in = tcn_duty_of(policy_of(backtest), matter);
    struct tcn_duty duties[TCN_DUTIES_MAX];
    const uint32_t count = tcn_duty_gather(&in, duties);
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < count && status == TCN_OK; i++) {
        struct tcn_backtest_value value;
        struct row_key key;
        memset(&value, 0, sizeof(value));
        value.side.is_there = true;
        value.side.organ = duties[i].organ;
        key_begin(&key, TCN_BACKTEST_DUTY, matter->birth_position);
        tcn_write_u32(&key.writer, (uint32_t)duties[i].owed);
        status = put(backtest, &key, &value);
    }
    return status;
}

static enum tcn_status put_matter(struct tcn_backtest *backtest, const struct tcn_matter *matter) {
    struct tcn_backtest_value value;
    uint8_t key[TCN_SORTED_KEY_BYTES_MAX];
    memset(&value, 0, sizeof(value));
    value.matter = matter->id;
    value.side.is_there = true;
    value.side.organ = matter->holder;
    value.side.time_ns = matter->last_ns;
    memcpy(value.side.word, matter->domain, sizeof(value.side.word));
    value.side.kind = matter->kind;
    value.side.stage = matter->stage;
    value.side.level = matter->toll.degree.rank;
    value.side.is_guarded = tcn_guard_has(matter);
    /* Without its organ: that is what may be another. */
    const size_t size = tcn_backtest_matter_key(matter->birth_position, backtest->side, key);
    const enum tcn_status status = tcn_sorted_put(backtest->sorted, tcn_slice_of(key, size),
                                                  tcn_slice_of(&value, sizeof(value)));
    return status == TCN_OK ? put_duties(backtest, matter) : status;
}

static enum tcn_status put_matters(struct tcn_backtest *backtest, bool *out_is_done) {
    struct tcn_matter *page = backtest->page;
    struct tcn_backtest_place *place = &backtest->place;
    size_t count = 0;
    enum tcn_status status =
        tcn_state_matters(backtest->reader, place->birth, page, TCN_SLICE_RECORDS_MAX, &count);
    for (size_t i = 0; i < count && status == TCN_OK; i++) {
        status = put_matter(backtest, &page[i]);
        place->birth = page[i].birth_position;
    }
    *out_is_done = count < TCN_SLICE_RECORDS_MAX;
    return status;
}

/** What a clock is counted among. */
static enum tcn_backtest_standing standing_of(const struct tcn_matter_clock *clock, int64_t at_ns) {
    struct tcn_matter_clock newest = *clock;
    struct tcn_clock_tally tally = {.met = 0};
    newest.run_count = 1;
    newest.late_count = 0;
    tcn_clock_tally_add(&tally, &newest, at_ns);
    const struct {
        uint64_t count;
        enum tcn_backtest_standing standing;
    } counts[] = {
        {tally.met, TCN_BACKTEST_MET},
        {tally.missed, TCN_BACKTEST_MISSED},
        {tally.running, TCN_BACKTEST_RUNNING},
        {tally.paused, TCN_BACKTEST_PAUSED},
        {tally.over, TCN_BACKTEST_OVER},
        {tally.cancelled, TCN_BACKTEST_CANCELLED},
        {tally.unmeasured, TCN_BACKTEST_UNMEASURED},
    };
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        if (counts[i].count > 0) {
            return counts[i].standing;
        }
    }
    return TCN_BACKTEST_UNKNOWN;
}

static enum tcn_status put_clock(struct tcn_backtest *backtest,
                                 const struct tcn_matter_clock *clock) {
    struct tcn_backtest_value value;
    uint8_t key[TCN_SORTED_KEY_BYTES_MAX];
    memset(&value, 0, sizeof(value));
    value.side.is_there = true;
    value.side.time_ns = clock->times.limit_ns;
    memcpy(value.side.word, clock->id, sizeof(value.side.word));
    value.side.standing = standing_of(clock, backtest->progress.last_time_ns);
    value.side.owes = clock->terms.owes;
    value.side.run_count = clock->run_count;
    value.side.late_count = clock->late_count;
    const size_t size =
        tcn_backtest_clock_key(clock->birth_position, clock->rule, backtest->side, key);
    return tcn_sorted_put(backtest->sorted, tcn_slice_of(key, size),
                          tcn_slice_of(&value, sizeof(value)));
}

static enum tcn_status put_clocks(struct tcn_backtest *backtest, bool *out_is_done) {
    struct tcn_matter_clock *page = backtest->page;
    struct tcn_backtest_place *place = &backtest->place;
    size_t count = 0;
    enum tcn_status status = tcn_state_all_clocks(backtest->reader, place->birth, place->rule, page,
                                                  TCN_SLICE_RECORDS_MAX, &count);
    for (size_t i = 0; i < count && status == TCN_OK; i++) {
        status = put_clock(backtest, &page[i]);
    }
    if (count > 0) {
        const struct tcn_matter_clock *last = &page[count - 1];
        place->birth = last->rule == UINT32_MAX ? last->birth_position + 1 : last->birth_position;
        place->rule = last->rule + 1; /* 0 behind the last that there can be */
    }
    *out_is_done = count < TCN_SLICE_RECORDS_MAX;
    return status;
}

static enum tcn_status put_alert(struct tcn_backtest *backtest, const struct tcn_alert *alert) {
    const struct tcn_fired *fired = &alert->fired;
    const bool is_fired = fired->kind != TCN_DUE_NONE;
    struct tcn_backtest_value value;
    struct row_key key;
    if (fired->kind == TCN_DUE_POLICY) {
        return TCN_OK; /* that another policy came is what is supposed, and not what follows */
    }
    memset(&value, 0, sizeof(value));
    value.is_guarded = (alert->flags & TCN_FLAG_GUARDED) != 0;
    value.side.is_there = true;
    value.side.organ = alert->stream.organ;
    value.side.time_ns = is_fired ? fired->due_ns : alert->log_time_ns;
    value.side.severity = alert->severity;
    value.side.code = alert->code;
    key_begin(&key, TCN_BACKTEST_ALERT, alert->birth_position);
    tcn_write_u8(&key.writer, (uint8_t)alert->stream.mode);
    tcn_write_u8(&key.writer, (uint8_t)fired->kind);
    /* What nobody fetched is named by its number, which is another one on the other side. */
    const uint64_t subject = alert->reason == TCN_REASON_UNDELIVERABLE ? 0 : fired->subject;
    tcn_write_u64(&key.writer, is_fired ? subject : alert->position);
    tcn_write_u32(&key.writer, is_fired ? fired->rule : 0);
    tcn_write_u32(&key.writer, is_fired ? fired->stage : 0);
    tcn_write_u8(&key.writer, (uint8_t)alert->reason);
    return put(backtest, &key, &value);
}

/** One page of one stream; the next stream behind its last. */
static enum tcn_status put_alerts(struct tcn_backtest *backtest, bool *out_is_done) {
    const struct tcn_policy *policy = policy_of(backtest);
    struct tcn_alert *page = backtest->page;
    struct tcn_backtest_place *place = &backtest->place;
    const uint32_t stream_count = policy->organ_count * (uint32_t)MODE_COUNT;
    size_t count = 0;
    if (place->stream >= stream_count) {
        *out_is_done = true;
        return TCN_OK;
    }
    const struct tcn_stream stream = {.mode = modes[place->stream % MODE_COUNT],
                                      .organ = policy->organs[place->stream / MODE_COUNT].number};
    enum tcn_status status = tcn_state_alerts(backtest->reader, stream, place->from_number, page,
                                              TCN_SLICE_RECORDS_MAX, &count);
    for (size_t i = 0; i < count && status == TCN_OK; i++) {
        status = put_alert(backtest, &page[i]);
    }
    place->from_number += count;
    if (count < TCN_SLICE_RECORDS_MAX) {
        place->stream++;
        place->from_number = 1;
    }
    *out_is_done = false;
    return status;
}

enum tcn_status tcn_backtest_put_some(struct tcn_backtest *backtest, bool *out_is_done) {
    switch (backtest->phase) {
    case TCN_BACKTEST_PUTS_MATTERS:
        return put_matters(backtest, out_is_done);
    case TCN_BACKTEST_PUTS_CLOCKS:
        return put_clocks(backtest, out_is_done);
    case TCN_BACKTEST_PUTS_ALERTS:
        return put_alerts(backtest, out_is_done);
    case TCN_BACKTEST_FOLDS:
    case TCN_BACKTEST_COMPARES:
    case TCN_BACKTEST_DONE:
    default:
        TCN_UNREACHABLE();
    }
}

size_t tcn_backtest_page_bytes(void) {
    size_t row = sizeof(struct tcn_alert);
    row = row > sizeof(struct tcn_matter) ? row : sizeof(struct tcn_matter);
    row = row > sizeof(struct tcn_matter_clock) ? row : sizeof(struct tcn_matter_clock);
    return row * TCN_SLICE_RECORDS_MAX;
}
