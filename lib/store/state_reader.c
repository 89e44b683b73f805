/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state's reading side: everything is copied out of a snapshot of whole commits.
 */
#include "store/state.h"

#include "store/standing.h"
#include "store/state_inside.h"

#include <stdlib.h>

static const struct tcn_slice no_key = {.data = NULL, .size = 0};

enum tcn_status tcn_state_reader_open(struct tcn_state *state,
                                      struct tcn_state_reader **out_reader) {
    struct tcn_state_reader *reader = calloc(1, sizeof(*reader));
    if (reader == NULL) {
        return TCN_NOMEM;
    }
    enum tcn_status status = tcn_view_open(tcn_state_env(state), &reader->view);
    if (status != TCN_OK) {
        free(reader);
        return status;
    }
    *out_reader = reader;
    return TCN_OK;
}

void tcn_state_reader_close(struct tcn_state_reader **reader) {
    if (reader == NULL || *reader == NULL) {
        return;
    }
    tcn_view_close(&(*reader)->view);
    free(*reader);
    *reader = NULL;
}

void tcn_state_reader_reset(struct tcn_state_reader *reader) {
    tcn_view_reset(&reader->view);
}

uint64_t tcn_state_reader_reads(const struct tcn_state_reader *reader) {
    return reader->view.read_count;
}

/** One row by its key. */
static enum tcn_status reader_get(struct tcn_state_reader *reader, enum tcn_state_db db,
                                  struct tcn_slice key, struct tcn_env_row *out_row) {
    enum tcn_status status = tcn_view_use(&reader->view);
    if (status != TCN_OK) {
        return status;
    }
    out_row->key = key;
    return tcn_row_get((struct tcn_row_from){.view = &reader->view}, db, key, &out_row->value);
}

/** One row by a step, in a snapshot that is live. */
static enum tcn_status reader_seek(struct tcn_state_reader *reader, enum tcn_state_db db,
                                   enum tcn_env_step step, struct tcn_slice key,
                                   struct tcn_env_row *out_row) {
    return tcn_row_seek((struct tcn_row_from){.view = &reader->view}, db, step, key, out_row);
}

/** The smaller of what the caller has room for and a slice. */
static size_t list_limit(size_t count_max) {
    return count_max < TCN_SLICE_RECORDS_MAX ? count_max : TCN_SLICE_RECORDS_MAX;
}

/** Ends a list: running out of rows is no error. */
static enum tcn_status list_end(enum tcn_status status, size_t count, size_t *out_count) {
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    *out_count = count;
    return TCN_OK;
}

enum tcn_status tcn_state_applied(struct tcn_state_reader *reader,
                                  struct tcn_applied *out_applied) {
    struct tcn_env_row row;
    enum tcn_status status =
        reader_get(reader, TCN_STATE_DB_APPLIED, tcn_slice_text(TCN_STATE_APPLIED_KEY), &row);
    if (status == TCN_ABSENT) {
        *out_applied = (struct tcn_applied){0};
        return TCN_OK;
    }
    return status == TCN_OK ? tcn_state_decode_applied(row.value, out_applied) : status;
}

enum tcn_status tcn_state_matter(struct tcn_state_reader *reader, uint64_t birth,
                                 struct tcn_matter *out_matter) {
    struct tcn_key key = tcn_key_u64(birth);
    struct tcn_env_row row;
    enum tcn_status status = reader_get(reader, TCN_STATE_DB_MATTERS, tcn_key_slice(&key), &row);
    return status == TCN_OK ? tcn_state_decode_matter(&row, out_matter) : status;
}

enum tcn_status tcn_state_matter_by_id(struct tcn_state_reader *reader, const struct tcn_id *id,
                                       struct tcn_matter *out_matter) {
    struct tcn_key key = tcn_state_key_id(id);
    struct tcn_env_row row;
    uint64_t birth = 0;
    enum tcn_status status = reader_get(reader, TCN_STATE_DB_IDS, tcn_key_slice(&key), &row);
    const bool is_known = status == TCN_OK;
    if (is_known) {
        status = tcn_state_decode_u64(row.value, &birth);
    }
    /* Nothing was born at 0. That row is looked for all the same: what is hidden from the asker
     * must not cost more than what is not there. An id whose matter is missing is damage: both are
     * put in one commit and never deleted. */
    struct tcn_matter matter;
    if (status == TCN_OK || status == TCN_ABSENT) {
        status = tcn_state_matter(reader, birth, &matter);
        status = status == TCN_ABSENT && is_known ? TCN_CORRUPT : status;
    }
    if (status == TCN_OK) {
        *out_matter = matter;
    }
    return status;
}

