/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-labels: once_sanitized */
/* Every line of every shipped file, broken in one of several ways: the policy is then read, or
 * refused with places that are in the file; nothing crashes. */
#include "policy/read.h"
#include "policy/read_clocks.h"
#include "testlib/sanitized.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define FILES_MAX 32
#define FILE_BYTES_MAX (256 * 1024)

/* The sanitizer makes a read ten times slower: then each file is broken in fewer places. */
#ifdef IS_SANITIZED
#define STRIDE 16
#else
#define STRIDE 1
#endif

/** Ways to break a line. */
enum {
    LEFT_OUT,
    TWICE,
    CUT,
    INDENTED,
    NO_COLON,
    OPENED,
    TABBED,
    KIND_COUNT
};

static char folder[] = "tocsin-mutated-XXXXXX";
static char names[FILES_MAX][64];
static char *texts[FILES_MAX];
static uint32_t file_count;
static struct tcn_policy_errors errors;

static bool is_of_clocks(const char *name) {
    return strcmp(name, "clocks.yaml") == 0 || strcmp(name, "calendars.yaml") == 0;
}

static void put(uint32_t file, const char *text, size_t size) {
    char path[256];
    (void)snprintf(path, sizeof(path), "%s/%s", folder, names[file]);
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(text, 1, size, stream), size);
    assert_int_equal(fclose(stream), 0);
}

/** Copies the shipped files, and keeps their texts. */
static int copy_shipped(void **state) {
    (void)state;
    char path[1024];
    const char *source = getenv("TOCSIN_SRC");
    (void)snprintf(path, sizeof(path), "%s/policy", source != NULL ? source : ".");
    DIR *dir = opendir(path);
    if (dir == NULL || mkdtemp(folder) == NULL) {
        return -1;
    }
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        char full[2048];
        if (strstr(entry->d_name, ".yaml") == NULL || file_count == FILES_MAX) {
            continue;
        }
        (void)snprintf(full, sizeof(full), "%s/%s", path, entry->d_name);
        (void)snprintf(names[file_count], sizeof(names[0]), "%.60s", entry->d_name);
        char *text = calloc(1, FILE_BYTES_MAX);
        FILE *stream = fopen(full, "rb");
        if (text == NULL || stream == NULL) {
            return -1;
        }
        size_t size = fread(text, 1, FILE_BYTES_MAX - 1, stream);
        (void)fclose(stream);
        texts[file_count] = text;
        put(file_count, text, size);
        file_count++;
    }
    (void)closedir(dir);
    return file_count > 0 ? 0 : -1;
}

static int remove_copy(void **state) {
    (void)state;
    for (uint32_t i = 0; i < file_count; i++) {
        char path[256];
        (void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        (void)unlink(path);
        free(texts[i]);
    }
    return rmdir(folder);
}

/** Writes the text with the line from `begin` to `end` broken; gives its size. */
static size_t mutate(const char *text, size_t begin, size_t end, int kind, char *out) {
    size_t at = begin;
    memcpy(out, text, begin);
    const char *line = text + begin;
    size_t size = end - begin;
    if (kind == INDENTED || kind == TABBED) {
        out[at++] = kind == TABBED ? '\t' : ' ';
    }
    if (kind == OPENED) {
        out[at++] = '[';
    }
    size_t kept = kind == LEFT_OUT ? 0 : kind == CUT ? size / 2 : size;
    memcpy(out + at, line, kept);
    char *colon = kind == NO_COLON ? memchr(out + at, ':', kept) : NULL;
    if (colon != NULL) {
        *colon = ' ';
    }
    at += kept;
    if (kind == TWICE) {
        memcpy(out + at, line, size);
        at += size;
    }
    size_t rest = strlen(text + end);
    memcpy(out + at, text + end, rest);
    return at + rest;
}

/** Reads the folder; what is said must name lines that are there. */
static void check_read(uint32_t file, uint32_t line_count) {
    struct tcn_policy_source *source = NULL;
    enum tcn_status status = tcn_policy_read(folder, &source, &errors);
    assert_true(status == TCN_OK || status == TCN_CONFIG);
    assert_true((status == TCN_OK) == (source != NULL) &&
                (status == TCN_OK) == (errors.count == 0));
    for (uint32_t i = 0; i < errors.count; i++) {
        const char *slash = strrchr(errors.items[i].file, '/');
        bool is_here = slash != NULL && strcmp(slash + 1, names[file]) == 0;
        assert_true(!is_here || errors.items[i].line <= line_count + 2);
        assert_true(errors.items[i].text[0] != '\0');
    }
    tcn_policy_destroy(&source);
}

/* The same of the two files of the clocks, which are read by themselves. */
static void check_clocks(void) {
    struct tcn_clock_source *clocks = NULL;
    const enum tcn_status status = tcn_policy_read_clocks(folder, &clocks, &errors);
    assert_true(status == TCN_OK || status == TCN_CONFIG);
    assert_true((status == TCN_OK) == (clocks != NULL) &&
                (status == TCN_OK) == (errors.count == 0));
    tcn_clock_source_destroy(&clocks);
}

/* Long files that are not broken now would be read again for each broken line. */
static void put_clocks(bool is_small) {
    static const char clocks[] =
        "clocks:\n  - {id: reply, title_zh: a, title_en: b, unit: hours, amount: 2, owes: holder,\n"
        "     start: [reported], stop: [replied], article: law 1, confidence: H}\n";
    static const char calendars[] = "zone_offset_minutes: 480\nyears: [{year: 2024}]\n";
    for (uint32_t file = 0; file < file_count; file++) {
        if (is_of_clocks(names[file])) {
            const char *small = strcmp(names[file], "clocks.yaml") == 0 ? clocks : calendars;
            const char *text = is_small ? small : texts[file];
            put(file, text, strlen(text));
        }
    }
}

static void check_file(uint32_t file, uint32_t line_count) {
    if (is_of_clocks(names[file])) {
        check_clocks();
    } else {
        check_read(file, line_count);
    }
}

static void a_broken_line_is_told_or_harmless(void **state) {
    (void)state;
    static char broken[FILE_BYTES_MAX + 4096];
    size_t refused_count = 0;
    size_t count = 0;
    for (uint32_t file = 0; file < file_count; file++) {
        const char *text = texts[file];
        size_t size = strlen(text);
        uint32_t line_count = 0;
        for (size_t i = 0; i < size; i++) {
            line_count += text[i] == '\n' ? 1 : 0;
        }
        uint32_t line = 0;
        put_clocks(!is_of_clocks(names[file]));
        for (size_t begin = 0; begin < size; line++) {
            size_t end = begin + strcspn(text + begin, "\n") + 1;
            end = end < size ? end : size;
            bool is_comment = text[begin + strspn(text + begin, " \n")] == '#';
            if (!is_comment && end > begin + 1 && line % STRIDE == file % STRIDE) {
                put(file, broken,
                    mutate(text, begin, end, (int)(line / STRIDE) % KIND_COUNT, broken));
                check_file(file, line_count);
                refused_count += errors.count > 0 ? 1 : 0;
                count++;
            }
            begin = end;
        }
        put(file, text, size);
    }
    put_clocks(false);
    check_read(0, 0);
    assert_int_equal(errors.count, 0);
    assert_true(count > 20 && refused_count > count / 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_broken_line_is_told_or_harmless),
    };
    return cmocka_run_group_tests(tests, copy_shipped, remove_copy);
}
