/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log's reading side. Every record given out had its checksum verified just before; a hole
 * below the tail is damage, not an end.
 */
#include "store/log.h"

#include "store/log_rows.h"
#include "store/standing.h"

#include <stdlib.h>

struct tcn_log_reader {
    struct tcn_view view;
    uint64_t next_position; /* first position of the record that tcn_log_next gives */
    uint64_t renew_count;   /* of the snapshot in which the cursor stands; 0: it stands nowhere */
    uint64_t fault;         /* position of the last damage; 0 when none */
};

static const struct tcn_slice no_key = {.data = NULL, .size = 0};

enum tcn_status tcn_log_reader_open(struct tcn_log *log, struct tcn_log_reader **out_reader) {
    struct tcn_log_reader *reader = calloc(1, sizeof(*reader));
    if (reader == NULL) {
        return TCN_NOMEM;
    }
    enum tcn_status status = tcn_view_open(log->env, &reader->view);
    if (status != TCN_OK) {
        free(reader);
        return status;
    }
    reader->next_position = 1;
    *out_reader = reader;
    return TCN_OK;
}

enum tcn_status tcn_log_reader_open_beside(const struct tcn_log_reader *other,
                                           struct tcn_log_reader **out_reader) {
    struct tcn_log log = {.env = other->view.env};
    return tcn_log_reader_open(&log, out_reader);
}

void tcn_log_reader_close(struct tcn_log_reader **reader) {
    if (reader == NULL || *reader == NULL) {
        return;
    }
    tcn_view_close(&(*reader)->view);
    free(*reader);
    *reader = NULL;
}

void tcn_log_reader_reset(struct tcn_log_reader *reader) {
    tcn_view_reset(&reader->view);
}

uint64_t tcn_log_reader_reads(const struct tcn_log_reader *reader) {
    return reader->view.read_count;
}

enum tcn_status tcn_log_reader_pin(struct tcn_log_reader *reader) {
    return tcn_view_pin(&reader->view);
}

uint64_t tcn_log_reader_fault(const struct tcn_log_reader *reader) {
    return reader->fault;
}

/** Remembers where damage is. */
static enum tcn_status reader_corrupt(struct tcn_log_reader *reader, uint64_t position) {
    reader->fault = position;
    reader->renew_count = 0;
    return TCN_CORRUPT;
}

/** Answers for a position that no record holds: damage when the tail is beyond it. */
static enum tcn_status reader_missing(struct tcn_log_reader *reader, uint64_t position) {
    struct tcn_log_end end;
    enum tcn_status status = tcn_log_row_end((struct tcn_row_from){.view = &reader->view}, &end);
    if (status == TCN_CORRUPT || (status == TCN_OK && position <= end.last_position)) {
        return reader_corrupt(reader, position);
    }
    /* The next call takes the newest snapshot, unless one is held: the log may have grown. */
    if (!reader->view.is_pinned) {
        tcn_log_reader_reset(reader);
    }
    return status == TCN_OK ? TCN_ABSENT : status;
}

/** Decodes the record under the cursor and moves the reader behind it. `wanted` is for the report
 * of damage when not even the key can be read. */
static enum tcn_status row_take(struct tcn_log_reader *reader, const struct tcn_env_row *row,
                                uint64_t wanted, struct tcn_record *out_record) {
    struct tcn_reader key = tcn_reader_init(row->key);
    uint64_t first = tcn_read_u64(&key);
    if (!tcn_read_is_whole(&key)) {
        return reader_corrupt(reader, wanted);
    }
    struct tcn_record record;
    enum tcn_status status = tcn_record_decode(row->value, &record);
    if (status == TCN_CORRUPT || (status == TCN_OK && record.first_position != first)) {
        return reader_corrupt(reader, first);
    }
    if (status != TCN_OK) {
        reader->fault = first;
        return status;
    }
    reader->renew_count = reader->view.renew_count;
    reader->next_position = record.first_position + record.count;
    *out_record = record;
    return TCN_OK;
}

