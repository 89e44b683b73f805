/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log's writing side. L1 is kept by tcn_log_append, L2 by tcn_log_group_commit, L3 by the
 * environment (E2).
 */
#include "store/log.h"

#include "store/log_rows.h"
#include "store/standing.h"

#include <stdlib.h>

static const struct tcn_env_layout log_layout = {
    .kind = TCN_LOG_KIND,
    .format = TCN_LOG_FORMAT,
    .map_bytes_default = TCN_LOG_MAP_BYTES_DEFAULT,
    .reserve_bytes = TCN_ENV_DISK_RESERVE_BYTES,
    .db_count = TCN_LOG_DB_COUNT,
    .db_names = {"records", "index", "marks", "groups", "changes", "standings", "meta"},
};

/** Bytes that a group's small rows may take beside its records: one mark and one index row for each
 * record are counted with it, the group's own row and the tail are this. */
#define GROUP_ROWS_BYTES (32u * 1024)

/** Where the writer reads from: its open group, or else a snapshot, to be let go by from_end. */
static enum tcn_status from_begin(struct tcn_log *log, struct tcn_row_from *out_from) {
    if (log->env->txn != NULL) {
        *out_from = (struct tcn_row_from){.env = log->env};
        return TCN_OK;
    }
    *out_from = (struct tcn_row_from){.view = &log->view};
    return tcn_view_use(&log->view);
}

/** Lets a snapshot go that from_begin took. */
static void from_end(struct tcn_log *log) {
    tcn_view_reset(&log->view);
}

/** Compares the tail row with the last record and the count of records (L2). */
static enum tcn_status end_check(struct tcn_view *view, const struct tcn_log_end *end) {
    uint64_t count = 0;
    enum tcn_status status = tcn_view_count(view, TCN_LOG_DB_RECORDS, &count);
    if (status != TCN_OK) {
        return status;
    }
    if (count != end->record_count) {
        return TCN_CORRUPT;
    }
    if (count == 0) {
        return TCN_OK;
    }
    struct tcn_env_row row;
    struct tcn_slice none = tcn_slice_of(NULL, 0);
    status = tcn_view_seek(view, TCN_LOG_DB_RECORDS, TCN_STEP_LAST, none, &row);
    if (status != TCN_OK) {
        return status == TCN_ABSENT ? TCN_CORRUPT : status;
    }
    struct tcn_key key = tcn_key_u64(end->first_position);
    return tcn_slice_equals(row.key, tcn_key_slice(&key)) ? TCN_OK : TCN_CORRUPT;
}

/** Reads where the log ends. A log that is opened to look at its damage is not checked here. */
static enum tcn_status end_load(struct tcn_log *log) {
    struct tcn_row_from from;
    enum tcn_status status = from_begin(log, &from);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_log_end end;
    status = tcn_log_row_end(from, &end);
    if (status == TCN_OK && !log->env->is_reader_only) {
        status = end_check(&log->view, &end);
    }
    if (status == TCN_CORRUPT && log->env->is_reader_only) {
        end = (struct tcn_log_end){0};
        status = TCN_OK;
    }
    from_end(log);
    if (status == TCN_OK) {
        log->end = end;
        log->synced_end = end;
    }
    return status;
}

enum tcn_status tcn_log_open(const struct tcn_store_options *options, struct tcn_log **out_log) {
    struct tcn_log *log = calloc(1, sizeof(*log));
    if (log == NULL) {
        return TCN_NOMEM;
    }
    enum tcn_status status = tcn_env_open(options, &log_layout, &log->env);
    if (status == TCN_OK) {
        status = tcn_view_open(log->env, &log->view);
    }
    if (status == TCN_OK) {
        status = end_load(log);
    }
    if (status != TCN_OK) {
        tcn_log_close(&log);
        return status;
    }
    *out_log = log;
    return TCN_OK;
}

void tcn_log_close(struct tcn_log **log) {
    if (log == NULL || *log == NULL) {
        return;
    }
    tcn_view_close(&(*log)->view);
    tcn_env_close(&(*log)->env);
    free(*log);
    *log = NULL;
}

struct tcn_env *tcn_log_env(struct tcn_log *log) {
    return log->env;
}

enum tcn_status tcn_log_group_begin(struct tcn_log *log) {
    return tcn_env_begin(log->env);
}

/** Puts the record itself, encoded in place. */
static enum tcn_status record_put(struct tcn_log *log, const struct tcn_record *record) {
    struct tcn_key key = tcn_key_u64(record->first_position);
    size_t size = tcn_record_size(record);
    uint8_t *data = NULL;
    enum tcn_status status =
        tcn_env_claim(log->env, TCN_LOG_DB_RECORDS, TCN_PUT_LAST, tcn_key_slice(&key), size, &data);
    return status == TCN_OK ? tcn_record_encode(record, data, size) : status;
}

enum tcn_status tcn_log_append(struct tcn_log *log, const struct tcn_record *record,
                               uint64_t sequence_count) {
    TCN_CHECK(log->env->txn != NULL);
    TCN_CHECK(record->count >= 1);
    size_t size = tcn_record_size(record);
    if (size > TCN_RECORD_BYTES_MAX || record->chunk.signature.size > UINT16_MAX) {
        return TCN_TOOBIG;
    }
    if (record->first_position != log->end.last_position + 1 ||
        record->first_position > UINT64_MAX - record->count) {
        return TCN_SEQUENCE;
    }
    enum tcn_status status =
        tcn_env_room_check(log->env, tcn_env_row_cost(8, size) + GROUP_ROWS_BYTES);
    if (status != TCN_OK) {
        return status;
    }
    status = record_put(log, record);
    if (status == TCN_OK && sequence_count > 0) {
        status = tcn_log_row_index_put(log->env, record, sequence_count);
    }
    if (status != TCN_OK) {
        return status;
    }
    log->end.first_position = record->first_position;
    log->end.last_position = record->first_position + record->count - 1;
    log->end.record_count++;
    return TCN_OK;
}

