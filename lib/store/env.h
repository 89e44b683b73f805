/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all stores share: one LMDB environment in one directory, opened under one set of rules. A
 * directory is held by one opener at a time (an flock'ed file LOCK that names the holder and its
 * machine), is local, not writable by others, and its files are readable by their owner only. A
 * commit that returns TCN_OK is on disk; one that returns TCN_FULL left what was there before it;
 * after one that failed otherwise nothing but closing works any more.
 *
 * What LMDB 0.9.24 is known to do badly, and the answer here:
 *   MAP_FULL ends a transaction        an own quota below the map answers TCN_FULL before; so does
 * a file system with less than TCN_ENV_DISK_RESERVE_BYTES left resizing the map while it is used
 * never done; the map has one size from open to close long readers pin pages             readers
 * are slices: at most TCN_SLICE_RECORDS_MAX reads, then renewed by themselves; callers reset them
 * before they wait; dead ones are cleared at open and by tcn_env_readers_check NOSYNC, NOMETASYNC,
 * WRITEMAP, ...  never set (but see TCN_STORE_NOSYNC in env.c, a test's hook) a failed flush
 * poisons the environment: TCN_IO from then on, the caller exits a new file's name is not synced
 * directory and parent are fsynced after creation no page checksums                  every value
 * carries its own, checked on each read opened twice, odd file systems     the LOCK file; statfs
 * against a list of what is not local fork                               a child that uses the
 * parent's environment is stopped opening the data file by path      never done while it is open a
 * writer that holds on             no write transaction stays open between groups other patch
 * levels                 0.9.25 to 0.9.31 (lock changes, later undone) are refused DUPSORT,
 * MDB_CURRENT, spilling     not used; commits stay below 100,000 dirty pages keys over 511 bytes
 * the longest key is TCN_RETRY_KEY_BYTES_MAX values just above 2,022 bytes      a chunk fills four
 * whole overflow pages APPEND with a key that is no last  checked before, and an error, never a
 * plain put the file never shrinks             retention drops whole files; the outbox is small
 *   deleted bytes stay in free pages   sealed contents; tcn_shares_compact rewrites the file
 *   heap bytes in new pages            MDB_NOMEMINIT is never set
 *   126 readers                        TCN_ENV_READERS_MAX, and a check when they are used up
 *   hostile files                      the two meta pages are checked before LMDB maps the file
 *
 * Thread: an environment's writing side belongs to one thread; see each store for its readers.
 */
#ifndef TCN_STORE_ENV_H
#define TCN_STORE_ENV_H

#include "base/bytes.h"
#include "base/text.h"

/** Readers that one environment can have at a time. */
#define TCN_ENV_READERS_MAX 64

/** Below this much free space on the file system a group is refused with TCN_FULL. */
#define TCN_ENV_DISK_RESERVE_BYTES (32ULL * 1024 * 1024)

/** The same for a state: what was taken into the log still finds room to be derived. */
#define TCN_ENV_STATE_RESERVE_BYTES (TCN_ENV_DISK_RESERVE_BYTES / 2)

/** What routine reports leave of the disk for acts, urgent reports and the collector's own words,
 * beyond TCN_ENV_DISK_RESERVE_BYTES; of the quota they leave one part in TCN_ENV_RESERVE_PART. */
#define TCN_ENV_ACT_RESERVE_BYTES TCN_ENV_DISK_RESERVE_BYTES
#define TCN_ENV_RESERVE_PART 20

/** Largest map under the thread sanitizer, whose shadow leaves no room for more. */
#define TCN_ENV_MAP_BYTES_TSAN (8ULL * 1024 * 1024 * 1024)

/** One LMDB environment. Opaque: its owner is a log, an outbox, a state or a share store. */
struct tcn_env;

/** How to open any store. Open: filled by the caller, lent during the call. */
struct tcn_store_options {
    const char *dir;      /**< made with mode 0700 when absent; its parent must exist */
    uint64_t map_bytes;   /**< address space, the ceiling of the file; 0: the store's default */
    uint64_t quota_bytes; /**< the store answers TCN_FULL above it; 0: the store's default */
    bool is_reader_only;  /**< only what exists is opened, and writing is a bug */
    /** As a reader only, and beside another process that may hold the directory and write to it:
     * nothing is locked, and the file is as large as its holder says. */
    bool is_guest;
    /** The version that a file made or brought forward by this opening says it was written by;
     * lent until the store is closed; NULL: this program's own. */
    const char *writer;
};

/** Room for a machine's name, its NUL included. Source: gethostname(2), 64 on Linux. */
#define TCN_ENV_HOST_BYTES 65

/** How an environment is used. Open: filled for the caller. */
struct tcn_env_stat {
    uint64_t used_bytes;   /**< of the file up to its last page in use */
    uint64_t map_bytes;    /**< size of the map */
    uint64_t quota_bytes;  /**< used_bytes at which writing is refused */
    uint64_t commit_count; /**< transactions committed since the file was made */
};

/** What a check of the readers found. Open: filled for the caller. */
struct tcn_env_readers {
    uint32_t dead_count; /**< slots of dead processes, now cleared */
    uint32_t live_count; /**< readers that now hold a snapshot */
    uint64_t lag;        /**< commits since the oldest snapshot held; 0 when none is held */
};

/** Who holds a directory. Open: filled for the caller. */
struct tcn_env_hold {
    int64_t pid;                   /**< 0 when it has not signed yet: somebody, unknown */
    char host[TCN_ENV_HOST_BYTES]; /**< the machine's name as the holder knew it; "" unknown */
    int64_t since_ns;              /**< wall time at which it signed */
};

/** Who holds a directory, where and since when.
 * Errors: TCN_ABSENT nobody holds it, or there is no such directory; TCN_IO.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_env_hold_look(const char *dir, struct tcn_env_hold *out_hold);

/** The process that holds a directory, by its pid.
 * Errors: TCN_ABSENT nobody holds it, or there is no such directory; TCN_IO.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_env_holder(const char *dir, int64_t *out_pid);

/** Clears readers of dead processes and reports the live ones. Services call it every 10 s.
 * Errors: TCN_IO, TCN_CORRUPT the lock table is damaged.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_env_readers_check(struct tcn_env *env,
                                                     struct tcn_env_readers *out_readers);

/** How the environment is used, as of the last commit.
 * Errors: TCN_IO.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_env_stat(const struct tcn_env *env,
                                            struct tcn_env_stat *out_stat);

/** TCN_OK, or why the first failed commit failed: the program must end and start again.
 * Errors: what the commit's foreign code says, TCN_IO or TCN_FULL for most.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_env_health(const struct tcn_env *env);

/** True unless statfs says that the file system is remote or in user space: NFS, CIFS, SMB, FUSE,
 * 9p and their like. `magic` is statfs's f_type.
 * Thread: any.
 * Source: statfs(2). */
bool tcn_env_is_local(uint64_t magic);

/** True for versions of LMDB that this room was written for: 0.9.24, and from 0.9.32 on.
 * Thread: any. */
bool tcn_env_is_trusted(int major, int minor, int patch);

/** Writes the version of the LMDB that was loaded, "0.9.24". Thread: any. */
void tcn_env_library_version(char out_version[TCN_LIBRARY_VERSION_BYTES]);

#endif
