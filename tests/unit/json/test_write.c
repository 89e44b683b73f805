/* SPDX-License-Identifier: Apache-2.0 */
#include "json/nearest.h"
#include "json/write.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static struct tcn_arena arena;
static size_t calls_left; /* allocations that still succeed */

/** malloc until calls_left is 0. */
static void *scarce_malloc(size_t size) {
    if (calls_left == 0) {
        return NULL;
    }
    calls_left--;
    return malloc(size);
}

/** What the writer made, as a NUL-terminated text. */
static const char *text_of(struct tcn_json_writer *writer) {
    struct tcn_slice text;
    assert_int_equal(tcn_json_write_arena(writer, &arena, &text), TCN_OK);
    char *copy = tcn_arena_alloc(&arena, text.size + 1);
    assert_non_null(copy);
    memcpy(copy, text.data, text.size);
    return copy;
}

/** Writes a bit of everything. */
static void write_everything(struct tcn_json_writer *writer) {
    const struct tcn_id id = {
        {1, 0x89, 0x0a, 0x5d, 0xac, 0x96, 0x77, 0x4b, 0xbc, 0xce, 0xb3, 2, 9, 0x9a, 0x80, 0x57}};
    const struct tcn_id no_id = {{0}};
    const struct tcn_hash hash = {{0xAB, 0xCD}};
    const struct tcn_hash no_hash = {{0}};
    tcn_json_writer_init_document(writer, "matters");
    tcn_json_add_text(writer, "text", tcn_slice_text("a \"b\"\n\x01 \xe4\xbf\xa1"));
    tcn_json_add_text(writer, "empty", tcn_slice_of(NULL, 0));
    tcn_json_add_word(writer, "word", "w");
    tcn_json_add_word(writer, "no_word", NULL);
    tcn_json_array_begin(writer, "numbers");
    tcn_json_add_u64(writer, NULL, 0);
    tcn_json_add_u64(writer, NULL, INT64_MAX);
    tcn_json_add_u64(writer, NULL, UINT64_MAX);
    tcn_json_add_i64(writer, NULL, INT64_MIN);
    tcn_json_add_real(writer, NULL, 0.5);
    tcn_json_add_real(writer, NULL, (double)NAN);
    tcn_json_add_real(writer, NULL, (double)INFINITY);
    tcn_json_object_begin(writer, NULL);
    tcn_json_object_end(writer);
    tcn_json_array_end(writer);
    tcn_json_object_begin(writer, "object");
    tcn_json_add_bool(writer, "yes", true);
    tcn_json_add_bool(writer, "no", false);
    tcn_json_add_null(writer, "none");
    tcn_json_object_end(writer);
    tcn_json_add_time(writer, "time", 1795442750123456789);
    tcn_json_add_time_exact(writer, "exact", 1795442750123456789);
    tcn_json_add_time_exact(writer, "exact_ms", 1795442750123000000);
    tcn_json_add_time_exact(writer, "before", -1);
    tcn_json_add_time(writer, "no_time", 0);
    tcn_json_add_id(writer, "id", &id);
    tcn_json_add_id(writer, "no_id", &no_id);
    tcn_json_add_hash(writer, "hash", &hash);
    tcn_json_add_hash(writer, "no_hash", &no_hash);
    tcn_json_add_hex64(writer, "epoch", UINT64_C(0xFEDCBA9876543210));
    tcn_json_add_hex64(writer, "no_epoch", 0);
    tcn_json_add_hex(writer, "bytes", tcn_slice_text("\x01\xFF"));
}

static void text_that_is_not_utf8_spoils_the_document_and_nothing_more(void **state) {
    (void)state;
    struct tcn_json_writer writer;
    struct tcn_slice text = {.size = 77};
    tcn_json_writer_init(&writer);
    tcn_json_add_word(&writer, "good", "text");
    tcn_json_add_text(&writer, "bad", tcn_slice_text("\xFF"));
    tcn_json_object_begin(&writer, "later");
    tcn_json_add_u64(&writer, "number", 1);
    tcn_json_object_end(&writer);
    assert_int_equal(tcn_json_write_arena(&writer, &arena, &text), TCN_BAD_TEXT);
    assert_int_equal(tcn_json_write_file(&writer, stdout, false), TCN_BAD_TEXT);
    assert_int_equal(text.size, 77);
    tcn_json_writer_fini(&writer);
    tcn_json_writer_fini(&writer);
}

