/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A call that writes and is the last one: a child does some work and dies when its n-th such call
 * has returned. A kill before a call is one behind the call before it, so that is all there is to
 * try. For one file of a test, which names in its first lines all that is stood in for here:
 *   ctest-wraps: rename link fsync fdatasync unlink unlinkat rmdir mkdir write pwrite ftruncate
 *                mdb_txn_commit mdb_env_copy2
 * What LMDB writes inside a commit is one step here: that a commit is whole or not at all is for
 * the tests that kill real programs at their system calls (system/sweep.py).
 *
 * Single-threaded.
 */
#ifndef TESTS_LIB_LAST_CALL_H
#define TESTS_LIB_LAST_CALL_H

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <lmdb.h>

#include <cmocka.h>

#include "sanitized.h"

/** From one call that is tried to the next. A sanitizer sees the same code in each, at three times
 * the price: it is shown every third. */
#ifdef IS_SANITIZED
#define LAST_CALL_STEP 3u
#else
#define LAST_CALL_STEP 1u
#endif

/** Calls until the last one; 0: none is. */
static struct {
    uint32_t left;
    uint32_t wanted; /**< of a child that has not begun to count */
} last_call;

/** A call has returned. */
static inline ssize_t last_call_made(ssize_t result) {
    if (last_call.left == 1) {
        (void)raise(SIGKILL);
    }
    last_call.left -= last_call.left > 0 ? 1 : 0;
    return result;
}

/** From here on the child's calls are counted. */
static inline void last_call_begin(void) {
    last_call.left = last_call.wanted;
}

/** What a child does, with its own opening of everything: nothing may be open when it begins. */
typedef void last_call_work(void *context);

/** Lets a child do its work until its `call`-th call behind last_call_begin has returned. False
 * when it came to the work's end before. */
static inline bool last_call_dies(last_call_work *work, void *context, uint32_t call) {
    int ended = 0;
    (void)fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        last_call.wanted = call;
        work(context);
        last_call.left = 0;
        _exit(0);
    }
    assert_int_equal(waitpid(child, &ended, 0), child);
    if (WIFSIGNALED(ended)) {
        assert_int_equal(WTERMSIG(ended), SIGKILL);
        return true;
    }
    assert_int_equal(WEXITSTATUS(ended), 0);
    return false;
}

int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
int __real_link(const char *from, const char *to);
int __wrap_link(const char *from, const char *to);
int __real_fsync(int file);
int __wrap_fsync(int file);
int __real_fdatasync(int file);
int __wrap_fdatasync(int file);
int __real_unlink(const char *path);
int __wrap_unlink(const char *path);
int __real_unlinkat(int dir, const char *path, int flags);
int __wrap_unlinkat(int dir, const char *path, int flags);
int __real_rmdir(const char *path);
int __wrap_rmdir(const char *path);
int __real_mkdir(const char *path, mode_t mode);
int __wrap_mkdir(const char *path, mode_t mode);
ssize_t __real_write(int file, const void *data, size_t size);
ssize_t __wrap_write(int file, const void *data, size_t size);
ssize_t __real_pwrite(int file, const void *data, size_t size, off_t offset);
ssize_t __wrap_pwrite(int file, const void *data, size_t size, off_t offset);
int __real_ftruncate(int file, off_t size);
int __wrap_ftruncate(int file, off_t size);
int __real_mdb_txn_commit(MDB_txn *txn);
int __wrap_mdb_txn_commit(MDB_txn *txn);
int __real_mdb_env_copy2(MDB_env *env, const char *path, unsigned flags);
int __wrap_mdb_env_copy2(MDB_env *env, const char *path, unsigned flags);

int __wrap_rename(const char *from, const char *to) {
    return (int)last_call_made(__real_rename(from, to));
}

int __wrap_link(const char *from, const char *to) {
    return (int)last_call_made(__real_link(from, to));
}

int __wrap_fsync(int file) {
    return (int)last_call_made(__real_fsync(file));
}

int __wrap_fdatasync(int file) {
    return (int)last_call_made(__real_fdatasync(file));
}

int __wrap_unlink(const char *path) {
    return (int)last_call_made(__real_unlink(path));
}

int __wrap_unlinkat(int dir, const char *path, int flags) {
    return (int)last_call_made(__real_unlinkat(dir, path, flags));
}

int __wrap_rmdir(const char *path) {
    return (int)last_call_made(__real_rmdir(path));
}

int __wrap_mkdir(const char *path, mode_t mode) {
    return (int)last_call_made(__real_mkdir(path, mode));
}

ssize_t __wrap_write(int file, const void *data, size_t size) {
    return last_call_made(__real_write(file, data, size));
}

ssize_t __wrap_pwrite(int file, const void *data, size_t size, off_t offset) {
    return last_call_made(__real_pwrite(file, data, size, offset));
}

int __wrap_ftruncate(int file, off_t size) {
    return (int)last_call_made(__real_ftruncate(file, size));
}

int __wrap_mdb_txn_commit(MDB_txn *txn) {
    return (int)last_call_made(__real_mdb_txn_commit(txn));
}

int __wrap_mdb_env_copy2(MDB_env *env, const char *path, unsigned flags) {
    return (int)last_call_made(__real_mdb_env_copy2(env, path, flags));
}

#endif
