/* SPDX-License-Identifier: Apache-2.0 */
#include "json/local.h"
#include "json/read.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define LANE_COUNT 2

/** An answer while it is read: what is nested is kept aside. */
struct scratch {
    struct tcn_local_answer answer;
    json_t *outbox;
    json_t *deads;
    json_t *outcomes;
    json_t *progress;
    json_t *rotation;
    json_t *preview;
};

/** A preview while it is read. */
struct preview_scratch {
    struct tcn_local_preview preview;
    json_t *told;
    json_t *kept;
};

/** A progress while it is read. */
struct progress_scratch {
    struct tcn_local_progress progress;
    json_t *limits;
};

/** An outbox while it is read. */
struct outbox_scratch {
    struct tcn_local_outbox outbox;
    json_t *lanes;
};

#define ANSWER(member) offsetof(struct scratch, answer.member)
#define OUTBOX(member) offsetof(struct outbox_scratch, outbox.member)
#define LANE(member) offsetof(struct tcn_local_lane, member)
#define DEAD(member) offsetof(struct tcn_dead_row, member)
#define OUTCOME(member) offsetof(struct tcn_local_outcome, member)
#define PROGRESS(member) offsetof(struct progress_scratch, progress.member)
#define LIMIT(member) offsetof(struct tcn_local_limit, member)
#define ROTATION(member) offsetof(struct tcn_local_rotation, member)
#define PREVIEW(member) offsetof(struct preview_scratch, preview.member)
#define TOLD(member) offsetof(struct tcn_local_told, member)

static const struct tcn_json_field answer_fields[] = {
    {"code", TCN_JSON_U32, ANSWER(code), UINT32_MAX, NULL},
    {"sentence", TCN_JSON_TEXT, ANSWER(sentence), TCN_NOTE_BYTES_MAX, NULL},
    {"field", TCN_JSON_TEXT, ANSWER(field), TCN_NOTE_BYTES_MAX, NULL},
    {"lane", TCN_JSON_CHOICE, ANSWER(lane), 0, tcn_json_lanes},
    {"epoch", TCN_JSON_HEX64, ANSWER(epoch), 0, NULL},
    {"sequence", TCN_JSON_U64, ANSWER(sequence), INT64_MAX, NULL},
    {"position", TCN_JSON_U64, ANSWER(position), INT64_MAX, NULL},
    {"matter", TCN_JSON_ID, ANSWER(matter), 0, NULL},
    {"slip", TCN_JSON_TEXT, ANSWER(slip), TCN_SLIP_CODE_BYTES_MAX, NULL},
    {"is_repeat", TCN_JSON_FLAG, ANSWER(is_repeat), 0, NULL},
    {"receipt", TCN_JSON_TEXT, ANSWER(receipt), (uint64_t)2 * TCN_RECEIPT_BYTES_MAX, NULL},
    {"outbox", TCN_JSON_OBJECT, offsetof(struct scratch, outbox), 0, NULL},
    {"dead", TCN_JSON_ARRAY, offsetof(struct scratch, deads), TCN_DEAD_ROWS_MAX, NULL},
    {"outcomes", TCN_JSON_ARRAY, offsetof(struct scratch, outcomes), TCN_LOCAL_RECEIPTS_MAX, NULL},
    {"progress", TCN_JSON_OBJECT, offsetof(struct scratch, progress), 0, NULL},
    {"rotation", TCN_JSON_OBJECT, offsetof(struct scratch, rotation), 0, NULL},
    {"preview", TCN_JSON_OBJECT, offsetof(struct scratch, preview), 0, NULL},
};

