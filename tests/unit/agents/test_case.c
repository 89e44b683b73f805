/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-single: it makes no thread */
#include "agents/case.h"

#include "district.h"

static void what_is_no_slip_is_refused(void **state) {
    (void)state;
    static const char *const wrong[] = {"",
                                        "-",
                                        "7K3MQ-0WZ4",
                                        "7K3MQ-0WZ4TT",
                                        "7K3MQ-0WZ4U",
                                        "7K3MQ_0WZ4T",
                                        "7K3MQ-0WZ4\xc3\xa9",
                                        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        char slip[TCN_AGENT_SLIP_BYTES];
        assert_int_equal(tcn_agent_slip_read(text_of(wrong[i]), slip), TCN_MALFORMED);
    }
    char slip[TCN_AGENT_SLIP_BYTES];
    assert_int_equal(tcn_agent_slip_read(tcn_slice_of("7K3MQ\0WZ4T", 10), slip), TCN_MALFORMED);
}

static void a_slip_is_read_as_people_write_it(void **state) {
    (void)state;
    static const char *const ways[] = {"7K3MQ-0W14T", "7k3mq-0w14t",  "7K3MQ0W14T",
                                       "7k3mq ow14t", " 7K3MQ-OWL4T", "7K3MQ-0WI4T "};
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        char slip[TCN_AGENT_SLIP_BYTES];
        assert_int_equal(tcn_agent_slip_read(text_of(ways[i]), slip), TCN_OK);
        assert_string_equal(slip, "7K3MQ-0W14T");
    }
}

static void a_made_slip_reads_as_itself(void **state) {
    (void)state;
    static const uint64_t chances[] = {0, 1, 31, UINT64_MAX, UINT64_C(0x123456789abcdef)};
    for (size_t i = 0; i < COUNT_OF(chances); i++) {
        char made[TCN_AGENT_SLIP_BYTES];
        char read[TCN_AGENT_SLIP_BYTES];
        tcn_agent_slip_make(chances[i], made);
        assert_int_equal(strlen(made), TCN_AGENT_SLIP_CHARACTERS);
        assert_int_equal(made[5], '-');
        assert_int_equal(tcn_agent_slip_read(text_of(made), read), TCN_OK);
        assert_string_equal(made, read);
    }
}

static struct tcn_agent_case sample(void) {
    struct tcn_agent_case known = {.slip = "7K3MQ-0W14T"};
    known.progress.kind = TCN_PROCEDURE_WAGES;
    known.progress.stage = TCN_STAGE_ACCEPTED;
    known.progress.last_act = TCN_ACT_ACCEPTED;
    known.progress.last_ns = -5;
    known.progress.holder = text_of("water_bureau");
    known.progress.is_opaque = true;
    known.progress.due_ns = 7;
    known.progress.learned_ns = 8;
    known.progress.known_ns = 9;
    known.limits[0] = (struct tcn_limit){10, TCN_LIMIT_RUNS, 11};
    known.limits[1] = (struct tcn_limit){12, TCN_LIMIT_LATE, -13};
    known.limit_count = 2;
    return known;
}

