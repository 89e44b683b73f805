/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fold's table: the store's, with each alert collected for serve, and with the first failure of
 * the store remembered, so that it can be told from an event that the fold cannot take.
 */
#include "collector/apply_inside.h"

/* Alerts are told when so many are collected, between two events; no event makes so many more that
 * the rest of the table is not enough for them. */
#define ALERTS_SOFT (TCN_NOTE_ALERTS_MAX / 2)

enum tcn_status tcn_apply_tell(struct tcn_follower *follower) {
    const struct tcn_note_tail note = {
        .committed_position = follower->committed_position,
        .log_time_ns = follower->applier.fold.applied.log_time_ns,
        .alert_count = follower->alert_count,
        .standstill = follower->standstill,
    };
    struct tcn_parts *parts = &follower->parts;
    tcn_parts_clear(parts);
    enum tcn_status status = tcn_parts_push(parts, tcn_slice_of(&note, sizeof(note)));
    if (status == TCN_OK) {
        status =
            tcn_parts_push(parts, tcn_slice_of(follower->alerts,
                                               follower->alert_count * sizeof(struct tcn_alert)));
    }
    if (status == TCN_OK) {
        status = tcn_mailbox_post(follower->serve, parts);
    }
    tcn_parts_clear(parts);
    follower->is_note_owed = status == TCN_AGAIN;
    follower->dropped_count += status == TCN_AGAIN ? follower->alert_count : 0;
    if (follower->alert_count > 0) {
        follower->told_position = follower->alerts[follower->alert_count - 1].position;
    }
    follower->alert_count = 0;
    return status == TCN_AGAIN ? TCN_OK : status;
}

enum tcn_status tcn_apply_tell_due(struct tcn_follower *follower) {
    if (!follower->is_due_owed) {
        return TCN_OK;
    }
    const struct tcn_note_due note = {.position = follower->committed_position,
                                      .due_ns = follower->due_ns};
    const enum tcn_status status = tcn_note_post(follower->writer, &note, sizeof(note));
    follower->is_due_owed = status != TCN_OK;
    return status == TCN_AGAIN ? TCN_OK : status;
}

static enum tcn_status post_erasures(struct tcn_follower *follower,
                                     const struct tcn_erasure *erasures, size_t count) {
    enum tcn_status status = TCN_OK;
    for (size_t i = 0; i < count && status == TCN_OK; i++) {
        const struct tcn_note_erase note = {.lane = erasures[i].lane,
                                            .sequence = erasures[i].sequence,
                                            .position = erasures[i].position,
                                            .hash = erasures[i].hash};
        status = tcn_note_post(follower->writer, &note, sizeof(note));
        follower->erasing_count += status == TCN_OK ? 1 : 0;
    }
    return status;
}

enum tcn_status tcn_apply_tell_erasures(struct tcn_follower *follower) {
    if (!follower->are_erasures_asked || follower->erasing_count > 0 || follower->has_more ||
        follower->is_open) {
        return TCN_OK;
    }
    struct tcn_erasure erasures[TCN_ERASING_MAX];
    struct tcn_state_reader *reader = NULL;
    size_t count = 0;
    enum tcn_status status = tcn_state_reader_open(follower->house->state, &reader);
    if (status == TCN_OK) {
        status = tcn_state_erasures_asked(reader, erasures, TCN_ERASING_MAX, &count);
    }
    tcn_state_reader_close(&reader);
    if (status != TCN_OK) {
        return status;
    }
    follower->are_erasures_asked = count == TCN_ERASING_MAX;
    status = post_erasures(follower, erasures, count);
    follower->are_erasures_asked = follower->are_erasures_asked || status == TCN_AGAIN;
    return status == TCN_AGAIN ? TCN_OK : status;
}

/* Remembers the store's first failure. */
enum tcn_status tcn_apply_met(struct tcn_follower *follower, enum tcn_status status) {
    if (status != TCN_OK && status != TCN_ABSENT && follower->state_met == TCN_OK) {
        follower->state_met = status;
    }
    return status;
}

/* Into the state, and, unless serve knows it from a commit that was given up, into the tail. */
static enum tcn_status alert_append(void *context, const struct tcn_alert *alert) {
    struct tcn_follower *follower = context;
    enum tcn_status status =
        tcn_apply_met(follower, tcn_state_table()->alert_append(follower->house->state, alert));
    if (status != TCN_OK || alert->position <= follower->told_position) {
        return status;
    }
    const uint32_t count = follower->alert_count;
    const bool is_between = count > 0 && follower->alerts[count - 1].position != alert->position;
    if ((is_between && count >= ALERTS_SOFT) || count == TCN_NOTE_ALERTS_MAX) {
        status = tcn_apply_tell(follower);
    }
    follower->alerts[follower->alert_count] = *alert;
    follower->alert_count++;
    return status;
}

