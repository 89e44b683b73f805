/* SPDX-License-Identifier: Apache-2.0 */
#include "store/door.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* NORDAHEAD: reads are scattered. NOTLS: a reader is an object, not a thread. The third is a
 * test's: built with it, the check that nothing is acknowledged before it is synced must fail. */
#ifdef TCN_STORE_NOSYNC
#define ENV_FLAGS (MDB_NORDAHEAD | MDB_NOTLS | MDB_NOSYNC)
#else
#define ENV_FLAGS (MDB_NORDAHEAD | MDB_NOTLS)
#endif

#if defined(__SANITIZE_THREAD__)
#define UNDER_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define UNDER_TSAN 1
#endif
#endif

#define MARGIN_BYTES_MIN UINT64_C(262144)

bool tcn_env_is_trusted(int major, int minor, int patch) {
    return major == 0 && minor == 9 && (patch == 24 || patch >= 32);
}

/** The map's size in whole pages. */
static uint64_t map_size(uint64_t wanted, uint64_t page_bytes) {
    uint64_t bytes = wanted;
#ifdef UNDER_TSAN
    bytes = bytes > TCN_ENV_MAP_BYTES_TSAN ? TCN_ENV_MAP_BYTES_TSAN : bytes;
#endif
    return bytes / page_bytes * page_bytes;
}

/** What the quota leaves of the map for the pages that LMDB copies while it changes others, and
 * that a commit takes for its list of free ones: a sixteenth, or what a small map needs. */
static uint64_t map_margin(uint64_t map_bytes) {
    uint64_t least = map_bytes / 2 < MARGIN_BYTES_MIN ? map_bytes / 2 : MARGIN_BYTES_MIN;
    return map_bytes / 16 > least ? map_bytes / 16 : least;
}

/** Makes LMDB's environment and opens it. What it leaves half made, tcn_env_close undoes. */
static enum tcn_status mdb_start(struct tcn_env *env) {
    int code = mdb_env_create(&env->mdb);
    if (code != MDB_SUCCESS) {
        env->mdb = NULL;
        return tcn_store_status(code);
    }
    if (!env->is_guest) { /* whose map is as large as the file's holder has made it */
        code = mdb_env_set_mapsize(env->mdb, env->map_bytes);
    }
    if (code == MDB_SUCCESS) {
        code = mdb_env_set_maxdbs(env->mdb, env->layout->db_count);
    }
    if (code == MDB_SUCCESS) {
        code = mdb_env_set_maxreaders(env->mdb, TCN_ENV_READERS_MAX);
    }
    if (code == MDB_SUCCESS) {
        unsigned flags = ENV_FLAGS | (env->is_reader_only ? MDB_RDONLY : 0u);
        code = mdb_env_open(env->mdb, env->dir, flags, 0600);
    }
    int dead = 0;
    if (code == MDB_SUCCESS) {
        code = mdb_reader_check(env->mdb, &dead);
    }
    return tcn_store_status(code);
}

int tcn_env_dbs_open(struct tcn_env *env, MDB_txn *txn, unsigned flags) {
    int code = MDB_SUCCESS;
    for (uint32_t i = 0; i < env->layout->db_count && code == MDB_SUCCESS; i++) {
        code = mdb_dbi_open(txn, env->layout->db_names[i], flags, &env->dbs[i]);
    }
    return code;
}

/** Makes the databases and the format row of a new file. */
static enum tcn_status layout_create(struct tcn_env *env) {
    MDB_txn *txn = NULL;
    int code = mdb_txn_begin(env->mdb, NULL, 0, &txn);
    if (code != MDB_SUCCESS) {
        return tcn_store_status(code);
    }
    code = tcn_env_dbs_open(env, txn, MDB_CREATE);
    if (code == MDB_SUCCESS) {
        code = tcn_env_format_put(env, txn);
    }
    if (code != MDB_SUCCESS) {
        mdb_txn_abort(txn);
        return tcn_store_status(code);
    }
    return tcn_store_status(mdb_txn_commit(txn));
}

