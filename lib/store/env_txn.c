/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One group: from the begin of LMDB's write transaction to its commit.
 */
#include "store/door.h"

#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* A row over this stands on whole pages of its own. Source: LMDB mdb.c me_nodemax, 4 KiB pages. */
#define ROW_INLINE_BYTES_MAX 2038u
#define ROW_HEADER_BYTES 16u
#define PAGE_HEADER_BYTES 16u
#define PAGE_BYTES 4096u

uint64_t tcn_env_row_cost(size_t key_size, size_t value_size) {
    uint64_t size = (uint64_t)key_size + ROW_HEADER_BYTES;
    if (size + value_size <= ROW_INLINE_BYTES_MAX) {
        /* Leaves are about three quarters full. */
        return (size + value_size) * 4 / 3;
    }
    uint64_t pages = (value_size + PAGE_HEADER_BYTES + PAGE_BYTES - 1) / PAGE_BYTES;
    return size + pages * PAGE_BYTES;
}

/** What the file system has beyond its reserve. */
static enum tcn_status disk_check(const struct tcn_env *env, uint64_t *out_spare_bytes) {
    struct statvfs volume;
    if (fstatvfs(env->lock_file, &volume) != 0) {
        return tcn_store_status(errno);
    }
    uint64_t free_bytes = (uint64_t)volume.f_bavail * volume.f_frsize;
    if (free_bytes < env->layout->reserve_bytes) {
        return TCN_FULL;
    }
    *out_spare_bytes = free_bytes - env->layout->reserve_bytes;
    return TCN_OK;
}

enum tcn_status tcn_env_begin(struct tcn_env *env) {
    TCN_CHECK(env->txn == NULL);
    TCN_CHECK(!env->is_reader_only);
    TCN_CHECK(env->pid == getpid());
    if (atomic_load(&env->poison) != TCN_OK) {
        return TCN_IO;
    }
    enum tcn_status status = disk_check(env, &env->spare_bytes);
    struct tcn_env_stat stat;
    if (status == TCN_OK) {
        status = tcn_env_stat(env, &stat);
    }
    if (status != TCN_OK) {
        return status;
    }
    int code = mdb_txn_begin(env->mdb, NULL, 0, &env->txn);
    if (code != MDB_SUCCESS) {
        env->txn = NULL;
        if (code == MDB_PANIC) {
            atomic_store(&env->poison, TCN_IO);
        }
        return tcn_store_status(code);
    }
    env->used_bytes = stat.used_bytes;
    env->group_bytes = 0;
    env->is_free_known = false;
    env->failed = TCN_OK;
    return TCN_OK;
}

enum tcn_status tcn_env_commit(struct tcn_env *env) {
    TCN_CHECK(env->txn != NULL);
    if (env->failed != TCN_OK) {
        enum tcn_status status = env->failed;
        tcn_env_abort(env);
        return status;
    }
    int code = mdb_txn_commit(env->txn);
    env->txn = NULL;
    if (code == MDB_SUCCESS) {
        return TCN_OK;
    }
    const enum tcn_status status = tcn_store_status(code);
    if (status == TCN_FULL) {
        /* The pages of this group found no room, and no meta page names them: the group before it
         * stands, and the next one writes all its pages anew. Only a meta page that could not be
         * written is in doubt; LMDB remembers that by itself and answers MDB_PANIC at the begin. */
        return TCN_FULL;
    }
    /* After a failed flush the kernel may hold pages for clean that never reached the disk, and
     * LMDB's own idea of the file may differ from what is there: nothing more may be said. */
    atomic_store(&env->poison, (int)status);
    return TCN_IO;
}

void tcn_env_abort(struct tcn_env *env) {
    if (env->txn != NULL) {
        mdb_txn_abort(env->txn);
        env->txn = NULL;
    }
}

enum tcn_status tcn_env_spoil(struct tcn_env *env, enum tcn_status status) {
    if (status != TCN_OK && env->failed == TCN_OK) {
        env->failed = status;
    }
    return status;
}

enum tcn_status tcn_env_fail(struct tcn_env *env, int code) {
    return tcn_env_spoil(env, tcn_store_status(code));
}

/** Pages in the list of free ones. Database 0 is the list; each value begins with its count.
 * Source: mdb_stat.c. */
static uint64_t free_pages(MDB_txn *txn) {
    MDB_cursor *cursor = NULL;
    if (mdb_cursor_open(txn, 0, &cursor) != MDB_SUCCESS) {
        return 0;
    }
    uint64_t pages = 0;
    MDB_val key;
    MDB_val value;
    while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == MDB_SUCCESS) {
        size_t count = 0;
        memcpy(&count, value.mv_data, value.mv_size < sizeof(count) ? 0 : sizeof(count));
        pages += count;
    }
    mdb_cursor_close(cursor);
    return pages;
}

/** Bytes in pages that earlier groups gave back; 0 when they cannot be counted. LMDB shows the list
 * to read transactions only. */
