/* SPDX-License-Identifier: Apache-2.0 */
#include "json/local.h"
#include "json/read.h"
#include "json/write.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define LANE_COUNT 2

/** A text, left out when empty. */
static void add_text(struct tcn_json_writer *writer, const char *key, struct tcn_slice text) {
    if (text.size > 0) {
        tcn_json_add_text(writer, key, text);
    }
}

/** A number, left out when 0. */
static void add_u64(struct tcn_json_writer *writer, const char *key, uint64_t value) {
    if (value != 0) {
        tcn_json_add_u64(writer, key, value);
    }
}

/** A time, left out when 0. */
static void add_time(struct tcn_json_writer *writer, const char *key, int64_t unix_ns) {
    if (unix_ns != 0) {
        tcn_json_add_time_exact(writer, key, unix_ns);
    }
}

/** Where an event was entered; what is none is left out. */
static void add_entry(struct tcn_json_writer *writer, enum tcn_lane lane, uint64_t epoch,
                      uint64_t sequence) {
    if (lane != TCN_LANE_NONE) {
        tcn_json_add_word(writer, "lane", tcn_lane_name(lane));
    }
    if (epoch != 0) {
        tcn_json_add_hex64(writer, "epoch", epoch);
    }
    add_u64(writer, "sequence", sequence);
}

/** An id, left out when none. */
static void add_matter(struct tcn_json_writer *writer, const struct tcn_id *matter) {
    if (!tcn_id_is_none(matter)) {
        tcn_json_add_id(writer, "matter", matter);
    }
}

static void add_outbox(struct tcn_json_writer *writer, const struct tcn_local_outbox *outbox) {
    tcn_json_object_begin(writer, "outbox");
    add_entry(writer, TCN_LANE_NONE, outbox->epoch, 0);
    tcn_json_add_u64(writer, "dead_count", outbox->dead_count);
    tcn_json_add_u64(writer, "used_bytes", outbox->used_bytes);
    tcn_json_add_u64(writer, "size_bytes", outbox->size_bytes);
    tcn_json_add_bool(writer, "is_connected", outbox->is_connected);
    add_time(writer, "connected", outbox->connected_ns);
    add_text(writer, "last_error", outbox->last_error);
    add_time(writer, "last_error_time", outbox->last_error_ns);
    add_time(writer, "not_after", outbox->not_after_ns);
    tcn_json_array_begin(writer, "lanes");
    for (size_t i = 0; i < LANE_COUNT; i++) {
        const struct tcn_local_lane *lane = &outbox->lanes[i];
        tcn_json_object_begin(writer, NULL);
        add_entry(writer, lane->lane, 0, 0);
        tcn_json_add_u64(writer, "count", lane->count);
        tcn_json_add_u64(writer, "bytes", lane->bytes);
        add_time(writer, "oldest", lane->oldest_ns);
        tcn_json_add_u64(writer, "last_sequence", lane->last_sequence);
        tcn_json_add_u64(writer, "acked_sequence", lane->acked_sequence);
        tcn_json_object_end(writer);
    }
    tcn_json_array_end(writer);
    tcn_json_object_end(writer);
}

static void add_deads(struct tcn_json_writer *writer, const struct tcn_local_answer *answer) {
    tcn_json_array_begin(writer, "dead");
    for (uint32_t i = 0; i < answer->dead_count; i++) {
        const struct tcn_dead_row *row = &answer->deads[i];
        tcn_json_object_begin(writer, NULL);
        tcn_json_add_u64(writer, "number", row->number);
        add_entry(writer, row->lane, row->epoch, row->sequence);
        tcn_json_add_u64(writer, "code", row->code);
        tcn_json_add_word(writer, "status", tcn_status_name((enum tcn_status)row->code));
        add_text(writer, "field", row->field);
        if (row->act != TCN_ACT_NONE) {
            tcn_json_add_word(writer, "act", tcn_act_name(row->act));
        }
        add_matter(writer, &row->matter);
        add_time(writer, "recorded", row->recorded_ns);
        tcn_json_add_u64(writer, "bytes", row->bytes);
        tcn_json_object_end(writer);
    }
    tcn_json_array_end(writer);
}

static void add_outcomes(struct tcn_json_writer *writer, const struct tcn_local_answer *answer) {
    tcn_json_array_begin(writer, "outcomes");
    for (uint32_t i = 0; i < answer->outcome_count; i++) {
        const struct tcn_local_outcome *row = &answer->outcomes[i];
        tcn_json_object_begin(writer, NULL);
        add_entry(writer, row->lane, row->epoch, row->sequence);
        add_u64(writer, "position", row->position);
        tcn_json_add_u64(writer, "code", row->code);
        tcn_json_add_word(writer, "status", tcn_status_name((enum tcn_status)row->code));
        add_text(writer, "field", row->field);
        tcn_json_object_end(writer);
    }
    tcn_json_array_end(writer);
}

static void add_limits(struct tcn_json_writer *writer, const struct tcn_local_progress *progress) {
    tcn_json_array_begin(writer, "limits");
    for (uint32_t i = 0; i < progress->limit_count; i++) {
        const struct tcn_local_limit *limit = &progress->limits[i];
        tcn_json_object_begin(writer, NULL);
        tcn_json_add_word(writer, "state",
                          tcn_json_word_of(tcn_json_limit_states, (uint32_t)limit->state));
        add_text(writer, "title_zh", limit->title_zh);
        add_text(writer, "title_en", limit->title_en);
        add_text(writer, "article", limit->article);
        if (limit->confidence != 0) {
            tcn_json_add_word(writer, "confidence",
                              tcn_json_word_of(tcn_json_confidences, (uint32_t)limit->confidence));
        }
        add_time(writer, "due", limit->due_ns);
        tcn_json_object_end(writer);
    }
    tcn_json_array_end(writer);
}

