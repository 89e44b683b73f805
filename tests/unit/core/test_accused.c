/* SPDX-License-Identifier: Apache-2.0 */
/* Whom a complaint about organs may reach: who is struck, who comes in the place of the struck. */
#include "core/accused.h"

#include "trace.h"

enum {
    DESK = 1,
    LAND = 2,
    POLICE = 3,
    TRAFFIC = 4,
    SQUAD = 5,
    TOWNSHIP = 6,
    LAND_OFFICE = 7,
    DISCIPLINE = 8,
    COUNTY = 30,
    CITY_DUTY = 31,
    CITY_DISCIPLINE = 32,
};

static const struct tcn_organ organs[] = {
    {.number = DESK, .id = "desk", .line_parent = CITY_DUTY, .place_parent = COUNTY},
    {.number = LAND, .id = "land", .place_parent = DESK},
    {.number = POLICE, .id = "police", .place_parent = DESK},
    {.number = TRAFFIC, .id = "traffic", .line_parent = POLICE, .place_parent = DESK},
    {.number = SQUAD, .id = "squad", .line_parent = TRAFFIC},
    {.number = TOWNSHIP, .id = "township", .place_parent = DESK},
    {.number = LAND_OFFICE, .id = "land_office", .line_parent = LAND, .place_parent = TOWNSHIP},
    {.number = DISCIPLINE, .id = "discipline", .line_parent = CITY_DISCIPLINE},
    {.number = COUNTY, .id = "county"},
    {.number = CITY_DUTY, .id = "city_duty"},
    {.number = CITY_DISCIPLINE, .id = "city_discipline"},
};

static const struct tcn_policy policy = {
    .organs = organs, .organ_count = COUNT_OF(organs), .desk = DESK};

struct row {
    const char *accused; /* ids, with blanks between them */
    const char *expected;
};

/** The accused, as numbers. */
static uint32_t read_ids(const struct tcn_policy *with, const char *ids, uint16_t out[16]) {
    char copy[128];
    char *rest = NULL;
    uint32_t count = 0;
    (void)snprintf(copy, sizeof(copy), "%s", ids);
    for (char *id = strtok_r(copy, " ", &rest); id != NULL; id = strtok_r(NULL, " ", &rest)) {
        const struct tcn_organ *organ = tcn_policy_organ_by_id(with, tcn_slice_text(id));
        assert_true(count < 16);
        out[count] = organ != NULL ? organ->number : 99;
        count++;
    }
    return count;
}

static void expect_rows(const struct tcn_policy *with, const struct row *rows, size_t row_count) {
    for (size_t r = 0; r < row_count; r++) {
        uint16_t numbers[16];
        struct tcn_accused accused;
        struct trace trace = {.size = 0};
        tcn_accused_find(with, numbers, read_ids(with, rows[r].accused, numbers), &accused);
        trace_add(&trace, "tells");
        for (uint32_t i = 0; i < accused.list_count; i++) {
            trace_add(&trace, " %s", tcn_policy_organ(with, accused.list[i])->id);
        }
        trace_add(&trace, ", not");
        for (uint32_t i = 0; i < accused.excluded_count; i++) {
            trace_add(&trace, " %s", tcn_policy_organ(with, accused.excluded[i])->id);
            assert_true(tcn_accused_excludes(&accused, accused.excluded[i]));
        }
        for (uint32_t i = 0; i < accused.list_count; i++) {
            assert_false(tcn_accused_excludes(&accused, accused.list[i]));
        }
        assert_false(tcn_accused_excludes(&accused, 0));
        trace_expect(&trace, rows[r].expected);
    }
}

static void when_nobody_is_left_the_list_is_empty(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"desk discipline", "tells, not desk land police traffic squad township land_office "
                            "discipline county city_duty city_discipline"},
        {"county city_duty city_discipline",
         "tells, not desk land police traffic squad township land_office discipline county "
         "city_duty city_discipline"},
        {"desk city_discipline", "tells, not desk land police traffic squad township land_office "
                                 "discipline county city_duty city_discipline"},
    };
    expect_rows(&policy, rows, COUNT_OF(rows));
}

static void an_accused_organ_is_struck_and_nobody_above_it_comes_instead(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"desk", "tells discipline, not desk land police traffic squad township land_office county "
                 "city_duty"},
        {"discipline", "tells desk, not discipline city_discipline"},
        {"desk land", "tells discipline, not desk land police traffic squad township land_office "
                      "county city_duty"},
    };
    expect_rows(&policy, rows, COUNT_OF(rows));
}

static void what_is_below_and_above_an_accused_organ_is_excluded(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"land", "tells discipline desk, not land land_office county city_duty"},
        {"land_office",
         "tells discipline desk, not land township land_office county city_duty"}, /* both chains */
        {"township", "tells discipline desk, not township land_office county city_duty"},
        {"police", "tells discipline desk, not police traffic squad county city_duty"},
        {"traffic", "tells discipline desk, not police traffic squad county city_duty"},
        {"squad", "tells discipline desk, not police traffic squad county city_duty"},
        {"land police", "tells discipline desk, not land police traffic squad land_office county "
                        "city_duty"},
    };
    expect_rows(&policy, rows, COUNT_OF(rows));
}

