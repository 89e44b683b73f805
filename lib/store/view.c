/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Snapshots in slices. LMDB keeps every page that its oldest reader might need, so a view gives its
 * snapshot up after TCN_SLICE_RECORDS_MAX reads and takes the newest one.
 */
#include "store/door.h"

#include "model/limits.h"

#include <unistd.h>

/** Begins a read transaction; makes room when dead readers hold every slot. */
static int txn_begin(struct tcn_env *env, MDB_txn **out_txn) {
    int code = mdb_txn_begin(env->mdb, NULL, MDB_RDONLY, out_txn);
    if (code == MDB_READERS_FULL) {
        int dead = 0;
        code = mdb_reader_check(env->mdb, &dead);
        if (code == MDB_SUCCESS) {
            code = dead > 0 ? mdb_txn_begin(env->mdb, NULL, MDB_RDONLY, out_txn) : MDB_READERS_FULL;
        }
    }
    return code;
}

enum tcn_status tcn_view_open(struct tcn_env *env, struct tcn_view *out_view) {
    TCN_CHECK(env->pid == getpid());
    if (atomic_load(&env->poison) != TCN_OK) {
        return TCN_IO;
    }
    MDB_txn *txn = NULL;
    int code = txn_begin(env, &txn);
    if (code != MDB_SUCCESS) {
        return tcn_store_status(code);
    }
    mdb_txn_reset(txn);
    (void)atomic_fetch_add(&env->view_count, 1);
    *out_view = (struct tcn_view){.env = env, .txn = txn};
    return TCN_OK;
}

void tcn_view_close(struct tcn_view *view) {
    if (view->env == NULL) {
        return;
    }
    for (size_t i = 0; i < TCN_ENV_DBS_MAX; i++) {
        if (view->cursors[i] != NULL) {
            mdb_cursor_close(view->cursors[i]);
        }
    }
    mdb_txn_abort(view->txn);
    (void)atomic_fetch_sub(&view->env->view_count, 1);
    *view = (struct tcn_view){0};
}

void tcn_view_reset(struct tcn_view *view) {
    if (view->is_live) {
        mdb_txn_reset(view->txn);
        view->is_live = false;
    }
    view->is_pinned = false;
}

/** Takes the newest snapshot and brings the cursors along. */
static enum tcn_status view_renew(struct tcn_view *view) {
    tcn_view_reset(view);
    int code = mdb_txn_renew(view->txn);
    if (code != MDB_SUCCESS) {
        return tcn_store_status(code);
    }
    view->is_live = true;
    for (size_t i = 0; i < TCN_ENV_DBS_MAX && code == MDB_SUCCESS; i++) {
        if (view->cursors[i] != NULL) {
            code = mdb_cursor_renew(view->txn, view->cursors[i]);
        }
    }
    if (code != MDB_SUCCESS) {
        tcn_view_reset(view);
        return tcn_store_status(code);
    }
    view->use_count = 0;
    view->renew_count++;
    return TCN_OK;
}

enum tcn_status tcn_view_use(struct tcn_view *view) {
    if (atomic_load(&view->env->poison) != TCN_OK) {
        return TCN_IO;
    }
    bool is_spent = view->use_count >= TCN_SLICE_RECORDS_MAX && !view->is_pinned;
    if (!view->is_live || is_spent) {
        enum tcn_status status = view_renew(view);
        if (status != TCN_OK) {
            return status;
        }
    }
    view->use_count++;
    return TCN_OK;
}

enum tcn_status tcn_view_pin(struct tcn_view *view) {
    tcn_view_reset(view);
    enum tcn_status status = tcn_view_use(view);
    view->is_pinned = status == TCN_OK;
    return status;
}

enum tcn_status tcn_view_seek(struct tcn_view *view, uint32_t db, enum tcn_env_step step,
                              struct tcn_slice key, struct tcn_env_row *out_row) {
    TCN_CHECK(view->is_live && db < view->env->layout->db_count);
    view->read_count++;
    if (view->cursors[db] == NULL) {
        TCN_CHECK(step != TCN_STEP_NEXT);
        int code = mdb_cursor_open(view->txn, view->env->dbs[db], &view->cursors[db]);
        if (code != MDB_SUCCESS) {
            view->cursors[db] = NULL;
            return tcn_store_status(code);
        }
    }
    return tcn_cursor_step(view->cursors[db], step, key, out_row);
}

enum tcn_status tcn_view_count(struct tcn_view *view, uint32_t db, uint64_t *out_count) {
    TCN_CHECK(view->is_live && db < view->env->layout->db_count);
    MDB_stat stat;
    int code = mdb_stat(view->txn, view->env->dbs[db], &stat);
    if (code != MDB_SUCCESS) {
        return tcn_store_status(code);
    }
    *out_count = stat.ms_entries;
    return TCN_OK;
}

/** LMDB's operation for a step; UPTO begins like FROM. */
static MDB_cursor_op step_op(enum tcn_env_step step) {
    switch (step) {
    case TCN_STEP_AT:
        return MDB_SET_KEY;
    case TCN_STEP_FROM:
    case TCN_STEP_UPTO:
        return MDB_SET_RANGE;
    case TCN_STEP_NEXT:
        return MDB_NEXT;
    case TCN_STEP_FIRST:
        return MDB_FIRST;
    case TCN_STEP_LAST:
        return MDB_LAST;
    default:
        TCN_UNREACHABLE();
    }
}

enum tcn_status tcn_cursor_step(MDB_cursor *cursor, enum tcn_env_step step, struct tcn_slice key,
                                struct tcn_env_row *out_row) {
    MDB_val mdb_key = tcn_mdb_val(key);
    MDB_val value = {0};
    int code = mdb_cursor_get(cursor, &mdb_key, &value, step_op(step));
    if (step == TCN_STEP_UPTO) {
        if (code == MDB_NOTFOUND) {
            code = mdb_cursor_get(cursor, &mdb_key, &value, MDB_LAST);
        } else if (code == MDB_SUCCESS && !tcn_slice_equals(tcn_mdb_slice(mdb_key), key)) {
            code = mdb_cursor_get(cursor, &mdb_key, &value, MDB_PREV);
        }
    }
    if (code != MDB_SUCCESS) {
        return tcn_store_status(code);
    }
    out_row->key = tcn_mdb_slice(mdb_key);
    out_row->value = tcn_mdb_slice(value);
    return TCN_OK;
}
