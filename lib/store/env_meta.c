/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A look at a data file's two meta pages before LMDB trusts them: it has no checksum of its own,
 * and a flipped bit in a transaction number would let it fall back, in silence, to an older commit.
 * Layout of data version 1 on machines of 64 bits; it is little-endian there, as the machine is:
 *   page header 16 | magic 4, version 4, address 8, map size 8 | free database 48, whose first four
 *   bytes are the page size | main database 48 | last page 8 | transaction 8
 * Transaction t writes page t & 1, so the two numbers differ by one, and the page tells which. And
 * it enters the pages that it gave back in the free database under t: the last key there says which
 * transaction a meta page is really of.
 *   page: number 8, pad 2, flags 2, end of the offsets 2, 2 | offsets 2 each
 *   node: low 2, high 2, flags 2, key size 2 | key; of a branch the first three make the page
 * number
 * One page may be of another transaction than it says and yet be no damage. When the write of a
 * meta page fails, LMDB puts back the number and the last page that stood there, but not the roots.
 * Then the older page says t - 1 and has the roots of t + 1, while t is the newest. A flipped bit
 * in the number of t + 1 looks the same; but the lock file tells them apart, which keeps the number
 * of the last commit that went well: magic 4, format 4, mutex 40, transaction 8 Source: LMDB 0.9.24
 * mdb.c, MDB_page, MDB_node, MDB_meta, MDB_txbody, mdb_env_write_meta, mdb_freelist_save.
 */
#include "store/door.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define META_MAGIC UINT32_C(0xBEEFC0DE)
#define META_VERSION 1u
#define META_OFFSET 16u
#define META_BYTES 136u
#define PAGE_HEADER_BYTES 16u
#define NODE_HEADER_BYTES 8u
#define FLAG_BRANCH 1u
#define FLAG_LEAF 2u
#define DEPTH_MAX 32u
#define PAGE_NONE UINT64_MAX
#define LOCK_TRANSACTION_OFFSET 48u
#define LOCK_BYTES 56u
#define PAGE_BYTES_MIN 512u
#define PAGE_BYTES_MAX 65536u

/** What counts of a meta page. */
struct meta_page {
    uint32_t magic;
    uint32_t version;
    uint32_t page_bytes;
    uint64_t free_root; /* of the free database; PAGE_NONE when empty */
    uint64_t last_page;
    uint64_t transaction;
};

/** Reads one meta page that begins at `offset`. */
static enum tcn_status meta_read(int file, uint64_t offset, struct meta_page *out_meta) {
    uint8_t bytes[META_BYTES];
    ssize_t size = pread(file, bytes, sizeof(bytes), (off_t)(offset + META_OFFSET));
    if (size < 0) {
        return tcn_store_status(errno);
    }
    if (size != (ssize_t)sizeof(bytes)) {
        return TCN_CORRUPT;
    }
    memcpy(&out_meta->magic, bytes, 4);
    memcpy(&out_meta->version, bytes + 4, 4);
    memcpy(&out_meta->page_bytes, bytes + 24, 4);
    memcpy(&out_meta->free_root, bytes + 64, 8);
    memcpy(&out_meta->last_page, bytes + 120, 8);
    memcpy(&out_meta->transaction, bytes + 128, 8);
    return TCN_OK;
}

/** Judges both. A file that was made and never committed to has 0 in both. */
static enum tcn_status metas_judge(const struct meta_page metas[2]) {
    for (size_t i = 0; i < 2; i++) {
        if (metas[i].magic != META_MAGIC || metas[i].page_bytes != metas[0].page_bytes) {
            return TCN_CORRUPT;
        }
        if (metas[i].version != META_VERSION) {
            return TCN_VERSION;
        }
    }
    uint64_t even = metas[0].transaction;
    uint64_t odd = metas[1].transaction;
    if (even == 0 && odd == 0) {
        return TCN_OK;
    }
    bool is_paired = even % 2 == 0 && odd % 2 == 1 && (even + 1 == odd || odd + 1 == even);
    return is_paired ? TCN_OK : TCN_CORRUPT;
}

/** The last node of a page, from its node header on. */
static enum tcn_status page_last_node(struct tcn_slice page, struct tcn_slice *out_node) {
    uint16_t lower = 0;
    uint16_t offset = 0;
    memcpy(&lower, page.data + 12, 2);
    if (lower < PAGE_HEADER_BYTES + 2 || lower > page.size || lower % 2 != 0) {
        return TCN_CORRUPT;
    }
    memcpy(&offset, page.data + lower - 2, 2);
    if (offset < lower || offset > page.size - 2 * NODE_HEADER_BYTES) {
        return TCN_CORRUPT;
    }
    *out_node = tcn_slice_of(page.data + offset, page.size - offset);
    return TCN_OK;
}

/** Goes down to the last node of the free database and reads its key, a transaction; 0 when the
 * database is empty. No page may be above `page_max`. */
