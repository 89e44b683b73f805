/* SPDX-License-Identifier: Apache-2.0 */
#include "seal/key_file.h"

#include "seal/key.h"
#include "seal/random.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX_RANDOM_BYTES 8
#define SUFFIX_ENDING ".tmp"
/* "." 16 digits ".tmp" NUL */
#define SUFFIX_BYTES (1 + 2 * SUFFIX_RANDOM_BYTES + sizeof SUFFIX_ENDING)

enum tcn_status tcn_key_file_status(int code) {
    switch (code) {
    case ENOENT:
    case ENOTDIR:
        return TCN_ABSENT;
    case EEXIST:
        return TCN_EXISTS;
    case EACCES:
    case EPERM:
    case EROFS:
    case ELOOP: /* O_NOFOLLOW met a symbolic link */
        return TCN_DENIED;
    case ENOSPC:
    case EDQUOT:
        return TCN_FULL;
    case ENAMETOOLONG:
        return TCN_TOOBIG;
    case ENOMEM:
        return TCN_NOMEM;
    default:
        return TCN_IO;
    }
}

/** Writes everything; a signal only interrupts, it does not fail. */
static enum tcn_status write_all(int descriptor, struct tcn_slice text) {
    size_t offset = 0;
    while (offset < text.size) {
        ssize_t count = write(descriptor, text.data + offset, text.size - offset);
        if (count < 0 && errno != EINTR) {
            return tcn_key_file_status(errno);
        }
        offset += count > 0 ? (size_t)count : 0;
    }
    return TCN_OK;
}

/** Makes the file durable: content and mode are on disk when this returns TCN_OK. */
static enum tcn_status fill(int descriptor, struct tcn_slice text, mode_t mode) {
    enum tcn_status status = write_all(descriptor, text);
    if (status != TCN_OK) {
        return status;
    }
    /* The umask took bits away from a public file. */
    if (fchmod(descriptor, mode) != 0 || fsync(descriptor) != 0) {
        return tcn_key_file_status(errno);
    }
    return TCN_OK;
}

void tcn_key_file_folder(const char *path, char *out_folder) {
    const char *slash = strrchr(path, '/');
    size_t size = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    TCN_CHECK(size + 2 <= PATH_MAX); /* the path was checked */
    memcpy(out_folder, path, size);
    memcpy(out_folder + size, ".", 2);
}

enum tcn_status tcn_key_file_sync_folder(const char *path) {
    char folder[PATH_MAX];
    tcn_key_file_folder(path, folder);
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) {
        return tcn_key_file_status(errno);
    }
    enum tcn_status status = fsync(descriptor) != 0 ? tcn_key_file_status(errno) : TCN_OK;
    (void)close(descriptor); /* nothing is buffered in it */
    return status;
}

enum tcn_status tcn_key_file_temporary(const char *path, char *out_name) {
    size_t size = strlen(path);
    if (size == 0 || size + SUFFIX_BYTES > PATH_MAX) {
        return size == 0 ? TCN_ABSENT : TCN_TOOBIG;
    }
    uint8_t chance[SUFFIX_RANDOM_BYTES];
    tcn_random_bytes(chance, sizeof chance);
    memcpy(out_name, path, size);
    out_name[size] = '.';
    tcn_hex_encode(chance, sizeof chance, out_name + size + 1);
    memcpy(out_name + size + 1 + 2 * sizeof chance, SUFFIX_ENDING, sizeof SUFFIX_ENDING);
    return TCN_OK;
}

bool tcn_key_file_is_temporary(const char *name) {
    const size_t size = strlen(name);
    if (size < SUFFIX_BYTES) { /* there is something before it */
        return false;
    }
    const char *suffix = name + size + 1 - SUFFIX_BYTES;
    return suffix[0] == '.' && strspn(suffix + 1, "0123456789abcdef") == 2 * SUFFIX_RANDOM_BYTES &&
           strcmp(suffix + 1 + 2 * SUFFIX_RANDOM_BYTES, SUFFIX_ENDING) == 0;
}

enum tcn_status tcn_key_file_create(const char *path, struct tcn_slice text, mode_t mode) {
    char name[PATH_MAX];
    enum tcn_status status = tcn_key_file_temporary(path, name);
    if (status != TCN_OK) {
        return status;
    }
    int descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        return tcn_key_file_status(errno);
    }
    status = fill(descriptor, text, mode);
    if (close(descriptor) != 0 && status == TCN_OK) {
        status = TCN_IO;
    }
    /* Not rename(2): it would replace a key that appeared meanwhile. */
    if (status == TCN_OK && link(name, path) != 0) {
        status = tcn_key_file_status(errno);
    }
    (void)unlink(name); /* one that is left is taken off with the file, see tcn_key_file_erase */
    return status == TCN_OK ? tcn_key_file_sync_folder(path) : status;
}

/** Checks what was opened before any of it is read. */
static enum tcn_status check_file(int descriptor, bool is_secret) {
    struct stat about;
    if (fstat(descriptor, &about) != 0) {
        return tcn_key_file_status(errno);
    }
    if (!S_ISREG(about.st_mode) || about.st_size > TCN_KEY_FILE_BYTES_MAX) {
        return TCN_MALFORMED;
    }
    bool is_shared = (about.st_mode & (S_IRWXG | S_IRWXO)) != 0;
    return is_secret && is_shared ? TCN_DENIED : TCN_OK;
}

/** Reads up to the buffer's end. */
static enum tcn_status read_all(int descriptor, uint8_t *out_text, size_t *out_size) {
    size_t size = 0;
    while (size < TCN_KEY_FILE_BYTES_MAX) {
        ssize_t count = read(descriptor, out_text + size, TCN_KEY_FILE_BYTES_MAX - size);
        if (count < 0 && errno != EINTR) {
            return tcn_key_file_status(errno);
        }
        if (count == 0) {
            break;
        }
        size += count > 0 ? (size_t)count : 0;
    }
    *out_size = size;
    return TCN_OK;
}

enum tcn_status tcn_key_file_load(const char *path, bool is_secret, uint8_t *out_text,
                                  size_t *out_size) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe must not hold us */
    if (descriptor < 0) {
        return tcn_key_file_status(errno);
    }
    enum tcn_status status = check_file(descriptor, is_secret);
    if (status == TCN_OK) {
        status = read_all(descriptor, out_text, out_size);
    }
    (void)close(descriptor); /* it was only read */
    return status;
}
