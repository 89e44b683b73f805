/* SPDX-License-Identifier: Apache-2.0 */
#include "store/fresh.h"

#include "store/door.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define SUFFIX ".partial"

/* What a directory of ours may hold: files, and these with files in them. */
static const char *const subdirs[] = {"log", "shares", "state"};

/** Unlinks the files of one directory and then itself. A directory in it stays, and so does it. */
static enum tcn_status dir_remove(const char *path) {
    DIR *dir = opendir(path);
    if (dir == NULL) {
        return errno == ENOENT ? TCN_OK : tcn_store_status(errno);
    }
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
        }
    }
    (void)closedir(dir);
    return rmdir(path) == 0 ? TCN_OK : tcn_store_status(errno);
}

static enum tcn_status partial_remove(const char *partial) {
    for (size_t i = 0; i < sizeof(subdirs) / sizeof(subdirs[0]); i++) {
        char *path = tcn_env_path(partial, subdirs[i]);
        enum tcn_status status = path == NULL ? TCN_NOMEM : dir_remove(path);
        free(path);
        if (status != TCN_OK) {
            return status;
        }
    }
    return dir_remove(partial);
}

/** Nothing, or an empty directory: rename(2) takes the place of either. */
static enum tcn_status place_check(const char *dir) {
    DIR *found = opendir(dir);
    if (found == NULL) {
        return errno == ENOENT ? TCN_OK : errno == ENOTDIR ? TCN_EXISTS : tcn_store_status(errno);
    }
    enum tcn_status status = TCN_OK;
    for (struct dirent *entry = readdir(found); entry != NULL; entry = readdir(found)) {
        bool is_self = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
        status = is_self ? status : TCN_EXISTS;
    }
    (void)closedir(found);
    return status;
}

/** The two paths, without slashes at their end. */
static enum tcn_status paths_set(struct tcn_fresh *fresh, const char *dir) {
    size_t size = strlen(dir);
    while (size > 1 && dir[size - 1] == '/') {
        size--;
    }
    if (size == 0 || size + sizeof(SUFFIX) > sizeof(fresh->partial)) {
        return TCN_CONFIG;
    }
    memcpy(fresh->dir, dir, size);
    fresh->dir[size] = '\0';
    int made = snprintf(fresh->partial, sizeof(fresh->partial), "%.*s" SUFFIX, (int)size, dir);
    return made > 0 && (size_t)made < sizeof(fresh->partial) ? TCN_OK : TCN_CONFIG;
}

/** Removes what a program that died left, unless one still fills it. */
static enum tcn_status leftover_remove(const char *partial) {
    if (access(partial, F_OK) != 0) {
        return errno == ENOENT ? TCN_OK : tcn_store_status(errno);
    }
    int64_t pid = 0;
    enum tcn_status status = tcn_env_holder(partial, &pid);
    if (status == TCN_OK) {
        return TCN_LOCKED;
    }
    return status == TCN_ABSENT ? partial_remove(partial) : status;
}

enum tcn_status tcn_fresh_begin(struct tcn_fresh *fresh, const char *dir) {
    memset(fresh, 0, sizeof(*fresh));
    fresh->lock_file = -1;
    enum tcn_status status = paths_set(fresh, dir);
    if (status == TCN_OK) {
        status = place_check(fresh->dir);
    }
    if (status == TCN_OK) {
        status = leftover_remove(fresh->partial);
    }
    if (status != TCN_OK) {
        fresh->partial[0] = '\0';
        return status;
    }
    status = tcn_env_dir_make(fresh->partial, false);
    if (status == TCN_OK) {
        status = tcn_env_dir_lock(fresh->partial, &fresh->lock_file);
    }
    if (status != TCN_OK) {
        tcn_fresh_drop(fresh);
    }
    return status;
}

enum tcn_status tcn_fresh_room(const char *dir, uint64_t *out_bytes) {
    struct tcn_fresh fresh;
    enum tcn_status status = paths_set(&fresh, dir);
    if (status != TCN_OK) {
        return status;
    }
    char *slash = strrchr(fresh.dir, '/');
    const char *parent = slash == NULL ? "." : slash == fresh.dir ? "/" : fresh.dir;
    if (slash != NULL && slash != fresh.dir) {
        *slash = '\0';
    }
    struct statvfs volume;
    if (statvfs(parent, &volume) != 0) {
        return tcn_store_status(errno);
    }
    *out_bytes = (uint64_t)volume.f_bavail * volume.f_frsize;
    return TCN_OK;
}

