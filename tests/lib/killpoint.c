/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A preloaded library that lets any store or send call of a program be its last one: it counts the
 * calls that make bytes durable or hand them to a peer, and at the n-th raises SIGKILL, which
 * nothing can catch, or pulls the plug, or lets the call fail. tests/system/sweep.py sweeps n, and
 * looks that no such call which the programs, LMDB or libzmq import is missing here. Calls are
 * counted on all threads together: in the order in which they return, or, where the n-th is not
 * made, in the order in which they begin. Two more things are done to a program from outside here:
 * a disk that does not sync, and clocks that are wrong or run fast.
 *
 *   TOCSIN_KILL_AT=N      what happens, happens at call N, from 1; absent or 0: only count
 *   TOCSIN_KILL_CALL=C    N counts the calls of this name alone: "fdatasync"
 *   TOCSIN_KILL_WHEN=W    "after", or absent: killed when call N has returned
 *                         "before": killed, and call N is not made
 *                         "cut": as before, and the power fails too: TOCSIN_KILL_JOURNAL gets what
 *                         stood where writes were not synced yet, for somebody to put back
 *                         "EIO", "ENOSPC": call N is not made and fails so, if it is one that can
 *   TOCSIN_KILL_COUNT=F   the counts are in this file, mapped, so they survive the kill: number of
 *                         calls so far and of the one where it happened, 8 bytes each; then what
 *                         the first calls were, 16 bytes each with NULs behind the name
 *   TOCSIN_KILL_JOURNAL=F for each unsynced write, oldest first: bytes of the path, offset, bytes
 *                         that were written, bytes that stood there, 8 bytes each; then the path
 *                         and those bytes. Where fewer stood there the file ended
 *   TOCSIN_NO_SYNC=1      fdatasync and fsync do nothing and say that all is well
 *   TOCSIN_SKEW_S=S       the wall clock is S seconds ahead; negative: behind
 *   TOCSIN_HURRY=N        the monotonic clock runs N times as fast, and what is waited for in poll
 *                         and epoll_wait takes an N-th of the time
 *
 * Names (rename, link, unlink) are taken for durable at once. Write calls that libc makes inside
 * itself, for a stream whose buffer is full, cannot be seen from here; fflush can.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

/* Calls whose names are kept, and room for a name. */
#define NAMED_MAX 4096
#define NAME_BYTES 16

/** What lives in the file of TOCSIN_KILL_COUNT. */
struct counts {
    _Atomic uint64_t calls;
    _Atomic uint64_t happened_at;
    char names[NAMED_MAX][NAME_BYTES];
};

/** What stood where a write went that is not synced. The bytes lie behind it. */
struct kept {
    struct kept *next;
    dev_t device;
    ino_t inode;
    uint64_t order;
    off_t offset;
    size_t written_bytes;
    size_t old_bytes;
    char path[512];
    unsigned char old[];
};

static struct counts own_counts;
static struct counts *counts = &own_counts;
static uint64_t happens_at;
static const char *happens_to;   /* calls of this name; NULL: all */
static _Atomic uint64_t matches; /* such calls so far */
static bool is_before;           /* call N is not made */
static bool is_cut;
static int fails_with; /* or 0 */
static bool no_sync;
static time_t skew_s;
static int hurry = 1;
static int64_t hurry_from_ns; /* of the monotonic clock */
static const char *journal_path;

static pthread_mutex_t kept_lock = PTHREAD_MUTEX_INITIALIZER;
static struct kept *kept_first;
static struct kept **kept_end = &kept_first;
static uint64_t kept_order;

/** Puts the counts into a file, so that they survive. Any failure leaves them in memory. */
static void map_counts(const char *path) {
    int descriptor = path == NULL ? -1 : open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        return;
    }
    if (ftruncate(descriptor, (off_t)sizeof(struct counts)) == 0) {
        void *mapped =
            mmap(NULL, sizeof(struct counts), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
        if (mapped != MAP_FAILED) {
            counts = mapped;
        }
    }
    (void)close(descriptor);
}