static uint64_t free_count(struct tcn_env *env) {
    MDB_txn *txn = NULL;
    if (mdb_txn_begin(env->mdb, NULL, MDB_RDONLY, &txn) != MDB_SUCCESS) {
        return 0;
    }
    uint64_t pages = free_pages(txn);
    mdb_txn_abort(txn);
    return pages * env->page_bytes;
}

enum tcn_status tcn_env_room_check(struct tcn_env *env, uint64_t bytes) {
    TCN_CHECK(env->txn != NULL);
    uint64_t wanted = env->used_bytes + env->group_bytes + bytes;
    if (wanted <= env->quota_bytes) {
        return TCN_OK;
    }
    if (!env->is_free_known) {
        env->free_bytes = free_count(env);
        env->is_free_known = true;
    }
    return wanted <= env->quota_bytes + env->free_bytes ? TCN_OK : TCN_FULL;
}

enum tcn_status tcn_env_reserve_check(struct tcn_env *env, uint64_t bytes) {
    if (env->group_bytes + bytes + TCN_ENV_ACT_RESERVE_BYTES > env->spare_bytes) {
        return TCN_FULL;
    }
    return tcn_env_room_check(env, env->quota_bytes / TCN_ENV_RESERVE_PART + bytes);
}

bool tcn_env_is_spare_used(const struct tcn_env *env, uint64_t scattered_count) {
    return env->group_bytes + scattered_count * env->page_bytes > env->spare_bytes;
}

/** LMDB's flag for a way of putting. */
static unsigned put_flags(enum tcn_env_put how) {
    if (how == TCN_PUT_LAST) {
        return MDB_APPEND;
    }
    return how == TCN_PUT_NEW ? MDB_NOOVERWRITE : 0;
}

enum tcn_status tcn_env_claim(struct tcn_env *env, uint32_t db, enum tcn_env_put how,
                              struct tcn_slice key, size_t size, uint8_t **out_data) {
    TCN_CHECK(env->txn != NULL && db < env->layout->db_count);
    MDB_val mdb_key = tcn_mdb_val(key);
    MDB_val value = {.mv_size = size};
    int code = mdb_put(env->txn, env->dbs[db], &mdb_key, &value, put_flags(how) | MDB_RESERVE);
    if (code != MDB_SUCCESS) {
        return tcn_env_fail(env, code);
    }
    env->group_bytes += tcn_env_row_cost(key.size, size);
    *out_data = value.mv_data;
    return TCN_OK;
}

enum tcn_status tcn_env_put(struct tcn_env *env, uint32_t db, enum tcn_env_put how,
                            struct tcn_slice key, struct tcn_slice value) {
    uint8_t *data = NULL;
    enum tcn_status status = tcn_env_claim(env, db, how, key, value.size, &data);
    if (status == TCN_OK && value.size > 0) {
        memcpy(data, value.data, value.size);
    }
    return status;
}

enum tcn_status tcn_env_del(struct tcn_env *env, uint32_t db, struct tcn_slice key) {
    TCN_CHECK(env->txn != NULL && db < env->layout->db_count);
    MDB_val mdb_key = tcn_mdb_val(key);
    int code = mdb_del(env->txn, env->dbs[db], &mdb_key, NULL);
    return code == MDB_NOTFOUND ? TCN_ABSENT : tcn_env_fail(env, code);
}

enum tcn_status tcn_env_get(struct tcn_env *env, uint32_t db, struct tcn_slice key,
                            struct tcn_slice *out_value) {
    TCN_CHECK(env->txn != NULL && db < env->layout->db_count);
    MDB_val mdb_key = tcn_mdb_val(key);
    MDB_val value;
    int code = mdb_get(env->txn, env->dbs[db], &mdb_key, &value);
    if (code == MDB_NOTFOUND) {
        return TCN_ABSENT;
    }
    if (code != MDB_SUCCESS) {
        return tcn_env_fail(env, code);
    }
    *out_value = tcn_mdb_slice(value);
    return TCN_OK;
}

enum tcn_status tcn_env_seek(struct tcn_env *env, uint32_t db, enum tcn_env_step step,
                             struct tcn_slice key, struct tcn_env_row *out_row) {
    TCN_CHECK(env->txn != NULL && db < env->layout->db_count);
    TCN_CHECK(step != TCN_STEP_NEXT);
    MDB_cursor *cursor = NULL;
    int code = mdb_cursor_open(env->txn, env->dbs[db], &cursor);
    if (code != MDB_SUCCESS) {
        return tcn_env_fail(env, code);
    }
    enum tcn_status status = tcn_cursor_step(cursor, step, key, out_row);
    mdb_cursor_close(cursor);
    return status == TCN_ABSENT ? status : tcn_env_spoil(env, status);
}

enum tcn_status tcn_env_count(struct tcn_env *env, uint32_t db, uint64_t *out_count) {
    TCN_CHECK(env->txn != NULL && db < env->layout->db_count);
    MDB_stat stat;
    int code = mdb_stat(env->txn, env->dbs[db], &stat);
    if (code != MDB_SUCCESS) {
        return tcn_store_status(code);
    }
    *out_count = stat.ms_entries;
    return TCN_OK;
}
