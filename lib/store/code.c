/* SPDX-License-Identifier: Apache-2.0 */
#include "store/code.h"

#include <errno.h>
#include <lmdb.h>

/* LMDB's codes first, then those of errno that its calls and ours can meet. What a person must set
 * right is CONFIG, what passes is FULL, LOCKED or LIMIT, the rest is the disk's or ours: IO. */
static const struct tcn_store_code rows[] = {
    {MDB_SUCCESS, TCN_OK},
    {MDB_KEYEXIST, TCN_EXISTS},
    {MDB_NOTFOUND, TCN_ABSENT},
    {MDB_PAGE_NOTFOUND, TCN_CORRUPT},
    {MDB_CORRUPTED, TCN_CORRUPT},
    {MDB_PANIC, TCN_IO},
    {MDB_VERSION_MISMATCH, TCN_VERSION},
    {MDB_INVALID, TCN_CORRUPT},
    {MDB_MAP_FULL, TCN_FULL},
    {MDB_DBS_FULL, TCN_IO},
    {MDB_READERS_FULL, TCN_LIMIT},
    {MDB_TLS_FULL, TCN_IO},
    {MDB_TXN_FULL, TCN_IO},
    {MDB_CURSOR_FULL, TCN_CORRUPT},
    {MDB_PAGE_FULL, TCN_CORRUPT},
    {MDB_MAP_RESIZED, TCN_IO},
    {MDB_INCOMPATIBLE, TCN_VERSION},
    {MDB_BAD_RSLOT, TCN_IO},
    {MDB_BAD_TXN, TCN_IO},
    {MDB_BAD_VALSIZE, TCN_TOOBIG},
    {MDB_BAD_DBI, TCN_IO},
    {EPERM, TCN_CONFIG},
    {ENOENT, TCN_ABSENT},
    {EINTR, TCN_IO},
    {EIO, TCN_IO},
    {ENXIO, TCN_IO},
    {EBADF, TCN_IO},
    {EAGAIN, TCN_LOCKED},
    {ENOMEM, TCN_NOMEM},
    {EACCES, TCN_CONFIG},
    {EFAULT, TCN_IO},
    {EBUSY, TCN_LOCKED},
    {EEXIST, TCN_EXISTS},
    {EXDEV, TCN_CONFIG},
    {ENODEV, TCN_CONFIG},
    {ENOTDIR, TCN_CONFIG},
    {EISDIR, TCN_CONFIG},
    {EINVAL, TCN_IO},
    {ENFILE, TCN_LIMIT},
    {EMFILE, TCN_LIMIT},
    {ETXTBSY, TCN_LOCKED},
    {EFBIG, TCN_FULL},
    {ENOSPC, TCN_FULL},
    {ESPIPE, TCN_CONFIG},
    {EROFS, TCN_CONFIG},
    {EPIPE, TCN_IO},
    {EDEADLK, TCN_LOCKED},
    {ENAMETOOLONG, TCN_CONFIG},
    {ENOLCK, TCN_CONFIG},
    {ENOSYS, TCN_CONFIG},
    {ENOTEMPTY, TCN_EXISTS},
    {ELOOP, TCN_CONFIG},
    {EOVERFLOW, TCN_IO},
    {EOPNOTSUPP, TCN_CONFIG},
    {ETIMEDOUT, TCN_IO},
    {ESTALE, TCN_IO},
    {EDQUOT, TCN_FULL},
    {EOWNERDEAD, TCN_IO},
    {ENOTRECOVERABLE, TCN_IO},
};

#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))

enum tcn_status tcn_store_status(int code) {
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (rows[i].code == code) {
            return rows[i].status;
        }
    }
    return TCN_IO;
}

const struct tcn_store_code *tcn_store_codes(size_t *out_count) {
    *out_count = ROW_COUNT;
    return rows;
}