static int64_t ns_of(const struct timespec *time) {
    return (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
}

/** From now on the monotonic clock runs so many times as fast. */
static void start_hurry(const char *times) {
    struct timespec now;
    if (times != NULL && clock_gettime(CLOCK_MONOTONIC, &now) == 0) {
        hurry_from_ns = ns_of(&now);
        hurry = (int)strtol(times, NULL, 10);
    }
}

/* A constructor runs before main and before any thread. */
__attribute__((constructor)) static void start(void) {
    const char *at = getenv("TOCSIN_KILL_AT");
    const char *set = getenv("TOCSIN_KILL_WHEN");
    const char *when = set == NULL ? "after" : set;
    const char *skew = getenv("TOCSIN_SKEW_S");
    is_before = strcmp(when, "after") != 0;
    is_cut = strcmp(when, "cut") == 0;
    fails_with = strcmp(when, "EIO") == 0 ? EIO : strcmp(when, "ENOSPC") == 0 ? ENOSPC : 0;
    skew_s = skew == NULL ? 0 : (time_t)strtoll(skew, NULL, 10);
    no_sync = getenv("TOCSIN_NO_SYNC") != NULL;
    start_hurry(getenv("TOCSIN_HURRY"));
    happens_to = getenv("TOCSIN_KILL_CALL");
    journal_path = getenv("TOCSIN_KILL_JOURNAL");
    map_counts(getenv("TOCSIN_KILL_COUNT"));
    /* Last: what was called here was counted where nobody looks, and nothing may happen to it. */
    happens_at = at == NULL ? 0 : strtoull(at, NULL, 10);
}

/** Tells what is not synced. The lock is taken and kept: no sync returns any more. libc's own
 * writes do not come by here. */
static void write_journal(void) {
    (void)pthread_mutex_lock(&kept_lock);
    FILE *file = journal_path == NULL ? NULL : fopen(journal_path, "wbe");
    if (file == NULL) {
        return;
    }
    for (const struct kept *kept = kept_first; kept != NULL; kept = kept->next) {
        size_t path_bytes = strlen(kept->path);
        const uint64_t head[] = {path_bytes, (uint64_t)kept->offset, kept->written_bytes,
                                 kept->old_bytes};
        (void)fwrite(head, sizeof(head), 1, file);
        (void)fwrite(kept->path, path_bytes, 1, file);
        (void)fwrite(kept->old, kept->old_bytes, 1, file);
    }
    (void)fclose(file);
}

/** Counts a call; true when it is the n-th, and is to fail. */
static bool count_call(const char *name) {
    uint64_t number = atomic_fetch_add(&counts->calls, 1) + 1;
    if (number <= NAMED_MAX) {
        memcpy(counts->names[number - 1], name, strnlen(name, NAME_BYTES - 1));
    }
    if (happens_to != NULL && strcmp(happens_to, name) != 0) {
        return false;
    }
    if (happens_at == 0 || atomic_fetch_add(&matches, 1) + 1 != happens_at) {
        return false;
    }
    atomic_store(&counts->happened_at, number);
    if (fails_with != 0) {
        return true;
    }
    if (is_cut) {
        write_journal();
    }
    (void)kill(getpid(), SIGKILL);
    for (;;) {
        (void)pause(); /* no other thread's call may slip in behind this one */
    }
}

/** A call begins that is not one to fail. */
static void enter(const char *name) {
    if (is_before) {
        (void)count_call(name);
    }
}

/** A call to the disk begins; true when it must fail, and errno says how. */
static bool enter_disk(const char *name) {
    bool must_fail = is_before && count_call(name);
    if (must_fail) {
        errno = fails_with;
    }
    return must_fail;
}

/** A call has returned, with this. */
static ssize_t leave(const char *name, ssize_t result) {
    if (!is_before) {
        (void)count_call(name);
    }
    return result;
}

/** True for a file; what libzmq writes to wake a thread is no byte of anybody's. */
static bool is_file(int descriptor) {
    struct stat stat;
    return fstat(descriptor, &stat) == 0 && S_ISREG(stat.st_mode);
}

/** Keeps what stands where a write goes, unless it is durable when it returns. A failure to keep
 * it is the end: the journal would lie. */
static void keep(int descriptor, off_t offset, size_t size) {
    struct stat stat;
    int flags = fcntl(descriptor, F_GETFL);
    bool is_durable = flags >= 0 && (flags & O_DSYNC) != 0 && !no_sync;
    if (!is_cut || is_durable || fstat(descriptor, &stat) != 0 || !S_ISREG(stat.st_mode)) {
        return;
    }
    struct kept *kept = calloc(1, sizeof(*kept) + size);
    char link[64];
    (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", descriptor);
    if (kept == NULL || readlink(link, kept->path, sizeof(kept->path) - 1) < 0) {
        abort();
    }
    (void)pthread_mutex_lock(&kept_lock);
    /* A descriptor for writing only cannot be read from. */
    int reader = open(link, O_RDONLY | O_CLOEXEC);
    ssize_t count = reader < 0 ? -1 : pread(reader, kept->old, size, offset);
    (void)close(reader);
    kept->device = stat.st_dev;
    kept->inode = stat.st_ino;
    kept->order = kept_order++;
    kept->offset = offset;
    kept->written_bytes = size;
    kept->old_bytes = count < 0 ? 0 : (size_t)count;
    *kept_end = kept;
    kept_end = &kept->next;
    (void)pthread_mutex_unlock(&kept_lock);
}

/** As keep, for a write at the descriptor's place. */
static void keep_here(int descriptor, size_t size) {
    int flags = is_cut ? fcntl(descriptor, F_GETFL) : 0;
    off_t offset = lseek(descriptor, 0, (flags & O_APPEND) != 0 ? SEEK_END : SEEK_CUR);
    keep(descriptor, offset, size);
}

/** The order of the next write: a sync that begins now covers all before it. */
static uint64_t sync_begin(void) {
    (void)pthread_mutex_lock(&kept_lock);
    uint64_t order = kept_order;
    (void)pthread_mutex_unlock(&kept_lock);
    return order;
}

/** A sync has returned well: what it covers needs no keeping. */
static void sync_end(int descriptor, uint64_t order) {
    struct stat stat;
    if (!is_cut || no_sync || fstat(descriptor, &stat) != 0) {
        return;
    }
    (void)pthread_mutex_lock(&kept_lock);
    struct kept **place = &kept_first;
    while (*place != NULL) {
        struct kept *kept = *place;
        if (kept->order < order && kept->inode == stat.st_ino && kept->device == stat.st_dev) {
            *place = kept->next;
            free(kept);
        } else {
            place = &kept->next;
        }
    }
    kept_end = place;
    (void)pthread_mutex_unlock(&kept_lock);
}

/* The next definition of a function; the address of a pointer to a function is read through a
 * union, since C has no cast from object to function pointer. */
#define NEXT(type, name)                                                                           \
    union {                                                                                        \
        void *object;                                                                              \
        type *function;                                                                            \
    } next = {.object = dlsym(RTLD_NEXT, name)}

#define EXPORTED __attribute__((visibility("default")))

typedef int mdb_txn_commit_function(MDB_txn *txn);
typedef int mdb_put_function(MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *data,
                             unsigned flags);
typedef int mdb_del_function(MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *data);
typedef int mdb_env_copy2_function(MDB_env *env, const char *path, unsigned flags);
typedef ssize_t pwrite_function(int descriptor, const void *data, size_t size, off_t offset);
typedef ssize_t writev_function(int descriptor, const struct iovec *parts, int count);
typedef ssize_t write_function(int descriptor, const void *data, size_t size);
typedef int ftruncate_function(int descriptor, off_t size);
typedef int fdatasync_function(int descriptor);
typedef int msync_function(void *address, size_t size, int flags);
typedef int fflush_function(FILE *stream);
typedef int rename_function(const char *from, const char *to);
typedef int renameat_function(int from_folder, const char *from, int to_folder, const char *to);
typedef int link_function(const char *from, const char *to);
typedef int unlink_function(const char *path);
typedef int unlinkat_function(int folder, const char *path, int flags);
typedef int zmq_msg_send_function(zmq_msg_t *message, void *socket, int flags);
typedef ssize_t send_function(int descriptor, const void *data, size_t size, int flags);
typedef ssize_t sendto_function(int descriptor, const void *data, size_t size, int flags,
                                const struct sockaddr *to, socklen_t to_size);
typedef int poll_function(struct pollfd *items, nfds_t count, int timeout_ms);
typedef int epoll_wait_function(int descriptor, struct epoll_event *events, int count,
                                int timeout_ms);
typedef int clock_gettime_function(clockid_t clock, struct timespec *out_time);

EXPORTED int mdb_txn_commit(MDB_txn *txn) {
    NEXT(mdb_txn_commit_function, "mdb_txn_commit");
    enter(__func__);
    return (int)leave(__func__, next.function(txn));
}

EXPORTED int mdb_put(MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *data, unsigned flags) {
    NEXT(mdb_put_function, "mdb_put");
    enter(__func__);
    return (int)leave(__func__, next.function(txn, dbi, key, data, flags));
}

EXPORTED int mdb_del(MDB_txn *txn, MDB_dbi dbi, MDB_val *key, MDB_val *data) {
    NEXT(mdb_del_function, "mdb_del");
    enter(__func__);
    return (int)leave(__func__, next.function(txn, dbi, key, data));
}

EXPORTED int mdb_env_copy2(MDB_env *env, const char *path, unsigned flags) {
    NEXT(mdb_env_copy2_function, "mdb_env_copy2");
    enter(__func__);
    return (int)leave(__func__, next.function(env, path, flags));
}

EXPORTED ssize_t pwrite(int descriptor, const void *data, size_t size, off_t offset) {
    NEXT(pwrite_function, "pwrite");
    if (enter_disk(__func__)) {
        return -1;
    }
    keep(descriptor, offset, size);
    return leave(__func__, next.function(descriptor, data, size, offset));
}

EXPORTED ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    NEXT(writev_function, "writev");
    if (enter_disk(__func__)) {
        return -1;
    }
    size_t size = 0;
    for (int i = 0; i < count; i++) {
        size += parts[i].iov_len;
    }
    keep_here(descriptor, size);
    return leave(__func__, next.function(descriptor, parts, count));
}

EXPORTED ssize_t write(int descriptor, const void *data, size_t size) {
    NEXT(write_function, "write");
    if (!is_file(descriptor)) {
        return next.function(descriptor, data, size);
    }
    if (enter_disk(__func__)) {
        return -1;
    }
    keep_here(descriptor, size);
    return leave(__func__, next.function(descriptor, data, size));
}

EXPORTED int fflush(FILE *stream) {
    NEXT(fflush_function, "fflush");
    if (stream == NULL || __fpending(stream) == 0 || !is_file(fileno(stream))) {
        return next.function(stream);
    }
    if (enter_disk(__func__)) {
        return EOF;
    }
    return (int)leave(__func__, next.function(stream));
}

EXPORTED int ftruncate(int descriptor, off_t size) {
    NEXT(ftruncate_function, "ftruncate");
    if (enter_disk(__func__)) {
        return -1;
    }
    return (int)leave(__func__, next.function(descriptor, size));
}

/** fdatasync or fsync. */
static int sync_file(const char *name, fdatasync_function *next, int descriptor) {
    if (enter_disk(name)) {
        return -1;
    }
    uint64_t order = sync_begin();
    int result = no_sync ? 0 : next(descriptor);
    if (result == 0) {
        sync_end(descriptor, order);
    }
    return (int)leave(name, result);
}

EXPORTED int fdatasync(int descriptor) {
    NEXT(fdatasync_function, "fdatasync");
    return sync_file(__func__, next.function, descriptor);
}

EXPORTED int fsync(int descriptor) {
    NEXT(fdatasync_function, "fsync");
    return sync_file(__func__, next.function, descriptor);
}

EXPORTED int msync(void *address, size_t size, int flags) {
    NEXT(msync_function, "msync");
    if (enter_disk(__func__)) {
        return -1;
    }
    return (int)leave(__func__, next.function(address, size, flags));
}

EXPORTED int rename(const char *from, const char *to) {
    NEXT(rename_function, "rename");
    if (enter_disk(__func__)) {
        return -1;
    }
    return (int)leave(__func__, next.function(from, to));
}

EXPORTED int renameat(int from_folder, const char *from, int to_folder, const char *to) {
    NEXT(renameat_function, "renameat");
    if (enter_disk(__func__)) {
        return -1;
    }
    return (int)leave(__func__, next.function(from_folder, from, to_folder, to));
}

EXPORTED int link(const char *from, const char *to) {
    NEXT(link_function, "link");
    if (enter_disk(__func__)) {
        return -1;
    }
    return (int)leave(__func__, next.function(from, to));
}

EXPORTED int unlink(const char *path) {
    NEXT(unlink_function, "unlink");
    if (enter_disk(__func__)) {
        return -1;
    }
    return (int)leave(__func__, next.function(path));
}

EXPORTED int unlinkat(int folder, const char *path, int flags) {
    NEXT(unlinkat_function, "unlinkat");
    if (enter_disk(__func__)) {
        return -1;
    }
    return (int)leave(__func__, next.function(folder, path, flags));
}

EXPORTED int zmq_msg_send(zmq_msg_t *message, void *socket, int flags) {
    NEXT(zmq_msg_send_function, "zmq_msg_send");
    enter(__func__);
    return (int)leave(__func__, next.function(message, socket, flags));
}

EXPORTED ssize_t send(int descriptor, const void *data, size_t size, int flags) {
    NEXT(send_function, "send");
    enter(__func__);
    return leave(__func__, next.function(descriptor, data, size, flags));
}

/* libc declares the address as a union of pointers. */
EXPORTED ssize_t sendto(int descriptor, const void *data, size_t size, int flags,
                        __CONST_SOCKADDR_ARG to, socklen_t to_size) {
    NEXT(sendto_function, "sendto");
    enter(__func__);
    return leave(__func__, next.function(descriptor, data, size, flags, to.__sockaddr__, to_size));
}

EXPORTED int clock_gettime(clockid_t clock, struct timespec *out_time) {
    NEXT(clock_gettime_function, "clock_gettime");
    int result = next.function(clock, out_time);
    if (result == 0 && clock == CLOCK_REALTIME) {
        out_time->tv_sec += skew_s;
    }
    if (result == 0 && clock == CLOCK_MONOTONIC && hurry > 1) {
        const int64_t ns = hurry_from_ns + (ns_of(out_time) - hurry_from_ns) * hurry;
        out_time->tv_sec = (time_t)(ns / 1000000000);
        out_time->tv_nsec = (long)(ns % 1000000000);
    }
    return result;
}

/** A wait of the program's time, in real time; for ever stays so. */
static int hurried_ms(int timeout_ms) {
    return timeout_ms > 0 ? (timeout_ms + hurry - 1) / hurry : timeout_ms;
}

EXPORTED int poll(struct pollfd *items, nfds_t count, int timeout_ms) {
    NEXT(poll_function, "poll");
    return next.function(items, count, hurried_ms(timeout_ms));
}

EXPORTED int epoll_wait(int descriptor, struct epoll_event *events, int count, int timeout_ms) {
    NEXT(epoll_wait_function, "epoll_wait");
    return next.function(descriptor, events, count, hurried_ms(timeout_ms));
}