static const struct tcn_json_field outbox_fields[] = {
    {"epoch", TCN_JSON_HEX64, OUTBOX(epoch), 0, NULL},
    {"dead_count", TCN_JSON_U64, OUTBOX(dead_count), INT64_MAX, NULL},
    {"used_bytes", TCN_JSON_U64, OUTBOX(used_bytes), INT64_MAX, NULL},
    {"size_bytes", TCN_JSON_U64, OUTBOX(size_bytes), INT64_MAX, NULL},
    {"is_connected", TCN_JSON_FLAG, OUTBOX(is_connected), 0, NULL},
    {"connected", TCN_JSON_TIME, OUTBOX(connected_ns), 0, NULL},
    {"last_error", TCN_JSON_TEXT, OUTBOX(last_error), TCN_NOTE_BYTES_MAX, NULL},
    {"last_error_time", TCN_JSON_TIME, OUTBOX(last_error_ns), 0, NULL},
    {"not_after", TCN_JSON_TIME, OUTBOX(not_after_ns), 0, NULL},
    {"lanes", TCN_JSON_ARRAY, offsetof(struct outbox_scratch, lanes), LANE_COUNT, NULL},
};

static const struct tcn_json_field lane_fields[] = {
    {"lane", TCN_JSON_CHOICE, LANE(lane), 0, tcn_json_lanes},
    {"count", TCN_JSON_U64, LANE(count), INT64_MAX, NULL},
    {"bytes", TCN_JSON_U64, LANE(bytes), INT64_MAX, NULL},
    {"oldest", TCN_JSON_TIME, LANE(oldest_ns), 0, NULL},
    {"last_sequence", TCN_JSON_U64, LANE(last_sequence), INT64_MAX, NULL},
    {"acked_sequence", TCN_JSON_U64, LANE(acked_sequence), INT64_MAX, NULL},
};

static const struct tcn_json_field dead_fields[] = {
    {"number", TCN_JSON_U64, DEAD(number), INT64_MAX, NULL},
    {"lane", TCN_JSON_CHOICE, DEAD(lane), 0, tcn_json_lanes},
    {"epoch", TCN_JSON_HEX64, DEAD(epoch), 0, NULL},
    {"sequence", TCN_JSON_U64, DEAD(sequence), INT64_MAX, NULL},
    {"code", TCN_JSON_U32, DEAD(code), UINT32_MAX, NULL},
    {"field", TCN_JSON_TEXT, DEAD(field), TCN_NOTE_BYTES_MAX, NULL},
    {"act", TCN_JSON_CHOICE, DEAD(act), 0, tcn_json_acts},
    {"matter", TCN_JSON_ID, DEAD(matter), 0, NULL},
    {"recorded", TCN_JSON_TIME, DEAD(recorded_ns), 0, NULL},
    {"bytes", TCN_JSON_U64, DEAD(bytes), INT64_MAX, NULL},
};

static const struct tcn_json_field outcome_fields[] = {
    {"lane", TCN_JSON_CHOICE, OUTCOME(lane), 0, tcn_json_lanes},
    {"epoch", TCN_JSON_HEX64, OUTCOME(epoch), 0, NULL},
    {"sequence", TCN_JSON_U64, OUTCOME(sequence), INT64_MAX, NULL},
    {"position", TCN_JSON_U64, OUTCOME(position), INT64_MAX, NULL},
    {"code", TCN_JSON_U32, OUTCOME(code), UINT32_MAX, NULL},
    {"field", TCN_JSON_TEXT, OUTCOME(field), TCN_NOTE_BYTES_MAX, NULL},
};