/* The rest of the table goes straight to the store's. */
static enum tcn_status matter_find(void *context, const struct tcn_id *id, uint64_t *out_birth) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower,
                         tcn_state_table()->matter_find(follower->house->state, id, out_birth));
}

static enum tcn_status matter_get(void *context, uint64_t birth, struct tcn_matter *out_matter) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower,
                         tcn_state_table()->matter_get(follower->house->state, birth, out_matter));
}

static enum tcn_status matter_put(void *context, const struct tcn_matter *matter, bool is_birth) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower,
                         tcn_state_table()->matter_put(follower->house->state, matter, is_birth));
}

static enum tcn_status thread_append(void *context, const struct tcn_thread *thread) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower,
                         tcn_state_table()->thread_append(follower->house->state, thread));
}

static enum tcn_status thread_get(void *context, uint64_t position, struct tcn_thread *out_thread) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(
        follower, tcn_state_table()->thread_get(follower->house->state, position, out_thread));
}

static enum tcn_status stream_get(void *context, struct tcn_stream stream, uint64_t *out_number) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower,
                         tcn_state_table()->stream_get(follower->house->state, stream, out_number));
}

static enum tcn_status outcome_put(void *context, const struct tcn_outcome *outcome) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower, tcn_state_table()->outcome_put(follower->house->state, outcome));
}

static enum tcn_status cursor_put(void *context, const struct tcn_cursor *cursor) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower, tcn_state_table()->cursor_put(follower->house->state, cursor));
}

static enum tcn_status cursor_get(void *context, const struct tcn_cursor *wanted,
                                  struct tcn_cursor *out_cursor) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower,
                         tcn_state_table()->cursor_get(follower->house->state, wanted, out_cursor));
}

static enum tcn_status source_get(void *context, const struct tcn_lane_key *lane,
                                  struct tcn_source_state *out_source) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower,
                         tcn_state_table()->source_get(follower->house->state, lane, out_source));
}

static enum tcn_status source_put(void *context, const struct tcn_source_state *source) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower, tcn_state_table()->source_put(follower->house->state, source));
}

static enum tcn_status standing_get(void *context, const struct tcn_standing_key *key,
                                    struct tcn_standing *out_standing) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(
        follower, tcn_state_table()->standing_get(follower->house->state, key, out_standing));
}

static enum tcn_status standing_put(void *context, const struct tcn_standing *standing) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower,
                         tcn_state_table()->standing_put(follower->house->state, standing));
}

static enum tcn_status standing_del(void *context, const struct tcn_standing_key *key) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower, tcn_state_table()->standing_del(follower->house->state, key));
}

static enum tcn_status due_get(void *context, const struct tcn_due_key *key,
                               struct tcn_due *out_due) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower,
                         tcn_state_table()->due_get(follower->house->state, key, out_due));
}

static enum tcn_status due_put(void *context, const struct tcn_due *due) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower, tcn_state_table()->due_put(follower->house->state, due));
}

static enum tcn_status due_del(void *context, const struct tcn_due_key *key) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower, tcn_state_table()->due_del(follower->house->state, key));
}

static enum tcn_status due_first(void *context, struct tcn_due *out_due) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower, tcn_state_table()->due_first(follower->house->state, out_due));
}

static enum tcn_status clock_get(void *context, uint64_t birth, uint32_t rule,
                                 struct tcn_matter_clock *out_clock) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(
        follower, tcn_state_table()->clock_get(follower->house->state, birth, rule, out_clock));
}

static enum tcn_status clock_put(void *context, const struct tcn_matter_clock *clock) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower, tcn_state_table()->clock_put(follower->house->state, clock));
}

static enum tcn_status clock_del(void *context, uint64_t birth, uint32_t rule) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower,
                         tcn_state_table()->clock_del(follower->house->state, birth, rule));
}

static enum tcn_status clock_next(void *context, uint64_t birth, uint32_t rule,
                                  struct tcn_matter_clock *out_clock) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(
        follower, tcn_state_table()->clock_next(follower->house->state, birth, rule, out_clock));
}

static enum tcn_status erasure_get(void *context, const struct tcn_lane_key *lane,
                                   uint64_t sequence, struct tcn_erasure *out_erasure) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower, tcn_state_table()->erasure_get(follower->house->state, lane,
                                                                  sequence, out_erasure));
}

static enum tcn_status erasure_put(void *context, const struct tcn_erasure *erasure) {
    struct tcn_follower *follower = context;
    if (erasure->done_position == 0) {
        follower->are_erasures_asked = true;
    } else if (follower->erasing_count > 0) {
        follower->erasing_count--;
    }
    return tcn_apply_met(follower, tcn_state_table()->erasure_put(follower->house->state, erasure));
}

