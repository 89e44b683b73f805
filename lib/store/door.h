/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The room's inside: the environment as its own files see it, and every call of LMDB that they may
 * make. No other room includes this header. Only env*.c and view.c call LMDB; the stores speak in
 * slices and statuses.
 *
 * Invariants:
 *   E1  at most one write transaction, `txn`, NULL between groups;
 *   E2  once `failed` is not TCN_OK, or the environment is poisoned, the group cannot be committed;
 *   E3  views are closed before their environment (view_count is 0 at close).
 */
#ifndef TCN_STORE_DOOR_H
#define TCN_STORE_DOOR_H

#include "store/code.h"
#include "store/env.h"
#include "store/format.h"

#include <lmdb.h>
#include <stdatomic.h>
#include <sys/types.h>

/** Named databases of one environment at most; "meta" is the last of each. */
#define TCN_ENV_DBS_MAX 32u

/** Room for a store's kind or the version of a program, NUL included. */
#define TCN_ENV_WORD_BYTES TCN_FORMAT_WORD_BYTES

/** Longest key: a retry key. */
#define TCN_ENV_KEY_BYTES_MAX 128u

struct tcn_env;

/** Brings the rows of one format forward to the next, in the open write transaction of a store
 * whose databases are all open; a new database is there, empty. It must not depend on what it did
 * before: a program that dies in it leaves the old format whole. Anything but TCN_OK gives up. */
typedef enum tcn_status tcn_env_migrate(struct tcn_env *env);

/** What a store keeps in its environment. Open: one constant for each store. */
struct tcn_env_layout {
    const char *kind; /**< stands in the format row: a log is never opened as an outbox */
    uint32_t format;  /**< of all the store's rows together, from 1 */
    /** [n]: from format n + 1 to n + 2, for each format below this one; NULL where none is defined:
     * such a store is refused, or thrown away and derived again. NULL: none at all. */
    tcn_env_migrate *const *migrations;
    uint64_t map_bytes_default;
    uint64_t reserve_bytes; /**< free space on the disk below which no group begins */
    uint32_t db_count;
    const char *db_names[TCN_ENV_DBS_MAX]; /**< the last one is "meta" */
};

/** The environment. Open to this room only. */
struct tcn_env {
    MDB_env *mdb;
    MDB_txn *txn; /**< E1 */
    const struct tcn_env_layout *layout;
    MDB_dbi dbs[TCN_ENV_DBS_MAX];
    const char *writer; /**< version of the program, put beside a format that it makes */
    char *dir;
    int lock_file; /**< descriptor of LOCK */
    pid_t pid;     /**< of the process that opened it */
    bool is_reader_only;
    bool is_guest;
    uint64_t page_bytes;
    uint64_t map_bytes;
    uint64_t quota_bytes;
    uint64_t used_bytes;  /**< of the file, at the group's begin */
    uint64_t group_bytes; /**< estimate of what was put since */
    uint64_t spare_bytes; /**< of the file system beyond its reserve, at the begin */
    uint64_t free_bytes;  /**< in free pages at the begin; read when first needed */
    bool is_free_known;
    enum tcn_status failed; /**< E2 */
    atomic_int poison;      /**< enum tcn_status: why a commit failed */
    atomic_int view_count;  /**< E3 */
};

/** A snapshot for reading that can be let go and taken again. Open to this room only; lives inside
 * the readers of the stores. */
struct tcn_view {
    struct tcn_env *env;
    MDB_txn *txn;
    MDB_cursor *cursors[TCN_ENV_DBS_MAX]; /**< opened when first used */
    bool is_live;                         /**< it holds a snapshot */
    bool is_pinned;                       /**< and keeps it until it is reset */
    uint32_t use_count;                   /**< reads since the snapshot was taken */
    uint64_t renew_count;                 /**< snapshots taken */
    uint64_t read_count;                  /**< rows looked for since it was opened */
};

/** Where a walk starts and goes. */
enum tcn_env_step {
    TCN_STEP_AT,    /**< exactly this key */
    TCN_STEP_FROM,  /**< the first key that is not below it */
    TCN_STEP_UPTO,  /**< the last key that is not above it */
    TCN_STEP_NEXT,  /**< the one after where the cursor stands; key is not read */
    TCN_STEP_FIRST, /**< the first of all; key is not read */
    TCN_STEP_LAST,  /**< the last of all; key is not read */
};

/** One row found. Open: slices lend from the map. */
struct tcn_env_row {
    struct tcn_slice key;
    struct tcn_slice value;
};

/** How a row is put. */
enum tcn_env_put {
    TCN_PUT_REPLACE, /**< put or replace */
    TCN_PUT_NEW,     /**< TCN_EXISTS when the key is there */
    TCN_PUT_LAST,    /**< MDB_APPEND: TCN_EXISTS when the key is not above the last */
};