static const struct tcn_json_field progress_fields[] = {
    {"matter", TCN_JSON_ID, PROGRESS(matter), 0, NULL},
    {"is_opaque", TCN_JSON_FLAG, PROGRESS(is_opaque), 0, NULL},
    {"kind", TCN_JSON_CHOICE, PROGRESS(kind), 0, tcn_json_kinds},
    {"stage", TCN_JSON_CHOICE, PROGRESS(stage), 0, tcn_json_stages},
    {"last_act", TCN_JSON_CHOICE, PROGRESS(last_act), 0, tcn_json_acts},
    {"last_time", TCN_JSON_TIME, PROGRESS(last_ns), 0, NULL},
    {"holder", TCN_JSON_TEXT, PROGRESS(holder), TCN_WORD_BYTES_MAX, NULL},
    {"expected", TCN_JSON_TEXT, PROGRESS(expected), TCN_WORD_BYTES_MAX, NULL},
    {"due", TCN_JSON_TIME, PROGRESS(due_ns), 0, NULL},
    {"learned", TCN_JSON_TIME, PROGRESS(learned_ns), 0, NULL},
    {"known", TCN_JSON_TIME, PROGRESS(known_ns), 0, NULL},
    {"limits", TCN_JSON_ARRAY, offsetof(struct progress_scratch, limits), TCN_CASE_LIMITS_MAX,
     NULL},
};

static const struct tcn_json_field limit_fields[] = {
    {"state", TCN_JSON_CHOICE, LIMIT(state), 0, tcn_json_limit_states},
    {"title_zh", TCN_JSON_TEXT, LIMIT(title_zh), TCN_TITLE_BYTES_MAX, NULL},
    {"title_en", TCN_JSON_TEXT, LIMIT(title_en), TCN_TITLE_BYTES_MAX, NULL},
    {"article", TCN_JSON_TEXT, LIMIT(article), TCN_ARTICLE_BYTES_MAX, NULL},
    {"confidence", TCN_JSON_CHOICE, LIMIT(confidence), 0, tcn_json_confidences},
    {"due", TCN_JSON_TIME, LIMIT(due_ns), 0, NULL},
};

static const struct tcn_json_field rotation_fields[] = {
    {"state", TCN_JSON_CHOICE, ROTATION(state), 0, tcn_json_key_changes},
    {"key", TCN_JSON_TEXT, ROTATION(key), 2 * sizeof(struct tcn_public_key), NULL},
    {"old_until", TCN_JSON_TIME, ROTATION(until_ns), 0, NULL},
    {"not_after", TCN_JSON_TIME, ROTATION(not_after_ns), 0, NULL},
};

static const struct tcn_json_field preview_fields[] = {
    {"is_guarded", TCN_JSON_FLAG, PREVIEW(is_guarded), 0, NULL},
    {"is_held", TCN_JSON_FLAG, PREVIEW(is_held), 0, NULL},
    {"told", TCN_JSON_ARRAY, offsetof(struct preview_scratch, told), TCN_LOCAL_TOLD_MAX, NULL},
    {"kept", TCN_JSON_ARRAY, offsetof(struct preview_scratch, kept), TCN_LOCAL_KEPT_MAX, NULL},
    {"kept_total", TCN_JSON_U32, PREVIEW(kept_total), TCN_ORGANS_MAX, NULL},
};

static const struct tcn_json_field told_fields[] = {
    {"organ", TCN_JSON_TEXT, TOLD(organ), TCN_WORD_BYTES_MAX, NULL},
    {"reason", TCN_JSON_CHOICE, TOLD(reason), 0, tcn_json_tellings},
    {"is_reading", TCN_JSON_FLAG, TOLD(is_reading), 0, NULL},
};

/** What the rows of an array are. */
struct row_kind {
    const char *key;
    const struct tcn_json_field *fields;
    size_t field_count;
    size_t row_size;
};

static const struct row_kind lane_rows = {"outbox.lanes", lane_fields, COUNT_OF(lane_fields),
                                          sizeof(struct tcn_local_lane)};
static const struct row_kind dead_rows = {"dead", dead_fields, COUNT_OF(dead_fields),
                                          sizeof(struct tcn_dead_row)};
static const struct row_kind outcome_rows = {"outcomes", outcome_fields, COUNT_OF(outcome_fields),
                                             sizeof(struct tcn_local_outcome)};
static const struct row_kind limit_rows = {"progress.limits", limit_fields, COUNT_OF(limit_fields),
                                           sizeof(struct tcn_local_limit)};