enum tcn_status tcn_fresh_commit(struct tcn_fresh *fresh) {
    TCN_CHECK(fresh->lock_file >= 0);
    /* The lock is on the open file and outlives its name, which is no part of the whole. */
    char *lock = tcn_env_path(fresh->partial, "LOCK");
    if (lock == NULL) {
        return TCN_NOMEM;
    }
    (void)unlink(lock);
    free(lock);
    enum tcn_status status = tcn_env_dir_sync(fresh->partial);
    if (status != TCN_OK) {
        return status;
    }
    if (rename(fresh->partial, fresh->dir) != 0) {
        return tcn_store_status(errno);
    }
    (void)close(fresh->lock_file);
    fresh->lock_file = -1;
    fresh->partial[0] = '\0';
    return tcn_env_dir_sync(fresh->dir);
}

void tcn_fresh_drop(struct tcn_fresh *fresh) {
    if (fresh->partial[0] == '\0') {
        return;
    }
    enum tcn_status ignored = partial_remove(fresh->partial); /* the next begin tries again */
    (void)ignored;
    fresh->partial[0] = '\0';
    if (fresh->lock_file >= 0) {
        (void)close(fresh->lock_file);
        fresh->lock_file = -1;
    }
}

enum tcn_status tcn_fresh_remove(const char *dir, const char *mark) {
    struct tcn_fresh fresh;
    enum tcn_status status = paths_set(&fresh, dir);
    if (status == TCN_OK) {
        status = leftover_remove(fresh.partial);
    }
    if (status != TCN_OK || access(fresh.dir, F_OK) != 0) {
        return status;
    }
    char *path = tcn_env_path(fresh.dir, mark);
    if (path == NULL) {
        return TCN_NOMEM;
    }
    const bool is_gone = unlink(path) == 0 || errno == ENOENT;
    status = is_gone ? tcn_env_dir_sync(fresh.dir) : tcn_store_status(errno);
    free(path);
    return status == TCN_OK ? partial_remove(fresh.dir) : status;
}

enum tcn_status tcn_fresh_file(const char *path, const void *data, size_t size) {
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) {
        return tcn_store_status(errno);
    }
    ssize_t done = write(file, data, size);
    enum tcn_status status = TCN_OK;
    if (done != (ssize_t)size) {
        status = done < 0 ? tcn_store_status(errno) : TCN_FULL;
    } else if (fsync(file) != 0) {
        status = tcn_store_status(errno);
    }
    (void)close(file);
    return status;
}

/** Makes a name in the directory of `path` durable. */
static enum tcn_status parent_sync(const char *path) {
    const char *slash = strrchr(path, '/');
    size_t size = slash == NULL ? 1 : slash == path ? 1 : (size_t)(slash - path);
    char dir[TCN_FRESH_PATH_BYTES];
    if (size >= sizeof(dir)) {
        return TCN_CONFIG;
    }
    memcpy(dir, slash == NULL ? "." : path, size);
    dir[size] = '\0';
    int file = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) {
        return tcn_store_status(errno);
    }
    enum tcn_status status = fsync(file) == 0 ? TCN_OK : tcn_store_status(errno);
    (void)close(file);
    return status;
}

enum tcn_status tcn_fresh_replace(const char *path, const void *data, size_t size) {
    char partial[TCN_FRESH_PATH_BYTES];
    int made = snprintf(partial, sizeof(partial), "%s" SUFFIX, path);
    if (made < 0 || (size_t)made >= sizeof(partial)) {
        return TCN_CONFIG;
    }
    if (unlink(partial) != 0 && errno != ENOENT) {
        return tcn_store_status(errno);
    }
    enum tcn_status status = tcn_fresh_file(partial, data, size);
    if (status == TCN_OK && rename(partial, path) != 0) {
        status = tcn_store_status(errno);
    }
    if (status != TCN_OK) {
        (void)unlink(partial);
        return status;
    }
    return parent_sync(path);
}
