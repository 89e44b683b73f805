/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The directory of an environment and the files in it, before LMDB sees them.
 */
#include "store/door.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define LOCK_NAME "LOCK"
#define PID_TEXT_BYTES 24

/* f_type of what is remote, or served by a program: flush and lock mean something else there.
 * Source: linux/magic.h and statfs(2); AFS, Ceph, Coda, GFS2, Lustre, NCP and OCFS2 too. */
static const uint64_t remote_magics[] = {
    0x6969,     /* NFS */
    0xFF534D42, /* CIFS */
    0xFE534D42, /* SMB2 */
    0x517B,     /* SMB */
    0x65735546, /* FUSE */
    0x01021997, /* 9p */
    0x5346414F, /* AFS */
    0x6B414653, /* kAFS */
    0x00C36400, /* Ceph */
    0x73757245, /* Coda */
    0x01161970, /* GFS2 */
    0x0BD00BD0, /* Lustre */
    0x564C,     /* NCP */
    0x7461636F, /* OCFS2 */
};

bool tcn_env_is_local(uint64_t magic) {
    for (size_t i = 0; i < sizeof(remote_magics) / sizeof(remote_magics[0]); i++) {
        if (remote_magics[i] == magic) {
            return false;
        }
    }
    return true;
}

char *tcn_env_path(const char *dir, const char *name) {
    size_t size = strlen(dir) + 1 + strlen(name) + 1;
    char *path = malloc(size);
    if (path != NULL) {
        (void)snprintf(path, size, "%s/%s", dir, name);
    }
    return path;
}

enum tcn_status tcn_env_dir_make(const char *dir, bool is_reader_only) {
    if (!is_reader_only && mkdir(dir, 0700) != 0 && errno != EEXIST) {
        return tcn_store_status(errno);
    }
    struct stat about;
    if (stat(dir, &about) != 0) {
        return tcn_store_status(errno);
    }
    /* Who can write to the directory can put a hostile data file there. */
    if (!S_ISDIR(about.st_mode) || (about.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return TCN_CONFIG;
    }
    struct statfs volume;
    if (statfs(dir, &volume) != 0) {
        return tcn_store_status(errno);
    }
    /* Some machines have f_type signed: only its low 32 bits mean anything. */
    return tcn_env_is_local((uint64_t)volume.f_type & 0xFFFFFFFF) ? TCN_OK : TCN_CONFIG;
}

/** Writes our pid into the locked file: over the old one, which needs no new block. On a full disk
 * a new file stays unsigned, and its holder reads as somebody. */
static enum tcn_status lock_sign(int file) {
    char text[PID_TEXT_BYTES];
    int size = snprintf(text, sizeof(text), "%lld\n", (long long)getpid());
    TCN_CHECK(size > 0 && size < (int)sizeof(text));
    if (pwrite(file, text, (size_t)size, 0) == size && ftruncate(file, size) == 0) {
        return TCN_OK;
    }
    const enum tcn_status status = tcn_store_status(errno);
    return status == TCN_FULL ? TCN_OK : status;
}

enum tcn_status tcn_env_dir_lock(const char *dir, int *out_file) {
    char *path = tcn_env_path(dir, LOCK_NAME);
    if (path == NULL) {
        return TCN_NOMEM;
    }
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    enum tcn_status status = file < 0 ? tcn_store_status(errno) : TCN_OK;
    free(path);
    if (status != TCN_OK) {
        return status;
    }
    /* flock belongs to this opening of the file, so a second one in our own process fails too. */
    status = flock(file, LOCK_EX | LOCK_NB) == 0 ? lock_sign(file) : tcn_store_status(errno);
    if (status != TCN_OK) {
        (void)close(file);
        return status;
    }
    *out_file = file;
    return TCN_OK;
}

/** Reads the pid in a lock file that somebody holds. */
static enum tcn_status holder_read(int file, int64_t *out_pid) {
    if (flock(file, LOCK_SH | LOCK_NB) == 0) {
        return TCN_ABSENT;
    }
    char text[PID_TEXT_BYTES] = {0};
    ssize_t size = pread(file, text, sizeof(text) - 1, 0);
    if (size < 0) {
        return tcn_store_status(errno);
    }
    /* A holder that has not signed yet reads as 0: somebody, unknown. */
    *out_pid = strtoll(text, NULL, 10);
    return TCN_OK;
}

enum tcn_status tcn_env_holder(const char *dir, int64_t *out_pid) {
    char *path = tcn_env_path(dir, LOCK_NAME);
    if (path == NULL) {
        return TCN_NOMEM;
    }
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    enum tcn_status status = file < 0 ? tcn_store_status(errno) : TCN_OK;
    free(path);
    if (status != TCN_OK) {
        return status;
    }
    status = holder_read(file, out_pid);
    (void)close(file);
    return status;
}

/** Syncs one directory. */
static enum tcn_status dir_sync_one(const char *dir) {
    int file = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) {
        return tcn_store_status(errno);
    }
    enum tcn_status status = fsync(file) == 0 ? TCN_OK : tcn_store_status(errno);
    (void)close(file);
    return status;
}

enum tcn_status tcn_env_dir_sync(const char *dir) {
    enum tcn_status status = dir_sync_one(dir);
    if (status != TCN_OK) {
        return status;
    }
    /* LMDB never syncs a directory: without this a power cut could take the new file's name. */
    char *parent = tcn_env_path(dir, "..");
    if (parent == NULL) {
        return TCN_NOMEM;
    }
    status = dir_sync_one(parent);
    free(parent);
    return status;
}

enum tcn_status tcn_env_file_blank(const char *path) {
    static const uint8_t zeros[64 * 1024];
    int file = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) {
        return tcn_store_status(errno);
    }
    struct stat about;
    enum tcn_status status = fstat(file, &about) == 0 ? TCN_OK : tcn_store_status(errno);
    off_t offset = 0;
    while (status == TCN_OK && offset < about.st_size) {
        off_t rest = about.st_size - offset;
        size_t size = rest < (off_t)sizeof(zeros) ? (size_t)rest : sizeof(zeros);
        ssize_t done = pwrite(file, zeros, size, offset);
        status = done > 0 ? TCN_OK : tcn_store_status(errno);
        offset += done > 0 ? done : 0;
    }
    if (status == TCN_OK && fsync(file) != 0) {
        status = tcn_store_status(errno);
    }
    (void)close(file);
    return status;
}
