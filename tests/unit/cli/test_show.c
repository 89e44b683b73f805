/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/show.h"

#include "cli/item.h"
#include "cli/lines.h"
#include "desk.h"
#include "wire/event.h"

#include <fcntl.h>
#include <locale.h>

static void no_terminal_obeys_a_text_from_outside(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *shown;
    } rows[] = {
        {"", ""},
        {"plain", "plain"},
        {"桥关了", "桥关了"},
        {"a\033[2Jb", "a?[2Jb"},
        {"bell\a", "bell?"},
        {"del\x7F", "del?"},
        {"c1 \xC2\x9B"
         "31m",
         "c1 ?31m"},
        {"nbsp\xC2\xA0", "nbsp\xC2\xA0"},
        {"turn\xE2\x80\xAE"
         "back",
         "turn?back"},
        {"mark\xE2\x80\x8E", "mark?"},
        {"isolate\xE2\x81\xA6", "isolate?"},
        {"dash\xE2\x80\x94", "dash\xE2\x80\x94"},
        {"two\nlines\tand\r", "two lines and "},
        {"broken\xE6\xA1", "broken??"},
        {"\xFF\xFE", "??"},
    };
    for (size_t index = 0; index < COUNT_OF(rows); index++) {
        char shown[64];
        tcn_show_text(tcn_slice_text(rows[index].text), shown, sizeof shown);
        assert_string_equal(shown, rows[index].shown);
    }
}

static void a_long_text_is_cut_between_characters(void **state) {
    (void)state;
    char shown[8];
    tcn_show_text(tcn_slice_text("桥关了桥"), shown, sizeof shown);
    assert_string_equal(shown, "桥关");
    tcn_show_text(tcn_slice_text("1234567890"), shown, sizeof shown);
    assert_string_equal(shown, "1234567");
    tcn_show_text(tcn_slice_text("x"), shown, 1);
    assert_string_equal(shown, "");
}

static void long_texts_keep_their_lines(void **state) {
    (void)state;
    struct desk desk;
    desk_open(&desk);
    tcn_show_lines(desk.cli.out, tcn_slice_text("one\n\ntwo\033[m\r\nthree"), 2);
    assert_string_equal(desk_out(&desk), "  one\n  \n  two?[m \n  three\n");
    desk_close(&desk);
}

static void what_waits_for_a_second_person_is_said_as_it_is_typed(void **state) {
    (void)state;
    static const struct {
        struct tcn_second second;
        const char *shown;
    } rows[] = {
        {{.act = TCN_ACT_REPLIED}, "replied, until another post says the same"},
        {{.act = TCN_ACT_RELEASED, .domain = "expropriation", .organ = "land_bureau"},
         "released --domain expropriation --to land_bureau, until another post says the same"},
        {{.act = TCN_ACT_RECLASSIFIED, .domain = "a\033[2J"},
         "reclassified --domain a?[2J, until another post says the same"},
    };
    for (size_t index = 0; index < COUNT_OF(rows); index++) {
        struct desk desk;
        desk_open(&desk);
        tcn_show_second(desk.cli.out, &rows[index].second);
        assert_string_equal(desk_out(&desk), rows[index].shown);
        desk_close(&desk);
    }
}

static void times_are_read_and_shown_in_the_zone_of_the_machine(void **state) {
    (void)state;
    struct desk desk;
    desk_open(&desk);
    static const struct {
        const char *text;
        int64_t seconds; /* -1: refused */
    } rows[] = {
        {"2026-11-23T14:05:50+08:00", 1795413950},
        {"2026-11-23T06:05:50Z", 1795413950},
        {"2026-11-23 14:05", 1795413900},
        {"2026-11-23T14:05", 1795413900},
        {"2026-11-23", 1795363200},
        {"2026-11-31", -1},
        {"2026-13-01", -1},
        {"2026-11-23 14", -1},
        {"2026-11-23 14:05:", -1},
        {"26-11-23", -1},
        {"", -1},
        {"now", -1},
    };
    for (size_t index = 0; index < COUNT_OF(rows); index++) {
        int64_t unix_ns = -1;
        enum tcn_status status = tcn_show_read_time(rows[index].text, &unix_ns);
        int64_t wanted = rows[index].seconds < 0 ? -1 : rows[index].seconds * 1000000000;
        if (unix_ns != wanted || (status == TCN_OK) != (wanted >= 0)) {
            fail_msg("%s: %lld", rows[index].text, (long long)unix_ns);
        }
    }
    char shown[TCN_TIME_TEXT_BYTES];
    tcn_show_time(INT64_C(1795413950) * 1000000000, shown);
    assert_string_equal(shown, "2026-11-23 14:05:50 +08:00");
    tcn_show_time(0, shown);
    assert_string_equal(shown, "-");
    desk_close(&desk);
}