enum tcn_status tcn_state_matters(struct tcn_state_reader *reader, uint64_t before_birth,
                                  struct tcn_matter *out_matters, size_t count_max,
                                  size_t *out_count) {
    enum tcn_status status = tcn_view_use(&reader->view);
    size_t count = 0;
    uint64_t before = before_birth;
    while (status == TCN_OK && count < list_limit(count_max)) {
        if (before == 0) {
            break;
        }
        struct tcn_key key = tcn_key_u64(before - 1);
        struct tcn_env_row row;
        status =
            reader_seek(reader, TCN_STATE_DB_MATTERS, TCN_STEP_UPTO, tcn_key_slice(&key), &row);
        if (status == TCN_OK) {
            status = tcn_state_decode_matter(&row, &out_matters[count]);
        }
        if (status == TCN_OK) {
            before = out_matters[count].birth_position;
            count++;
        }
    }
    return list_end(status, count, out_count);
}

enum tcn_status tcn_state_held(struct tcn_state_reader *reader, uint16_t holder,
                               uint64_t before_birth, struct tcn_matter *out_matters,
                               size_t count_max, size_t *out_count) {
    enum tcn_status status = tcn_view_use(&reader->view);
    size_t count = 0;
    uint64_t before = before_birth;
    while (status == TCN_OK && before != 0 && count < list_limit(count_max)) {
        struct tcn_key key = tcn_state_key_holding(holder, before - 1);
        struct tcn_env_row row;
        status =
            reader_seek(reader, TCN_STATE_DB_HOLDINGS, TCN_STEP_UPTO, tcn_key_slice(&key), &row);
        uint16_t organ = 0;
        if (status == TCN_OK) {
            status = tcn_state_decode_holding(&row, &organ, &before);
        }
        if (status != TCN_OK || organ != holder) {
            break;
        }
        key = tcn_key_u64(before);
        status = reader_seek(reader, TCN_STATE_DB_MATTERS, TCN_STEP_AT, tcn_key_slice(&key), &row);
        if (status == TCN_OK) {
            status = tcn_state_decode_matter(&row, &out_matters[count]);
        }
        /* Both are put in one commit: a holding without its matter, or of another's, is damage. */
        if (status == TCN_ABSENT || (status == TCN_OK && out_matters[count].holder != holder)) {
            status = TCN_CORRUPT;
        }
        count += status == TCN_OK;
    }
    return list_end(status, count, out_count);
}

enum tcn_status tcn_state_thread(struct tcn_state_reader *reader, uint64_t position,
                                 struct tcn_thread *out_thread) {
    struct tcn_key key = tcn_key_u64(position);
    struct tcn_env_row row;
    enum tcn_status status = reader_get(reader, TCN_STATE_DB_THREADS, tcn_key_slice(&key), &row);
    return status == TCN_OK ? tcn_state_decode_thread(&row, out_thread) : status;
}

enum tcn_status tcn_state_alerts(struct tcn_state_reader *reader, struct tcn_stream stream,
                                 uint64_t number, struct tcn_alert *out_alerts, size_t count_max,
                                 size_t *out_count) {
    enum tcn_status status = tcn_view_use(&reader->view);
    struct tcn_key key = tcn_state_key_alert(stream, number);
    enum tcn_env_step step = TCN_STEP_FROM;
    size_t count = 0;
    while (status == TCN_OK && count < list_limit(count_max)) {
        struct tcn_env_row row;
        status = reader_seek(reader, TCN_STATE_DB_ALERTS, step, tcn_key_slice(&key), &row);
        if (status == TCN_OK) {
            status = tcn_state_decode_alert(&row, &out_alerts[count]);
        }
        if (status != TCN_OK || !tcn_stream_equals(out_alerts[count].stream, stream)) {
            break;
        }
        step = TCN_STEP_NEXT;
        count++;
    }
    return list_end(status, count, out_count);
}

