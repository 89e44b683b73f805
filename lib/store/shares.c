/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A row's payload: version 1, chunk hash 32, the frame.
 */
#include "store/shares.h"

#include "store/row.h"
#include "store/shares_row.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROW_VERSION 1u
#define ROW_FIXED_BYTES (1u + 32u)
#define LIVE_NAME "data.mdb"
#define OLD_NAME "data.mdb.old"
#define COPY_NAME "compacted"
#define STALE_KEY "erased"

/** The store's databases, in the order of its layout. */
enum shares_db {
    SHARES_DB_SHARES,
    SHARES_DB_META,
    SHARES_DB_COUNT,
};

static const struct tcn_env_layout shares_layout = {
    .kind = TCN_SHARES_KIND,
    .format = TCN_SHARES_FORMAT,
    .map_bytes_default = TCN_SHARES_MAP_BYTES_DEFAULT,
    .reserve_bytes = TCN_ENV_DISK_RESERVE_BYTES,
    .db_count = SHARES_DB_COUNT,
    .db_names = {"shares", "meta"},
};

struct tcn_shares {
    struct tcn_env *env;
    struct tcn_view view; /* for what is asked outside a group; let go when one begins */
};

/** Removes the copy of a compaction that did not come to its end. */
static enum tcn_status copy_remove(const char *copy_dir) {
    char *path = tcn_env_path(copy_dir, LIVE_NAME);
    if (path == NULL) {
        return TCN_NOMEM;
    }
    bool is_gone = (unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR) &&
                   (rmdir(copy_dir) == 0 || errno == ENOENT);
    enum tcn_status status = is_gone ? TCN_OK : tcn_store_status(errno);
    free(path);
    return status;
}

/** Overwrites and removes the file that a compaction replaced. Until the new one is in place it is
 * the same file under a second name, and only the name goes. */
static enum tcn_status old_remove(const char *live, const char *old) {
    struct stat live_about;
    struct stat old_about;
    if (stat(old, &old_about) != 0) {
        return errno == ENOENT ? TCN_OK : tcn_store_status(errno);
    }
    if (stat(live, &live_about) != 0) {
        return tcn_store_status(errno);
    }
    bool is_same = live_about.st_ino == old_about.st_ino && live_about.st_dev == old_about.st_dev;
    enum tcn_status status = is_same ? TCN_OK : tcn_env_file_blank(old);
    if (status == TCN_OK && unlink(old) != 0) {
        status = tcn_store_status(errno);
    }
    return status;
}

/** Ends what a compaction that was broken off left behind: it may hold erased shares. */
static enum tcn_status leftovers_remove(const char *dir) {
    char *live = tcn_env_path(dir, LIVE_NAME);
    char *old = tcn_env_path(dir, OLD_NAME);
    char *copy_dir = tcn_env_path(dir, COPY_NAME);
    enum tcn_status status = TCN_NOMEM;
    if (live != NULL && old != NULL && copy_dir != NULL) {
        status = old_remove(live, old);
    }
    if (status == TCN_OK) {
        status = copy_remove(copy_dir);
    }
    free(live);
    free(old);
    free(copy_dir);
    return status;
}

enum tcn_status tcn_shares_open(const struct tcn_store_options *options,
                                struct tcn_shares **out_shares) {
    struct tcn_shares *shares = calloc(1, sizeof(*shares));
    if (shares == NULL) {
        return TCN_NOMEM;
    }
    enum tcn_status status = tcn_env_open(options, &shares_layout, &shares->env);
    if (status == TCN_OK && !options->is_reader_only && !options->is_guest) {
        status = leftovers_remove(options->dir);
    }
    if (status == TCN_OK) {
        status = tcn_view_open(shares->env, &shares->view);
    }
    if (status != TCN_OK) {
        tcn_shares_close(&shares);
        return status;
    }
    *out_shares = shares;
    return TCN_OK;
}

void tcn_shares_close(struct tcn_shares **shares) {
    if (shares == NULL || *shares == NULL) {
        return;
    }
    tcn_view_close(&(*shares)->view);
    tcn_env_close(&(*shares)->env);
    free(*shares);
    *shares = NULL;
}

struct tcn_env *tcn_shares_env(struct tcn_shares *shares) {
    return shares->env;
}

enum tcn_status tcn_shares_group_begin(struct tcn_shares *shares) {
    tcn_view_reset(&shares->view);
    return tcn_env_begin(shares->env);
}

enum tcn_status tcn_shares_group_commit(struct tcn_shares *shares) {
    return tcn_env_commit(shares->env);
}

void tcn_shares_group_abort(struct tcn_shares *shares) {
    tcn_env_abort(shares->env);
}