static void a_field_of_csv_is_quoted_where_it_must_be(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *written;
    } rows[] = {
        {"", ""},
        {"plain", "plain"},
        {"a,b", "\"a,b\""},
        {"say \"x\"", "\"say \"\"x\"\"\""},
        {"a\nb", "\"a\nb\""},
        {"=1+1", "'=1+1"},
        {"@x", "'@x"},
        {"-5", "-5"},
        {"-", "-"},
        {"-x", "'-x"},
        {"+8.5", "+8.5"},
    };
    for (size_t index = 0; index < COUNT_OF(rows); index++) {
        struct desk desk;
        desk_open(&desk);
        tcn_show_csv_field(desk.cli.out, rows[index].text);
        assert_string_equal(desk_out(&desk), rows[index].written);
        desk_close(&desk);
    }
}

static void a_row_wider_than_the_terminal_becomes_lines(void **state) {
    (void)state;
    static const struct tcn_table_column columns[] = {{"NAME", false}, {"N", true}};
    static const char *const rows[][2] = {{"青龙街道", "1"}, {"a name", ""}};
    static const struct {
        uint32_t columns;
        const char *text;
    } cases[] = {
        {0, "NAME      N\n青龙街道  1\na name    \n"},
        {11, "NAME      N\n青龙街道  1\na name    \n"},
        {10, "NAME      青龙街道\nN         1\n\nNAME      a name\nN         \n"},
    };
    assert_non_null(setlocale(LC_ALL, "C.UTF-8"));
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct desk desk;
        struct tcn_table *table = NULL;
        desk_open(&desk);
        desk.cli.out_columns = cases[i].columns;
        assert_int_equal(tcn_table_create(&desk.cli, TCN_FORMAT_TABLE, columns, 2, &table), TCN_OK);
        assert_int_equal(tcn_table_add(table, rows[0]), TCN_OK);
        assert_int_equal(tcn_table_add(table, rows[1]), TCN_OK);
        assert_int_equal(tcn_table_print(table), TCN_OK);
        tcn_table_destroy(&table);
        assert_string_equal(desk_out(&desk), cases[i].text);
        desk_close(&desk);
    }
}

static void a_table_and_its_csv_have_the_same_cells(void **state) {
    (void)state;
    static const struct tcn_table_column columns[] = {{"NAME", false}, {"N", true}};
    static const char *const rows[][2] = {{"青龙街道", "1"}, {"x\033y", "12"}};
    for (int format = TCN_FORMAT_TABLE; format <= TCN_FORMAT_CSV; format += TCN_FORMAT_CSV) {
        struct desk desk;
        struct tcn_table *table = NULL;
        desk_open(&desk);
        assert_int_equal(tcn_table_create(&desk.cli, (enum tcn_format)format, columns, 2, &table),
                         TCN_OK);
        assert_int_equal(tcn_table_add(table, rows[0]), TCN_OK);
        assert_int_equal(tcn_table_add(table, rows[1]), TCN_OK);
        assert_int_equal(tcn_table_print(table), TCN_OK);
        tcn_table_destroy(&table);
        tcn_table_destroy(&table);
        if (format == TCN_FORMAT_CSV) {
            assert_string_equal(desk_out(&desk), "NAME,N\r\n青龙街道,1\r\nx?y,12\r\n");
        } else {
            assert_non_null(strstr(desk_out(&desk), "x?y"));
            assert_null(strchr(desk_out(&desk), '\033'));
        }
        desk_close(&desk);
    }
}

static void colour_is_used_only_where_it_is_wanted(void **state) {
    (void)state;
    struct tcn_cli cli = {.has_colour = false};
    assert_string_equal(tcn_show_colour(&cli, TCN_SEVERITY_DANGER), "");
    assert_string_equal(tcn_show_plain(&cli), "");
    cli.has_colour = true;
    assert_string_not_equal(tcn_show_colour(&cli, TCN_SEVERITY_DANGER), "");
    assert_string_equal(tcn_show_colour(&cli, TCN_SEVERITY_ROUTINE), "");
    assert_string_equal(tcn_show_stage(99), "none");
    assert_string_equal(tcn_show_stage(TCN_SEVERITY_DANGER), "replied");
}

