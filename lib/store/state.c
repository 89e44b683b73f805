/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state's writing side: the fold's table of operations over one long write transaction.
 */
#include "store/state.h"

#include "store/standing.h"
#include "store/state_inside.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static const struct tcn_env_layout state_layout = {
    .kind = TCN_STATE_KIND,
    .format = TCN_STATE_FORMAT,
    .map_bytes_default = TCN_STATE_MAP_BYTES_DEFAULT,
    .reserve_bytes = TCN_ENV_STATE_RESERVE_BYTES,
    .db_count = TCN_STATE_DB_ALL,
    .db_names = {"matters",   "ids",          "threads",    "alerts",     "streams",   "outcomes",
                 "cursors",   "sources",      "applied",    "standings",  "holdings",  "dues",
                 "due_times", "clocks",       "erasures",   "placements", "summonses", "shifts",
                 "ladders",   "ladder_waits", "deliveries", "tellings",   "expected",  "silences",
                 "deeds",     "meta"},
};

/* Scattered rows of one commit at most: each may dirty a page, of which 131,071 make LMDB spill. */
#define SCATTERED_MAX 80000u

enum tcn_status tcn_state_open(const struct tcn_store_options *options,
                               struct tcn_state **out_state) {
    struct tcn_state *state = calloc(1, sizeof(*state));
    if (state == NULL) {
        return TCN_NOMEM;
    }
    enum tcn_status status = tcn_env_open(options, &state_layout, &state->env);
    if (status != TCN_OK) {
        free(state);
        return status;
    }
    *out_state = state;
    return TCN_OK;
}

void tcn_state_close(struct tcn_state **state) {
    if (state == NULL || *state == NULL) {
        return;
    }
    tcn_env_close(&(*state)->env);
    free(*state);
    *state = NULL;
}

struct tcn_env *tcn_state_env(struct tcn_state *state) {
    return state->env;
}

/** Deletes one file of the directory; one that is not there is as good. */
static enum tcn_status file_delete(const char *dir, const char *name) {
    char *path = tcn_env_path(dir, name);
    if (path == NULL) {
        return TCN_NOMEM;
    }
    bool is_gone = unlink(path) == 0 || errno == ENOENT;
    enum tcn_status status = is_gone ? TCN_OK : tcn_store_status(errno);
    free(path);
    return status;
}

/** Deletes the files; with `is_all` the lock too, and the directory if nothing else is in it. */
static enum tcn_status wipe(const char *dir, bool is_all) {
    enum tcn_status status = tcn_env_dir_make(dir, true);
    int lock_file = -1;
    if (status == TCN_OK) {
        status = tcn_env_dir_lock(dir, &lock_file);
    }
    if (status != TCN_OK) {
        return status;
    }
    status = file_delete(dir, "data.mdb");
    if (status == TCN_OK) {
        status = file_delete(dir, "lock.mdb");
    }
    if (status == TCN_OK && is_all) { /* while it is held: nobody else can mean this directory */
        status = file_delete(dir, "LOCK");
    }
    if (status == TCN_OK) {
        status = tcn_env_dir_sync(dir);
    }
    if (status == TCN_OK && is_all && rmdir(dir) != 0) {
        status = tcn_store_status(errno);
    }
    (void)close(lock_file);
    return status;
}

enum tcn_status tcn_state_wipe(const char *dir) {
    return wipe(dir, false);
}

enum tcn_status tcn_state_remove(const char *dir) {
    return wipe(dir, true);
}

enum tcn_status tcn_state_begin(struct tcn_state *state) {
    enum tcn_status status = tcn_env_begin(state->env);
    if (status != TCN_OK) {
        return status;
    }
    state->scattered_count = 0;
    status = tcn_env_room_check(state->env, 0);
    if (status != TCN_OK) {
        tcn_env_abort(state->env);
    }
    return status;
}

enum tcn_status tcn_state_commit(struct tcn_state *state) {
    /* What fails here is remembered by the environment and answered by its commit. */
    enum tcn_status flushed = tcn_state_hot_flush(&state->hot, state->env);
    (void)flushed;
    tcn_state_hot_clear(&state->hot);
    return tcn_env_commit(state->env);
}

void tcn_state_abort(struct tcn_state *state) {
    tcn_state_hot_clear(&state->hot);
    tcn_env_abort(state->env);
}

bool tcn_state_is_due(const struct tcn_state *state) {
    return state->scattered_count >= SCATTERED_MAX ||
           tcn_env_is_spare_used(state->env, state->scattered_count);
}

