/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the store's tests share: a directory for one test, records and chunks with contents that
 * follow from their numbers, and files changed behind the store's back.
 */
#ifndef TCN_STORE_TEST_H
#define TCN_STORE_TEST_H

#include "model/chunk.h"
#include "store/env.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define TEST_PATH_BYTES 256
#define TEST_MAP_BYTES (64u * 1024 * 1024)

/** A directory that one test has to itself. */
struct test_dir {
    char base[TEST_PATH_BYTES];  /**< made by setup */
    char store[TEST_PATH_BYTES]; /**< inside it, not made: a store makes it */
};

/** Makes a directory under the working one. */
static inline int test_dir_setup(void **state) {
    struct test_dir *dir = calloc(1, sizeof(*dir));
    assert_non_null(dir);
    (void)snprintf(dir->base, sizeof(dir->base), "store-test-XXXXXX");
    assert_non_null(mkdtemp(dir->base));
    (void)snprintf(dir->store, sizeof(dir->store), "%.100s/store", dir->base);
    *state = dir;
    return 0;
}

/** Removes what stands in one directory, files only, and the directory. */
static inline void test_dir_remove_flat(const char *path) {
    DIR *stream = opendir(path);
    if (stream == NULL) {
        return;
    }
    for (struct dirent *entry = readdir(stream); entry != NULL; entry = readdir(stream)) {
        char file[2 * TEST_PATH_BYTES + 2];
        (void)snprintf(file, sizeof(file), "%.250s/%.250s", path, entry->d_name);
        (void)unlink(file);
    }
    (void)closedir(stream);
    (void)rmdir(path);
}

/** Removes the directory, two levels deep. */
static inline int test_dir_teardown(void **state) {
    struct test_dir *dir = *state;
    DIR *stream = opendir(dir->base);
    assert_non_null(stream);
    for (struct dirent *entry = readdir(stream); entry != NULL; entry = readdir(stream)) {
        if (entry->d_name[0] != '.') {
            char path[2 * TEST_PATH_BYTES + 2];
            (void)snprintf(path, sizeof(path), "%.250s/%.250s", dir->base, entry->d_name);
            test_dir_remove_flat(path);
        }
    }
    (void)closedir(stream);
    test_dir_remove_flat(dir->base);
    free(dir);
    return 0;
}

/** Options for a small store in the test's directory. */
static inline struct tcn_store_options test_options(const struct test_dir *dir) {
    return (struct tcn_store_options){.dir = dir->store, .map_bytes = TEST_MAP_BYTES};
}

/** A path inside the test's store. */
static inline void test_path(const struct test_dir *dir, const char *name,
                             char out_path[2 * TEST_PATH_BYTES]) {
    (void)snprintf(out_path, 2 * TEST_PATH_BYTES, "%s/%s", dir->store, name);
}

/** A whole file in memory. */
struct test_file {
    uint8_t *data;
    size_t size;
};

/** Reads a file that is there. */
static inline struct test_file test_file_read(const char *path) {
    int file = open(path, O_RDONLY);
    assert_true(file >= 0);
    struct stat about;
    assert_int_equal(fstat(file, &about), 0);
    struct test_file content = {.size = (size_t)about.st_size};
    content.data = malloc(content.size + 1);
    assert_non_null(content.data);
    assert_int_equal(read(file, content.data, content.size), (ssize_t)content.size);
    (void)close(file);
    return content;
}

/** Writes a file whole. */
static inline void test_file_write(const char *path, const void *data, size_t size) {
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(file >= 0);
    assert_int_equal(write(file, data, size), (ssize_t)size);
    (void)close(file);
}

/** Offset of the first place where these bytes stand in a file; fails when there is none. */
static inline size_t test_file_find(const struct test_file *file, const void *data, size_t size) {
    size_t offset = 0;
    while (offset + size <= file->size && memcmp(file->data + offset, data, size) != 0) {
        offset++;
    }
    assert_true(offset + size <= file->size);
    return offset;
}

/** Flips one bit of a file's byte. */
static inline void test_file_flip(const char *path, size_t offset) {
    int file = open(path, O_RDWR);
    uint8_t byte = 0;
    assert_true(file >= 0);
    assert_int_equal(pread(file, &byte, 1, (off_t)offset), 1);
    byte ^= 1;
    assert_int_equal(pwrite(file, &byte, 1, (off_t)offset), 1);
    (void)close(file);
}

/** A hash that follows from a number. */
static inline struct tcn_hash test_hash(uint64_t number) {
    struct tcn_hash hash;
    for (size_t i = 0; i < sizeof(hash.bytes); i++) {
        hash.bytes[i] = (uint8_t)(number * 31 + i * 7 + (number >> 8));
    }
    return hash;
}

/** Bytes that follow from a number. */
static inline void test_fill(uint8_t *out_data, size_t size, uint64_t number) {
    uint64_t mixed = number * UINT64_C(0x9E3779B97F4A7C15) + 1;
    for (size_t i = 0; i < size; i++) {
        mixed = mixed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        out_data[i] = (uint8_t)(mixed >> 56);
    }
}

#endif
