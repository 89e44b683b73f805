/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/** A pipe and what is read from it. */
struct tube {
    int ends[2];
    char text[4096];
};

static void tube_open(struct tube *tube) {
    memset(tube, 0, sizeof(*tube));
    assert_int_equal(pipe(tube->ends), 0);
}

/** Everything written so far; empty when the writer wrote nothing. */
static const char *tube_close(struct tube *tube) {
    assert_int_equal(close(tube->ends[1]), 0);
    ssize_t size = read(tube->ends[0], tube->text, sizeof(tube->text) - 1);
    assert_true(size >= 0);
    tube->text[size] = '\0';
    assert_int_equal(close(tube->ends[0]), 0);
    return tube->text;
}

static void control_characters_and_broken_bytes_become_question_marks(void **state) {
    (void)state;
    static const struct {
        const char *given;
        const char *written;
    } rows[] = {
        {"two\nlines", "p: two?lines\n"},
        {"\x1B[31mred", "p: ?[31mred\n"},
        {"\x7F\t\r", "p: ???\n"},
        {"c1 \xC2\x9B end", "p: c1 ?? end\n"},
        {"broken \xE4\xBA", "p: broken ??\n"},
        {"\xE4\xBF\xA1\xE8\xAE\xBF \xC2\xA0", "p: \xE4\xBF\xA1\xE8\xAE\xBF \xC2\xA0\n"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct tube tube;
        tube_open(&tube);
        (void)unsetenv("JOURNAL_STREAM");
        struct tcn_logger logger = tcn_logger_init("p", TCN_LOG_INFO, tube.ends[1]);
        tcn_log(&logger, TCN_LOG_INFO, "%s", rows[i].given);
        assert_string_equal(tube_close(&tube), rows[i].written);
    }
}

static void a_line_that_is_too_long_is_cut_at_a_character(void **state) {
    (void)state;
    struct tube tube;
    tube_open(&tube);
    (void)unsetenv("JOURNAL_STREAM");
    struct tcn_logger logger = tcn_logger_init("p", TCN_LOG_INFO, tube.ends[1]);
    static char text[3001];
    for (size_t i = 0; i < 3000; i += 3) {
        memcpy(text + i, "\xE4\xBF\xA1", 3);
    }
    tcn_log(&logger, TCN_LOG_INFO, "%s", text);
    const char *line = tube_close(&tube);
    size_t size = strlen(line);
    assert_true(size <= TCN_LOG_LINE_BYTES_MAX);
    assert_string_equal(line + size - 4, "...\n");
    assert_int_equal((size - 3 - 4) % 3, 0);
    assert_null(strchr(line, '?'));
}

static void a_line_below_the_level_is_not_written(void **state) {
    (void)state;
    struct tube tube;
    tube_open(&tube);
    struct tcn_logger logger = tcn_logger_init("p", TCN_LOG_WARNING, tube.ends[1]);
    tcn_log(&logger, TCN_LOG_INFO, "no");
    tcn_log(&logger, TCN_LOG_DEBUG, "no");
    assert_string_equal(tube_close(&tube), "");
}

static void a_closed_descriptor_does_no_harm(void **state) {
    (void)state;
    struct tcn_logger logger = tcn_logger_init("p", TCN_LOG_DEBUG, -1);
    tcn_log(&logger, TCN_LOG_ERROR, "nobody hears");
}

static void levels_have_prefixes_for_people_and_for_the_journal(void **state) {
    (void)state;
    static const struct {
        enum tcn_log_level level;
        const char *plain;
        const char *journal;
    } rows[] = {
        {TCN_LOG_ERROR, "p: cannot X\n", "<3>cannot X\n"},
        {TCN_LOG_WARNING, "p: warning: cannot X\n", "<4>cannot X\n"},
        {TCN_LOG_INFO, "p: cannot X\n", "<6>cannot X\n"},
        {TCN_LOG_DEBUG, "p: debug: cannot X\n", "<7>cannot X\n"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (int journal = 0; journal < 2; journal++) {
            struct tube tube;
            tube_open(&tube);
            (void)(journal != 0 ? setenv("JOURNAL_STREAM", "8:1", 1) : unsetenv("JOURNAL_STREAM"));
            struct tcn_logger logger = tcn_logger_init("p", TCN_LOG_DEBUG, tube.ends[1]);
            tcn_log(&logger, rows[i].level, "cannot %c", 'X');
            assert_string_equal(tube_close(&tube), journal != 0 ? rows[i].journal : rows[i].plain);
        }
    }
    (void)unsetenv("JOURNAL_STREAM");
}

static void levels_are_read_by_name_only(void **state) {
    (void)state;
    enum tcn_log_level level = TCN_LOG_INFO;
    assert_int_equal(tcn_log_level_from_text(tcn_slice_text("loud"), &level), TCN_MALFORMED);
    assert_int_equal(tcn_log_level_from_text(tcn_slice_text(""), &level), TCN_MALFORMED);
    assert_int_equal(tcn_log_level_from_text(tcn_slice_text("INFO"), &level), TCN_MALFORMED);
    assert_int_equal(level, TCN_LOG_INFO);
    assert_int_equal(tcn_log_level_from_text(tcn_slice_text("debug"), &level), TCN_OK);
    assert_int_equal(level, TCN_LOG_DEBUG);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(control_characters_and_broken_bytes_become_question_marks),
        cmocka_unit_test(a_line_that_is_too_long_is_cut_at_a_character),
        cmocka_unit_test(a_line_below_the_level_is_not_written),
        cmocka_unit_test(a_closed_descriptor_does_no_harm),
        cmocka_unit_test(levels_have_prefixes_for_people_and_for_the_journal),
        cmocka_unit_test(levels_are_read_by_name_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
