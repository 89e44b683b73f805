/* SPDX-License-Identifier: Apache-2.0 */
/* Whom to call, in which order, and that it fits on paper. */
#include "cli/sheet.h"

#include "base/width.h"
#include "desk.h"

enum {
    A_DESK = 1,
    OWNER,
    BESIDE,
    LINE_ABOVE,
    LINE_TOP,
    PLACE_ABOVE,
    TOWN,
    OTHER
};

static const struct tcn_organ organs[] = {
    {.number = A_DESK, .id = "desk", .title_zh = "区总值班室", .title_en = "District desk"},
    {.number = OWNER,
     .id = "energy",
     .title_zh = "能源局",
     .title_en = "Energy bureau with a very long title that no paper has room for",
     .line_parent = LINE_ABOVE,
     .place_parent = PLACE_ABOVE,
     .duty_phone = "0858-1234567"},
    {.number = BESIDE, .id = "emergency", .title_zh = "应急管理局", .title_en = "Emergency"},
    {.number = LINE_ABOVE, .id = "line", .line_parent = LINE_TOP, .title_en = "Line above"},
    {.number = LINE_TOP, .id = "top", .title_en = "Line top", .place_parent = A_DESK},
    {.number = PLACE_ABOVE, .id = "place", .title_en = "Place above", .place_parent = A_DESK},
    {.number = TOWN, .id = "town", .title_en = "Town", .place_parent = A_DESK},
    {.number = OTHER, .id = "other", .title_en = "Other"},
};
static const struct tcn_domain domains[] = {{.id = "gas",
                                             .title_zh = "煤矿安全",
                                             .title_en = "Coal mine safety",
                                             .owner = OWNER,
                                             .recipients = {BESIDE, A_DESK, OWNER},
                                             .recipient_count = 3,
                                             .keywords = {"井下"},
                                             .keyword_count = 1},
                                            {.id = "road", .title_en = "Road", .owner = OTHER}};
static const struct tcn_division divisions[] = {
    {.code = 520502100003, .name = "东岭村", .office = TOWN}};
static const struct tcn_policy policy = {.version = 7,
                                         .organs = organs,
                                         .organ_count = COUNT_OF(organs),
                                         .domains = domains,
                                         .domain_count = COUNT_OF(domains),
                                         .divisions = divisions,
                                         .division_count = 1,
                                         .desk = A_DESK};

static void expect_order(const struct tcn_sheet_input *in, const char *order) {
    struct tcn_sheet sheet;
    char text[256] = "";
    tcn_sheet_make(in, &sheet);
    for (uint32_t i = 0; i < sheet.count; i++) {
        const size_t used = strlen(text);
        (void)snprintf(text + used, sizeof text - used, "%s%s", i > 0 ? " " : "",
                       tcn_policy_organ(&policy, sheet.entries[i].organ)->id);
    }
    assert_string_equal(text, order);
}

static void of_a_guarded_matter_only_those_on_its_list_are_called(void **state) {
    (void)state;
    static const uint16_t listed[] = {OTHER, BESIDE, OTHER, 99};
    struct tcn_sheet_input in = {.policy = &policy,
                                 .domain = &domains[0], /* nothing of it may show */
                                 .division = 520502100003,
                                 .holder = OWNER,
                                 .is_guarded = true};
    expect_order(&in, ""); /* a list that is not known is nobody */
    in.listed = listed;
    in.listed_count = COUNT_OF(listed);
    expect_order(&in, "other emergency");
}

static void who_leads_comes_first_and_the_desk_last(void **state) {
    (void)state;
    struct tcn_sheet_input in = {.policy = &policy};
    expect_order(&in, "desk");
    in.domain = &domains[0];
    expect_order(&in, "energy emergency line top place desk");
    in.division = 520502100003;
    expect_order(&in, "energy emergency line top place town desk");
    in.holder = OTHER; /* it was handed over: the owner is nobody to call */
    expect_order(&in, "other emergency energy town desk");
    in.holder = A_DESK;
    in.domain = &domains[1];
    expect_order(&in, "town desk");
}

/* No line is wider than paper. */
static void expect_paper(const char *text) {
    while (*text != '\0') {
        const char *end = strchr(text, '\n');
        const size_t size = end != NULL ? (size_t)(end - text) : strlen(text);
        const size_t width = tcn_text_width(tcn_slice_of(text, size));
        if (width > TCN_SHEET_COLUMNS) {
            fail_msg("%zu columns: %.*s", width, (int)size, text);
        }
        text += size + (end != NULL ? 1 : 0);
    }
}

static void print_and_look(enum tcn_language language, bool is_odd) {
    struct desk desk;
    struct tcn_sheet sheet;
    const struct tcn_sheet_input in = {
        .policy = &policy, .domain = &domains[0], .division = 520502100003};
    const struct tcn_sheet_print print = {.language = language,
                                          .policy = &policy,
                                          .domain = &domains[0],
                                          .division = 520502100003,
                                          .matter = "01937f3a-0000-0000-0000-000000000000",
                                          .place = " --bureau energy_bureau",
                                          .is_danger = true,
                                          .is_guarded = is_odd,
                                          .is_unasked = is_odd,
                                          .policy_ns = INT64_C(1764400000000000000),
                                          .now_ns = INT64_C(1764400000000000000)};
    desk_open(&desk);
    tcn_sheet_make(&in, &sheet);
    tcn_sheet_print(desk.cli.out, &print, &sheet);
    const char *text = desk_out(&desk);
    assert_non_null(strstr(text, "119"));
    assert_non_null(strstr(text, language == TCN_LANGUAGE_ZH ? "矿调度室" : "dispatch"));
    assert_non_null(strstr(text, "0858-1234567"));
    assert_non_null(strstr(text, "--to emergency --bureau energy_bureau"));
    expect_paper(text);
    desk_close(&desk);
}

static void it_fits_on_paper(void **state) {
    (void)state;
    for (int language = 0; language < TCN_LANGUAGE_COUNT; language++) {
        print_and_look((enum tcn_language)language, false);
        print_and_look((enum tcn_language)language, true);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_a_guarded_matter_only_those_on_its_list_are_called),
        cmocka_unit_test(who_leads_comes_first_and_the_desk_last),
        cmocka_unit_test(it_fits_on_paper),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
