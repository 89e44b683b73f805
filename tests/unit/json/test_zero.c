/* SPDX-License-Identifier: Apache-2.0 */
#include "json/draft.h"
#include "json/rows.h"
#include "json/write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static struct tcn_arena arena;

static enum tcn_status decode(const char *line, struct tcn_json_error *error,
                              struct tcn_draft *draft) {
    tcn_arena_reset(&arena);
    return tcn_json_decode_draft(tcn_slice_text(line), &arena, error, draft);
}

#define ZERO "{\"act\":\"zero_report\","

static void what_a_zero_report_cannot_be_is_told_with_its_key(void **state) {
    (void)state;
    static const struct {
        const char *line;
        enum tcn_status status;
        const char *field;
    } rows[] = {
        {ZERO "\"lines\":{\"a\":1}}", TCN_BAD_VALUE, "lines"},
        {ZERO "\"lines\":{\"a\":\"safe\"}}", TCN_BAD_VALUE, "lines"},
        {ZERO "\"lines\":{\"A line\":true}}", TCN_BAD_VALUE, "lines"},
        {ZERO "\"lines\":[\"a\"]}", TCN_BAD_VALUE, "lines"},
        {ZERO "\"lines\":{},\"places\":[1]}", TCN_BAD_VALUE, "places"},
        {ZERO "\"lines\":{},\"places\":\"dam\"}", TCN_BAD_VALUE, "places"},
        {ZERO "\"lines\":{},\"post\":\"Zhang San\"}", TCN_BAD_VALUE, "post"},
        {ZERO "\"lines\":{},\"matter\":\"01890a5d-ac96-774b-bcce-b302099a8057\"}",
         TCN_UNKNOWN_FIELD, "matter"},
        {ZERO "\"lines\":{},\"texts\":{\"narrative\":\"n\"}}", TCN_UNKNOWN_FIELD, "texts"},
        {"{\"act\":\"checked_in\",\"lines\":{\"a\":true}}", TCN_UNKNOWN_FIELD, "lines"},
        {"{\"act\":\"stopped\"}", TCN_BAD_VALUE, "act"}, /* an agent says that by itself */
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_json_error error = {.field = ""};
        struct tcn_draft draft;
        assert_int_equal(decode(rows[i].line, &error, &draft), rows[i].status);
        assert_string_equal(error.field, rows[i].field);
    }
}

static void lines_and_places_are_bounded(void **state) {
    (void)state;
    static const char *const keys[] = {"lines", "places"};
    for (size_t k = 0; k < COUNT_OF(keys); k++) {
        for (uint32_t count = TCN_ZERO_TICKS_MAX; count <= TCN_ZERO_TICKS_MAX + 1; count++) {
            char line[1024];
            size_t size =
                (size_t)snprintf(line, sizeof(line), ZERO "%s\"%s\":%s",
                                 k == 0 ? "" : "\"lines\":{},", keys[k], k == 0 ? "{" : "[");
            for (uint32_t i = 0; i < count; i++) {
                size += (size_t)snprintf(line + size, sizeof(line) - size, "%s\"a%u\"%s",
                                         i > 0 ? "," : "", i, k == 0 ? ":true" : "");
            }
            (void)snprintf(line + size, sizeof(line) - size, "%s}", k == 0 ? "}" : "]");
            struct tcn_json_error error = {.field = "none"};
            struct tcn_draft draft;
            const bool fits = count == TCN_ZERO_TICKS_MAX;
            assert_int_equal(decode(line, &error, &draft), fits ? TCN_OK : TCN_TOOBIG);
            assert_string_equal(error.field, fits ? "none" : keys[k]);
        }
    }
}

static const char full[] = "{\"act\":\"oral_zero\",\"office\":\"district_desk\","
                           "\"lines\":{\"no_flood\":true,\"no_fire\":false},"
                           "\"post\":\"duty_officer\",\"places\":[\"upper dam\",\"school\"],"
                           "\"of_office\":\"office_lishu\"}";

static void a_full_one_is_read_and_written_as_it_was(void **state) {
    (void)state;
    struct tcn_json_error error;
    struct tcn_draft draft;
    assert_int_equal(decode(full, &error, &draft), TCN_OK);
    const struct tcn_zero_body *zero = &draft.event.zero;
    assert_true(draft.is_act);
    assert_int_equal(draft.event.act, TCN_ACT_ORAL_ZERO);
    assert_int_equal(draft.event.body_kind, TCN_BODY_ZERO);
    assert_int_equal(zero->tick_count, 2);
    assert_true(tcn_slice_is_text(zero->ticks[0].line, "no_flood") && zero->ticks[0].is_safe);
    assert_true(tcn_slice_is_text(zero->ticks[1].line, "no_fire") && !zero->ticks[1].is_safe);
    assert_true(tcn_slice_is_text(zero->post, "duty_officer"));
    assert_int_equal(zero->place_count, 2);
    assert_true(tcn_slice_is_text(zero->places[1], "school"));
    assert_true(tcn_slice_is_text(zero->of_office, "office_lishu"));
    struct tcn_json_writer writer;
    struct tcn_slice text = {0};
    tcn_json_writer_init(&writer);
    tcn_json_draft_fields(&writer, &draft);
    assert_int_equal(tcn_json_write_arena(&writer, &arena, &text), TCN_OK);
    tcn_json_writer_fini(&writer);
    assert_true(tcn_slice_is_text(text, full));
}

static void a_sign_off_is_entered_like_an_act(void **state) {
    (void)state;
    struct tcn_json_error error;
    struct tcn_draft draft;
    assert_int_equal(decode("{\"act\":\"signed_off\",\"post\":\"clerk\"}", &error, &draft), TCN_OK);
    assert_int_equal(draft.event.act, TCN_ACT_SIGNED_OFF);
    assert_int_equal(draft.event.body_kind, TCN_BODY_ACT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_zero_report_cannot_be_is_told_with_its_key),
        cmocka_unit_test(lines_and_places_are_bounded),
        cmocka_unit_test(a_full_one_is_read_and_written_as_it_was),
        cmocka_unit_test(a_sign_off_is_entered_like_an_act),
    };
    if (tcn_arena_init(&arena, (size_t)1024 * 1024) != TCN_OK) {
        return 1;
    }
    const int result = cmocka_run_group_tests(tests, NULL, NULL);
    tcn_arena_fini(&arena);
    return result;
}
