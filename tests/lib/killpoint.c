/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A preloaded library that lets any store or send call of a program be its last one: it counts the
 * calls that make bytes durable or hand them to a peer, and at the n-th raises SIGKILL, which
 * nothing can catch. tests/system/test_kill_points.py sweeps n, and looks that no such call which
 * the programs, LMDB or libzmq import is missing here. Calls are counted on all threads together:
 * in the order in which they return, or, killed before the call, in the order in which they begin.
 * Two more things are done to a program from outside here: a disk that does not sync, and a wall
 * clock that is wrong.
 *
 *   TOCSIN_KILL_AT=N      kill at call N, from 1; absent or 0: only count
 *   TOCSIN_KILL_WHEN=W    "before": call N is not made; "after", or absent: it has returned
 *   TOCSIN_KILL_COUNT=F   the counts are in this file, mapped, so they survive the kill: number of
 *                         calls so far and of the one that killed, 8 bytes each; then what the
 *                         first calls were, 16 bytes each with NULs behind the name
 *   TOCSIN_NO_SYNC=1      fdatasync and fsync do nothing and say that all is well
 *   TOCSIN_SKEW_S=S       the wall clock is S seconds ahead; negative: behind
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <lmdb.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
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
    _Atomic uint64_t killed_at;
    char names[NAMED_MAX][NAME_BYTES];
};

static struct counts own_counts;
static struct counts *counts = &own_counts;
static uint64_t kill_at;
static bool is_before;
static bool no_sync;
static time_t skew_s;

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

/* A constructor runs before main and before any thread. */
__attribute__((constructor)) static void start(void) {
    const char *at = getenv("TOCSIN_KILL_AT");
    const char *when = getenv("TOCSIN_KILL_WHEN");
    const char *skew = getenv("TOCSIN_SKEW_S");
    is_before = when != NULL && strcmp(when, "before") == 0;
    skew_s = skew == NULL ? 0 : (time_t)strtoll(skew, NULL, 10);
    no_sync = getenv("TOCSIN_NO_SYNC") != NULL;
    map_counts(getenv("TOCSIN_KILL_COUNT"));
    /* Last: what was called here was counted where nobody looks, and must not kill. */
    kill_at = at == NULL ? 0 : strtoull(at, NULL, 10);
}

/** Counts a call; the n-th is the last. */
static void count_call(const char *name) {
    uint64_t number = atomic_fetch_add(&counts->calls, 1) + 1;
    if (number <= NAMED_MAX) {
        memcpy(counts->names[number - 1], name, strnlen(name, NAME_BYTES - 1));
    }
    if (number == kill_at) {
        atomic_store(&counts->killed_at, number);
        (void)kill(getpid(), SIGKILL);
        for (;;) {
            (void)pause(); /* no other thread's call may slip in behind this one */
        }
    }
}

/** A call begins. */
static void enter(const char *name) {
    if (is_before) {
        count_call(name);
    }
}

/** A call has returned, with this. */
static ssize_t leave(const char *name, ssize_t result) {
    if (!is_before) {
        count_call(name);
    }
    return result;
}

/** True for a file; what libzmq writes to wake a thread is no byte of anybody's. */
static bool is_file(int descriptor) {
    struct stat stat;
    return fstat(descriptor, &stat) == 0 && S_ISREG(stat.st_mode);
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
typedef int fsync_function(int descriptor);
typedef int msync_function(void *address, size_t size, int flags);
typedef int rename_function(const char *from, const char *to);
typedef int link_function(const char *from, const char *to);
typedef int unlink_function(const char *path);
typedef int zmq_msg_send_function(zmq_msg_t *message, void *socket, int flags);
typedef ssize_t send_function(int descriptor, const void *data, size_t size, int flags);
typedef ssize_t sendto_function(int descriptor, const void *data, size_t size, int flags,
                                const struct sockaddr *to, socklen_t to_size);
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
    enter(__func__);
    return leave(__func__, next.function(descriptor, data, size, offset));
}

EXPORTED ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    NEXT(writev_function, "writev");
    enter(__func__);
    return leave(__func__, next.function(descriptor, parts, count));
}

EXPORTED ssize_t write(int descriptor, const void *data, size_t size) {
    NEXT(write_function, "write");
    if (!is_file(descriptor)) {
        return next.function(descriptor, data, size);
    }
    enter(__func__);
    return leave(__func__, next.function(descriptor, data, size));
}

EXPORTED int ftruncate(int descriptor, off_t size) {
    NEXT(ftruncate_function, "ftruncate");
    enter(__func__);
    return (int)leave(__func__, next.function(descriptor, size));
}

EXPORTED int fdatasync(int descriptor) {
    NEXT(fdatasync_function, "fdatasync");
    enter(__func__);
    return (int)leave(__func__, no_sync ? 0 : next.function(descriptor));
}

EXPORTED int fsync(int descriptor) {
    NEXT(fsync_function, "fsync");
    enter(__func__);
    return (int)leave(__func__, no_sync ? 0 : next.function(descriptor));
}

EXPORTED int msync(void *address, size_t size, int flags) {
    NEXT(msync_function, "msync");
    enter(__func__);
    return (int)leave(__func__, next.function(address, size, flags));
}

EXPORTED int rename(const char *from, const char *to) {
    NEXT(rename_function, "rename");
    enter(__func__);
    return (int)leave(__func__, next.function(from, to));
}

EXPORTED int link(const char *from, const char *to) {
    NEXT(link_function, "link");
    enter(__func__);
    return (int)leave(__func__, next.function(from, to));
}

EXPORTED int unlink(const char *path) {
    NEXT(unlink_function, "unlink");
    enter(__func__);
    return (int)leave(__func__, next.function(path));
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
    return result;
}