static void add_progress(struct tcn_json_writer *writer,
                         const struct tcn_local_progress *progress) {
    tcn_json_object_begin(writer, "progress");
    add_matter(writer, &progress->matter);
    if (progress->is_opaque) {
        tcn_json_add_bool(writer, "is_opaque", true);
    }
    if (progress->kind != TCN_PROCEDURE_NONE) {
        tcn_json_add_word(writer, "kind",
                          tcn_json_word_of(tcn_json_kinds, (uint32_t)progress->kind));
    }
    if (progress->stage != 0) {
        tcn_json_add_word(writer, "stage",
                          tcn_json_word_of(tcn_json_stages, (uint32_t)progress->stage));
    }
    if (progress->last_act != TCN_ACT_NONE) {
        tcn_json_add_word(writer, "last_act", tcn_act_name(progress->last_act));
    }
    add_time(writer, "last_time", progress->last_ns);
    add_text(writer, "holder", progress->holder);
    add_text(writer, "expected", progress->expected);
    add_time(writer, "due", progress->due_ns);
    if (progress->limit_count > 0) {
        add_limits(writer, progress);
    }
    add_time(writer, "learned", progress->learned_ns);
    add_time(writer, "known", progress->known_ns);
    tcn_json_object_end(writer);
}

static void add_rotation(struct tcn_json_writer *writer,
                         const struct tcn_local_rotation *rotation) {
    tcn_json_object_begin(writer, "rotation");
    tcn_json_add_word(writer, "state",
                      tcn_json_word_of(tcn_json_key_changes, (uint32_t)rotation->state));
    add_text(writer, "key", rotation->key);
    add_time(writer, "old_until", rotation->until_ns);
    add_time(writer, "not_after", rotation->not_after_ns);
    tcn_json_object_end(writer);
}

static void add_preview(struct tcn_json_writer *writer, const struct tcn_local_preview *preview) {
    tcn_json_object_begin(writer, "preview");
    tcn_json_add_bool(writer, "is_guarded", preview->is_guarded);
    tcn_json_add_bool(writer, "is_held", preview->is_held);
    tcn_json_array_begin(writer, "told");
    for (uint32_t i = 0; i < preview->told_count; i++) {
        const struct tcn_local_told *row = &preview->told[i];
        const char *reason = tcn_json_word_of(tcn_json_tellings, (uint32_t)row->reason);
        tcn_json_object_begin(writer, NULL);
        add_text(writer, "organ", row->organ);
        if (reason != NULL) {
            tcn_json_add_word(writer, "reason", reason);
        }
        tcn_json_add_bool(writer, "is_reading", row->is_reading);
        tcn_json_object_end(writer);
    }
    tcn_json_array_end(writer);
    if (preview->kept_count > 0) {
        tcn_json_array_begin(writer, "kept");
        for (uint32_t i = 0; i < preview->kept_count; i++) {
            tcn_json_add_text(writer, NULL, preview->kept[i]);
        }
        tcn_json_array_end(writer);
        tcn_json_add_u64(writer, "kept_total", preview->kept_total);
    }
    tcn_json_object_end(writer);
}

/** Writes all that the answer has. */
static void add_answer(struct tcn_json_writer *writer, const struct tcn_local_answer *answer) {
    tcn_json_add_u64(writer, "code", answer->code);
    tcn_json_add_word(writer, "status", tcn_status_name((enum tcn_status)answer->code));
    add_text(writer, "sentence", answer->sentence);
    add_text(writer, "field", answer->field);
    add_entry(writer, answer->lane, answer->epoch, answer->sequence);
    add_u64(writer, "position", answer->position);
    add_matter(writer, &answer->matter);
    add_text(writer, "slip", answer->slip);
    add_text(writer, "receipt", answer->receipt);
    if (answer->is_repeat) {
        tcn_json_add_bool(writer, "is_repeat", true);
    }
    if (answer->has_outbox) {
        add_outbox(writer, &answer->outbox);
    }
    if (answer->dead_count > 0) {
        add_deads(writer, answer);
    }
    if (answer->outcome_count > 0) {
        add_outcomes(writer, answer);
    }
    if (answer->has_progress) {
        add_progress(writer, &answer->progress);
    }
    if (answer->has_rotation) {
        add_rotation(writer, &answer->rotation);
    }
    if (answer->has_preview) {
        add_preview(writer, &answer->preview);
    }
}

enum tcn_status tcn_json_encode_answer(const struct tcn_local_answer *answer,
                                       struct tcn_arena *arena, struct tcn_slice *out_text) {
    TCN_CHECK(answer->dead_count <= TCN_DEAD_ROWS_MAX);
    TCN_CHECK(answer->outcome_count <= TCN_LOCAL_RECEIPTS_MAX);
    TCN_CHECK(answer->preview.told_count <= TCN_LOCAL_TOLD_MAX);
    TCN_CHECK(answer->preview.kept_count <= TCN_LOCAL_KEPT_MAX);
    TCN_CHECK(answer->progress.limit_count <= TCN_CASE_LIMITS_MAX);
    struct tcn_json_writer writer;
    struct tcn_slice text;
    tcn_json_writer_init(&writer);
    add_answer(&writer, answer);
    enum tcn_status status = tcn_json_write_arena(&writer, arena, &text);
    tcn_json_writer_fini(&writer);
    if (status == TCN_OK && text.size > TCN_JSON_BYTES_MAX) {
        return TCN_TOOBIG;
    }
    if (status == TCN_OK) {
        *out_text = text;
    }
    return status;
}