enum tcn_status tcn_state_row_put(struct tcn_state *state, enum tcn_state_db db,
                                  enum tcn_env_put how, const struct tcn_key *key,
                                  const struct tcn_state_payload *payload) {
    return tcn_row_put(state->env, db, how, tcn_key_slice(key), tcn_state_payload_slice(payload));
}

enum tcn_status tcn_state_row_get(struct tcn_state *state, enum tcn_state_db db,
                                  const struct tcn_key *key, struct tcn_env_row *out_row) {
    TCN_CHECK(state->env->txn != NULL);
    out_row->key = tcn_key_slice(key);
    return tcn_row_get((struct tcn_row_from){.env = state->env}, db, out_row->key, &out_row->value);
}

/** ops.matter_find */
static enum tcn_status matter_find(void *context, const struct tcn_id *id, uint64_t *out_birth) {
    struct tcn_key key = tcn_state_key_id(id);
    struct tcn_env_row row;
    enum tcn_status status = tcn_state_row_get(context, TCN_STATE_DB_IDS, &key, &row);
    return status == TCN_OK ? tcn_state_decode_u64(row.value, out_birth) : status;
}

/** ops.matter_get */
static enum tcn_status matter_get(void *context, uint64_t birth, struct tcn_matter *out_matter) {
    struct tcn_key key = tcn_key_u64(birth);
    struct tcn_env_row row;
    enum tcn_status status = tcn_state_row_get(context, TCN_STATE_DB_MATTERS, &key, &row);
    return status == TCN_OK ? tcn_state_decode_matter(&row, out_matter) : status;
}

/** Enters a matter under who holds it. */
static enum tcn_status holding_put(struct tcn_state *state, const struct tcn_matter *matter) {
    const struct tcn_key key = tcn_state_key_holding(matter->holder, matter->birth_position);
    struct tcn_state_payload payload;
    tcn_state_encode_holding(&payload);
    state->scattered_count++;
    return tcn_state_row_put(state, TCN_STATE_DB_HOLDINGS, TCN_PUT_NEW, &key, &payload);
}

/** Moves the entry when the matter has another holder than before. */
static enum tcn_status holding_move(struct tcn_state *state, const struct tcn_matter *matter) {
    struct tcn_matter before;
    enum tcn_status status = matter_get(state, matter->birth_position, &before);
    if (status != TCN_OK || before.holder == matter->holder) {
        return status == TCN_ABSENT ? TCN_CORRUPT : status;
    }
    const struct tcn_key key = tcn_state_key_holding(before.holder, before.birth_position);
    state->scattered_count++;
    status = tcn_env_del(state->env, TCN_STATE_DB_HOLDINGS, tcn_key_slice(&key));
    if (status != TCN_OK) {
        return status == TCN_ABSENT ? TCN_CORRUPT : status;
    }
    return holding_put(state, matter);
}

/** ops.matter_put: births come in the order of positions, later puts anywhere. */
static enum tcn_status matter_put(void *context, const struct tcn_matter *matter, bool is_birth) {
    struct tcn_state *state = context;
    struct tcn_key key = tcn_key_u64(matter->birth_position);
    struct tcn_state_payload payload;
    tcn_state_encode_matter(matter, &payload);
    state->scattered_count++;
    enum tcn_status status = TCN_OK;
    if (!is_birth) {
        status = holding_move(state, matter);
        return status == TCN_OK
                   ? tcn_state_row_put(state, TCN_STATE_DB_MATTERS, TCN_PUT_REPLACE, &key, &payload)
                   : status;
    }
    status = tcn_state_row_put(state, TCN_STATE_DB_MATTERS, TCN_PUT_LAST, &key, &payload);
    if (status == TCN_OK) {
        status = holding_put(state, matter);
    }
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_key id_key = tcn_state_key_id(&matter->id);
    tcn_state_encode_u64(matter->birth_position, &payload);
    return tcn_state_row_put(state, TCN_STATE_DB_IDS, TCN_PUT_NEW, &id_key, &payload);
}

/** ops.thread_append */
static enum tcn_status thread_append(void *context, const struct tcn_thread *thread) {
    struct tcn_key key = tcn_key_u64(thread->position);
    struct tcn_state_payload payload;
    tcn_state_encode_thread(thread, &payload);
    return tcn_state_row_put(context, TCN_STATE_DB_THREADS, TCN_PUT_LAST, &key, &payload);
}

/** ops.thread_get */
static enum tcn_status thread_get(void *context, uint64_t position, struct tcn_thread *out_thread) {
    const struct tcn_key key = tcn_key_u64(position);
    struct tcn_env_row row;
    enum tcn_status status = tcn_state_row_get(context, TCN_STATE_DB_THREADS, &key, &row);
    return status == TCN_OK ? tcn_state_decode_thread(&row, out_thread) : status;
}