/** Opens the databases of a file that is there, unless they must be brought forward first. */
static enum tcn_status layout_find(struct tcn_env *env, bool *out_is_older) {
    MDB_txn *txn = NULL;
    int code = mdb_txn_begin(env->mdb, NULL, MDB_RDONLY, &txn);
    if (code != MDB_SUCCESS) {
        return tcn_store_status(code);
    }
    /* The room's own format row is looked for first: another store's file has other databases. */
    uint32_t meta = env->layout->db_count - 1;
    code = mdb_dbi_open(txn, env->layout->db_names[meta], 0, &env->dbs[meta]);
    enum tcn_status status = code == MDB_NOTFOUND ? TCN_VERSION : tcn_store_status(code);
    if (status == TCN_OK) {
        status = tcn_env_format_check(env, txn, out_is_older);
    }
    if (status == TCN_OK && *out_is_older) {
        mdb_txn_abort(txn);
        return TCN_OK;
    }
    if (status == TCN_OK) {
        code = tcn_env_dbs_open(env, txn, 0);
        status = code == MDB_NOTFOUND ? TCN_CORRUPT : tcn_store_status(code);
    }
    if (status != TCN_OK) {
        mdb_txn_abort(txn);
        return status;
    }
    /* Only a transaction that is committed leaves its database handles behind. */
    return tcn_store_status(mdb_txn_commit(txn));
}

/** Opens a file that is there; an older one is brought forward by whoever may write to it. */
static enum tcn_status layout_open(struct tcn_env *env) {
    bool is_older = false;
    enum tcn_status status = layout_find(env, &is_older);
    if (status != TCN_OK || !is_older) {
        return status;
    }
    return env->is_reader_only ? TCN_VERSION : tcn_env_format_migrate(env);
}

/** True when nothing was ever committed to the file. */
static enum tcn_status is_new_file(struct tcn_env *env, bool *out_is_new) {
    MDB_envinfo info;
    int code = mdb_env_info(env->mdb, &info);
    if (code != MDB_SUCCESS) {
        return tcn_store_status(code);
    }
    *out_is_new = info.me_last_txnid == 0;
    return TCN_OK;
}

/** Everything from the locked directory to the open databases. */
static enum tcn_status env_start(struct tcn_env *env) {
    /* A guest reads the two meta pages while they are written: they need not fit each other then.
     */
    enum tcn_status status = env->is_guest ? TCN_OK : tcn_env_meta_check(env->dir);
    bool may_create = status == TCN_ABSENT && !env->is_reader_only;
    if (status != TCN_OK && !may_create) {
        return status;
    }
    status = mdb_start(env);
    bool is_new = false;
    if (status == TCN_OK) {
        status = is_new_file(env, &is_new);
    }
    if (status != TCN_OK) {
        return status;
    }
    if (!is_new) {
        return layout_open(env);
    }
    if (env->is_reader_only) {
        return TCN_ABSENT;
    }
    status = layout_create(env);
    return status == TCN_OK ? tcn_env_dir_sync(env->dir) : status;
}

/** Fills what does not touch the disk. */
static enum tcn_status env_make(const struct tcn_store_options *options,
                                const struct tcn_env_layout *layout, struct tcn_env **out_env) {
    long page_bytes = sysconf(_SC_PAGESIZE);
    struct tcn_env *env = calloc(1, sizeof(*env));
    char *dir = strdup(options->dir);
    if (env == NULL || dir == NULL || page_bytes <= 0) {
        free(env);
        free(dir);
        return TCN_NOMEM;
    }
    env->layout = layout;
    env->writer = options->writer != NULL ? options->writer : TCN_PROGRAM_VERSION;
    env->dir = dir;
    env->lock_file = -1;
    env->pid = getpid();
    env->is_reader_only = options->is_reader_only || options->is_guest;
    env->is_guest = options->is_guest;
    env->page_bytes = (uint64_t)page_bytes;
    uint64_t wanted = options->map_bytes != 0 ? options->map_bytes : layout->map_bytes_default;
    env->map_bytes = map_size(wanted, env->page_bytes);
    uint64_t ceiling = env->map_bytes - map_margin(env->map_bytes);
    bool is_given = options->quota_bytes != 0 && options->quota_bytes < ceiling;
    env->quota_bytes = is_given ? options->quota_bytes : ceiling;
    *out_env = env;
    return TCN_OK;
}

enum tcn_status tcn_env_open(const struct tcn_store_options *options,
                             const struct tcn_env_layout *layout, struct tcn_env **out_env) {
    TCN_CHECK(options->dir != NULL);
    TCN_CHECK(layout->db_count >= 1 && layout->db_count <= TCN_ENV_DBS_MAX);
    int major = 0;
    int minor = 0;
    int patch = 0;
    (void)mdb_version(&major, &minor, &patch);
    if (!tcn_env_is_trusted(major, minor, patch)) {
        return TCN_CONFIG;
    }
    struct tcn_env *env = NULL;
    enum tcn_status status = env_make(options, layout, &env);
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_env_dir_make(env->dir, env->is_reader_only);
    if (status == TCN_OK && !env->is_guest) {
        status = tcn_env_dir_lock(env->dir, &env->lock_file);
    }
    if (status == TCN_OK) {
        status = env_start(env);
    }
    if (status != TCN_OK) {
        tcn_env_close(&env);
        return status;
    }
    *out_env = env;
    return TCN_OK;
}