static const struct row_kind told_rows = {"preview.told", told_fields, COUNT_OF(told_fields),
                                          sizeof(struct tcn_local_told)};

/** Reads an array's rows one behind the other into `rows`, which holds as many. */
static enum tcn_status read_rows(const struct tcn_json_reader *parent, const struct row_kind *kind,
                                 json_t *array, void *rows) {
    struct tcn_json_reader reader = tcn_json_reader_child(parent, kind->key);
    size_t index = 0;
    json_t *row = NULL;
    json_array_foreach(array, index, row) {
        uint64_t seen = 0;
        if (!json_is_object(row)) {
            return tcn_json_fault(&reader, TCN_BAD_VALUE, NULL, "an array of objects");
        }
        enum tcn_status status = tcn_json_read_object(&reader, row, kind->fields, kind->field_count,
                                                      (char *)rows + index * kind->row_size, &seen);
        if (status != TCN_OK) {
            return status;
        }
    }
    return TCN_OK;
}

/** As read_rows, into new memory of the arena. */
static enum tcn_status read_new_rows(struct tcn_json_reader *parent, const struct row_kind *kind,
                                     json_t *array, void **out_rows) {
    void *rows = tcn_arena_alloc(parent->arena, json_array_size(array) * kind->row_size);
    if (rows == NULL) {
        return tcn_json_fault(parent, TCN_NOMEM, kind->key, "less, or more memory");
    }
    enum tcn_status status = read_rows(parent, kind, array, rows);
    if (status == TCN_OK) {
        *out_rows = rows;
    }
    return status;
}

static enum tcn_status read_outbox(const struct tcn_json_reader *parent, json_t *object,
                                   struct tcn_local_answer *answer) {
    struct tcn_json_reader reader = tcn_json_reader_child(parent, "outbox");
    struct outbox_scratch scratch = {0};
    uint64_t seen = 0;
    enum tcn_status status = tcn_json_read_object(&reader, object, outbox_fields,
                                                  COUNT_OF(outbox_fields), &scratch, &seen);
    if (status == TCN_OK && scratch.lanes != NULL) {
        status = read_rows(parent, &lane_rows, scratch.lanes, scratch.outbox.lanes);
    }
    answer->outbox = scratch.outbox;
    answer->has_outbox = true;
    return status;
}

static enum tcn_status read_progress(struct tcn_json_reader *parent, json_t *object,
                                     struct tcn_local_answer *answer) {
    struct tcn_json_reader reader = tcn_json_reader_child(parent, "progress");
    struct progress_scratch scratch = {.limits = NULL};
    uint64_t seen = 0;
    enum tcn_status status = tcn_json_read_object(&reader, object, progress_fields,
                                                  COUNT_OF(progress_fields), &scratch, &seen);
    if (status == TCN_OK && scratch.limits != NULL) {
        void *rows = NULL;
        status = read_new_rows(parent, &limit_rows, scratch.limits, &rows);
        scratch.progress.limits = rows;
        scratch.progress.limit_count = (uint32_t)json_array_size(scratch.limits);
    }
    answer->progress = scratch.progress;
    answer->has_progress = true;
    return status;
}

static enum tcn_status read_rotation(const struct tcn_json_reader *parent, json_t *object,
                                     struct tcn_local_answer *answer) {
    struct tcn_json_reader reader = tcn_json_reader_child(parent, "rotation");
    uint64_t seen = 0;
    answer->has_rotation = true;
    return tcn_json_read_object(&reader, object, rotation_fields, COUNT_OF(rotation_fields),
                                &answer->rotation, &seen);
}