static void a_damaged_case_is_refused(void **state) {
    (void)state;
    struct tcn_agent_case known = sample();
    struct tcn_agent_case read;
    uint8_t data[TCN_AGENT_CASE_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice bytes;
    assert_int_equal(tcn_agent_case_encode(&known, &writer, &bytes), TCN_OK);
    for (size_t size = 0; size < bytes.size; size++) {
        assert_int_equal(tcn_agent_case_decode(tcn_slice_of(data, size), &read), TCN_CORRUPT);
    }
    data[0] = 5;
    assert_int_equal(tcn_agent_case_decode(bytes, &read), TCN_VERSION);
    data[0] = 0;
    assert_int_equal(tcn_agent_case_decode(bytes, &read), TCN_VERSION);
    data[0] = 4;
    assert_int_equal(tcn_agent_case_decode(tcn_slice_of(data, bytes.size + 1), &read), TCN_CORRUPT);
    data[0] = 3; /* which has no limits */
    assert_int_equal(tcn_agent_case_decode(bytes, &read), TCN_CORRUPT);
    data[0] = 4;
    for (size_t size = 0; size < bytes.size; size++) {
        writer = tcn_writer_init(data, size);
        struct tcn_slice none;
        assert_int_equal(tcn_agent_case_encode(&known, &writer, &none), TCN_TOOBIG);
    }
}

static void a_case_comes_back_as_it_went(void **state) {
    (void)state;
    struct tcn_agent_case known = sample();
    struct tcn_agent_case read;
    uint8_t data[TCN_AGENT_CASE_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice bytes;
    assert_int_equal(tcn_agent_case_encode(&known, &writer, &bytes), TCN_OK);
    assert_int_equal(tcn_agent_case_decode(bytes, &read), TCN_OK);
    assert_string_equal(read.slip, known.slip);
    assert_true(read.progress.is_opaque);
    assert_int_equal(read.progress.kind, TCN_PROCEDURE_WAGES);
    assert_int_equal(read.progress.stage, TCN_STAGE_ACCEPTED);
    assert_int_equal(read.progress.last_act, TCN_ACT_ACCEPTED);
    assert_int_equal(read.progress.last_ns, -5);
    assert_true(tcn_slice_is_text(read.progress.holder, "water_bureau"));
    assert_int_equal(read.progress.expected.size, 0);
    assert_int_equal(read.progress.due_ns, 7);
    assert_int_equal(read.progress.learned_ns, 8);
    assert_int_equal(read.progress.known_ns, 9);
    assert_int_equal(read.limit_count, 2);
    assert_int_equal(read.limits[0].rule, 10);
    assert_int_equal(read.limits[0].state, TCN_LIMIT_RUNS);
    assert_int_equal(read.limits[0].due_ns, 11);
    assert_int_equal(read.limits[1].state, TCN_LIMIT_LATE);
    assert_int_equal(read.limits[1].due_ns, -13);
}

static void limits_that_run_are_the_last_word_and_those_that_ended_stay(void **state) {
    (void)state;
    struct tcn_agent_case known = {.slip = "7K3MQ-0W14T"};
    static const struct tcn_limit first[] = {{1, TCN_LIMIT_RUNS, 5}, {2, TCN_LIMIT_RUNS, 9}};
    tcn_agent_case_limit(&known, first, 2);
    /* 1 was met, 2 runs no more and nobody says why. */
    static const struct tcn_limit second[] = {{3, TCN_LIMIT_RUNS, 7}, {1, TCN_LIMIT_MET, 5}};
    tcn_agent_case_limit(&known, second, 2);
    assert_int_equal(known.limit_count, 2);
    tcn_agent_case_limit(&known, NULL, 0);
    assert_int_equal(known.limit_count, 1);
    assert_int_equal(known.limits[0].rule, 1);
    assert_int_equal(known.limits[0].state, TCN_LIMIT_MET);
    /* It begins anew. */
    tcn_agent_case_limit(&known, first, 1);
    assert_int_equal(known.limit_count, 1);
    assert_int_equal(known.limits[0].state, TCN_LIMIT_RUNS);
    for (uint32_t rule = 10; rule < 30; rule++) { /* there is room for some, the newest stay */
        const struct tcn_limit ended = {rule, TCN_LIMIT_LATE, 4};
        tcn_agent_case_limit(&known, &ended, 1);
    }
    assert_int_equal(known.limit_count, TCN_CASE_LIMITS_MAX);
    assert_int_equal(known.limits[0].rule, 29);
    assert_int_equal(known.limits[TCN_CASE_LIMITS_MAX - 1].rule, 29 - TCN_CASE_LIMITS_MAX + 1);
    uint8_t data[TCN_AGENT_CASE_BYTES_MAX];
    char word[TCN_WORD_BYTES_MAX];
    memset(word, 'w', sizeof(word));
    known.progress.holder = tcn_slice_of(word, sizeof(word));
    known.progress.expected = known.progress.holder;
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice bytes;
    assert_int_equal(tcn_agent_case_encode(&known, &writer, &bytes), TCN_OK); /* the most fits */
}

/** As version 1 wrote it: no flags behind the slip. */
static void a_case_of_version_1_is_read(void **state) {
    (void)state;
    static const uint8_t old[] = "\x01"
                                 "7K3MQ-0W14T"
                                 "\x03\x00\x02"
                                 "\x80\x00\x00\x00\x00\x00\x00\x05"
                                 "\x00\x02wb"
                                 "\x00\x00"
                                 "\x80\x00\x00\x00\x00\x00\x00\x07"
                                 "\x80\x00\x00\x00\x00\x00\x00\x08"
                                 "\x80\x00\x00\x00\x00\x00\x00\x09";
    struct tcn_agent_case read;
    assert_int_equal(tcn_agent_case_decode(tcn_slice_of(old, sizeof(old) - 1), &read), TCN_OK);
    assert_string_equal(read.slip, "7K3MQ-0W14T");
    assert_false(read.progress.is_opaque);
    assert_int_equal(read.progress.stage, TCN_STAGE_ACCEPTED);
    assert_true(tcn_slice_is_text(read.progress.holder, "wb"));
    assert_int_equal(read.progress.known_ns, 9);
}

/** As version 2 wrote it: no kind before the stage. */
static void a_case_of_version_2_is_read(void **state) {
    (void)state;
    static const uint8_t old[] = "\x02"
                                 "7K3MQ-0W14T"
                                 "\x00\x03\x00\x02"
                                 "\x80\x00\x00\x00\x00\x00\x00\x05"
                                 "\x00\x02wb"
                                 "\x00\x00"
                                 "\x80\x00\x00\x00\x00\x00\x00\x07"
                                 "\x80\x00\x00\x00\x00\x00\x00\x08"
                                 "\x80\x00\x00\x00\x00\x00\x00\x09";
    struct tcn_agent_case read;
    assert_int_equal(tcn_agent_case_decode(tcn_slice_of(old, sizeof(old) - 1), &read), TCN_OK);
    assert_int_equal(read.progress.kind, TCN_PROCEDURE_NONE);
    assert_int_equal(read.progress.stage, TCN_STAGE_ACCEPTED);
    assert_int_equal(read.progress.known_ns, 9);
}

static void a_case_follows_what_was_done(void **state) {
    (void)state;
    static const struct {
        enum tcn_act act;
        enum tcn_procedure_kind kind;
        enum tcn_stage stage;
        const char *holder;
        const char *stands; /* stage, holder, next */
    } rows[] = {
        /* No act of people. */
        {TCN_ACT_VOID, TCN_PROCEDURE_GENERAL, TCN_STAGE_CLOSED, "desk", "open water_bureau "},
        {TCN_ACT_DELIVERED, TCN_PROCEDURE_GENERAL, TCN_STAGE_CLOSED, "desk", "open water_bureau "},
        {TCN_ACT_ACCEPTED, TCN_PROCEDURE_PETITION, TCN_STAGE_ACCEPTED, "water_bureau",
         "accepted water_bureau replied"},
        {TCN_ACT_OBJECTED, TCN_PROCEDURE_PETITION, TCN_STAGE_OPEN, "desk", "open desk accepted"},
        {TCN_ACT_REVIEW_ASKED, TCN_PROCEDURE_PETITION, TCN_STAGE_REVIEW, "city",
         "review city replied"},
        {TCN_ACT_FOLLOWED_UP, TCN_PROCEDURE_ACCIDENT, TCN_STAGE_OPEN, "water_bureau",
         "open water_bureau reported_up"},
        {TCN_ACT_CLOSED, TCN_PROCEDURE_WAGES, TCN_STAGE_CLOSED, "", "closed water_bureau "},
        /* An alert that does not say where it stands tells of the act only. */
        {TCN_ACT_EXTENDED, TCN_PROCEDURE_NONE, TCN_STAGE_NONE, "", "open water_bureau "},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_agent_case known = {.slip = "7K3MQ-0W14T"};
        known.progress.stage = TCN_STAGE_OPEN;
        known.progress.holder = text_of("water_bureau");
        struct tcn_alert alert = {
            .act = rows[i].act, .kind = rows[i].kind, .stage = rows[i].stage, .log_time_ns = 3};
        const struct tcn_agent_news news = {
            .alert = &alert, .holder = text_of(rows[i].holder), .known_ns = 4};
        tcn_agent_case_learn(&known, &news);
        char stands[128];
        (void)snprintf(stands, sizeof(stands), "%s %.*s %.*s", tcn_stage_name(known.progress.stage),
                       (int)known.progress.holder.size, (const char *)known.progress.holder.data,
                       (int)known.progress.expected.size,
                       known.progress.expected.size > 0 ? (const char *)known.progress.expected.data
                                                        : "");
        assert_string_equal(stands, rows[i].stands);
        bool is_act = tcn_act_is_human(rows[i].act);
        assert_int_equal(known.progress.last_act, is_act ? rows[i].act : TCN_ACT_NONE);
        assert_int_equal(known.progress.last_ns, is_act ? 3 : 0);
        const enum tcn_stage before = known.progress.stage;
        known.progress.is_opaque = true;
        alert.act = TCN_ACT_REOPENED;
        alert.stage = TCN_STAGE_FINAL;
        tcn_agent_case_learn(&known, &news);
        assert_int_equal(known.progress.stage, before); /* nothing is told of it */
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_slip_is_refused),
        cmocka_unit_test(a_slip_is_read_as_people_write_it),
        cmocka_unit_test(a_made_slip_reads_as_itself),
        cmocka_unit_test(a_damaged_case_is_refused),
        cmocka_unit_test(a_case_comes_back_as_it_went),
        cmocka_unit_test(limits_that_run_are_the_last_word_and_those_that_ended_stay),
        cmocka_unit_test(a_case_of_version_1_is_read),
        cmocka_unit_test(a_case_of_version_2_is_read),
        cmocka_unit_test(a_case_follows_what_was_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
