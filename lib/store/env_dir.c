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
/* "PID\nHOST\n" */
#define SIGN_TEXT_BYTES (24 + TCN_ENV_HOST_BYTES)

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

/** Writes our pid and machine into the locked file: over the old ones, which needs no new block.
 * The file's own time says since when. On a full disk a new file stays unsigned, and its holder
 * reads as somebody. */
static enum tcn_status lock_sign(int file) {
    char text[SIGN_TEXT_BYTES];
    char host[TCN_ENV_HOST_BYTES] = "";
    if (gethostname(host, sizeof(host) - 1) != 0) {
        host[0] = '\0';
    }
    int size = snprintf(text, sizeof(text), "%lld\n%s\n", (long long)getpid(), host);
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

/** The machine's name on the second line, as far as it is one. */
static void host_read(const char *text, char out_host[TCN_ENV_HOST_BYTES]) {
    const char *line = strchr(text, '\n');
    size_t size = line == NULL ? 0 : strcspn(line + 1, "\n");
    size = size < TCN_ENV_HOST_BYTES ? size : 0;
    for (size_t i = 0; i < size; i++) {
        const char byte = line[1 + i];
        out_host[i] = byte > ' ' && byte < 0x7F ? byte : '?';
    }
    out_host[size] = '\0';
}

/** Reads what stands in a lock file that somebody holds. */
static enum tcn_status hold_read(int file, struct tcn_env_hold *out_hold) {
    if (flock(file, LOCK_SH | LOCK_NB) == 0) {
        return TCN_ABSENT;
    }
    char text[SIGN_TEXT_BYTES] = {0};
    struct stat about;
    if (pread(file, text, sizeof(text) - 1, 0) < 0 || fstat(file, &about) != 0) {
        return tcn_store_status(errno);
    }
    /* A holder that has not signed yet reads as 0: somebody, unknown. */
    out_hold->pid = strtoll(text, NULL, 10);
    out_hold->since_ns = about.st_mtim.tv_sec * INT64_C(1000000000) + about.st_mtim.tv_nsec;
    host_read(text, out_hold->host);
    return TCN_OK;
}

enum tcn_status tcn_env_hold_look(const char *dir, struct tcn_env_hold *out_hold) {
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
    status = hold_read(file, out_hold);
    (void)close(file);
    return status;
}

enum tcn_status tcn_env_holder(const char *dir, int64_t *out_pid) {
    struct tcn_env_hold hold;
    const enum tcn_status status = tcn_env_hold_look(dir, &hold);
    if (status == TCN_OK) {
        *out_pid = hold.pid;
    }
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