/** Reads the ids from whom a complaint is kept. */
static enum tcn_status read_kept(struct tcn_json_reader *reader, json_t *array,
                                 struct tcn_local_preview *preview) {
    static const struct tcn_json_field field = {"kept", TCN_JSON_TEXT, 0, TCN_WORD_BYTES_MAX, NULL};
    const size_t count = json_array_size(array);
    struct tcn_slice *kept = tcn_arena_alloc(reader->arena, count * sizeof(*kept));
    enum tcn_status status =
        kept != NULL ? TCN_OK : tcn_json_fault(reader, TCN_NOMEM, "kept", "less, or more memory");
    for (size_t i = 0; i < count && status == TCN_OK; i++) {
        kept[i] = (struct tcn_slice){0};
        status = tcn_json_read_value(reader, &field, json_array_get(array, i), &kept[i]);
    }
    preview->kept = kept;
    preview->kept_count = status == TCN_OK ? (uint32_t)count : 0;
    return status;
}

static enum tcn_status read_preview(struct tcn_json_reader *parent, json_t *object,
                                    struct tcn_local_answer *answer) {
    struct tcn_json_reader reader = tcn_json_reader_child(parent, "preview");
    struct preview_scratch scratch = {0};
    uint64_t seen = 0;
    enum tcn_status status = tcn_json_read_object(&reader, object, preview_fields,
                                                  COUNT_OF(preview_fields), &scratch, &seen);
    if (status == TCN_OK && scratch.told != NULL) {
        void *rows = NULL;
        status = read_new_rows(parent, &told_rows, scratch.told, &rows);
        scratch.preview.told = rows;
        scratch.preview.told_count = (uint32_t)json_array_size(scratch.told);
    }
    if (status == TCN_OK && scratch.kept != NULL) {
        status = read_kept(&reader, scratch.kept, &scratch.preview);
    }
    answer->preview = scratch.preview;
    answer->has_preview = true;
    return status;
}

/** Reads what was kept aside. */
static enum tcn_status read_inner(struct tcn_json_reader *reader, struct scratch *scratch) {
    struct tcn_local_answer *answer = &scratch->answer;
    enum tcn_status status = TCN_OK;
    if (scratch->outbox != NULL) {
        status = read_outbox(reader, scratch->outbox, answer);
    }
    if (status == TCN_OK && scratch->deads != NULL) {
        void *rows = NULL;
        status = read_new_rows(reader, &dead_rows, scratch->deads, &rows);
        answer->deads = rows;
        answer->dead_count = (uint32_t)json_array_size(scratch->deads);
    }
    if (status == TCN_OK && scratch->outcomes != NULL) {
        void *rows = NULL;
        status = read_new_rows(reader, &outcome_rows, scratch->outcomes, &rows);
        answer->outcomes = rows;
        answer->outcome_count = (uint32_t)json_array_size(scratch->outcomes);
    }
    if (status == TCN_OK && scratch->progress != NULL) {
        status = read_progress(reader, scratch->progress, answer);
    }
    if (status == TCN_OK && scratch->rotation != NULL) {
        status = read_rotation(reader, scratch->rotation, answer);
    }
    if (status == TCN_OK && scratch->preview != NULL) {
        status = read_preview(reader, scratch->preview, answer);
    }
    return status;
}

enum tcn_status tcn_json_decode_answer(struct tcn_slice text, struct tcn_arena *arena,
                                       struct tcn_json_error *out_error,
                                       struct tcn_local_answer *out_answer) {
    json_t *root = NULL;
    enum tcn_status status = tcn_json_load(text, out_error, &root);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_json_reader reader = {.arena = arena, .error = out_error, .is_lenient = true};
    struct scratch scratch = {0};
    uint64_t seen = 0;
    status = tcn_json_read_object(&reader, root, answer_fields, COUNT_OF(answer_fields), &scratch,
                                  &seen);
    if (status == TCN_OK && (seen & 1U) == 0) { /* row 0 */
        status = tcn_json_fault(&reader, TCN_BAD_VALUE, "code", "the outcome's number");
    }
    if (status == TCN_OK) {
        status = read_inner(&reader, &scratch);
    }
    json_decref(root);
    if (status == TCN_OK) {
        *out_answer = scratch.answer;
    }
    return status;
}