enum tcn_status tcn_log_reserve_check(struct tcn_log *log, size_t bytes) {
    return tcn_env_reserve_check(log->env, tcn_env_row_cost(8, bytes) + GROUP_ROWS_BYTES);
}

enum tcn_status tcn_log_mark_put(struct tcn_log *log, const struct tcn_mark *mark) {
    return tcn_log_row_mark_put(log->env, mark);
}

enum tcn_status tcn_log_group_put(struct tcn_log *log, const struct tcn_log_group *group) {
    return tcn_log_row_group_put(log->env, group);
}

enum tcn_status tcn_log_change_put(struct tcn_log *log, uint64_t position) {
    return tcn_log_row_change_put(log->env, position);
}

enum tcn_status tcn_log_identity_put(struct tcn_log *log, const struct tcn_log_identity *identity) {
    return tcn_log_row_identity_put(log->env, identity);
}

enum tcn_status tcn_log_group_commit(struct tcn_log *log) {
    TCN_CHECK(log->env->txn != NULL);
    if (log->end.record_count != log->synced_end.record_count) {
        /* A failure is remembered by the environment and answered by its commit. */
        enum tcn_status ignored = tcn_log_row_end_put(log->env, &log->end);
        (void)ignored;
    }
    enum tcn_status status = tcn_env_commit(log->env);
    if (status == TCN_OK) {
        log->synced_end = log->end;
    } else {
        log->end = log->synced_end;
    }
    return status;
}

void tcn_log_group_abort(struct tcn_log *log) {
    tcn_env_abort(log->env);
    log->end = log->synced_end;
}

uint64_t tcn_log_last_position(const struct tcn_log *log) {
    return log->end.last_position;
}

enum tcn_status tcn_log_mark_get(struct tcn_log *log, const struct tcn_lane_key *lane,
                                 struct tcn_mark *out_mark) {
    struct tcn_row_from from;
    enum tcn_status status = from_begin(log, &from);
    if (status == TCN_OK) {
        status = tcn_log_row_mark(from, lane, out_mark);
        from_end(log);
    }
    return status;
}

enum tcn_status tcn_log_index_find(struct tcn_log *log, const struct tcn_lane_key *lane,
                                   uint64_t sequence, struct tcn_log_place *out_place) {
    struct tcn_row_from from;
    enum tcn_status status = from_begin(log, &from);
    if (status == TCN_OK) {
        status = tcn_log_row_index(from, lane, sequence, out_place);
        from_end(log);
    }
    return status;
}

enum tcn_status tcn_log_group_get(struct tcn_log *log, uint64_t first_position,
                                  struct tcn_log_group *out_group) {
    struct tcn_row_from from;
    enum tcn_status status = from_begin(log, &from);
    if (status == TCN_OK) {
        status = tcn_log_row_group(from, first_position, out_group);
        from_end(log);
    }
    return status;
}

enum tcn_status tcn_log_identity_get(struct tcn_log *log, struct tcn_log_identity *out_identity) {
    struct tcn_row_from from;
    enum tcn_status status = from_begin(log, &from);
    if (status == TCN_OK) {
        status = tcn_log_row_identity(from, out_identity);
        from_end(log);
    }
    return status;
}

enum tcn_status tcn_log_standing_get(struct tcn_log *log, const struct tcn_standing_key *key,
                                     struct tcn_standing *out_standing) {
    struct tcn_row_from from;
    enum tcn_status status = from_begin(log, &from);
    if (status == TCN_OK) {
        status = tcn_standing_row_get(from, TCN_LOG_DB_STANDINGS, key, out_standing);
        from_end(log);
    }
    return status;
}

enum tcn_status tcn_log_standing_put(struct tcn_log *log, const struct tcn_standing *standing) {
    return tcn_standing_row_put(log->env, TCN_LOG_DB_STANDINGS, standing);
}

enum tcn_status tcn_log_standing_del(struct tcn_log *log, const struct tcn_standing_key *key) {
    return tcn_standing_row_del(log->env, TCN_LOG_DB_STANDINGS, key);
}

enum tcn_status tcn_log_stat(struct tcn_log *log, struct tcn_log_stat *out_stat) {
    /* A view of its own: any thread may ask. */
    struct tcn_view view = {0};
    enum tcn_status status = tcn_view_open(log->env, &view);
    if (status == TCN_OK) {
        status = tcn_view_use(&view);
    }
    struct tcn_log_end end = {0};
    if (status == TCN_OK) {
        status = tcn_log_row_end((struct tcn_row_from){.view = &view}, &end);
    }
    tcn_view_close(&view);
    struct tcn_env_stat env = {0};
    if (status == TCN_OK) {
        status = tcn_env_stat(log->env, &env);
    }
    if (status != TCN_OK) {
        return status;
    }
    out_stat->record_count = end.record_count;
    out_stat->last_position = end.last_position;
    out_stat->env = env;
    return TCN_OK;
}
