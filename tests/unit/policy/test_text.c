/* SPDX-License-Identifier: Apache-2.0 */
/* A policy as one text: it compiles to the tables that its folder compiles to, with the same
 * faults, and gives every file back byte for byte.
 * ctest-uses: wire */
#include "policy/text.h"

#include "model/limits.h"
#include "wire/policy.h"

#include "shipped.h"

#include <sys/stat.h>
#include <unistd.h>

static const char *shipped_folder(char path[1024]) {
    const char *source = getenv("TOCSIN_SRC");
    (void)snprintf(path, 1024, "%s/policy", source != NULL ? source : ".");
    return path;
}

static struct tcn_slice encoded(const struct tcn_policy_source *source, uint8_t *room) {
    struct tcn_writer writer = tcn_writer_init(room, TCN_POLICY_BYTES_MAX);
    struct tcn_slice bytes;
    assert_int_equal(tcn_wire_policy_encode(tcn_policy_tables(source), &writer, &bytes), TCN_OK);
    return bytes;
}

static void a_text_compiles_to_what_its_folder_does(void **state) {
    static struct tcn_policy_errors errors;
    char path[1024];
    struct tcn_policy_text text = {.data = NULL};
    struct tcn_policy_source *source = NULL;
    uint8_t *rooms = malloc((size_t)2 * TCN_POLICY_BYTES_MAX);
    assert_non_null(rooms);
    assert_int_equal(tcn_policy_text_read(shipped_folder(path), &text, &errors), TCN_OK);
    const struct tcn_slice bytes = tcn_slice_of(text.data, text.size);
    assert_int_equal(tcn_policy_read_text(path, bytes, &source, &errors), TCN_OK);
    const struct tcn_slice from_text = encoded(source, rooms);
    const struct tcn_slice from_folder = encoded(*state, rooms + TCN_POLICY_BYTES_MAX);
    assert_true(tcn_slice_equals(from_text, from_folder));
    tcn_policy_destroy(&source);
    tcn_policy_text_fini(&text);
    tcn_policy_text_fini(&text);
    free(rooms);
}

static void every_file_comes_back_byte_for_byte(void **state) {
    (void)state;
    static struct tcn_policy_errors errors;
    char path[1024];
    char file[1100];
    struct tcn_policy_text text = {.data = NULL};
    struct tcn_slice name;
    struct tcn_slice bytes;
    uint32_t count = 0;
    assert_int_equal(tcn_policy_text_read(shipped_folder(path), &text, &errors), TCN_OK);
    struct tcn_slice rest = tcn_slice_of(text.data, text.size);
    for (; tcn_policy_text_next(&rest, &name, &bytes); count++) {
        uint8_t *data = malloc(bytes.size + 1);
        assert_non_null(data);
        (void)snprintf(file, sizeof(file), "%s/%.*s", path, (int)name.size,
                       (const char *)name.data);
        FILE *stream = fopen(file, "rb");
        assert_non_null(stream);
        assert_int_equal(fread(data, 1, bytes.size + 1, stream), bytes.size);
        assert_memory_equal(data, bytes.data, bytes.size);
        assert_int_equal(fclose(stream), 0);
        free(data);
    }
    assert_int_equal(rest.size, 0);
    assert_int_equal(count, 14);
    tcn_policy_text_fini(&text);
}

/* One with a fault: told as from the folder, under the name that the text is given. */
static void faults_are_told_as_of_a_folder(void **state) {
    (void)state;
    static struct tcn_policy_errors errors;
    struct tcn_policy_source *source = NULL;
    static const char text[] = "--- regime.yaml 11\nversion: 2\n\n--- lines.yaml 1\n?\n";
    char told[TCN_POLICY_ERROR_TEXT_BYTES];
    bool is_missing = false;
    assert_int_equal(tcn_policy_read_text("kept", tcn_slice_text(text), &source, &errors),
                     TCN_CONFIG);
    assert_null(source);
    for (uint32_t i = 0; i < errors.count; i++) {
        tcn_policy_error_text(&errors.items[i], told);
        assert_non_null(strstr(told, "kept/"));
        is_missing = is_missing || strstr(told, "kept/organs.yaml") != NULL;
    }
    assert_true(is_missing);
}

static void what_is_no_text_has_no_files(void **state) {
    (void)state;
    static const char *const texts[] = {
        "",
        "---",
        "--- ",
        "--- a",
        "--- a 1",
        "--- a 1\n",
        "--- a 1\nx",
        "--- a 1\nxy",
        "--- a 2\nx\n",
        "--- a -1\nx\n",
        "--- a 99999999999999999999999\nx\n",
        "--- a 18446744073709551615\nx\n",
        "x--- a 1\nx\n",
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct tcn_slice rest = tcn_slice_text(texts[i]);
        struct tcn_slice name;
        struct tcn_slice bytes;
        if (tcn_policy_text_next(&rest, &name, &bytes)) {
            fail_msg("%s", texts[i]);
        }
        assert_false(tcn_policy_text_find(tcn_slice_text(texts[i]), "a", &bytes));
    }
    struct tcn_slice bytes;
    assert_true(tcn_policy_text_find(tcn_slice_text("--- a 0\n\n--- b 1\nx\n"), "b", &bytes));
    assert_true(tcn_slice_is_text(bytes, "x"));
    assert_false(tcn_policy_text_find(tcn_slice_text("--- a 0\n\n--- b 1\nx\n"), "c", &bytes));
}

static void put(const char *folder, const char *name, size_t size) {
    char path[256];
    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    for (size_t i = 0; i < size; i++) {
        assert_int_equal(fputc('x', stream), 'x');
    }
    assert_int_equal(fclose(stream), 0);
}

static void what_is_too_much_or_cannot_be_read_is_said(void **state) {
    (void)state;
    static struct tcn_policy_errors errors;
    char folder[] = "policy-text-XXXXXX";
    char path[256];
    struct tcn_policy_text text = {.data = NULL};
    assert_non_null(mkdtemp(folder));
    assert_int_equal(tcn_policy_text_read(folder, &text, &errors), TCN_OK);
    assert_int_equal(text.size, 0); /* none of the files is there */
    tcn_policy_text_fini(&text);
    put(folder, "lines.yaml", TCN_POLICY_TEXT_BYTES_MAX / 2);
    put(folder, "organs.yaml", TCN_POLICY_TEXT_BYTES_MAX / 2);
    assert_int_equal(tcn_policy_text_read(folder, &text, &errors), TCN_CONFIG);
    assert_int_equal(errors.count, 1);
    assert_non_null(strstr(errors.items[0].text, "larger than 1 MiB"));
    (void)snprintf(path, sizeof(path), "%s/organs.yaml", folder);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(tcn_policy_text_read(folder, &text, &errors), TCN_CONFIG);
    assert_int_equal(errors.count, 2);
    assert_int_equal(rmdir(path), 0);
    (void)snprintf(path, sizeof(path), "%s/lines.yaml", folder);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_compiles_to_what_its_folder_does),
        cmocka_unit_test(every_file_comes_back_byte_for_byte),
        cmocka_unit_test(faults_are_told_as_of_a_folder),
        cmocka_unit_test(what_is_no_text_has_no_files),
        cmocka_unit_test(what_is_too_much_or_cannot_be_read_is_said),
    };
    return cmocka_run_group_tests(tests, shipped_read, shipped_destroy);
}
