/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One key file in place of another. Names are moved, never bytes: whoever reads the key file at any
 * moment, and whatever it is killed at, finds a whole one.
 */
#include "seal/key.h"
#include "seal/key_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET_ENDING ".key"
#define PUBLIC_ENDING ".pub"

enum tcn_status tcn_key_file_beside(const char *path, const char *ending, char *out_path,
                                    size_t size) {
    const int written = snprintf(out_path, size, "%s%s", path, ending);
    return written > 0 && (size_t)written < size ? TCN_OK : TCN_TOOBIG;
}

/** Whether an entry of the folder is a temporary name of this file. */
static bool is_leftover(int folder, const char *name, const struct stat *about) {
    struct stat other;
    return tcn_key_file_is_temporary(name) &&
           fstatat(folder, name, &other, AT_SYMLINK_NOFOLLOW) == 0 &&
           other.st_dev == about->st_dev && other.st_ino == about->st_ino;
}

/** Takes off the temporary names of a file beside it: whoever wrote it was killed before it could.
 */
static enum tcn_status drop_leftovers(const char *path, const struct stat *about) {
    char name[PATH_MAX];
    tcn_key_file_folder(path, name);
    DIR *folder = opendir(name);
    if (folder == NULL) {
        return tcn_key_file_status(errno);
    }
    enum tcn_status status = TCN_OK;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (is_leftover(dirfd(folder), entry->d_name, about) &&
            unlinkat(dirfd(folder), entry->d_name, 0) != 0) {
            status = tcn_key_file_status(errno);
        }
    }
    (void)closedir(folder); /* it was only read */
    return status;
}

/** Overwrites what is in a file, unless it has a name in use too. */
static enum tcn_status wipe(const char *path, int descriptor) {
    static const uint8_t zeros[TCN_KEY_FILE_BYTES_MAX];
    struct stat about;
    if (fstat(descriptor, &about) != 0) {
        return tcn_key_file_status(errno);
    }
    if (about.st_nlink > 1) {
        const enum tcn_status status = drop_leftovers(path, &about);
        if (status != TCN_OK || fstat(descriptor, &about) != 0) {
            return status != TCN_OK ? status : tcn_key_file_status(errno);
        }
    }
    if (about.st_nlink > 1 || !S_ISREG(about.st_mode)) {
        return TCN_OK;
    }
    size_t left = about.st_size < TCN_KEY_FILE_BYTES_MAX ? (size_t)about.st_size : sizeof zeros;
    while (left > 0) {
        const ssize_t count = write(descriptor, zeros, left);
        if (count < 0 && errno != EINTR) {
            return tcn_key_file_status(errno);
        }
        left -= count > 0 ? (size_t)count : 0;
    }
    return fsync(descriptor) != 0 ? tcn_key_file_status(errno) : TCN_OK;
}

enum tcn_status tcn_key_file_erase(const char *path) {
    const int descriptor = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    enum tcn_status status = TCN_OK;
    if (descriptor >= 0) {
        status = wipe(path, descriptor);
        (void)close(descriptor);  /* it was synced */
    } else if (errno != EACCES) { /* one of mode 0400 is at least removed */
        status = tcn_key_file_status(errno);
    }
    if (status == TCN_OK && unlink(path) != 0) {
        status = tcn_key_file_status(errno);
    }
    return status == TCN_OK ? tcn_key_file_sync_folder(path) : status;
}

enum tcn_status tcn_key_file_put_public(const char *path, const struct tcn_key_set *set) {
    char name[PATH_MAX];
    char made[PATH_MAX];
    const size_t size = strlen(path);
    const size_t ending = sizeof SECRET_ENDING - 1;
    if (size <= ending || size >= sizeof name || strcmp(path + size - ending, SECRET_ENDING) != 0) {
        return TCN_OK;
    }
    memcpy(name, path, size - ending);
    memcpy(name + size - ending, PUBLIC_ENDING, sizeof PUBLIC_ENDING);
    if (access(name, F_OK) != 0) {
        return TCN_OK;
    }
    enum tcn_status status = tcn_key_file_temporary(name, made);
    if (status == TCN_OK) {
        status = tcn_key_file_write_public(set, made);
    }
    if (status == TCN_OK && rename(made, name) != 0) {
        status = tcn_key_file_status(errno);
    }
    return status;
}

/** Gives the key file in use its second name. */
static enum tcn_status keep_old(const char *path) {
    char old[PATH_MAX];
    enum tcn_status status = tcn_key_file_beside(path, TCN_KEY_FILE_OLD, old, sizeof old);
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_key_file_erase(old); /* of a rotation before, or of a swap that was cut short */
    if (status != TCN_OK && status != TCN_ABSENT) {
        return status;
    }
    return link(path, old) == 0 ? tcn_key_file_sync_folder(path) : tcn_key_file_status(errno);
}

enum tcn_status tcn_key_file_swap(const char *path) {
    char next[PATH_MAX];
    struct tcn_key_set set;
    enum tcn_status status = tcn_key_file_beside(path, TCN_KEY_FILE_NEXT, next, sizeof next);
    if (status == TCN_OK) {
        status = tcn_key_file_read(next, &set);
    }
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_key_file_put_public(path, &set);
    tcn_key_set_fini(&set);
    if (status == TCN_OK) {
        status = keep_old(path);
    }
    if (status == TCN_OK && rename(next, path) != 0) {
        status = tcn_key_file_status(errno);
    }
    return status == TCN_OK ? tcn_key_file_sync_folder(path) : status;
}