/* Reads all lines of a text through a pipe. */
static void lines_are_bounded_and_counted(void **state) {
    (void)state;
    static const char text[] = "one\r\n\nthis line is too long\nfour\nlast";
    static const struct {
        enum tcn_status status;
        const char *line;
        uint64_t number;
    } rows[] = {
        {TCN_OK, "one", 1},  {TCN_OK, "", 2},       {TCN_TOOBIG, NULL, 3}, {TCN_OK, "four", 4},
        {TCN_OK, "last", 5}, {TCN_ABSENT, NULL, 5}, {TCN_ABSENT, NULL, 5},
    };
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    struct tcn_lines lines;
    struct tcn_slice line;
    assert_int_equal(tcn_lines_init(&lines, ends[0], -1, 10), TCN_OK);
    assert_int_equal(tcn_lines_next(&lines, 0, &line), TCN_AGAIN);
    assert_int_equal(write(ends[1], text, sizeof text - 1), sizeof text - 1);
    assert_int_equal(close(ends[1]), 0);
    for (size_t index = 0; index < COUNT_OF(rows); index++) {
        assert_int_equal(tcn_lines_next(&lines, -1, &line), rows[index].status);
        assert_int_equal(lines.number, rows[index].number);
        if (rows[index].line != NULL) {
            assert_true(tcn_slice_is_text(line, rows[index].line));
        }
    }
    assert_int_equal(lines.read_bytes, sizeof text - 1);
    tcn_lines_fini(&lines);
    tcn_lines_fini(&lines);
    (void)close(ends[0]);
}