enum tcn_status tcn_shares_reserve_check(struct tcn_shares *shares, size_t bytes) {
    return tcn_env_reserve_check(shares->env,
                                 tcn_env_row_cost(sizeof(struct tcn_key), ROW_FIXED_BYTES + bytes));
}

enum tcn_status tcn_shares_put(struct tcn_shares *shares, const struct tcn_shares_row *row) {
    if (row->frame.size > TCN_FRAME_BYTES_MAX) {
        return TCN_TOOBIG;
    }
    struct tcn_key key = tcn_key_lane(&row->lane, row->first_sequence);
    size_t size = ROW_FIXED_BYTES + row->frame.size;
    enum tcn_status status = tcn_env_room_check(shares->env, tcn_env_row_cost(key.size, size));
    if (status != TCN_OK) {
        return status;
    }
    uint8_t *data = NULL;
    status = tcn_row_claim(shares->env, SHARES_DB_SHARES, TCN_PUT_REPLACE, tcn_key_slice(&key),
                           size, &data);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_writer writer = tcn_writer_init(data, size);
    tcn_write_u8(&writer, ROW_VERSION);
    tcn_write_bytes(&writer, row->chunk_hash.bytes, sizeof(row->chunk_hash.bytes));
    tcn_write_bytes(&writer, row->frame.data, row->frame.size);
    TCN_CHECK(!writer.overflowed && writer.offset == size);
    tcn_row_seal(tcn_key_slice(&key), data, size);
    return TCN_OK;
}

enum tcn_status tcn_shares_del(struct tcn_shares *shares, const struct tcn_lane_key *lane,
                               uint64_t first_sequence) {
    struct tcn_key key = tcn_key_lane(lane, first_sequence);
    return tcn_env_del(shares->env, SHARES_DB_SHARES, tcn_key_slice(&key));
}

enum tcn_status tcn_shares_row_get(struct tcn_row_from from, const struct tcn_lane_key *lane,
                                   uint64_t first_sequence, struct tcn_shares_row *out_row) {
    struct tcn_key key = tcn_key_lane(lane, first_sequence);
    struct tcn_slice payload;
    enum tcn_status status = tcn_row_get(from, SHARES_DB_SHARES, tcn_key_slice(&key), &payload);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_reader reader = tcn_reader_init(payload);
    if (tcn_read_u8(&reader) != ROW_VERSION) {
        return TCN_VERSION;
    }
    struct tcn_shares_row row = {.lane = *lane, .first_sequence = first_sequence};
    tcn_read_bytes(&reader, row.chunk_hash.bytes, sizeof(row.chunk_hash.bytes));
    row.frame = tcn_read_slice(&reader, tcn_reader_rest(&reader));
    if (!tcn_read_is_whole(&reader)) {
        return TCN_CORRUPT;
    }
    *out_row = row;
    return TCN_OK;
}

enum tcn_status tcn_shares_get(struct tcn_shares *shares, const struct tcn_lane_key *lane,
                               uint64_t first_sequence, struct tcn_shares_row *out_row) {
    struct tcn_row_from from = {.env = shares->env};
    if (shares->env->txn == NULL) {
        from = (struct tcn_row_from){.view = &shares->view};
        const enum tcn_status status = tcn_view_use(&shares->view);
        if (status != TCN_OK) {
            return status;
        }
    }
    return tcn_shares_row_get(from, lane, first_sequence, out_row);
}

enum tcn_status tcn_shares_upto(struct tcn_shares *shares, const struct tcn_lane_key *lane,
                                uint64_t sequence, struct tcn_shares_row *out_row) {
    const struct tcn_key key = tcn_key_lane(lane, sequence);
    const struct tcn_row_from from = {.env = shares->env};
    struct tcn_env_row row;
    const enum tcn_status status =
        tcn_row_seek(from, SHARES_DB_SHARES, TCN_STEP_UPTO, tcn_key_slice(&key), &row);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_reader reader = tcn_reader_init(row.key);
    struct tcn_lane_key found = {.source = tcn_read_u32(&reader)};
    found.epoch = tcn_read_u64(&reader);
    found.lane = (enum tcn_lane)tcn_read_u8(&reader);
    const uint64_t first = tcn_read_u64(&reader);
    if (!tcn_read_is_whole(&reader)) {
        return TCN_CORRUPT;
    }
    return tcn_lane_key_equals(&found, lane) ? tcn_shares_row_get(from, lane, first, out_row)
                                             : TCN_ABSENT;
}