enum tcn_status tcn_state_stream(struct tcn_state_reader *reader, struct tcn_stream stream,
                                 uint64_t *out_number) {
    struct tcn_key key = tcn_state_key_stream(stream);
    struct tcn_env_row row;
    enum tcn_status status = reader_get(reader, TCN_STATE_DB_STREAMS, tcn_key_slice(&key), &row);
    if (status == TCN_ABSENT) {
        *out_number = 0;
        return TCN_OK;
    }
    return status == TCN_OK ? tcn_state_decode_u64(row.value, out_number) : status;
}

enum tcn_status tcn_state_outcome(struct tcn_state_reader *reader, uint64_t position,
                                  struct tcn_outcome *out_outcome) {
    struct tcn_key key = tcn_key_u64(position);
    struct tcn_env_row row;
    enum tcn_status status = reader_get(reader, TCN_STATE_DB_OUTCOMES, tcn_key_slice(&key), &row);
    return status == TCN_OK ? tcn_state_decode_outcome(&row, out_outcome) : status;
}

enum tcn_status tcn_state_cursor(struct tcn_state_reader *reader, const struct tcn_cursor *wanted,
                                 struct tcn_cursor *out_cursor) {
    struct tcn_key key = tcn_state_key_cursor(wanted);
    struct tcn_env_row row;
    enum tcn_status status = reader_get(reader, TCN_STATE_DB_CURSORS, tcn_key_slice(&key), &row);
    return status == TCN_OK ? tcn_state_decode_cursor(&row, out_cursor) : status;
}

/** Makes of a key the smallest one above it. */
static void key_above(struct tcn_key *key) {
    TCN_CHECK(key->size < sizeof(key->bytes));
    key->bytes[key->size++] = 0;
}

enum tcn_status tcn_state_cursors(struct tcn_state_reader *reader, const struct tcn_cursor *after,
                                  struct tcn_cursor *out_cursors, size_t count_max,
                                  size_t *out_count) {
    enum tcn_status status = tcn_view_use(&reader->view);
    struct tcn_key key = {.size = 0};
    enum tcn_env_step step = TCN_STEP_FIRST;
    if (after != NULL) {
        key = tcn_state_key_cursor(after);
        key_above(&key);
        step = TCN_STEP_FROM;
    }
    size_t count = 0;
    while (status == TCN_OK && count < list_limit(count_max)) {
        struct tcn_env_row row;
        status = reader_seek(reader, TCN_STATE_DB_CURSORS, step, tcn_key_slice(&key), &row);
        if (status == TCN_OK) {
            status = tcn_state_decode_cursor(&row, &out_cursors[count]);
        }
        step = TCN_STEP_NEXT;
        count += status == TCN_OK ? 1 : 0;
    }
    return list_end(status, count, out_count);
}

enum tcn_status tcn_state_source(struct tcn_state_reader *reader, const struct tcn_lane_key *lane,
                                 struct tcn_source_state *out_source) {
    struct tcn_key key = tcn_state_key_source(lane);
    struct tcn_env_row row;
    enum tcn_status status = reader_get(reader, TCN_STATE_DB_SOURCES, tcn_key_slice(&key), &row);
    return status == TCN_OK ? tcn_state_decode_source(&row, out_source) : status;
}

enum tcn_status tcn_state_sources(struct tcn_state_reader *reader, const struct tcn_lane_key *after,
                                  struct tcn_source_state *out_sources, size_t count_max,
                                  size_t *out_count) {
    enum tcn_status status = tcn_view_use(&reader->view);
    struct tcn_key key = {.size = 0};
    enum tcn_env_step step = TCN_STEP_FIRST;
    if (after != NULL) {
        key = tcn_state_key_source(after);
        key_above(&key);
        step = TCN_STEP_FROM;
    }
    size_t count = 0;
    while (status == TCN_OK && count < list_limit(count_max)) {
        struct tcn_env_row row;
        status = reader_seek(reader, TCN_STATE_DB_SOURCES, step, tcn_key_slice(&key), &row);
        if (status == TCN_OK) {
            status = tcn_state_decode_source(&row, &out_sources[count]);
        }
        step = TCN_STEP_NEXT;
        count += status == TCN_OK ? 1 : 0;
    }
    return list_end(status, count, out_count);
}

enum tcn_status tcn_state_standings(struct tcn_state_reader *reader,
                                    const struct tcn_standing_key *after,
                                    struct tcn_standing *out_standings, size_t count_max,
                                    size_t *out_count) {
    return tcn_standing_rows(&reader->view, TCN_STATE_DB_STANDINGS, after, out_standings, count_max,
                             out_count);
}

