/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin doctor`: what numbers mean, and what is said when nothing is there. */
#include "desk.h"

#include "cli/doctor_judge.h"

#define SECOND INT64_C(1000000000)
#define DAY (24 * 3600 * SECOND)
#define NOW (100 * DAY)
#define MIB (UINT64_C(1) << 20)

static void a_principal_ends_or_has_not_begun(void **state) {
    (void)state;
    static const struct {
        int64_t not_before_ns;
        int64_t not_after_ns;
        enum tcn_finding_state verdict;
    } rows[] = {
        {NOW + 1, 0, TCN_FINDING_BAD},
        {0, NOW, TCN_FINDING_BAD},
        {0, NOW - DAY, TCN_FINDING_BAD},
        {0, NOW + 1, TCN_FINDING_WARN},
        {0, NOW + 30 * DAY - 1, TCN_FINDING_WARN},
        {0, NOW + 30 * DAY, TCN_FINDING_OK},
        {NOW, 0, TCN_FINDING_OK},
    };
    for (size_t index = 0; index < COUNT_OF(rows); index++) {
        assert_int_equal(
            tcn_doctor_judge_expiry(rows[index].not_before_ns, rows[index].not_after_ns, NOW),
            rows[index].verdict);
    }
}

static void an_expired_key_is_told_with_its_name_and_what_to_do(void **state) {
    (void)state;
    struct desk desk;
    desk_open(&desk);
    const struct tcn_principal rows[] = {
        {.id = 1, .name = "collector", .role = TCN_ROLE_COLLECTOR},
        {.id = 7, .name = "office_gone", .not_after_ns = NOW - 1},
        {.id = 8, .name = "office_soon", .not_after_ns = NOW + DAY},
        {.id = 9, .name = "office_new", .not_before_ns = NOW + DAY},
    };
    struct tcn_doctor doctor = {.cli = &desk.cli, .has_setup = true, .now_ns = NOW};
    doctor.setup.registry.principals = rows;
    doctor.setup.registry.principal_count = COUNT_OF(rows);
    doctor.findings = calloc(TCN_FINDINGS_MAX, sizeof *doctor.findings);
    assert_non_null(doctor.findings);
    tcn_doctor_registry(&doctor);
    assert_int_equal(doctor.finding_count, 3);
    assert_int_equal(doctor.findings[0].state, TCN_FINDING_BAD);
    assert_non_null(strstr(doctor.findings[0].fact, "office_gone is no longer valid since"));
    assert_int_equal(doctor.findings[1].state, TCN_FINDING_WARN);
    assert_non_null(strstr(doctor.findings[1].fact, "office_soon is valid only until"));
    assert_int_equal(doctor.findings[2].state, TCN_FINDING_BAD);
    assert_non_null(strstr(doctor.findings[2].fact, "office_new is not valid before"));
    for (uint32_t index = 0; index < doctor.finding_count; index++) {
        assert_non_null(strstr(doctor.findings[index].mend, "administrator"));
    }
    free(doctor.findings);
    desk_close(&desk);
}

/* A reader's chain to the collector's key may begin at genesis' key or behind it, nowhere else. */
static void a_successor_that_the_bundle_lists_may_be_configured(void **state) {
    (void)state;
    struct desk desk;
    desk_open(&desk);
    struct tcn_config configs[3];
    struct tcn_doctor_file files[COUNT_OF(configs)];
    struct tcn_doctor doctor = {.cli = &desk.cli, .has_setup = true, .files = files};
    doctor.setup.genesis.collector_key.bytes[0] = 1;
    doctor.ring.links[0].key.bytes[0] = 2;
    doctor.ring.count = 1;
    for (uint8_t index = 0; index < COUNT_OF(configs); index++) {
        memset(&configs[index], 0, sizeof configs[index]);
        configs[index].has_client = true;
        configs[index].client.key_file = "/nowhere/key";
        configs[index].client.collector_signing_key.bytes[0] = (uint8_t)(index + 1);
        files[index].config = &configs[index];
        (void)snprintf(files[index].path, sizeof files[index].path, "reader.%u", index);
        doctor.file_count++;
    }
    doctor.findings = calloc(TCN_FINDINGS_MAX, sizeof *doctor.findings);
    assert_non_null(doctor.findings);
    tcn_doctor_keys(&doctor);
    assert_int_equal(doctor.finding_count, COUNT_OF(configs) + 1); /* no key file is there */
    const struct tcn_finding *last = &doctor.findings[doctor.finding_count - 1];
    assert_int_equal(last->state, TCN_FINDING_BAD);
    assert_non_null(strstr(last->fact, "reader.2: collector_signing_key is not that of"));
    assert_non_null(strstr(last->mend, "collector_signing_key: 01"));
    free(doctor.findings);
    desk_close(&desk);
}

/* And a reader may be configured with a key of the broker that he would try, until it is over. */
static void a_key_of_the_broker_that_was_told_may_be_configured(void **state) {
    (void)state;
    static const struct {
        int64_t until_ns;
        uint32_t bad_count;
    } rows[] = {{100, 1}, {50, 2}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct desk desk;
        desk_open(&desk);
        const struct tcn_principal broker = {
            .id = 2, .name = "broker", .role = TCN_ROLE_BROKER, .transport_key = {{1}}};
        struct tcn_config configs[3];
        struct tcn_doctor_file files[COUNT_OF(configs)];
        struct tcn_doctor doctor = {
            .cli = &desk.cli, .has_setup = true, .files = files, .now_ns = 50};
        doctor.setup.registry.principals = &broker;
        doctor.setup.registry.principal_count = 1;
        doctor.told = (struct tcn_broker_keys){.list = {{.key = {{2}}}, {{{1}}, rows[i].until_ns}},
                                               .count = 2};
        for (uint8_t index = 0; index < COUNT_OF(configs); index++) {
            memset(&configs[index], 0, sizeof configs[index]);
            configs[index].has_client = true;
            configs[index].client.key_file = "/nowhere/key";
            configs[index].client.broker_transport_key.bytes[0] = (uint8_t)(3 - index);
            files[index].config = &configs[index];
            (void)snprintf(files[index].path, sizeof files[index].path, "reader.%u", index);
            doctor.file_count++;
        }
        doctor.findings = calloc(TCN_FINDINGS_MAX, sizeof *doctor.findings);
        assert_non_null(doctor.findings);
        tcn_doctor_keys(&doctor);
        uint32_t bad_count = 0;
        for (uint32_t j = 0; j < doctor.finding_count; j++) {
            const struct tcn_finding *finding = &doctor.findings[j];
            const bool is_ours = strstr(finding->fact, "broker_transport_key is not") != NULL;
            assert_true(!is_ours || strstr(finding->mend, "broker_transport_key: 02") != NULL);
            bad_count += is_ours;
        }
        assert_int_equal(bad_count, rows[i].bad_count);
        free(doctor.findings);
        desk_close(&desk);
    }
}

/* More findings than are kept are counted, and count for the verdict. */
static void findings_are_bounded(void **state) {
    (void)state;
    struct desk desk;
    desk_open(&desk);
    struct tcn_doctor doctor = {.cli = &desk.cli};
    doctor.findings = calloc(TCN_FINDINGS_MAX, sizeof *doctor.findings);
    assert_non_null(doctor.findings);
    for (uint32_t index = 0; index < TCN_FINDINGS_MAX + 3; index++) {
        tcn_doctor_say(&doctor, TCN_FINDING_BAD, "x", "%u", index);
    }
    assert_int_equal(doctor.finding_count, TCN_FINDINGS_MAX);
    assert_int_equal(doctor.dropped_count, 3);
    assert_int_equal(doctor.state_counts[TCN_FINDING_BAD], TCN_FINDINGS_MAX + 3);
    tcn_doctor_fine(&doctor, "not said: something else was");
    tcn_doctor_skip(&doctor, "nor this");
    assert_int_equal(doctor.state_counts[TCN_FINDING_OK], 0);
    assert_int_equal(doctor.state_counts[TCN_FINDING_SKIP], 0);
    free(doctor.findings);
    desk_close(&desk);
}

static void what_fills_up_is_told_before_it_is_full(void **state) {
    (void)state;
    static const struct {
        uint64_t used_bytes;
        uint64_t size_bytes;
        enum tcn_finding_state verdict;
    } rows[] = {
        {1000 * MIB, 1000 * MIB, TCN_FINDING_BAD},
        {960 * MIB, 1000 * MIB, TCN_FINDING_BAD},
        {940 * MIB, 1000 * MIB, TCN_FINDING_WARN},
        {810 * MIB, 1000 * MIB, TCN_FINDING_WARN},
        {790 * MIB, 1000 * MIB, TCN_FINDING_OK},
        {0, 1000 * MIB, TCN_FINDING_OK},
        {7, 0, TCN_FINDING_OK},
        {UINT64_MAX, UINT64_MAX, TCN_FINDING_BAD},
    };
    for (size_t index = 0; index < COUNT_OF(rows); index++) {
        assert_int_equal(tcn_doctor_judge_fill(rows[index].used_bytes, rows[index].size_bytes),
                         rows[index].verdict);
    }
    assert_int_equal(tcn_doctor_judge_room(31 * MIB, 32 * MIB, 512 * MIB), TCN_FINDING_BAD);
    assert_int_equal(tcn_doctor_judge_room(32 * MIB, 32 * MIB, 512 * MIB), TCN_FINDING_WARN);
    assert_int_equal(tcn_doctor_judge_room(512 * MIB, 32 * MIB, 512 * MIB), TCN_FINDING_OK);
}

static void what_waits_or_lags_or_runs_ahead_is_told(void **state) {
    (void)state;
    static const struct {
        int64_t oldest_ns;
        int64_t oldest_urgent_ns;
        enum tcn_finding_state verdict;
    } rows[] = {
        {NOW - 301 * SECOND, NOW - 301 * SECOND, TCN_FINDING_WARN},
        {NOW - 3601 * SECOND, 0, TCN_FINDING_WARN},
        {NOW - 300 * SECOND, NOW - 300 * SECOND, TCN_FINDING_OK},
        {NOW - 3600 * SECOND, 0, TCN_FINDING_OK},
        {0, 0, TCN_FINDING_OK},
        {NOW + DAY, NOW + DAY, TCN_FINDING_OK}, /* a clock that was set back */
    };
    for (size_t index = 0; index < COUNT_OF(rows); index++) {
        assert_int_equal(
            tcn_doctor_judge_wait(rows[index].oldest_ns, rows[index].oldest_urgent_ns, NOW),
            rows[index].verdict);
    }
    assert_int_equal(tcn_doctor_judge_end(0, NOW), TCN_FINDING_OK);
    assert_int_equal(tcn_doctor_judge_end(NOW + TCN_DOCTOR_END_NS + 1, NOW), TCN_FINDING_OK);
    assert_int_equal(tcn_doctor_judge_end(NOW + TCN_DOCTOR_END_NS, NOW), TCN_FINDING_WARN);
    assert_int_equal(tcn_doctor_judge_end(NOW + 1, NOW), TCN_FINDING_WARN);
    assert_int_equal(tcn_doctor_judge_end(NOW, NOW), TCN_FINDING_BAD);
    assert_int_equal(tcn_doctor_judge_lag(TCN_STATE_COMMIT_EVENTS + 1), TCN_FINDING_WARN);
    assert_int_equal(tcn_doctor_judge_lag(TCN_STATE_COMMIT_EVENTS), TCN_FINDING_OK);
    assert_int_equal(tcn_doctor_judge_clock(NOW + 2 * SECOND + 1, NOW), TCN_FINDING_BAD);
    assert_int_equal(tcn_doctor_judge_clock(NOW + 2 * SECOND, NOW), TCN_FINDING_OK);
    assert_int_equal(tcn_doctor_judge_clock(NOW - DAY, NOW), TCN_FINDING_OK);
}

static void a_key_file_is_for_its_owner_alone(void **state) {
    (void)state;
    static const uint32_t open_modes[] = {0644, 0640, 0604, 0660, 0601, 0777};
    for (size_t index = 0; index < COUNT_OF(open_modes); index++) {
        assert_int_equal(tcn_doctor_judge_mode(0100000u | open_modes[index]), TCN_FINDING_BAD);
    }
    assert_int_equal(tcn_doctor_judge_mode(0100600), TCN_FINDING_OK);
    assert_int_equal(tcn_doctor_judge_mode(0100400), TCN_FINDING_OK);
}

static void a_key_file_lacks_a_sealing_key_that_it_does_not_hold(void **state) {
    (void)state;
    static const struct tcn_public_key held[] = {{{3}}, {{2}}, {{1}}}; /* newest first */
    static const struct {
        struct tcn_public_key newest;
        uint32_t held_count;
        enum tcn_finding_state verdict;
    } rows[] = {
        {{{3}}, 0, TCN_FINDING_WARN}, /* it holds none at all */
        {{{4}}, 3, TCN_FINDING_WARN}, /* it was changed since */
        {{{1}}, 2, TCN_FINDING_WARN}, {{{3}}, 3, TCN_FINDING_OK},
        {{{2}}, 3, TCN_FINDING_OK}, /* it holds one that is not told yet */
        {{{3}}, 1, TCN_FINDING_OK},
    };
    for (size_t index = 0; index < COUNT_OF(rows); index++) {
        assert_int_equal(tcn_doctor_judge_seals(&rows[index].newest, held, rows[index].held_count),
                         rows[index].verdict);
    }
}

static void a_library_is_known_newer_or_too_old(void **state) {
    (void)state;
    static const struct {
        const char *version;
        enum tcn_finding_state verdict;
    } rows[] = {
        {"4.3.3", TCN_FINDING_BAD},  {"4.2.9", TCN_FINDING_BAD},  {"3.9.9", TCN_FINDING_BAD},
        {"4.4.0", TCN_FINDING_WARN}, {"5.0.0", TCN_FINDING_WARN}, {"", TCN_FINDING_WARN},
        {"4.3", TCN_FINDING_WARN},   {"x.y.z", TCN_FINDING_WARN}, {"4.3.4", TCN_FINDING_OK},
        {"4.3.5", TCN_FINDING_OK},
    };
    for (size_t index = 0; index < COUNT_OF(rows); index++) {
        assert_int_equal(tcn_doctor_judge_version(rows[index].version, "4.3.4"),
                         rows[index].verdict);
    }
}

static void endpoints_and_listeners_are_read(void **state) {
    (void)state;
    uint16_t port = 0;
    uint64_t inode = 0;
    static const char *const not_listening[] = {
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid",
        "   1: 0100007F:1CF3 0100007F:A2A4 01 00000000:00000000 00:00000000 00000000  1000        "
        "0 "
        "77 1 0 20 4 30 10 -1",
        "", "   0: zz:1CF3 00000000:0000 0A"};
    for (size_t index = 0; index < COUNT_OF(not_listening); index++) {
        assert_false(tcn_doctor_listener(not_listening[index], &port, &inode));
    }
    assert_true(tcn_doctor_listener("   0: 0100007F:1CF3 00000000:0000 0A 00000000:00000000 "
                                    "00:00000000 00000000  1000        0 123456 1 0 100 0 0 10 0",
                                    &port, &inode));
    assert_int_equal(port, 7411);
    assert_int_equal(inode, 123456);
    assert_true(tcn_doctor_listener("   3: 00000000000000000000000001000000:0016 "
                                    "00000000000000000000000000000000:0000 0A 00000000:00000000 "
                                    "00:00000000 00000000     0        0 9 1 0",
                                    &port, &inode));
    assert_int_equal(port, 22);
    assert_int_equal(tcn_doctor_port("tcp://[::1]:7411"), 7411);
    assert_int_equal(tcn_doctor_port("tcp://*:*"), 0);
    assert_int_equal(tcn_doctor_port("tcp://a:70000"), 0);
    assert_int_equal(tcn_doctor_port("ipc://run/a:12"), 0);
    assert_true(tcn_doctor_is_loopback("tcp://127.0.0.1:7411"));
    assert_true(tcn_doctor_is_loopback("tcp://[::1]:7411"));
    assert_false(tcn_doctor_is_loopback("tcp://*:7411"));
    assert_false(tcn_doctor_is_loopback("tcp://10.0.0.1:7411"));
}

static void what_is_told_fits_the_columns(void **state) {
    (void)state;
    struct desk desk;
    desk_open(&desk);
    tcn_doctor_wrap(desk.cli.out, "one two three four", 12, 4);
    assert_string_equal(desk_out(&desk), "one two\n    three\n    four\n");
    desk_wipe(&desk);
    tcn_doctor_wrap(desk.cli.out, "", 12, 4);
    tcn_doctor_wrap(desk.cli.out, "a/path/that/is/copied/whole it", 12, 4);
    assert_string_equal(desk_out(&desk), "\na/path/that/is/copied/whole\n    it\n");
    desk_close(&desk);
}

static void without_a_district_it_says_so_first_and_goes_on(void **state) {
    (void)state;
    static const struct {
        const char *line;
        int code;
        const char *says;
    } rows[] = {
        {"doctor x", TCN_EXIT_USAGE, ""},
        {"doctor -o csv", TCN_EXIT_USAGE, ""},
        {"doctor --dir /nowhere --config /nowhere/x", TCN_EXIT_USAGE, ""},
        {"doctor", TCN_EXIT_BAD, "bad   config      nothing says where the district is"},
        {"doctor --dir /nowhere", TCN_EXIT_BAD, "bad   config      /nowhere holds no district"},
        {"doctor --config /nowhere/x.yaml", TCN_EXIT_BAD, "bad   config      /nowhere/x.yaml"},
        {"doctor --config /nowhere/x.yaml -o json", TCN_EXIT_BAD, "\"state\": \"bad\""},
    };
    struct desk desk;
    desk_open(&desk);
    for (size_t index = 0; index < COUNT_OF(rows); index++) {
        desk_wipe(&desk);
        int code = desk_run(&desk, rows[index].line);
        const char *place = strstr(desk_out(&desk), rows[index].says);
        if (code != rows[index].code || place == NULL) {
            fail_msg("tocsin %s: code %d: %s", rows[index].line, code, desk_out(&desk));
        }
        if (code == TCN_EXIT_BAD) {
            assert_non_null(strstr(desk_out(&desk), "library"));
            assert_non_null(strstr(desk_out(&desk), "docs/how-to/doctor.md#config"));
        }
    }
    desk_close(&desk);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_principal_ends_or_has_not_begun),
        cmocka_unit_test(an_expired_key_is_told_with_its_name_and_what_to_do),
        cmocka_unit_test(a_successor_that_the_bundle_lists_may_be_configured),
        cmocka_unit_test(a_key_of_the_broker_that_was_told_may_be_configured),
        cmocka_unit_test(findings_are_bounded),
        cmocka_unit_test(what_fills_up_is_told_before_it_is_full),
        cmocka_unit_test(what_waits_or_lags_or_runs_ahead_is_told),
        cmocka_unit_test(a_key_file_is_for_its_owner_alone),
        cmocka_unit_test(a_key_file_lacks_a_sealing_key_that_it_does_not_hold),
        cmocka_unit_test(a_library_is_known_newer_or_too_old),
        cmocka_unit_test(endpoints_and_listeners_are_read),
        cmocka_unit_test(what_is_told_fits_the_columns),
        cmocka_unit_test(without_a_district_it_says_so_first_and_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