/** ops.stream_get */
static enum tcn_status stream_get(void *context, struct tcn_stream stream, uint64_t *out_number) {
    struct tcn_state *state = context;
    struct tcn_state_hot_stream *row = NULL;
    enum tcn_status status = tcn_state_hot_stream_find(&state->hot, state->env, stream, &row);
    if (status == TCN_OK) {
        *out_number = row->number;
    }
    return status;
}

/** ops.alert_append */
static enum tcn_status alert_append(void *context, const struct tcn_alert *alert) {
    struct tcn_state *state = context;
    struct tcn_state_hot_stream *row = NULL;
    enum tcn_status status =
        tcn_state_hot_stream_find(&state->hot, state->env, alert->stream, &row);
    if (status != TCN_OK) {
        return status;
    }
    if (alert->number == 0 || alert->number - 1 != row->number) {
        return TCN_SEQUENCE;
    }
    struct tcn_key key = tcn_state_key_alert(alert->stream, alert->number);
    struct tcn_state_payload payload;
    tcn_state_encode_alert(alert, &payload);
    status = tcn_state_row_put(context, TCN_STATE_DB_ALERTS, TCN_PUT_NEW, &key, &payload);
    if (status == TCN_OK && alert->birth_position != 0) {
        status = tcn_state_telling_put(state, alert);
    }
    if (status == TCN_OK) {
        row->number = alert->number;
        row->is_changed = true;
    }
    return status;
}

/** ops.outcome_put */
static enum tcn_status outcome_put(void *context, const struct tcn_outcome *outcome) {
    struct tcn_key key = tcn_key_u64(outcome->position);
    struct tcn_state_payload payload;
    tcn_state_encode_outcome(outcome, &payload);
    return tcn_state_row_put(context, TCN_STATE_DB_OUTCOMES, TCN_PUT_REPLACE, &key, &payload);
}

/** ops.cursor_get */
static enum tcn_status cursor_get(void *context, const struct tcn_cursor *wanted,
                                  struct tcn_cursor *out_cursor) {
    struct tcn_key key = tcn_state_key_cursor(wanted);
    struct tcn_env_row row;
    enum tcn_status status = tcn_state_row_get(context, TCN_STATE_DB_CURSORS, &key, &row);
    return status == TCN_OK ? tcn_state_decode_cursor(&row, out_cursor) : status;
}

/** ops.cursor_put */
static enum tcn_status cursor_put(void *context, const struct tcn_cursor *cursor) {
    struct tcn_key key = tcn_state_key_cursor(cursor);
    struct tcn_state_payload payload;
    tcn_state_encode_cursor(cursor, &payload);
    return tcn_state_row_put(context, TCN_STATE_DB_CURSORS, TCN_PUT_REPLACE, &key, &payload);
}

/** ops.source_get */
static enum tcn_status source_get(void *context, const struct tcn_lane_key *lane,
                                  struct tcn_source_state *out_source) {
    struct tcn_state *state = context;
    struct tcn_state_hot_source *row = NULL;
    enum tcn_status status = tcn_state_hot_source_find(&state->hot, state->env, lane, &row);
    if (status == TCN_OK) {
        *out_source = row->source;
    }
    return status;
}

/** ops.source_put */
static enum tcn_status source_put(void *context, const struct tcn_source_state *source) {
    struct tcn_state *state = context;
    TCN_CHECK(state->env->txn != NULL);
    return tcn_state_hot_source_set(&state->hot, state->env, source);
}

/** ops.applied_get */
static enum tcn_status applied_get(void *context, struct tcn_applied *out_applied) {
    struct tcn_state *state = context;
    TCN_CHECK(state->env->txn != NULL);
    if (state->hot.has_applied) {
        *out_applied = state->hot.applied;
        return TCN_OK;
    }
    struct tcn_slice payload;
    enum tcn_status status =
        tcn_row_get((struct tcn_row_from){.env = state->env}, TCN_STATE_DB_APPLIED,
                    tcn_slice_text(TCN_STATE_APPLIED_KEY), &payload);
    if (status == TCN_ABSENT) {
        *out_applied = (struct tcn_applied){0};
        return TCN_OK;
    }
    return status == TCN_OK ? tcn_state_decode_applied(payload, out_applied) : status;
}

/** ops.applied_put */
static enum tcn_status applied_put(void *context, const struct tcn_applied *applied) {
    struct tcn_state *state = context;
    TCN_CHECK(state->env->txn != NULL);
    state->hot.applied = *applied;
    state->hot.has_applied = true;
    state->hot.is_applied_changed = true;
    return TCN_OK;
}