/* env.c, env_dir.c: opening. */

/** Opens an environment with all rules of env.h. Errors: as tcn_log_open. */
TCN_MUST_CHECK enum tcn_status tcn_env_open(const struct tcn_store_options *options,
                                            const struct tcn_env_layout *layout,
                                            struct tcn_env **out_env);
/** Aborts what is open and closes; accepts NULL, leaves NULL. */
void tcn_env_close(struct tcn_env **env);
/** Closes LMDB's side only and keeps the lock, so that the file can be replaced. No view may be
 * open. */
void tcn_env_suspend(struct tcn_env *env);
/** Opens what tcn_env_suspend closed. Errors: as tcn_env_open; the environment can only be closed
 * then. */
TCN_MUST_CHECK enum tcn_status tcn_env_resume(struct tcn_env *env);
/** Copies the environment to a new directory, synced; compact leaves free pages out.
 * Errors: TCN_EXISTS; TCN_FULL; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_env_copy(struct tcn_env *env, const char *dir, bool is_compact);
/** Makes the directory when it is absent, and checks it.
 * Errors: TCN_CONFIG not a directory, not local, or others may write to it; TCN_ABSENT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_env_dir_make(const char *dir, bool is_reader_only);
/** Locks the directory. Errors: TCN_LOCKED; TCN_CONFIG; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_env_dir_lock(const char *dir, int *out_file);
/** Syncs the directory and its parent. Errors: TCN_IO; TCN_TOOBIG the path. */
TCN_MUST_CHECK enum tcn_status tcn_env_dir_sync(const char *dir);
/** Overwrites a file with zeros, syncs it. Errors: TCN_ABSENT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_env_file_blank(const char *path);
/** Checks the two meta pages of a directory's data file before LMDB maps it, and lengthens a file
 * that ends before its last page, so that reading there finds zeros and not a bus error.
 * Errors: TCN_ABSENT there is no file, or it is empty; TCN_VERSION of another LMDB; TCN_CORRUPT;
 * TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_env_meta_check(const char *dir);
/** "dir/name" in a new string, or NULL. Owns: gives it, to be freed. */
char *tcn_env_path(const char *dir, const char *name);

/* env_format.c: what the file says of itself. */

/** Puts the format row of a new file, and who wrote it, in an open transaction whose databases are
 * open. Gives LMDB's code. */
int tcn_env_format_put(const struct tcn_env *env, MDB_txn *txn);
/** Compares the format row of a file that is there. `out_is_older`: it is of this kind, of an older
 * format, and a way forward is defined; TCN_OK then.
 * Errors: TCN_VERSION another kind, a newer format, or an older one without a way; TCN_CORRUPT;
 * TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_env_format_check(const struct tcn_env *env, MDB_txn *txn,
                                                    bool *out_is_older);
/** Brings a file forward to this format: one transaction for everything, so that a program that
 * dies leaves the old format or the new one.
 * Errors: what a migration gave; TCN_FULL; TCN_NOMEM; TCN_IO. The file is then as it was. */
TCN_MUST_CHECK enum tcn_status tcn_env_format_migrate(struct tcn_env *env);
/** Kind, format and writer of the file in a directory that this process has not open; texts that
 * do not fit are cut. Errors: TCN_ABSENT; TCN_VERSION it has no format row; TCN_CORRUPT; TCN_NOMEM;
 * TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_env_format_look(const char *dir,
                                                   char out_kind[TCN_ENV_WORD_BYTES],
                                                   uint32_t *out_format,
                                                   char out_writer[TCN_ENV_WORD_BYTES]);
/** Opens all databases in a transaction; flags as mdb_dbi_open. Gives LMDB's code. */
int tcn_env_dbs_open(struct tcn_env *env, MDB_txn *txn, unsigned flags);

/* env_txn.c: one group. */

/** Starts the write transaction. Errors: TCN_FULL; TCN_IO; TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_env_begin(struct tcn_env *env);
/** Commits it. Errors: `failed`; TCN_FULL it found no room, and the next group may; TCN_IO
 * poisoned.
 */
TCN_MUST_CHECK enum tcn_status tcn_env_commit(struct tcn_env *env);
/** Drops it; does nothing when there is none. */
void tcn_env_abort(struct tcn_env *env);
/** Whether `bytes` more fit into the quota, what the group has put counted. Errors: TCN_FULL; the
 * group is not harmed. */
TCN_MUST_CHECK enum tcn_status tcn_env_room_check(struct tcn_env *env, uint64_t bytes);
/** Whether the group, with `bytes` more, leaves room for what is kept for acts. Errors: TCN_FULL;
 * the group is not harmed. */
