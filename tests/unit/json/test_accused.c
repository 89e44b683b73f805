/* SPDX-License-Identifier: Apache-2.0 */
/* A draft that names the organs that a complaint is about. */
#include "json/draft.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define PLACED "{\"domain\":\"petition\",\"division\":\"520502122000\""
#define COMPLAINT PLACED ",\"concerns\":\"unit\",\"accused_organs\":"
#define FOLLOW_UP                                                                                  \
    "{\"matter\":\"01890a5d-ac96-774b-bcce-b302099a8057\",\"concerns\":\"unit\","                  \
    "\"accused_organs\":[\"police\"]}"

static struct tcn_arena arena;

static int setup(void **state) {
    (void)state;
    return tcn_arena_init(&arena, (size_t)64 * 1024) == TCN_OK ? 0 : -1;
}

static int teardown(void **state) {
    (void)state;
    tcn_arena_fini(&arena);
    return 0;
}

static enum tcn_status decode(const char *line, struct tcn_json_error *out_error,
                              struct tcn_draft *out_draft) {
    tcn_arena_reset(&arena);
    *out_error = (struct tcn_json_error){.column = 0};
    return tcn_json_decode_draft(tcn_slice_text(line), &arena, out_error, out_draft);
}

static void organs_are_accused_only_where_it_concerns_a_unit(void **state) {
    (void)state;
    static const struct {
        const char *line;
        enum tcn_status status;
        const char *expected; /* is part of what the error expects */
    } rows[] = {
        {PLACED ",\"concerns\":\"nobody\",\"accused_organs\":[\"police\"]}", TCN_BAD_VALUE,
         "\"unit\""},
        {PLACED ",\"concerns\":\"unknown\",\"accused_organs\":[\"police\"]}", TCN_BAD_VALUE,
         "\"unit\""},
        {COMPLAINT "[]}", TCN_BAD_VALUE, "1 to 8"},
        {COMPLAINT "\"police\"}", TCN_BAD_VALUE, "an array"},
        {COMPLAINT "[\"A SECRET\"]}", TCN_BAD_VALUE, "a word"},
        {COMPLAINT "[25]}", TCN_BAD_VALUE, "a word"},
        {COMPLAINT "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\"]}", TCN_TOOBIG,
         "at most 8"},
        {"{\"act\":\"replied\",\"matter\":\"01890a5d-ac96-774b-bcce-b302099a8057\","
         "\"accused_organs\":[\"police\"]}",
         TCN_UNKNOWN_FIELD, "known"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_json_error error;
        struct tcn_draft draft = {.plain_count = 77};
        assert_int_equal(decode(rows[i].line, &error, &draft), rows[i].status);
        assert_string_equal(error.field, "accused_organs");
        if (strstr(error.expected, rows[i].expected) == NULL) {
            fail_msg("%s: expected %s", rows[i].line, error.expected);
        }
        assert_null(strstr(error.expected, "SECRET"));
        assert_int_equal(draft.plain_count, 77);
    }
}

static void as_many_organs_as_may_be_are_read_and_written_again(void **state) {
    (void)state;
    static const struct {
        const char *line;
        uint32_t count;
    } rows[] = {
        {PLACED ",\"concerns\":\"unit\"}", 0},
        {FOLLOW_UP, 1},
        {COMPLAINT "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\"]}", 8},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_json_error error;
        struct tcn_draft draft;
        struct tcn_draft again;
        struct tcn_json_writer writer;
        struct tcn_slice text;
        assert_int_equal(decode(rows[i].line, &error, &draft), TCN_OK);
        assert_int_equal(draft.accused_count, rows[i].count);
        tcn_json_writer_init(&writer);
        tcn_json_draft_fields(&writer, &draft);
        assert_int_equal(tcn_json_write_arena(&writer, &arena, &text), TCN_OK);
        tcn_json_writer_fini(&writer);
        assert_int_equal(tcn_json_decode_draft(text, &arena, &error, &again), TCN_OK);
        assert_int_equal(again.accused_count, rows[i].count);
        for (uint32_t k = 0; k < rows[i].count; k++) {
            assert_true(tcn_slice_equals(again.accused_organs[k], draft.accused_organs[k]));
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(organs_are_accused_only_where_it_concerns_a_unit),
        cmocka_unit_test(as_many_organs_as_may_be_are_read_and_written_again),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