/** ops.standing_get */
static enum tcn_status standing_get(void *context, const struct tcn_standing_key *key,
                                    struct tcn_standing *out_standing) {
    struct tcn_state *state = context;
    TCN_CHECK(state->env->txn != NULL);
    return tcn_standing_row_get((struct tcn_row_from){.env = state->env}, TCN_STATE_DB_STANDINGS,
                                key, out_standing);
}

/** ops.standing_put */
static enum tcn_status standing_put(void *context, const struct tcn_standing *standing) {
    struct tcn_state *state = context;
    return tcn_standing_row_put(state->env, TCN_STATE_DB_STANDINGS, standing);
}

/** ops.standing_del */
static enum tcn_status standing_del(void *context, const struct tcn_standing_key *key) {
    struct tcn_state *state = context;
    return tcn_standing_row_del(state->env, TCN_STATE_DB_STANDINGS, key);
}

/** ops.due_get */
static enum tcn_status due_get(void *context, const struct tcn_due_key *wanted,
                               struct tcn_due *out_due) {
    const struct tcn_key key = tcn_state_key_due(wanted);
    struct tcn_env_row row;
    enum tcn_status status = tcn_state_row_get(context, TCN_STATE_DB_DUES, &key, &row);
    return status == TCN_OK ? tcn_state_decode_due(&row, out_due) : status;
}

/** Takes the place of the one under this key out of the order. */
static enum tcn_status due_time_del(struct tcn_state *state, const struct tcn_due_key *wanted) {
    struct tcn_due before;
    enum tcn_status status = due_get(state, wanted, &before);
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_key key = tcn_state_key_due_time(&before);
    state->scattered_count++;
    status = tcn_env_del(state->env, TCN_STATE_DB_DUE_TIMES, tcn_key_slice(&key));
    return status == TCN_ABSENT ? TCN_CORRUPT : status;
}

/** ops.due_put */
static enum tcn_status due_put(void *context, const struct tcn_due *due) {
    struct tcn_state *state = context;
    struct tcn_state_payload payload;
    enum tcn_status status = due_time_del(state, &due->key);
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    struct tcn_key key = tcn_state_key_due_time(due);
    tcn_state_encode_due_time(&payload);
    state->scattered_count += 2;
    status = tcn_state_row_put(state, TCN_STATE_DB_DUE_TIMES, TCN_PUT_NEW, &key, &payload);
    if (status != TCN_OK) {
        return status;
    }
    key = tcn_state_key_due(&due->key);
    tcn_state_encode_due(due, &payload);
    return tcn_state_row_put(state, TCN_STATE_DB_DUES, TCN_PUT_REPLACE, &key, &payload);
}

/** ops.due_del */
static enum tcn_status due_del(void *context, const struct tcn_due_key *wanted) {
    struct tcn_state *state = context;
    const enum tcn_status status = due_time_del(state, wanted);
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_key key = tcn_state_key_due(wanted);
    state->scattered_count++;
    return tcn_env_del(state->env, TCN_STATE_DB_DUES, tcn_key_slice(&key));
}

/** ops.due_first */
static enum tcn_status due_first(void *context, struct tcn_due *out_due) {
    struct tcn_state *state = context;
    TCN_CHECK(state->env->txn != NULL);
    return tcn_state_due_seek((struct tcn_row_from){.env = state->env}, out_due);
}

/** ops.clock_get */
static enum tcn_status clock_get(void *context, uint64_t birth, uint32_t rule,
                                 struct tcn_matter_clock *out_clock) {
    const struct tcn_key key = tcn_state_key_clock(birth, rule);
    struct tcn_env_row row;
    enum tcn_status status = tcn_state_row_get(context, TCN_STATE_DB_CLOCKS, &key, &row);
    return status == TCN_OK ? tcn_state_decode_clock(&row, out_clock) : status;
}

/** ops.clock_put */
static enum tcn_status clock_put(void *context, const struct tcn_matter_clock *clock) {
    struct tcn_state *state = context;
    const struct tcn_key key = tcn_state_key_clock(clock->birth_position, clock->rule);
    struct tcn_state_payload payload;
    tcn_state_encode_clock(clock, &payload);
    state->scattered_count++;
    return tcn_state_row_put(state, TCN_STATE_DB_CLOCKS, TCN_PUT_REPLACE, &key, &payload);
}

