/* SPDX-License-Identifier: Apache-2.0 */
#include "client/setup_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIZE_BYTES 4

static enum tcn_status status_of_errno(int error) {
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return TCN_ABSENT;
    case EACCES:
    case EPERM:
    case EROFS:
        return TCN_DENIED;
    case EEXIST:
        return TCN_EXISTS;
    case ENOSPC:
    case EDQUOT:
        return TCN_FULL;
    case ENOMEM:
        return TCN_NOMEM;
    default:
        return TCN_IO;
    }
}

static enum tcn_status join(const char *dir, const char *name, const char *suffix,
                            char out_path[TCN_SETUP_PATH_BYTES]) {
    int size = snprintf(out_path, TCN_SETUP_PATH_BYTES, "%s/%s%s", dir, name, suffix);
    return size > 0 && size < TCN_SETUP_PATH_BYTES ? TCN_OK : TCN_TOOBIG;
}

static enum tcn_status sync_folder(const char *dir) {
    int folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        return status_of_errno(errno);
    }
    enum tcn_status status = fsync(folder) == 0 ? TCN_OK : status_of_errno(errno);
    (void)close(folder);
    return status;
}

enum tcn_status tcn_setup_file_prepare(const char *dir) {
    char path[TCN_SETUP_PATH_BYTES];
    enum tcn_status status = join(dir, "genesis.bin", "", path);
    if (status != TCN_OK) {
        return status;
    }
    if (access(path, F_OK) == 0) {
        return TCN_EXISTS;
    }
    status = join(dir, "keys", "", path);
    if (status != TCN_OK) {
        return status;
    }
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        return status_of_errno(errno);
    }
    return sync_folder(dir);
}

static enum tcn_status write_all(int file, const void *data, size_t size) {
    const uint8_t *next = data;
    while (size > 0) {
        ssize_t count = write(file, next, size);
        if (count < 0 && errno != EINTR) {
            return status_of_errno(errno);
        }
        size_t written = count < 0 ? 0 : (size_t)count;
        next += written;
        size -= written;
    }
    return TCN_OK;
}

/* Opens what is to become a file, for one program at a time: another one that writes the same name
 * must not find its bytes under that name before they are whole. */
static enum tcn_status open_part(const char *path, int *out_file) {
    struct stat opened;
    struct stat named;
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0) {
        return status_of_errno(errno);
    }
    enum tcn_status status = TCN_OK;
    if (flock(file, LOCK_EX | LOCK_NB) != 0) {
        status = errno == EWOULDBLOCK ? TCN_LOCKED : status_of_errno(errno);
    } else if (fstat(file, &opened) != 0 || stat(path, &named) != 0 ||
               opened.st_ino != named.st_ino) {
        status = TCN_LOCKED; /* meanwhile it has been given its name */
    } else if (ftruncate(file, 0) != 0) {
        status = status_of_errno(errno);
    }
    if (status != TCN_OK) {
        (void)close(file);
        return status;
    }
    *out_file = file;
    return TCN_OK;
}

static enum tcn_status write_file(int file, struct tcn_slice bytes,
                                  const struct tcn_signature *signature) {
    uint8_t size_bytes[SIZE_BYTES];
    struct tcn_writer writer = tcn_writer_init(size_bytes, sizeof size_bytes);
    tcn_write_u32(&writer, (uint32_t)bytes.size);
    enum tcn_status status = write_all(file, size_bytes, sizeof size_bytes);
    if (status == TCN_OK) {
        status = write_all(file, bytes.data, bytes.size);
    }
    if (status == TCN_OK) {
        status = write_all(file, signature->bytes, sizeof signature->bytes);
    }
    return status == TCN_OK && fsync(file) != 0 ? status_of_errno(errno) : status;
}

enum tcn_status tcn_setup_file_put(const char *dir, const char *name, struct tcn_slice bytes,
                                   const struct tcn_signature *signature) {
    char path[TCN_SETUP_PATH_BYTES];
    char part_path[TCN_SETUP_PATH_BYTES];
    if (bytes.size > TCN_SETUP_FILE_BYTES_MAX) {
        return TCN_TOOBIG;
    }
    enum tcn_status status = join(dir, name, "", path);
    if (status == TCN_OK) {
        status = join(dir, name, ".part", part_path);
    }
    int file = -1;
    if (status == TCN_OK) {
        status = open_part(part_path, &file);
    }
    if (status != TCN_OK) {
        return status;
    }
    status = write_file(file, bytes, signature);
    if (status == TCN_OK && rename(part_path, path) != 0) {
        status = status_of_errno(errno);
    }
    if (close(file) != 0 && status == TCN_OK) {
        status = status_of_errno(errno);
    }
    return status != TCN_OK ? status : sync_folder(dir);
}

enum tcn_status tcn_setup_file_write(const char *dir, const char *name,
                                     const struct tcn_signing_key *key, const char *context,
                                     struct tcn_slice bytes) {
    struct tcn_signature signature;
    const enum tcn_status status = tcn_sign(key, context, bytes, &signature);
    return status == TCN_OK ? tcn_setup_file_put(dir, name, bytes, &signature) : status;
}

static enum tcn_status read_file(const char *path, uint8_t **out_data, size_t *out_size) {
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return status_of_errno(errno);
    }
    uint8_t *data = malloc(TCN_SETUP_FILE_BYTES_MAX);
    if (data == NULL) {
        (void)fclose(file);
        return TCN_NOMEM;
    }
    size_t size = fread(data, 1, TCN_SETUP_FILE_BYTES_MAX, file);
    bool is_bad = ferror(file) != 0;
    (void)fclose(file);
    if (is_bad) {
        free(data);
        return TCN_IO;
    }
    *out_data = data;
    *out_size = size;
    return TCN_OK;
}

enum tcn_status tcn_setup_file_read(const char *dir, const char *name, uint8_t **out_data,
                                    struct tcn_slice *out_bytes,
                                    struct tcn_signature *out_signature) {
    char path[TCN_SETUP_PATH_BYTES];
    uint8_t *data = NULL;
    size_t size = 0;
    enum tcn_status status = join(dir, name, "", path);
    if (status == TCN_OK) {
        status = read_file(path, &data, &size);
    }
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_reader reader = tcn_reader_init(tcn_slice_of(data, size));
    uint32_t bytes_size = tcn_read_u32(&reader);
    struct tcn_slice bytes = tcn_read_slice(&reader, bytes_size);
    struct tcn_signature signature;
    tcn_read_bytes(&reader, signature.bytes, sizeof signature.bytes);
    if (reader.underflowed || tcn_reader_rest(&reader) != 0) {
        free(data);
        return TCN_MALFORMED;
    }
    *out_data = data;
    *out_bytes = bytes;
    *out_signature = signature;
    return TCN_OK;
}