static enum tcn_status placement_get(void *context, uint64_t birth,
                                     struct tcn_placement *out_placement) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(
        follower, tcn_state_table()->placement_get(follower->house->state, birth, out_placement));
}

static enum tcn_status placement_put(void *context, const struct tcn_placement *placement) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower,
                         tcn_state_table()->placement_put(follower->house->state, placement));
}

static enum tcn_status summons_get(void *context, bool is_kept, uint16_t organ, uint64_t birth,
                                   struct tcn_summons *out_summons) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower, tcn_state_table()->summons_get(follower->house->state, is_kept,
                                                                  organ, birth, out_summons));
}

static enum tcn_status summons_put(void *context, const struct tcn_summons *summons) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower, tcn_state_table()->summons_put(follower->house->state, summons));
}

static enum tcn_status summons_del(void *context, bool is_kept, uint16_t organ, uint64_t birth) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(
        follower, tcn_state_table()->summons_del(follower->house->state, is_kept, organ, birth));
}

static enum tcn_status shift_get(void *context, uint16_t organ, struct tcn_shift *out_shift) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower,
                         tcn_state_table()->shift_get(follower->house->state, organ, out_shift));
}

static enum tcn_status shift_put(void *context, const struct tcn_shift *shift) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower, tcn_state_table()->shift_put(follower->house->state, shift));
}

static enum tcn_status expected_get(void *context, const struct tcn_expected_key *key,
                                    struct tcn_expected *out_expected) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(
        follower, tcn_state_table()->expected_get(follower->house->state, key, out_expected));
}

static enum tcn_status expected_put(void *context, const struct tcn_expected *expected) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower,
                         tcn_state_table()->expected_put(follower->house->state, expected));
}

static enum tcn_status expected_del(void *context, const struct tcn_expected_key *key) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower, tcn_state_table()->expected_del(follower->house->state, key));
}

static enum tcn_status expected_next(void *context, const struct tcn_expected_key *key,
                                     struct tcn_expected *out_expected) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(
        follower, tcn_state_table()->expected_next(follower->house->state, key, out_expected));
}

static enum tcn_status applied_get(void *context, struct tcn_applied *out_applied) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower,
                         tcn_state_table()->applied_get(follower->house->state, out_applied));
}

static enum tcn_status applied_put(void *context, const struct tcn_applied *applied) {
    struct tcn_follower *follower = context;
    return tcn_apply_met(follower, tcn_state_table()->applied_put(follower->house->state, applied));
}

void tcn_apply_ops_init(struct tcn_state_ops *out_ops) {
    *out_ops = (struct tcn_state_ops){
        .matter_find = matter_find,
        .matter_get = matter_get,
        .matter_put = matter_put,
        .thread_append = thread_append,
        .thread_get = thread_get,
        .stream_get = stream_get,
        .alert_append = alert_append,
        .outcome_put = outcome_put,
        .cursor_put = cursor_put,
        .cursor_get = cursor_get,
        .source_get = source_get,
        .source_put = source_put,
        .standing_get = standing_get,
        .standing_put = standing_put,
        .standing_del = standing_del,
        .due_get = due_get,
        .due_put = due_put,
        .due_del = due_del,
        .due_first = due_first,
        .clock_get = clock_get,
        .clock_put = clock_put,
        .clock_del = clock_del,
        .clock_next = clock_next,
        .erasure_get = erasure_get,
        .erasure_put = erasure_put,
        .placement_get = placement_get,
        .placement_put = placement_put,
        .summons_get = summons_get,
        .summons_put = summons_put,
        .summons_del = summons_del,
        .shift_get = shift_get,
        .shift_put = shift_put,
        .alert_get = tcn_apply_alert_get,
        .ladder_get = tcn_apply_ladder_get,
        .ladder_put = tcn_apply_ladder_put,
        .ladder_del = tcn_apply_ladder_del,
        .ladder_next = tcn_apply_ladder_next,
        .ladder_waiting = tcn_apply_ladder_waiting,
        .delivery_put = tcn_apply_delivery_put,
        .deed_put = tcn_apply_deed_put,
        .expected_get = expected_get,
        .expected_put = expected_put,
        .expected_del = expected_del,
        .expected_next = expected_next,
        .silence_get = tcn_apply_silence_get,
        .silence_put = tcn_apply_silence_put,
        .silence_del = tcn_apply_silence_del,
        .silence_next = tcn_apply_silence_next,
        .applied_get = applied_get,
        .applied_put = applied_put,
    };
}
