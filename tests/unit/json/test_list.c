/* SPDX-License-Identifier: Apache-2.0 */
/* A draft of an act that says what is known of its matter's allow-list. */
#include "json/draft.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define ACT "{\"act\":\"replied\",\"matter\":\"01890a5d-ac96-774b-bcce-b302099a8057\""
#define REPORT "{\"domain\":\"petition\",\"division\":\"520502122000\",\"concerns\":\"nobody\""

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

static void what_is_no_list_is_named_and_nothing_is_read(void **state) {
    (void)state;
    static const struct {
        const char *line;
        enum tcn_status status;
        const char *expected; /* is part of what the error expects */
    } rows[] = {
        {ACT ",\"list\":\"desk\"}", TCN_BAD_VALUE, "an array"},
        {ACT ",\"list\":{}}", TCN_BAD_VALUE, "an array"},
        {ACT ",\"list\":null}", TCN_BAD_VALUE, "an array"},
        {ACT ",\"list\":[\"A SECRET\"]}", TCN_BAD_VALUE, "a word"},
        {ACT ",\"list\":[25]}", TCN_BAD_VALUE, "a word"},
        {ACT ",\"list\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\"]}", TCN_TOOBIG,
         "at most 8"},
        {REPORT ",\"list\":[]}", TCN_UNKNOWN_FIELD, "known"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_json_error error;
        struct tcn_draft draft = {.plain_count = 77};
        if (decode(rows[i].line, &error, &draft) != rows[i].status) {
            fail_msg("%s", rows[i].line);
        }
        assert_string_equal(error.field, "list");
        if (strstr(error.expected, rows[i].expected) == NULL) {
            fail_msg("%s: expected %s", rows[i].line, error.expected);
        }
        assert_null(strstr(error.expected, "SECRET"));
        assert_int_equal(draft.plain_count, 77);
    }
}

static void none_is_told_apart_from_one_that_is_not_known(void **state) {
    (void)state;
    static const struct {
        const char *line;
        bool is_known;
        uint32_t count;
    } rows[] = {
        {ACT "}", false, 0},
        {ACT ",\"list\":[]}", true, 0},
        {ACT ",\"list\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\"]}", true, 8},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_json_error error;
        struct tcn_draft draft;
        assert_int_equal(decode(rows[i].line, &error, &draft), TCN_OK);
        assert_int_equal(draft.list.is_known, rows[i].is_known);
        assert_int_equal(draft.list.count, rows[i].count);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_list_is_named_and_nothing_is_read),
        cmocka_unit_test(none_is_told_apart_from_one_that_is_not_known),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
