/* SPDX-License-Identifier: Apache-2.0 */
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
    known.progress.stage = TCN_STAGE_ACCEPTED;
    known.progress.last_act = TCN_ACT_ACCEPTED;
    known.progress.last_ns = -5;
    known.progress.holder = text_of("water_bureau");
    known.progress.is_opaque = true;
    known.progress.due_ns = 7;
    known.progress.learned_ns = 8;
    known.progress.known_ns = 9;
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
    data[0] = 3;
    assert_int_equal(tcn_agent_case_decode(bytes, &read), TCN_VERSION);
    data[0] = 0;
    assert_int_equal(tcn_agent_case_decode(bytes, &read), TCN_VERSION);
    data[0] = 2;
    assert_int_equal(tcn_agent_case_decode(tcn_slice_of(data, bytes.size + 1), &read), TCN_CORRUPT);
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
    assert_int_equal(read.progress.stage, TCN_STAGE_ACCEPTED);
    assert_int_equal(read.progress.last_act, TCN_ACT_ACCEPTED);
    assert_int_equal(read.progress.last_ns, -5);
    assert_true(tcn_slice_is_text(read.progress.holder, "water_bureau"));
    assert_int_equal(read.progress.expected.size, 0);
    assert_int_equal(read.progress.due_ns, 7);
    assert_int_equal(read.progress.learned_ns, 8);
    assert_int_equal(read.progress.known_ns, 9);
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

static void a_case_follows_what_was_done(void **state) {
    (void)state;
    static const struct {
        enum tcn_act act;
        const char *to;
        const char *owner;
        enum tcn_stage stage;
        const char *holder;
    } rows[] = {
        {TCN_ACT_VOID, "", "", TCN_STAGE_OPEN, "water_bureau"}, /* no act of people */
        {TCN_ACT_DELIVERED, "", "", TCN_STAGE_OPEN, "water_bureau"},
        {TCN_ACT_ACCEPTED, "", "", TCN_STAGE_ACCEPTED, "water_bureau"},
        {TCN_ACT_EXTENDED, "", "", TCN_STAGE_OPEN, "water_bureau"},
        {TCN_ACT_REPLIED, "labour_bureau", "", TCN_STAGE_REPLIED, "water_bureau"},
        {TCN_ACT_TRANSFERRED, "labour_bureau", "", TCN_STAGE_OPEN, "labour_bureau"},
        {TCN_ACT_RECLASSIFIED, "", "desk", TCN_STAGE_OPEN, "desk"},
        {TCN_ACT_RELEASED, "labour_bureau", "desk", TCN_STAGE_OPEN, "labour_bureau"},
        {TCN_ACT_RELEASED, "", "", TCN_STAGE_OPEN, "water_bureau"},
        {TCN_ACT_WITHDRAWN, "", "", TCN_STAGE_CLOSED, "water_bureau"},
        {TCN_ACT_CLOSED, "", "", TCN_STAGE_CLOSED, "water_bureau"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_agent_case known = {.slip = "7K3MQ-0W14T"};
        known.progress.stage = TCN_STAGE_OPEN;
        known.progress.holder = text_of("water_bureau");
        struct tcn_event event = {.act = rows[i].act};
        event.act_body.to_organ = text_of(rows[i].to);
        const struct tcn_agent_news news = {
            .event = &event, .owner = text_of(rows[i].owner), .log_time_ns = 3, .known_ns = 4};
        tcn_agent_case_learn(&known, &news);
        assert_int_equal(known.progress.stage, rows[i].stage);
        assert_true(tcn_slice_is_text(known.progress.holder, rows[i].holder));
        bool is_act = tcn_act_is_human(rows[i].act);
        assert_int_equal(known.progress.last_act, is_act ? rows[i].act : TCN_ACT_NONE);
        assert_int_equal(known.progress.last_ns, is_act ? 3 : 0);
        known.progress.is_opaque = true;
        event.act = TCN_ACT_REOPENED;
        tcn_agent_case_learn(&known, &news);
        assert_int_equal(known.progress.stage, rows[i].stage); /* nothing is told of it */
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_slip_is_refused),
        cmocka_unit_test(a_slip_is_read_as_people_write_it),
        cmocka_unit_test(a_made_slip_reads_as_itself),
        cmocka_unit_test(a_damaged_case_is_refused),
        cmocka_unit_test(a_case_comes_back_as_it_went),
        cmocka_unit_test(a_case_of_version_1_is_read),
        cmocka_unit_test(a_case_follows_what_was_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
