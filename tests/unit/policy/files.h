/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a policy in a folder of their own, for tests that break one at a time. Whoever
 * includes it has said before: `folder`, a template for mkdtemp, and of each of FILE_COUNT files
 * its `names` and what is `good` there. */
#ifndef TCN_TESTS_UNIT_POLICY_FILES_H
#define TCN_TESTS_UNIT_POLICY_FILES_H

/** Writes a file of the folder, or takes it away when the text is NULL. */
static inline void put_file(int file, const char *text, size_t size) {
    char path[256];
    (void)snprintf(path, sizeof(path), "%s/%s", folder, names[file]);
    if (text == NULL) {
        (void)unlink(path);
        return;
    }
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(text, 1, size, stream), size);
    assert_int_equal(fclose(stream), 0);
}

/** The same with a text. */
static inline void put_text(int file, const char *text) {
    put_file(file, text, text != NULL ? strlen(text) : 0);
}

static inline void put_good(void) {
    for (int file = 0; file < FILE_COUNT; file++) {
        put_file(file, good[file], strlen(good[file]));
    }
}

static inline int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static inline int remove_folder(void **state) {
    (void)state;
    for (int file = 0; file < FILE_COUNT; file++) {
        put_file(file, NULL, 0);
    }
    return rmdir(folder);
}

#endif