static enum tcn_status free_last(int file, const struct meta_page *meta, uint64_t page_max,
                                 uint64_t *out_last) {
    uint64_t number = meta->free_root;
    if (number == PAGE_NONE) {
        *out_last = 0;
        return TCN_OK;
    }
    uint8_t bytes[PAGE_BYTES_MAX];
    for (uint32_t depth = 0; depth < DEPTH_MAX; depth++) {
        if (number < 2 || number > page_max ||
            pread(file, bytes, meta->page_bytes, (off_t)(number * meta->page_bytes)) !=
                (ssize_t)meta->page_bytes) {
            return TCN_CORRUPT;
        }
        uint16_t flags = 0;
        struct tcn_slice node;
        memcpy(&flags, bytes + 10, 2);
        enum tcn_status status = page_last_node(tcn_slice_of(bytes, meta->page_bytes), &node);
        if (status != TCN_OK) {
            return status;
        }
        if (flags == FLAG_LEAF) {
            memcpy(out_last, node.data + NODE_HEADER_BYTES, 8);
            return TCN_OK;
        }
        if (flags != FLAG_BRANCH) {
            return TCN_CORRUPT;
        }
        number = 0;
        memcpy(&number, node.data, 6);
    }
    return TCN_CORRUPT;
}

/** What is known of the file beside its meta pages. */
struct file_facts {
    uint64_t bytes;
    uint64_t committed; /**< the last transaction that went well; 0 unknown */
};

/** Compares a meta page's number with what its free database says. The first transactions of a file
 * give nothing back. */
static enum tcn_status meta_date(int file, const struct meta_page *meta,
                                 const struct file_facts *facts) {
    if (meta->transaction < 3) {
        return TCN_OK;
    }
    bool may_be_put_back = meta->transaction + 1 == facts->committed;
    uint64_t page_max = may_be_put_back ? facts->bytes / meta->page_bytes : meta->last_page;
    uint64_t last = 0;
    enum tcn_status status = free_last(file, meta, page_max, &last);
    if (status != TCN_OK) {
        return status;
    }
    bool is_dated = last <= meta->transaction && meta->transaction - last < 2;
    bool is_put_back = may_be_put_back && last == meta->transaction + 2;
    return is_dated || is_put_back ? TCN_OK : TCN_CORRUPT;
}

/** The last transaction that went well, as the lock file has it; 0 when it cannot be known. */
static uint64_t lock_committed(const char *path) {
    uint8_t bytes[LOCK_BYTES];
    uint32_t magic = 0;
    uint64_t transaction = 0;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) {
        return 0;
    }
    if (pread(file, bytes, sizeof(bytes), 0) == (ssize_t)sizeof(bytes)) {
        memcpy(&magic, bytes, 4);
        memcpy(&transaction, bytes + LOCK_TRANSACTION_OFFSET, 8);
    }
    (void)close(file);
    return magic == META_MAGIC ? transaction : 0;
}

/** Lengthens a file that ends before its last page. LMDB may leave it so (a page taken and given
 * back in one transaction is never written); a cut file looks the same. */
static enum tcn_status file_lengthen(int file, const struct meta_page metas[2], uint64_t size) {
    uint64_t last =
        metas[0].last_page > metas[1].last_page ? metas[0].last_page : metas[1].last_page;
    uint64_t page_bytes = metas[0].page_bytes;
    if (last >= (UINT64_C(1) << 62) / page_bytes) {
        return TCN_CORRUPT;
    }
    uint64_t wanted = (last + 1) * page_bytes;
    if (size >= wanted) {
        return TCN_OK;
    }
    return ftruncate(file, (off_t)wanted) == 0 ? TCN_OK : tcn_store_status(errno);
}

/** Checks an open data file. `committed`: the last transaction that went well, 0 unknown. */
static enum tcn_status file_check(int file, uint64_t committed) {
    struct stat about;
    if (fstat(file, &about) != 0) {
        return tcn_store_status(errno);
    }
    if (about.st_size == 0) {
        return TCN_ABSENT;
    }
    struct meta_page metas[2];
    enum tcn_status status = meta_read(file, 0, &metas[0]);
    if (status != TCN_OK) {
        return status;
    }
    uint32_t page_bytes = metas[0].page_bytes;
    if (page_bytes < PAGE_BYTES_MIN || page_bytes > PAGE_BYTES_MAX) {
        return TCN_CORRUPT;
    }
    status = meta_read(file, page_bytes, &metas[1]);
    if (status != TCN_OK) {
        return status;
    }
    status = metas_judge(metas);
    struct file_facts facts = {.bytes = (uint64_t)about.st_size, .committed = committed};
    for (size_t i = 0; i < 2 && status == TCN_OK; i++) {
        status = meta_date(file, &metas[i], &facts);
    }
    if (status != TCN_OK) {
        return status;
    }
    return file_lengthen(file, metas, facts.bytes);
}

enum tcn_status tcn_env_meta_check(const char *dir) {
    char *data = tcn_env_path(dir, "data.mdb");
    char *lock = tcn_env_path(dir, "lock.mdb");
    enum tcn_status status = TCN_NOMEM;
    if (data != NULL && lock != NULL) {
        int file = open(data, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
        status = file < 0 ? tcn_store_status(errno) : file_check(file, lock_committed(lock));
        if (file >= 0) {
            (void)close(file);
        }
    }
    free(data);
    free(lock);
    return status;
}