enum tcn_status tcn_state_due_first(struct tcn_state_reader *reader, struct tcn_due *out_due) {
    const enum tcn_status status = tcn_view_use(&reader->view);
    return status == TCN_OK
               ? tcn_state_due_seek((struct tcn_row_from){.view = &reader->view}, out_due)
               : status;
}

enum tcn_status tcn_state_open_dues(struct tcn_state_reader *reader, int64_t until_ns,
                                    struct tcn_due *out_dues, size_t count_max, size_t *out_count) {
    enum tcn_status status = tcn_view_use(&reader->view);
    enum tcn_env_step step = TCN_STEP_FIRST;
    size_t count = 0;
    while (status == TCN_OK && count < list_limit(count_max)) {
        struct tcn_env_row row;
        struct tcn_due time = {.stage = 0};
        status = reader_seek(reader, TCN_STATE_DB_DUE_TIMES, step, no_key, &row);
        if (status == TCN_OK) {
            status = tcn_state_decode_due_time(&row, &time);
        }
        if (status != TCN_OK || !tcn_state_due_is_open(&time) || time.due_ns > until_ns) {
            break;
        }
        const struct tcn_key key = tcn_state_key_due(&time.key);
        status = reader_get(reader, TCN_STATE_DB_DUES, tcn_key_slice(&key), &row);
        if (status == TCN_OK) {
            status = tcn_state_decode_due(&row, &out_dues[count]);
        }
        /* Both are put in one commit: a time of nothing, or of another time, is damage. */
        const bool is_same =
            status == TCN_OK && out_dues[count].due_ns == time.due_ns && !out_dues[count].is_kept;
        status = status == TCN_ABSENT || (status == TCN_OK && !is_same) ? TCN_CORRUPT : status;
        count += status == TCN_OK;
        step = TCN_STEP_NEXT;
    }
    return list_end(status, count, out_count);
}

enum tcn_status tcn_state_erasure(struct tcn_state_reader *reader, const struct tcn_lane_key *lane,
                                  uint64_t sequence, struct tcn_erasure *out_erasure) {
    const enum tcn_status status = tcn_view_use(&reader->view);
    return status == TCN_OK ? tcn_state_erasure_find((struct tcn_row_from){.view = &reader->view},
                                                     lane, sequence, out_erasure)
                            : status;
}

enum tcn_status tcn_state_expected(struct tcn_state_reader *reader,
                                   const struct tcn_expected_key *from,
                                   struct tcn_expected *out_rows, size_t count_max,
                                   size_t *out_count) {
    enum tcn_status status = tcn_view_use(&reader->view);
    const struct tcn_key key = tcn_state_key_expected(from);
    size_t count = 0;
    while (status == TCN_OK && count < list_limit(count_max)) {
        struct tcn_env_row row;
        const enum tcn_env_step step = count == 0 ? TCN_STEP_FROM : TCN_STEP_NEXT;
        status = reader_seek(reader, TCN_STATE_DB_EXPECTED, step, tcn_key_slice(&key), &row);
        if (status == TCN_OK) {
            status = tcn_state_decode_expected(&row, &out_rows[count]);
        }
        count += status == TCN_OK;
    }
    return list_end(status, count, out_count);
}

enum tcn_status tcn_state_erasures_asked(struct tcn_state_reader *reader,
                                         struct tcn_erasure *out_erasures, size_t count_max,
                                         size_t *out_count) {
    enum tcn_status status = tcn_view_use(&reader->view);
    enum tcn_env_step step = TCN_STEP_FIRST;
    size_t count = 0;
    while (status == TCN_OK && count < list_limit(count_max)) {
        struct tcn_env_row row;
        status = reader_seek(reader, TCN_STATE_DB_ERASURES, step, no_key, &row);
        if (status == TCN_OK) {
            status = tcn_state_decode_erasure(&row, &out_erasures[count]);
        }
        if (status != TCN_OK || out_erasures[count].done_position != 0) {
            break;
        }
        step = TCN_STEP_NEXT;
        count++;
    }
    return list_end(status, count, out_count);
}

/** A part of all clocks, in key order. */
struct clock_range {
    uint64_t birth; /**< from here on, and of this matter from rule number `rule` on */
    uint32_t rule;
    uint64_t last_birth;
};