/** ops.clock_del */
static enum tcn_status clock_del(void *context, uint64_t birth, uint32_t rule) {
    struct tcn_state *state = context;
    const struct tcn_key key = tcn_state_key_clock(birth, rule);
    state->scattered_count++;
    return tcn_env_del(state->env, TCN_STATE_DB_CLOCKS, tcn_key_slice(&key));
}

/** ops.clock_next */
static enum tcn_status clock_next(void *context, uint64_t birth, uint32_t rule,
                                  struct tcn_matter_clock *out_clock) {
    struct tcn_state *state = context;
    const struct tcn_key key = tcn_state_key_clock(birth, rule);
    struct tcn_env_row row;
    TCN_CHECK(state->env->txn != NULL);
    enum tcn_status status =
        tcn_row_seek((struct tcn_row_from){.env = state->env}, TCN_STATE_DB_CLOCKS, TCN_STEP_FROM,
                     tcn_key_slice(&key), &row);
    return status == TCN_OK ? tcn_state_decode_clock(&row, out_clock) : status;
}

/** ops.erasure_get */
static enum tcn_status erasure_get(void *context, const struct tcn_lane_key *lane,
                                   uint64_t sequence, struct tcn_erasure *out_erasure) {
    struct tcn_state *state = context;
    TCN_CHECK(state->env->txn != NULL);
    return tcn_state_erasure_find((struct tcn_row_from){.env = state->env}, lane, sequence,
                                  out_erasure);
}

/** ops.erasure_put: what is done now leaves those that are not. */
static enum tcn_status erasure_put(void *context, const struct tcn_erasure *erasure) {
    struct tcn_state *state = context;
    const bool is_done = erasure->done_position != 0;
    struct tcn_key key = tcn_state_key_erasure(&erasure->lane, erasure->sequence, !is_done);
    struct tcn_state_payload payload;
    state->scattered_count += 2;
    const enum tcn_status status =
        tcn_env_del(state->env, TCN_STATE_DB_ERASURES, tcn_key_slice(&key));
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    key = tcn_state_key_erasure(&erasure->lane, erasure->sequence, is_done);
    tcn_state_encode_erasure(erasure, &payload);
    return tcn_state_row_put(state, TCN_STATE_DB_ERASURES, TCN_PUT_REPLACE, &key, &payload);
}

/** ops.placement_get */
static enum tcn_status placement_get(void *context, uint64_t birth,
                                     struct tcn_placement *out_placement) {
    struct tcn_state *state = context;
    TCN_CHECK(state->env->txn != NULL);
    return tcn_state_placement_find((struct tcn_row_from){.env = state->env}, birth, out_placement);
}

/** ops.placement_put */
static enum tcn_status placement_put(void *context, const struct tcn_placement *placement) {
    struct tcn_state *state = context;
    const struct tcn_key key = tcn_state_key_placement(placement->birth_position);
    struct tcn_state_payload payload;
    state->scattered_count++;
    tcn_state_encode_placement(placement, &payload);
    return tcn_state_row_put(state, TCN_STATE_DB_PLACEMENTS, TCN_PUT_REPLACE, &key, &payload);
}

static const struct tcn_state_ops state_ops = {
    .matter_find = matter_find,
    .matter_get = matter_get,
    .matter_put = matter_put,
    .thread_append = thread_append,
    .thread_get = thread_get,
    .stream_get = stream_get,
    .alert_append = alert_append,
    .outcome_put = outcome_put,
    .cursor_get = cursor_get,
    .cursor_put = cursor_put,
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
    .summons_get = tcn_state_op_summons_get,
    .summons_put = tcn_state_op_summons_put,
    .summons_del = tcn_state_op_summons_del,
    .shift_get = tcn_state_op_shift_get,
    .shift_put = tcn_state_op_shift_put,
    .alert_get = tcn_state_alert_get,
    .ladder_get = tcn_state_ladder_get,
    .ladder_put = tcn_state_ladder_put,
    .ladder_del = tcn_state_ladder_del,
    .ladder_next = tcn_state_ladder_next,
    .ladder_waiting = tcn_state_ladder_waiting,
    .delivery_put = tcn_state_delivery_put,
    .deed_put = tcn_state_deed_put,
    .expected_get = tcn_state_op_expected_get,
    .expected_put = tcn_state_op_expected_put,
    .expected_del = tcn_state_op_expected_del,
    .expected_next = tcn_state_op_expected_next,
    .silence_get = tcn_state_silence_get,
    .silence_put = tcn_state_silence_put,
    .silence_del = tcn_state_silence_del,
    .silence_next = tcn_state_silence_next,
    .applied_get = applied_get,
    .applied_put = applied_put,
};

const struct tcn_state_ops *tcn_state_table(void) {
    return &state_ops;
}