static void a_struck_one_below_the_accused_gives_way_to_the_next_higher(void **state) {
    (void)state;
    static const struct row rows[] = {
        /* The desk is below the county by its place; by its line the city's is next. */
        {"county", "tells discipline city_duty, not desk land police traffic squad township "
                   "land_office county"},
        /* By its line the accused is next, so it is looked for by its place. */
        {"city_duty", "tells discipline county, not desk land police traffic squad township "
                      "land_office city_duty"},
        {"city_discipline", "tells desk, not discipline city_discipline"},
        {"county discipline", "tells city_duty, not desk land police traffic squad township "
                              "land_office discipline county city_discipline"},
        {"county city_discipline", "tells city_duty, not desk land police traffic squad township "
                                   "land_office discipline county city_discipline"},
    };
    expect_rows(&policy, rows, COUNT_OF(rows));
}

static void without_an_accused_organ_the_list_is_that_of_every_complaint(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"", "tells discipline desk, not"},
        {"nobody_knows", "tells discipline desk, not"},
    };
    expect_rows(&policy, rows, COUNT_OF(rows));
    const struct tcn_policy small = {.organs = organs, .organ_count = 2, .desk = DESK};
    static const struct row small_rows[] = {
        {"", "tells desk, not"}, /* no discipline inspection in it, nobody above the desk */
        {"land", "tells desk, not land"},
        {"desk", "tells, not desk land"},
    };
    expect_rows(&small, small_rows, COUNT_OF(small_rows));
}

/* The compiler of a policy refuses circles; what came over the wire may have one. */
static void a_circle_of_parents_ends(void **state) {
    (void)state;
    static const struct tcn_organ circle[] = {
        {.number = DESK, .id = "desk", .line_parent = LAND, .place_parent = DESK},
        {.number = LAND, .id = "land", .line_parent = POLICE},
        {.number = POLICE, .id = "police", .line_parent = LAND, .place_parent = 77},
        {.number = DISCIPLINE, .id = "discipline", .line_parent = DISCIPLINE},
    };
    const struct tcn_policy circular = {
        .organs = circle, .organ_count = COUNT_OF(circle), .desk = DESK};
    static const struct row rows[] = {
        {"land", "tells discipline, not desk land police"},
        {"discipline", "tells desk, not discipline"},
        {"desk", "tells discipline, not desk land police"},
    };
    expect_rows(&circular, rows, COUNT_OF(rows));
}

static void as_many_organs_as_a_policy_has_are_gone_through(void **state) {
    (void)state;
    static struct tcn_organ many[TCN_ORGANS_MAX];
    for (uint16_t i = 0; i < TCN_ORGANS_MAX; i++) { /* one chain, its lowest organ first */
        many[i] =
            (struct tcn_organ){.number = (uint16_t)(i + 1),
                               .line_parent = i + 1u < TCN_ORGANS_MAX ? (uint16_t)(i + 2) : 0};
    }
    const struct tcn_policy long_one = {
        .organs = many, .organ_count = TCN_ORGANS_MAX, .desk = TCN_ORGANS_MAX / 2};
    struct tcn_accused accused;
    tcn_accused_find(&long_one, &(uint16_t){1}, 1, &accused);
    assert_int_equal(accused.excluded_count, TCN_ORGANS_MAX - 1); /* all but the desk */
    assert_int_equal(accused.list_count, 1);
    assert_int_equal(accused.list[0], long_one.desk);
    tcn_accused_find(&long_one, &(uint16_t){TCN_ORGANS_MAX}, 1, &accused);
    assert_int_equal(accused.excluded_count, TCN_ORGANS_MAX);
    assert_int_equal(accused.list_count, 0);
}

static void whom_a_text_accuses_stands_in_its_first_line(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *expected; /* ids, and behind a bar the strange word */
    } rows[] = {
        {"", "|"},
        {"The land office", "|"},
        {"accused_organs:land", "|"},
        {"The land office\naccused_organs: land", "|"}, /* somebody's words */
        {"accused_organs: ", "|"},
        {"accused_organs: lnad, land", "land |lnad"},
        {"accused_organs: land, desk, land", "land desk |"},
        {"accused_organs: land\nThe land office, and the desk", "land |"},
        {"accused_organs: land ", "|land "},
        {"accused_organs: desk, land, police, traffic, squad, township, land_office, discipline",
         "desk land police traffic squad township land_office discipline |"},
        {"accused_organs: desk, land, police, traffic, squad, township, land_office, discipline, "
         "county",
         "desk land police traffic squad township land_office discipline |county"},
    };
    for (size_t r = 0; r < COUNT_OF(rows); r++) {
        struct tcn_accused_named named;
        struct trace trace = {.size = 0};
        tcn_accused_read(&policy, tcn_slice_text(rows[r].text), &named);
        for (uint32_t i = 0; i < named.count; i++) {
            trace_add(&trace, "%s ", tcn_policy_organ(&policy, named.organs[i])->id);
        }
        trace_add(&trace, "|%.*s", (int)named.strange.size, (const char *)named.strange.data);
        trace_expect(&trace, rows[r].expected);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(when_nobody_is_left_the_list_is_empty),
        cmocka_unit_test(an_accused_organ_is_struck_and_nobody_above_it_comes_instead),
        cmocka_unit_test(what_is_below_and_above_an_accused_organ_is_excluded),
        cmocka_unit_test(a_struck_one_below_the_accused_gives_way_to_the_next_higher),
        cmocka_unit_test(without_an_accused_organ_the_list_is_that_of_every_complaint),
        cmocka_unit_test(a_circle_of_parents_ends),
        cmocka_unit_test(as_many_organs_as_a_policy_has_are_gone_through),
        cmocka_unit_test(whom_a_text_accuses_stands_in_its_first_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