static enum tcn_status clocks_of(struct tcn_state_reader *reader, const struct clock_range *range,
                                 struct tcn_matter_clock *out_clocks, size_t count_max,
                                 size_t *out_count) {
    enum tcn_status status = tcn_view_use(&reader->view);
    const struct tcn_key key = tcn_state_key_clock(range->birth, range->rule);
    enum tcn_env_step step = TCN_STEP_FROM;
    size_t count = 0;
    while (status == TCN_OK && count < list_limit(count_max)) {
        struct tcn_env_row row;
        status = reader_seek(reader, TCN_STATE_DB_CLOCKS, step, tcn_key_slice(&key), &row);
        if (status == TCN_OK) {
            status = tcn_state_decode_clock(&row, &out_clocks[count]);
        }
        if (status != TCN_OK || out_clocks[count].birth_position > range->last_birth) {
            break;
        }
        step = TCN_STEP_NEXT;
        count++;
    }
    return list_end(status, count, out_count);
}

enum tcn_status tcn_state_clocks(struct tcn_state_reader *reader, uint64_t birth,
                                 uint32_t from_rule, struct tcn_matter_clock *out_clocks,
                                 size_t count_max, size_t *out_count) {
    const struct clock_range range = {.birth = birth, .rule = from_rule, .last_birth = birth};
    return clocks_of(reader, &range, out_clocks, count_max, out_count);
}

enum tcn_status tcn_state_all_clocks(struct tcn_state_reader *reader, uint64_t from_birth,
                                     uint32_t from_rule, struct tcn_matter_clock *out_clocks,
                                     size_t count_max, size_t *out_count) {
    const struct clock_range range = {
        .birth = from_birth, .rule = from_rule, .last_birth = UINT64_MAX};
    return clocks_of(reader, &range, out_clocks, count_max, out_count);
}

/** Visits the rows of one database. */
static enum tcn_status db_walk(struct tcn_state_reader *reader, enum tcn_state_db db,
                               tcn_state_visit *visit, void *context) {
    struct tcn_slice name = tcn_slice_text(reader->view.env->layout->db_names[db]);
    struct tcn_env_row row;
    enum tcn_status status = tcn_view_seek(&reader->view, db, TCN_STEP_FIRST, no_key, &row);
    /* Bounded by the rows of the snapshot. */
    while (status == TCN_OK) {
        struct tcn_slice payload;
        status = tcn_row_open(row.key, row.value, &payload);
        if (status == TCN_OK) {
            status = visit(context, name, row.key, payload);
        }
        if (status != TCN_OK) {
            return status;
        }
        status = tcn_view_seek(&reader->view, db, TCN_STEP_NEXT, no_key, &row);
    }
    return status == TCN_ABSENT ? TCN_OK : status;
}

enum tcn_status tcn_state_hash_walk(struct tcn_state_reader *reader, tcn_state_visit *visit,
                                    void *context) {
    tcn_view_reset(&reader->view);
    enum tcn_status status = tcn_view_use(&reader->view);
    for (uint32_t db = 0; db < TCN_STATE_DB_COUNT && status == TCN_OK; db++) {
        status = db_walk(reader, (enum tcn_state_db)db, visit, context);
    }
    tcn_view_reset(&reader->view);
    return status;
}

enum tcn_status tcn_state_placement(struct tcn_state_reader *reader, uint64_t birth,
                                    struct tcn_placement *out_placement) {
    const enum tcn_status status = tcn_view_use(&reader->view);
    return status == TCN_OK ? tcn_state_placement_find((struct tcn_row_from){.view = &reader->view},
                                                       birth, out_placement)
                            : status;
}

enum tcn_status tcn_state_placement_from(struct tcn_state_reader *reader, uint64_t birth,
                                         struct tcn_placement *out_placement) {
    const struct tcn_key key = tcn_state_key_placement(birth);
    struct tcn_env_row row;
    enum tcn_status status = tcn_view_use(&reader->view);
    if (status == TCN_OK) {
        status =
            reader_seek(reader, TCN_STATE_DB_PLACEMENTS, TCN_STEP_FROM, tcn_key_slice(&key), &row);
    }
    return status == TCN_OK ? tcn_state_decode_placement(&row, out_placement) : status;
}