enum tcn_status tcn_log_read(struct tcn_log_reader *reader, uint64_t position,
                             struct tcn_record *out_record) {
    if (position == 0) {
        return TCN_ABSENT;
    }
    enum tcn_status status = tcn_view_use(&reader->view);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_key key = tcn_key_u64(position);
    struct tcn_env_row row;
    status =
        tcn_view_seek(&reader->view, TCN_LOG_DB_RECORDS, TCN_STEP_UPTO, tcn_key_slice(&key), &row);
    if (status == TCN_ABSENT) {
        return reader_missing(reader, position);
    }
    if (status != TCN_OK) {
        return status == TCN_CORRUPT ? reader_corrupt(reader, position) : status;
    }
    struct tcn_record record;
    status = row_take(reader, &row, position, &record);
    if (status != TCN_OK) {
        return status;
    }
    if (position - record.first_position >= record.count) {
        return reader_missing(reader, position);
    }
    *out_record = record;
    return TCN_OK;
}

enum tcn_status tcn_log_next(struct tcn_log_reader *reader, struct tcn_record *out_record) {
    enum tcn_status status = tcn_view_use(&reader->view);
    if (status != TCN_OK) {
        return status;
    }
    uint64_t wanted = reader->next_position;
    struct tcn_key key = tcn_key_u64(wanted);
    bool stands = reader->renew_count == reader->view.renew_count;
    struct tcn_env_row row;
    status = tcn_view_seek(&reader->view, TCN_LOG_DB_RECORDS,
                           stands ? TCN_STEP_NEXT : TCN_STEP_FROM, tcn_key_slice(&key), &row);
    if (status == TCN_ABSENT) {
        return reader_missing(reader, wanted);
    }
    if (status != TCN_OK) {
        return status == TCN_CORRUPT ? reader_corrupt(reader, wanted) : status;
    }
    if (!tcn_slice_equals(row.key, tcn_key_slice(&key))) {
        return reader_corrupt(reader, wanted);
    }
    return row_take(reader, &row, wanted, out_record);
}

enum tcn_status tcn_log_tail(struct tcn_log_reader *reader, struct tcn_record *out_record) {
    enum tcn_status status = tcn_view_use(&reader->view);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_env_row row;
    status = tcn_view_seek(&reader->view, TCN_LOG_DB_RECORDS, TCN_STEP_LAST, no_key, &row);
    if (status == TCN_ABSENT) {
        return reader_missing(reader, 1);
    }
    if (status != TCN_OK) {
        return status == TCN_CORRUPT ? reader_corrupt(reader, 0) : status;
    }
    return row_take(reader, &row, 0, out_record);
}

enum tcn_status tcn_log_reader_marks(struct tcn_log_reader *reader,
                                     const struct tcn_lane_key *after, struct tcn_mark *out_marks,
                                     size_t count_max, size_t *out_count) {
    enum tcn_status status = tcn_view_use(&reader->view);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_row_from from = {.view = &reader->view};
    struct tcn_key key = {.size = 0};
    if (after != NULL) {
        /* One byte more than the key itself: the first that is above it. */
        key = tcn_key_lane(after, 0);
        key.size = TCN_LANE_KEY_BYTES + 1;
    }
    size_t limit = count_max < TCN_SLICE_RECORDS_MAX ? count_max : TCN_SLICE_RECORDS_MAX;
    enum tcn_env_step step = after != NULL ? TCN_STEP_FROM : TCN_STEP_FIRST;
    size_t count = 0;
    while (count < limit) {
        struct tcn_env_row row;
        status = tcn_row_seek(from, TCN_LOG_DB_MARKS, step, tcn_key_slice(&key), &row);
        if (status == TCN_OK) {
            status = tcn_log_mark_decode(&row, &out_marks[count]);
        }
        if (status != TCN_OK) {
            break;
        }
        step = TCN_STEP_NEXT;
        count++;
    }
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    *out_count = count;
    return TCN_OK;
}

enum tcn_status tcn_log_reader_changes(struct tcn_log_reader *reader, uint64_t after,
                                       uint64_t *out_positions, size_t count_max,
                                       size_t *out_count) {
    enum tcn_status status = tcn_view_use(&reader->view);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_row_from from = {.view = &reader->view};
    struct tcn_key key = tcn_key_u64(after + 1);
    enum tcn_env_step step = TCN_STEP_FROM;
    size_t limit = count_max < TCN_SLICE_RECORDS_MAX ? count_max : TCN_SLICE_RECORDS_MAX;
    size_t count = 0;
    while (count < limit && after < UINT64_MAX) {
        struct tcn_env_row row;
        status = tcn_row_seek(from, TCN_LOG_DB_CHANGES, step, tcn_key_slice(&key), &row);
        if (status == TCN_OK) {
            status = tcn_log_change_decode(&row, &out_positions[count]);
        }
        if (status != TCN_OK) {
            break;
        }
        step = TCN_STEP_NEXT;
        count++;
    }
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    *out_count = count;
    return TCN_OK;
}