static void nesting_past_the_limit_is_refused(void **state) {
    (void)state;
    for (int depth = TCN_JSON_WRITE_DEPTH_MAX - 1; depth <= TCN_JSON_WRITE_DEPTH_MAX; depth++) {
        struct tcn_json_writer writer;
        struct tcn_slice text;
        tcn_json_writer_init(&writer);
        for (int i = 0; i < depth; i++) {
            tcn_json_object_begin(&writer, "inner");
        }
        for (int i = 0; i < depth; i++) {
            tcn_json_object_end(&writer);
        }
        assert_int_equal(tcn_json_write_arena(&writer, &arena, &text),
                         depth < TCN_JSON_WRITE_DEPTH_MAX ? TCN_OK : TCN_LIMIT);
        tcn_json_writer_fini(&writer);
    }
}

static void a_file_that_cannot_be_written_is_an_error(void **state) {
    (void)state;
    FILE *file = fopen("/dev/full", "w");
    if (file == NULL) {
        skip();
    }
    assert_int_equal(setvbuf(file, NULL, _IONBF, 0), 0);
    struct tcn_json_writer writer;
    write_everything(&writer);
    assert_int_equal(tcn_json_write_file(&writer, file, false), TCN_IO);
    tcn_json_writer_fini(&writer);
    (void)fclose(file);
}

static void without_memory_every_step_fails_until_it_is_enough(void **state) {
    (void)state;
    json_malloc_t malloc_before;
    json_free_t free_before;
    json_get_alloc_funcs(&malloc_before, &free_before);
    json_set_alloc_funcs(scarce_malloc, free);
    enum tcn_status status = TCN_NOMEM;
    size_t allowed = 0;
    for (; allowed < 1000 && status == TCN_NOMEM; allowed++) {
        struct tcn_json_writer writer;
        struct tcn_slice text;
        calls_left = allowed;
        write_everything(&writer);
        status = tcn_json_write_arena(&writer, &arena, &text);
        tcn_json_writer_fini(&writer);
        tcn_arena_reset(&arena);
    }
    json_set_alloc_funcs(malloc_before, free_before);
    assert_int_equal(status, TCN_OK);
    assert_in_range(allowed, 40, 999);

    struct tcn_json_writer writer;
    struct tcn_arena small;
    struct tcn_slice text;
    assert_int_equal(tcn_arena_init(&small, 16), TCN_OK);
    write_everything(&writer);
    assert_int_equal(tcn_json_write_arena(&writer, &small, &text), TCN_NOMEM);
    tcn_json_writer_fini(&writer);
    tcn_arena_fini(&small);
}

static void everything_is_written_as_its_kind_asks(void **state) {
    (void)state;
    struct tcn_json_writer writer;
    write_everything(&writer);
    assert_string_equal(
        text_of(&writer),
        "{\"schema\":\"tocsin.matters/1\",\"text\":\"a \\\"b\\\"\\n\\u0001 \xe4\xbf\xa1\","
        "\"empty\":\"\",\"word\":\"w\",\"no_word\":null,"
        "\"numbers\":[0,9223372036854775807,1.8446744073709552e19,-9223372036854775808,0.5,null,"
        "null,{}],"
        "\"object\":{\"yes\":true,\"no\":false,\"none\":null},"
        "\"time\":\"2026-11-23T14:05:50.123Z\",\"exact\":\"2026-11-23T14:05:50.123456789Z\","
        "\"exact_ms\":\"2026-11-23T14:05:50.123Z\",\"before\":\"1969-12-31T23:59:59.999999999Z\","
        "\"no_time\":null,\"id\":\"01890a5d-ac96-774b-bcce-b302099a8057\",\"no_id\":null,"
        "\"hash\":\"abcd000000000000000000000000000000000000000000000000000000000000\","
        "\"no_hash\":null,\"epoch\":\"fedcba9876543210\",\"no_epoch\":null,\"bytes\":\"01ff\"}");
    tcn_json_writer_fini(&writer);
}

