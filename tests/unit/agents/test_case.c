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
    data[0] = 2;
    assert_int_equal(tcn_agent_case_decode(bytes, &read), TCN_VERSION);
    data[0] = 1;
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
    assert_int_equal(read.progress.stage, TCN_STAGE_ACCEPTED);
    assert_int_equal(read.progress.last_act, TCN_ACT_ACCEPTED);
    assert_int_equal(read.progress.last_ns, -5);
    assert_true(tcn_slice_is_text(read.progress.holder, "water_bureau"));
    assert_int_equal(read.progress.expected.size, 0);
    assert_int_equal(read.progress.due_ns, 7);
    assert_int_equal(read.progress.learned_ns, 8);
    assert_int_equal(read.progress.known_ns, 9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_slip_is_refused),
        cmocka_unit_test(a_slip_is_read_as_people_write_it),
        cmocka_unit_test(a_made_slip_reads_as_itself),
        cmocka_unit_test(a_damaged_case_is_refused),
        cmocka_unit_test(a_case_comes_back_as_it_went),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