TCN_MUST_CHECK enum tcn_status tcn_env_reserve_check(struct tcn_env *env, uint64_t bytes);
/** Whether the group, with so many rows that each dirtied a page of its own, is about to eat into
 * the file system's reserve. */
bool tcn_env_is_spare_used(const struct tcn_env *env, uint64_t scattered_count);
/** About what a row takes in the file, in bytes. */
uint64_t tcn_env_row_cost(size_t key_size, size_t value_size);
/** Puts a row. Errors: TCN_EXISTS; TCN_FULL; TCN_NOMEM; TCN_IO; sets `failed`. */
TCN_MUST_CHECK enum tcn_status tcn_env_put(struct tcn_env *env, uint32_t db, enum tcn_env_put how,
                                           struct tcn_slice key, struct tcn_slice value);
/** Puts a row of `size` bytes for the caller to fill before the next call. Errors: as tcn_env_put.
 */
TCN_MUST_CHECK enum tcn_status tcn_env_claim(struct tcn_env *env, uint32_t db, enum tcn_env_put how,
                                             struct tcn_slice key, size_t size, uint8_t **out_data);
/** Deletes a row. Errors: TCN_ABSENT; TCN_NOMEM; TCN_IO; all but TCN_ABSENT set `failed`. */
TCN_MUST_CHECK enum tcn_status tcn_env_del(struct tcn_env *env, uint32_t db, struct tcn_slice key);
/** A row of the open group. Errors: TCN_ABSENT; TCN_CORRUPT; TCN_IO; all but TCN_ABSENT set
 * `failed`: the group was to be decided by what could not be read. */
TCN_MUST_CHECK enum tcn_status tcn_env_get(struct tcn_env *env, uint32_t db, struct tcn_slice key,
                                           struct tcn_slice *out_value);
/** A row of the open group by a step other than NEXT. Errors: as tcn_env_get. */
TCN_MUST_CHECK enum tcn_status tcn_env_seek(struct tcn_env *env, uint32_t db,
                                            enum tcn_env_step step, struct tcn_slice key,
                                            struct tcn_env_row *out_row);
/** Rows in a database of the open group. Errors: TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_env_count(struct tcn_env *env, uint32_t db, uint64_t *out_count);
/** Translates, and remembers that the group failed. */
TCN_MUST_CHECK enum tcn_status tcn_env_fail(struct tcn_env *env, int code);

/** Remembers that the group must not be committed; gives the status back. */
TCN_MUST_CHECK enum tcn_status tcn_env_spoil(struct tcn_env *env, enum tcn_status status);

/* view.c: reading. */

/** Opens a view. Errors: TCN_LIMIT; TCN_NOMEM; TCN_IO poisoned. */
TCN_MUST_CHECK enum tcn_status tcn_view_open(struct tcn_env *env, struct tcn_view *out_view);
/** Closes it; safe on a zeroed one. */
void tcn_view_close(struct tcn_view *view);
/** Takes the newest snapshot and keeps it, however often it is used, until tcn_view_reset.
 * Errors: as tcn_view_use. */
TCN_MUST_CHECK enum tcn_status tcn_view_pin(struct tcn_view *view);
/** Lets the snapshot go. */
void tcn_view_reset(struct tcn_view *view);
/** Takes a snapshot unless it holds one that may be used once more; every slice's first call.
 * Errors: TCN_LIMIT; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_view_use(struct tcn_view *view);
/** A row, by a step. NEXT needs a step before it in the same snapshot.
 * Errors: TCN_ABSENT; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_view_seek(struct tcn_view *view, uint32_t db,
                                             enum tcn_env_step step, struct tcn_slice key,
                                             struct tcn_env_row *out_row);
/** Rows in a database. Errors: TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_view_count(struct tcn_view *view, uint32_t db,
                                              uint64_t *out_count);

/** Moves a cursor and gives the row there. Errors: TCN_ABSENT; TCN_CORRUPT; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_cursor_step(MDB_cursor *cursor, enum tcn_env_step step,
                                               struct tcn_slice key, struct tcn_env_row *out_row);

/** A slice as LMDB wants it. */
static inline MDB_val tcn_mdb_val(struct tcn_slice slice) {
    MDB_val value = {.mv_size = slice.size, .mv_data = NULL};
    /* LMDB takes what it only reads by a pointer that is not const. */
    __builtin_memcpy(&value.mv_data, &slice.data, sizeof(value.mv_data));
    return value;
}

/** What LMDB found as a slice. Owns: lends from the map. */
static inline struct tcn_slice tcn_mdb_slice(MDB_val value) {
    return tcn_slice_of(value.mv_data, value.mv_size);
}

#endif