static void a_file_gets_one_line_or_an_indented_document(void **state) {
    (void)state;
    static const struct {
        bool is_indented;
        const char *text;
    } rows[] = {{false, "{\"a\":[1]}\n"}, {true, "{\n  \"a\": [\n    1\n  ]\n}\n"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char *text = NULL;
        size_t size = 0;
        FILE *file = open_memstream(&text, &size);
        assert_non_null(file);
        struct tcn_json_writer writer;
        tcn_json_writer_init(&writer);
        tcn_json_array_begin(&writer, "a");
        tcn_json_add_u64(&writer, NULL, 1);
        tcn_json_array_end(&writer);
        assert_int_equal(tcn_json_write_file(&writer, file, rows[i].is_indented), TCN_OK);
        assert_int_equal(fclose(file), 0);
        assert_string_equal(text, rows[i].text);
        tcn_json_writer_fini(&writer);
        free(text);
    }
}

static void what_a_terminal_obeys_is_escaped_in_a_file(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *written;
    } rows[] = {
        {"\x1b[2J", "\\u001b[2J"},
        {"a\x7f", "a\\u007f"},
        {"\xc2\x9b"
         "2J",
         "\\u009b2J"},
        {"\xe2\x80\xae\xe2\x81\xa6x", "\\u202e\\u2066x"},
        {"\xc2\xa0\xe9\x95\x87\xe2\x80\x94\xc3\xbf", "\xc2\xa0\xe9\x95\x87\xe2\x80\x94\xc3\xbf"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char *text = NULL;
        char wanted[64];
        size_t size = 0;
        FILE *file = open_memstream(&text, &size);
        assert_non_null(file);
        struct tcn_json_writer writer;
        tcn_json_writer_init(&writer);
        tcn_json_add_word(&writer, "a", rows[i].text);
        assert_int_equal(tcn_json_write_file(&writer, file, false), TCN_OK);
        assert_int_equal(fclose(file), 0);
        (void)snprintf(wanted, sizeof wanted, "{\"a\":\"%s\"}\n", rows[i].written);
        for (char *at = text; *at != '\0'; at++) {
            *at = *at >= 'A' && *at <= 'F' ? (char)(*at + 'a' - 'A') : *at; /* of \\u001B */
        }
        assert_string_equal(text, wanted);
        tcn_json_writer_fini(&writer);
        free(text);
    }
}

/* What somebody else signed is shown as it was signed, and no terminal obeys it. */
static void a_document_from_elsewhere_is_put_out_tamed(void **state) {
    (void)state;
    static const struct {
        enum tcn_status status;
        const char *document;
        const char *written;
    } rows[] = {
        {TCN_MALFORMED, "", ""},
        {TCN_MALFORMED, "\x1b[2J", ""},
        {TCN_MALFORMED, "{\"a\":\"\x1b[2J\"}", ""},
        {TCN_MALFORMED, "{\"a\":\"\xff\"}", ""},
        {TCN_MALFORMED, "{\"a\":1}\x1b[2J", ""},
        {TCN_MALFORMED, "[1]", ""},
        {TCN_OK, "{\"b\":1,\"a\":1.50}", "{\"b\":1,\"a\":1.50}\n"},
        {TCN_OK,
         "{\"a\":\"\x7f\xc2\x9b"
         "2J\xe2\x80\xae\"}",
         "{\"a\":\"\\u007f\\u009b2J\\u202e\"}\n"},
        {TCN_OK, "{\r\n\t\"a\\\\\x7f\":\"\xe9\x95\x87\"}\n",
         "{   \"a\\\\\\u007f\":\"\xe9\x95\x87\"} \n"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char *text = NULL;
        size_t size = 0;
        FILE *file = open_memstream(&text, &size);
        assert_non_null(file);
        assert_int_equal(tcn_json_write_document(tcn_slice_text(rows[i].document), file),
                         rows[i].status);
        assert_int_equal(fclose(file), 0);
        assert_string_equal(text, rows[i].written);
        free(text);
    }
    FILE *full = fopen("/dev/full", "we");
    assert_non_null(full);
    (void)setvbuf(full, NULL, _IONBF, 0);
    assert_int_equal(tcn_json_write_document(tcn_slice_text("{}"), full), TCN_IO);
    (void)fclose(full);
}

static void the_distance_of_two_keys_counts_their_differences(void **state) {
    (void)state;
    static const struct {
        const char *left;
        const char *right;
        size_t distance;
    } rows[] = {{"", "", 0},       {"", "abc", 3},   {"abc", "", 3},           {"abc", "abc", 0},
                {"abc", "abd", 1}, {"abc", "ab", 1}, {"kitten", "sitting", 3}, {"flaw", "lawn", 2}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(tcn_json_distance(rows[i].left, rows[i].right), rows[i].distance);
    }
    char long_key[65];
    memset(long_key, 'a', sizeof long_key - 1);
    long_key[64] = '\0';
    assert_true(tcn_json_distance(long_key, "a") == SIZE_MAX - 1);
    assert_true(tcn_json_distance("a", long_key) == SIZE_MAX - 1);
    assert_int_equal(tcn_json_distance(long_key + 1, "a"), 62);
}

int main(void) {
    if (tcn_arena_init(&arena, 64 * 1024) != TCN_OK) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_that_is_not_utf8_spoils_the_document_and_nothing_more),
        cmocka_unit_test(nesting_past_the_limit_is_refused),
        cmocka_unit_test(a_file_that_cannot_be_written_is_an_error),
        cmocka_unit_test(without_memory_every_step_fails_until_it_is_enough),
        cmocka_unit_test(everything_is_written_as_its_kind_asks),
        cmocka_unit_test(a_file_gets_one_line_or_an_indented_document),
        cmocka_unit_test(what_a_terminal_obeys_is_escaped_in_a_file),
        cmocka_unit_test(a_document_from_elsewhere_is_put_out_tamed),
        cmocka_unit_test(the_distance_of_two_keys_counts_their_differences),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    tcn_arena_fini(&arena);
    return failed;
}