static void a_signal_ends_the_wait_for_a_line(void **state) {
    (void)state;
    int ends[2];
    int stop[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(pipe(stop), 0);
    assert_int_equal(write(stop[1], "!", 1), 1);
    struct tcn_lines lines;
    struct tcn_slice line;
    assert_int_equal(tcn_lines_init(&lines, ends[0], stop[0], 10), TCN_OK);
    assert_int_equal(tcn_lines_next(&lines, -1, &line), TCN_CANCELED);
    tcn_lines_fini(&lines);
    for (int index = 0; index < 2; index++) {
        (void)close(ends[index]);
        (void)close(stop[index]);
    }
}

/* An item with an open part whose words are hostile. */
static struct tcn_item make_item(uint8_t *bytes, size_t size) {
    const struct tcn_event event = {.format = TCN_EVENT_FORMAT,
                                    .act = TCN_ACT_REPORTED,
                                    .mode = TCN_MODE_EXERCISE,
                                    .matter = {{1, 2, 3}},
                                    .domain = tcn_slice_text("petition"),
                                    .division = tcn_slice_text("520502012000"),
                                    .office = tcn_slice_text("office_a"),
                                    .learned_ns = 1,
                                    .recorded_ns = 1,
                                    .severity = TCN_SEVERITY_URGENT,
                                    .concerns = TCN_CONCERNS_NOBODY};
    struct tcn_writer writer = tcn_writer_init(bytes, size);
    struct tcn_slice open;
    assert_int_equal(tcn_wire_open_part_encode(&event, &writer, &open), TCN_OK);
    return (struct tcn_item){.alert = {.stream = {TCN_MODE_EXERCISE, 2},
                                       .number = 4,
                                       .generation = 1,
                                       .reason = TCN_REASON_OWNER,
                                       .severity = TCN_SEVERITY_URGENT},
                             .matter = {{1, 2, 3}},
                             .position = 77,
                             .log_time_ns = INT64_C(1795413950) * 1000000000,
                             .open = open};
}

static void an_item_is_shown_in_three_formats_from_one_reading(void **state) {
    (void)state;
    static const struct {
        enum tcn_format format;
        const char *shown;
    } rows[] = {
        {TCN_FORMAT_TABLE, "2026-11-23 14:05:50 +08:00  urgent    reported         "
                           "01020300-0000-0000-0000-000000000000  owner  office_a  petition  "
                           "520502012000  EXERCISE\n"},
        {TCN_FORMAT_CSV,
         "position,log_time,number,severity,act,domain,division,office,matter,reason,mode\r\n"
         "77,2026-11-23T06:05:50.000Z,4,urgent,reported,petition,520502012000,office_a,"
         "01020300-0000-0000-0000-000000000000,owner,exercise\r\n"},
        {TCN_FORMAT_NDJSON, "{\"kind\":\"item\",\"position\":77,"},
    };
    for (size_t index = 0; index < COUNT_OF(rows); index++) {
        struct desk desk;
        struct tcn_arena arena;
        uint8_t bytes[512];
        struct tcn_key_set none = {0};
        desk_open(&desk);
        assert_int_equal(tcn_arena_init(&arena, TCN_ITEM_ARENA_BYTES), TCN_OK);
        const struct tcn_item_view view = {.cli = &desk.cli,
                                           .format = rows[index].format,
                                           .keys = &none,
                                           .arena = &arena,
                                           .has_kind = true};
        struct tcn_item item = make_item(bytes, sizeof bytes);
        tcn_item_heading(&view);
        assert_int_equal(tcn_item_print(&view, &item), TCN_OK);
        size_t size = strlen(rows[index].shown);
        assert_memory_equal(desk_out(&desk), rows[index].shown, size);
        item.open.size--;
        assert_int_not_equal(tcn_item_print(&view, &item), TCN_OK);
        tcn_arena_fini(&arena);
        desk_close(&desk);
    }
}

static void a_key_that_ends_is_told_with_what_to_do(void **state) {
    (void)state;
    enum {
        HOUR = 3600,
        DAY = 24 * HOUR
    };
    static const struct {
        uint32_t stage;
        int64_t left_s; /* until the end */
        int64_t late_s; /* since it was due */
        const char *shown;
    } rows[] = {
        {1, 30 * DAY - 10, 10,
         "serious   key_ends         -  clock  watch.water\n"
         "    the key of watch.water ends 2026-12-23 14:05:40 +08:00, in 30 "
         "days\n"
         "    try: have an administrator say tocsin key rights watch.water "
         "--not-after TIME; if its keys are old too, tocsin key rotate on its "
         "own PC\n"},
        {2, 6 * DAY, DAY,
         "serious   key_ends         -  clock  watch.water\n"
         "    the key of watch.water ends 2026-11-29 14:05:50 +08:00, in 6 days "
         "(this was due 2026-11-22 14:05:50 +08:00; the collector did not run "
         "then)\n    try: "},
        {3, DAY, 0,
         "serious   key_ends         -  clock  watch.water\n"
         "    the key of watch.water ends 2026-11-24 14:05:50 +08:00, in 24 hours\n"
         "    try: "},
        {3, HOUR, 0,
         "serious   key_ends         -  clock  watch.water\n"
         "    the key of watch.water ends 2026-11-23 15:05:50 +08:00, in 1 hour\n"
         "    try: "},
        {4, 0, 0,
         "serious   key_ends         -  clock  watch.water\n"
         "    the key of watch.water ended 2026-11-23 14:05:50 +08:00: it is neither heard "
         "nor answered any more\n    try: have an administrator"},
    };
    for (size_t index = 0; index < COUNT_OF(rows); index++) {
        struct desk desk;
        struct tcn_arena arena;
        struct tcn_key_set none = {0};
        const int64_t now_ns = INT64_C(1795413950) * 1000000000;
        desk_open(&desk);
        assert_int_equal(tcn_arena_init(&arena, TCN_ITEM_ARENA_BYTES), TCN_OK);
        const struct tcn_item_view view = {
            .cli = &desk.cli, .format = TCN_FORMAT_TABLE, .keys = &none, .arena = &arena};
        const struct tcn_item item = {
            .alert = {.stream = {TCN_MODE_ACTUAL, 2},
                      .number = 4,
                      .act = TCN_ACT_TICK,
                      .reason = TCN_REASON_CLOCK,
                      .severity = TCN_SEVERITY_SERIOUS,
                      .fired = {TCN_DUE_KEY_ENDS, rows[index].stage, 9, 0,
                                now_ns - rows[index].late_s * 1000000000,
                                now_ns + rows[index].left_s * 1000000000}},
            .position = 77,
            .log_time_ns = now_ns,
            .subject = tcn_slice_text("watch.water")};
        assert_int_equal(tcn_item_print(&view, &item), TCN_OK);
        static const char time[] = "2026-11-23 14:05:50 +08:00  ";
        assert_memory_equal(desk_out(&desk), time, sizeof time - 1);
        assert_memory_equal(desk_out(&desk) + sizeof time - 1, rows[index].shown,
                            strlen(rows[index].shown));
        tcn_arena_fini(&arena);
        desk_close(&desk);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_wider_than_the_terminal_becomes_lines),
        cmocka_unit_test(no_terminal_obeys_a_text_from_outside),
        cmocka_unit_test(a_long_text_is_cut_between_characters),
        cmocka_unit_test(long_texts_keep_their_lines),
        cmocka_unit_test(what_waits_for_a_second_person_is_said_as_it_is_typed),
        cmocka_unit_test(times_are_read_and_shown_in_the_zone_of_the_machine),
        cmocka_unit_test(a_field_of_csv_is_quoted_where_it_must_be),
        cmocka_unit_test(a_table_and_its_csv_have_the_same_cells),
        cmocka_unit_test(colour_is_used_only_where_it_is_wanted),
        cmocka_unit_test(lines_are_bounded_and_counted),
        cmocka_unit_test(a_signal_ends_the_wait_for_a_line),
        cmocka_unit_test(an_item_is_shown_in_three_formats_from_one_reading),
        cmocka_unit_test(a_key_that_ends_is_told_with_what_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