/** Says in the open group that free pages will hold what was erased. */
static enum tcn_status stale_put(struct tcn_shares *shares) {
    const uint8_t yes = 1;
    return tcn_row_put(shares->env, SHARES_DB_META, TCN_PUT_REPLACE, tcn_slice_text(STALE_KEY),
                       tcn_slice_of(&yes, sizeof(yes)));
}

/** And that they do not any more, in a group of its own. */
static enum tcn_status stale_del(struct tcn_shares *shares) {
    bool is_stale = false;
    enum tcn_status status = tcn_shares_is_stale(shares, &is_stale);
    if (status != TCN_OK || !is_stale) {
        return status;
    }
    status = tcn_shares_group_begin(shares);
    if (status == TCN_OK) {
        status = tcn_env_del(shares->env, SHARES_DB_META, tcn_slice_text(STALE_KEY));
        if (status != TCN_OK) {
            tcn_shares_group_abort(shares);
        }
    }
    return status == TCN_OK ? tcn_shares_group_commit(shares) : status;
}

enum tcn_status tcn_shares_is_stale(struct tcn_shares *shares, bool *out_is_stale) {
    struct tcn_slice payload;
    enum tcn_status status = tcn_view_use(&shares->view);
    if (status == TCN_OK) {
        status = tcn_row_get((struct tcn_row_from){.view = &shares->view}, SHARES_DB_META,
                             tcn_slice_text(STALE_KEY), &payload);
    }
    tcn_view_reset(&shares->view);
    if (status == TCN_OK || status == TCN_ABSENT) {
        *out_is_stale = status == TCN_OK;
        return TCN_OK;
    }
    return status;
}

enum tcn_status tcn_shares_erase(struct tcn_shares *shares, const struct tcn_shares_row *row) {
    struct tcn_shares_row stored;
    enum tcn_status status = tcn_shares_get(shares, &row->lane, row->first_sequence, &stored);
    if (status != TCN_OK) {
        return status;
    }
    if (!tcn_hash_equals(&stored.chunk_hash, &row->chunk_hash)) {
        return TCN_CONFLICT;
    }
    status = row->frame.size > 0 ? tcn_shares_put(shares, row)
                                 : tcn_shares_del(shares, &row->lane, row->first_sequence);
    return status == TCN_OK ? stale_put(shares) : status;
}

/** Puts the copy in the old file's place; the directory is locked and LMDB has closed it. The old
 * file is overwritten under another name, after the new one is durably in place. */
static enum tcn_status file_swap(const char *dir, const char *copy_dir) {
    char *live = tcn_env_path(dir, LIVE_NAME);
    char *old = tcn_env_path(dir, OLD_NAME);
    char *copy = tcn_env_path(copy_dir, LIVE_NAME);
    enum tcn_status status = TCN_NOMEM;
    if (live != NULL && old != NULL && copy != NULL) {
        bool is_swapped = link(live, old) == 0 && rename(copy, live) == 0;
        status = is_swapped ? tcn_env_dir_sync(dir) : tcn_store_status(errno);
    }
    free(live);
    free(old);
    free(copy);
    return status == TCN_OK ? leftovers_remove(dir) : status;
}

/** Closes LMDB's side, swaps the file and opens it again, all under the lock. */
static enum tcn_status shares_swap(struct tcn_shares *shares, const char *copy_dir) {
    tcn_view_close(&shares->view);
    tcn_env_suspend(shares->env);
    enum tcn_status status = file_swap(shares->env->dir, copy_dir);
    if (status == TCN_OK) {
        status = tcn_env_resume(shares->env);
    }
    return status == TCN_OK ? tcn_view_open(shares->env, &shares->view) : status;
}

enum tcn_status tcn_shares_compact(struct tcn_shares **shares) {
    TCN_CHECK((*shares)->env->txn == NULL);
    /* The store's own view is one of them. */
    if (atomic_load(&(*shares)->env->view_count) > 1) {
        return TCN_BUSY;
    }
    tcn_view_reset(&(*shares)->view);
    char *copy_dir = tcn_env_path((*shares)->env->dir, COPY_NAME);
    enum tcn_status status = copy_dir == NULL ? TCN_NOMEM : copy_remove(copy_dir);
    if (status == TCN_OK) {
        status = tcn_env_copy((*shares)->env, copy_dir, true);
    }
    if (status == TCN_OK) {
        status = shares_swap(*shares, copy_dir);
    }
    if (status == TCN_OK) {
        status = stale_del(*shares);
    }
    free(copy_dir);
    if (status != TCN_OK) {
        tcn_shares_close(shares);
    }
    return status;
}

enum tcn_status tcn_shares_backup(struct tcn_shares *shares, const char *dir) {
    return tcn_env_copy(shares->env, dir, true);
}
