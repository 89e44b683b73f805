/* SPDX-License-Identifier: Apache-2.0 */
/* What `tocsin notified` says of what it leaves out. */
#include "cli/asker.h"

#include "desk.h"

/* ctest-wraps: tcn_asker_init tcn_asker_ask */

#define MATTER "01020300-0000-7000-8000-000000000000"

/* What the collector answers: two pages of one row. */
static struct {
    bool is_cut;
    uint32_t row_count; /* of each page */
} collector;

int __wrap_tcn_asker_init(struct tcn_cli *cli, const struct tcn_asker_options *options,
                          struct tcn_asker *out_asker);
int __wrap_tcn_asker_ask(struct tcn_asker *asker, const struct tcn_query *query,
                         struct tcn_answer *out_answer);

int __wrap_tcn_asker_init(struct tcn_cli *cli, const struct tcn_asker_options *options,
                          struct tcn_asker *out_asker) {
    (void)options;
    *out_asker = (struct tcn_asker){.cli = cli};
    return TCN_EXIT_OK;
}

int __wrap_tcn_asker_ask(struct tcn_asker *asker, const struct tcn_query *query,
                         struct tcn_answer *out_answer) {
    static const struct tcn_notice row = {.stream = {TCN_MODE_ACTUAL, 3}, .number = 7};
    (void)asker;
    assert_int_equal(query->kind, TCN_QUERY_NOTICES);
    const bool is_last = query->page != 0;
    *out_answer = (struct tcn_answer){.notices = &row,
                                      .notice_count = collector.row_count,
                                      .next_page = is_last ? 0 : 1,
                                      .board_has_more = is_last && collector.is_cut};
    return TCN_EXIT_OK;
}

static void what_is_left_out_is_said_in_every_format(void **state) {
    (void)state;
    static const struct {
        const char *line;
        bool is_cut;
        const char *out;
    } rows[] = {
        {"notified " MATTER, false, ""},
        {"notified " MATTER " -o csv", false, ""},
        {"notified " MATTER " -o json", false, "\"truncated\": false"},
        {"notified " MATTER, true, ""},
        {"notified " MATTER " -o csv", true, ""},
        {"notified " MATTER " -o json", true, "\"truncated\": true"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct desk desk;
        desk_open(&desk);
        collector.is_cut = rows[i].is_cut;
        collector.row_count = 1;
        assert_int_equal(desk_run(&desk, rows[i].line), TCN_EXIT_OK);
        if (strstr(desk_out(&desk), rows[i].out) == NULL) {
            fail_msg("row %zu: %s", i, desk_out(&desk));
        }
        const bool is_told =
            strstr(desk_err(&desk), "2 shown, and the newest are left out") != NULL;
        assert_int_equal(is_told, rows[i].is_cut);
        assert_int_equal(strstr(desk_err(&desk), "try: tocsin notified --organ O --since") != NULL,
                         rows[i].is_cut);
        desk_close(&desk);
    }
}

/* Also where nothing of what was looked at is shown. */
static void nothing_shown_is_not_nothing_left_out(void **state) {
    (void)state;
    struct desk desk;
    desk_open(&desk);
    collector.is_cut = true;
    collector.row_count = 0;
    assert_int_equal(desk_run(&desk, "notified " MATTER), TCN_EXIT_NOTHING);
    assert_non_null(strstr(desk_err(&desk), "0 shown, and the newest are left out"));
    desk_close(&desk);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_left_out_is_said_in_every_format),
        cmocka_unit_test(nothing_shown_is_not_nothing_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