enum tcn_status tcn_log_reader_standings(struct tcn_log_reader *reader,
                                         const struct tcn_standing_key *after,
                                         struct tcn_standing *out_standings, size_t count_max,
                                         size_t *out_count) {
    return tcn_standing_rows(&reader->view, TCN_LOG_DB_STANDINGS, after, out_standings, count_max,
                             out_count);
}

enum tcn_status tcn_log_reader_index_find(struct tcn_log_reader *reader,
                                          const struct tcn_lane_key *lane, uint64_t sequence,
                                          struct tcn_log_place *out_place) {
    enum tcn_status status = tcn_view_use(&reader->view);
    if (status != TCN_OK) {
        return status;
    }
    return tcn_log_row_index((struct tcn_row_from){.view = &reader->view}, lane, sequence,
                             out_place);
}

enum tcn_status tcn_log_reader_group_get(struct tcn_log_reader *reader, uint64_t first_position,
                                         struct tcn_log_group *out_group) {
    enum tcn_status status = tcn_view_use(&reader->view);
    if (status != TCN_OK) {
        return status;
    }
    return tcn_log_row_group((struct tcn_row_from){.view = &reader->view}, first_position,
                             out_group);
}

/** What a walk remembers of the record before. */
struct verify_state {
    uint64_t generation;
    int64_t log_time_ns;
};

/** Checks one record against the one before it and against the index. */
static enum tcn_status record_verify(struct tcn_log_reader *reader, struct verify_state *state,
                                     const struct tcn_record *record) {
    bool is_ordered =
        record->generation >= state->generation && record->log_time_ns >= state->log_time_ns;
    if (!is_ordered) {
        return reader_corrupt(reader, record->first_position);
    }
    state->generation = record->generation;
    state->log_time_ns = record->log_time_ns;
    if (record->kind != TCN_RECORD_CHUNK) {
        return TCN_OK;
    }
    /* In the same snapshot, so the record's slices stay. */
    struct tcn_log_place place;
    enum tcn_status status = tcn_log_row_index((struct tcn_row_from){.view = &reader->view},
                                               &record->lane, record->first_sequence, &place);
    bool is_indexed = status == TCN_OK && place.first_position == record->first_position;
    if (status == TCN_CORRUPT || status == TCN_ABSENT || (status == TCN_OK && !is_indexed)) {
        return reader_corrupt(reader, record->first_position);
    }
    return status;
}

/** Visits one record and counts it. */
static enum tcn_status record_visit(struct tcn_log_report *report, const struct tcn_record *record,
                                    tcn_log_visit *visit, void *context) {
    enum tcn_status status = visit != NULL ? visit(context, record) : TCN_OK;
    if (status != TCN_OK) {
        report->bad_position = record->first_position;
        return status;
    }
    report->record_count++;
    report->last_position = record->first_position + record->count - 1;
    return TCN_OK;
}

enum tcn_status tcn_log_verify(struct tcn_log_reader *reader, tcn_log_visit *visit, void *context,
                               struct tcn_log_report *out_report) {
    struct tcn_log_report report = {0};
    struct verify_state state = {.generation = 0, .log_time_ns = INT64_MIN};
    tcn_log_reader_reset(reader);
    reader->next_position = 1;
    reader->renew_count = 0;
    reader->fault = 0;
    struct tcn_record record;
    enum tcn_status status = tcn_log_next(reader, &record);
    /* Bounded by the records there are: each step moves on or ends. */
    while (status == TCN_OK) {
        status = record_verify(reader, &state, &record);
        if (status == TCN_OK) {
            status = record_visit(&report, &record, visit, context);
            if (status != TCN_OK) {
                *out_report = report;
                return status;
            }
            status = tcn_log_next(reader, &record);
        }
    }
    bool is_end = status == TCN_ABSENT;
    report.bad_position = is_end ? 0 : reader->fault;
    *out_report = report;
    return is_end ? TCN_OK : status;
}