void tcn_env_suspend(struct tcn_env *env) {
    TCN_CHECK(env->txn == NULL);
    TCN_CHECK(atomic_load(&env->view_count) == 0);
    mdb_env_close(env->mdb);
    env->mdb = NULL;
}

enum tcn_status tcn_env_resume(struct tcn_env *env) {
    TCN_CHECK(env->mdb == NULL && env->lock_file >= 0);
    return env_start(env);
}

void tcn_env_close(struct tcn_env **env) {
    if (env == NULL || *env == NULL) {
        return;
    }
    struct tcn_env *closed = *env;
    TCN_CHECK(atomic_load(&closed->view_count) == 0);
    tcn_env_abort(closed);
    if (closed->mdb != NULL) {
        mdb_env_close(closed->mdb);
    }
    /* Last: only now may another open the directory. */
    if (closed->lock_file >= 0) {
        (void)close(closed->lock_file);
    }
    free(closed->dir);
    free(closed);
    *env = NULL;
}

/** Makes the copy's files private and durable. */
static enum tcn_status copy_finish(const char *dir) {
    char *path = tcn_env_path(dir, "data.mdb");
    if (path == NULL) {
        return TCN_NOMEM;
    }
    int file = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    free(path);
    if (file < 0) {
        return tcn_store_status(errno);
    }
    bool is_synced = fchmod(file, 0600) == 0 && fsync(file) == 0;
    enum tcn_status status = is_synced ? TCN_OK : tcn_store_status(errno);
    (void)close(file);
    return status == TCN_OK ? tcn_env_dir_sync(dir) : status;
}

enum tcn_status tcn_env_copy(struct tcn_env *env, const char *dir, bool is_compact) {
    if (mkdir(dir, 0700) != 0) {
        return tcn_store_status(errno);
    }
    int code = mdb_env_copy2(env->mdb, dir, is_compact ? MDB_CP_COMPACT : 0);
    return code == MDB_SUCCESS ? copy_finish(dir) : tcn_store_status(code);
}

enum tcn_status tcn_env_stat(const struct tcn_env *env, struct tcn_env_stat *out_stat) {
    MDB_envinfo info;
    int code = mdb_env_info(env->mdb, &info);
    if (code != MDB_SUCCESS) {
        return tcn_store_status(code);
    }
    *out_stat = (struct tcn_env_stat){
        .used_bytes = (info.me_last_pgno + 1) * env->page_bytes,
        .map_bytes = env->map_bytes,
        .quota_bytes = env->quota_bytes,
        .commit_count = info.me_last_txnid,
    };
    return TCN_OK;
}

enum tcn_status tcn_env_health(const struct tcn_env *env) {
    return (enum tcn_status)atomic_load(&env->poison);
}

/** What the list of readers says. */
struct reader_walk {
    uint32_t live_count;
    uint64_t oldest;
};

/** One line of LMDB's list: pid, thread, and the snapshot's transaction or "-". */
static int reader_line(const char *line, void *context) {
    struct reader_walk *walk = context;
    const char *last = strrchr(line, ' ');
    if (last == NULL || last[1] < '0' || last[1] > '9') {
        return 0;
    }
    uint64_t transaction = strtoull(last + 1, NULL, 10);
    walk->oldest = walk->live_count == 0 || transaction < walk->oldest ? transaction : walk->oldest;
    walk->live_count++;
    return 0;
}

enum tcn_status tcn_env_readers_check(struct tcn_env *env, struct tcn_env_readers *out_readers) {
    int dead = 0;
    struct reader_walk walk = {0};
    MDB_envinfo info;
    int code = mdb_reader_check(env->mdb, &dead);
    if (code != MDB_SUCCESS) {
        return tcn_store_status(code);
    }
    (void)mdb_reader_list(env->mdb, reader_line, &walk);
    code = mdb_env_info(env->mdb, &info);
    if (code != MDB_SUCCESS) {
        return tcn_store_status(code);
    }
    uint64_t newest = info.me_last_txnid;
    out_readers->dead_count = dead > 0 ? (uint32_t)dead : 0;
    out_readers->live_count = walk.live_count;
    out_readers->lag = walk.live_count > 0 && walk.oldest < newest ? newest - walk.oldest : 0;
    return TCN_OK;
}

void tcn_env_library_version(char out_version[TCN_LIBRARY_VERSION_BYTES]) {
    int major = 0;
    int minor = 0;
    int patch = 0;
    (void)mdb_version(&major, &minor, &patch);
    (void)snprintf(out_version, TCN_LIBRARY_VERSION_BYTES, "%d.%d.%d", major, minor, patch);
}
