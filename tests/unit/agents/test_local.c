/* SPDX-License-Identifier: Apache-2.0 */
/* The agent and the programs of its PC, with no broker anywhere. */
#include "base/uuid.h"
#include "bench.h"

static void malformed_requests_are_answered_and_survived(void **state) {
    struct bench *bench = *state;
    static const struct {
        const char *text;
        enum tcn_status code;
        const char *field;
    } rows[] = {
        {"", TCN_MALFORMED, ""},
        {"{", TCN_MALFORMED, ""},
        {"[]", TCN_MALFORMED, ""},
        {"{\"op\":\"dance\"}", TCN_BAD_VALUE, "op"},
        {"{\"op\":\"report\"}", TCN_BAD_VALUE, "draft"},
        {"{\"op\":\"outbox\",\"more\":1}", TCN_UNKNOWN_FIELD, "more"},
        {"{\"op\":\"report\",\"draft\":{\"domain\":7}}", TCN_BAD_VALUE, "draft.domain"},
        {REPORT ",\"office\":\"water_bureau\"}}", TCN_DENIED, "office"},
        {"{\"op\":\"dead\",\"do\":\"show\",\"number\":1}", TCN_ABSENT, "number"},
        {"{\"op\":\"dead\",\"do\":\"drop\",\"number\":1}", TCN_ABSENT, "number"},
        {"{\"op\":\"status\",\"code\":\"7K3MQ-0W14T\"}", TCN_ABSENT, "code"},
        {"{\"op\":\"status\",\"code\":\"xyz\"}", TCN_BAD_VALUE, "code"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_local_answer answer = office_ask(&bench->office, rows[i].text);
        assert_int_equal(answer.code, rows[i].code);
        assert_true(answer.sentence.size > 0);
        assert_true(tcn_slice_is_text(answer.field, rows[i].field));
    }
    struct tcn_local_answer answer = office_ask(&bench->office, "{\"op\":\"outbox\"}");
    assert_int_equal(answer.code, TCN_OK);
    assert_true(answer.has_outbox);
    assert_false(answer.outbox.is_connected);
    assert_int_equal(answer.outbox.lanes[0].last_sequence, 0);
    assert_int_not_equal(answer.outbox.epoch, 0);
}

static void too_many_frames_before_a_request_cost_only_that_request(void **state) {
    struct bench *bench = *state;
    (void)office_ask(&bench->office, "{\"op\":\"outbox\"}");
    const struct tcn_slice many[5] = {text_of("a"), text_of("b"), text_of("c"), text_of("d"),
                                      text_of("{\"op\":\"outbox\"}")};
    char large[100];
    memset(large, 'x', sizeof(large));
    const struct tcn_slice big[2] = {tcn_slice_of(large, sizeof(large)),
                                     text_of("{\"op\":\"outbox\"}")};
    assert_int_equal(tcn_sock_send(bench->office.client, many, 5), TCN_OK);
    assert_int_equal(tcn_sock_send(bench->office.client, big, 2), TCN_OK);
    struct tcn_local_answer answer = office_ask(&bench->office, "{\"op\":\"outbox\"}");
    assert_int_equal(answer.code, TCN_OK);
}

static void an_accepted_report_is_on_disk_without_any_broker(void **state) {
    struct bench *bench = *state;
    struct tcn_local_answer answer =
        office_ask(&bench->office, REPORT ",\"texts\":{\"narrative\":\"no water\"}}}");
    assert_int_equal(answer.code, TCN_OK);
    assert_int_equal(answer.lane, TCN_LANE_ROUTINE);
    assert_int_equal(answer.sequence, 1);
    assert_int_equal(answer.position, 0);
    assert_int_equal(answer.slip.size, 11);
    assert_false(tcn_id_is_none(&answer.matter));
    struct tcn_lane_key key = {.source = 9, .epoch = answer.epoch, .lane = TCN_LANE_ROUTINE};
    struct tcn_outbox *outbox = look_inside(bench);
    struct tcn_outbox_chunk chunk;
    assert_int_equal(tcn_outbox_chunk_find(outbox, &key, 1, &chunk), TCN_OK);
    assert_int_equal(chunk.first_sequence, 1);
    assert_int_equal(chunk.count, 1);
    assert_true(chunk.chunk.shares.size > 0);
    tcn_outbox_close(&outbox);
}

#define PREVIEWED "{\"domain\":\"rural_water\",\"division\":\"" DIVISION "\""

static void a_preview_tells_who_would_know_and_enters_nothing(void **state) {
    struct bench *bench = *state;
    static const struct {
        const char *draft;
        enum tcn_status code;
        const char *field;
        bool is_guarded;
        uint32_t told_count;
    } rows[] = {
        {"{\"domain\":7}}", TCN_BAD_VALUE, "draft.domain", false, 0},
        {PREVIEWED ",\"concerns\":\"nobody\",\"office\":\"water_bureau\"}}", TCN_DENIED, "office",
         false, 0},
        {PREVIEWED ",\"concerns\":\"nobody\"}}", TCN_OK, "", false, 2},
        {PREVIEWED ",\"concerns\":\"nobody\",\"texts\":{\"narrative\":\"no water\"}}}", TCN_OK, "",
         false, 2},
        {PREVIEWED ",\"concerns\":\"unit\",\"texts\":{\"accused\":\"them\"}}}", TCN_OK, "", true,
         2},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char ask[512];
        (void)snprintf(ask, sizeof(ask), "{\"op\":\"preview\",\"draft\":%s", rows[i].draft);
        struct tcn_local_answer answer = office_ask(&bench->office, ask);
        assert_int_equal(answer.code, rows[i].code);
        assert_true(tcn_slice_is_text(answer.field, rows[i].field));
        assert_int_equal(answer.has_preview, rows[i].code == TCN_OK);
        assert_int_equal(answer.preview.is_guarded, rows[i].is_guarded);
        assert_int_equal(answer.preview.told_count, rows[i].told_count);
        assert_int_equal(answer.sequence, 0);
        assert_int_equal(answer.slip.size, 0);
        for (uint32_t k = 0; k < answer.preview.told_count; k++) {
            assert_true(answer.preview.told[k].is_reading);
            assert_int_not_equal(answer.preview.told[k].reason, TCN_REASON_NONE);
        }
    }
    struct tcn_local_answer answer = office_ask(&bench->office, "{\"op\":\"outbox\"}");
    assert_int_equal(answer.outbox.lanes[0].last_sequence, 0);
    assert_int_equal(answer.outbox.lanes[1].last_sequence, 0);
}

static void a_slip_tells_its_case(void **state) {
    struct bench *bench = *state;
    char ask[128];
    struct tcn_local_answer answer = office_ask(&bench->office, REPORT "}}");
    struct tcn_id matter = answer.matter;
    (void)snprintf(ask, sizeof(ask), "{\"op\":\"status\",\"code\":\"%.*s\"}", (int)answer.slip.size,
                   (const char *)answer.slip.data);
    answer = office_ask(&bench->office, ask);
    assert_int_equal(answer.code, TCN_OK);
    assert_true(answer.has_progress);
    assert_true(tcn_id_equals(&answer.progress.matter, &matter));
    assert_int_equal(answer.progress.stage, TCN_STAGE_OPEN);
    assert_int_equal(answer.progress.last_act, TCN_ACT_REPORTED);
    assert_true(answer.progress.learned_ns > 0);
}

static void the_same_retry_key_enters_once(void **state) {
    struct bench *bench = *state;
    struct tcn_local_answer answer = office_ask(&bench->office, REPORT ",\"key\":\"line 1\"}}");
    assert_int_equal(answer.code, TCN_OK);
    assert_false(answer.is_repeat);
    struct tcn_id matter = answer.matter;
    char slip[16] = {0};
    memcpy(slip, answer.slip.data, answer.slip.size);
    answer = office_ask(&bench->office, REPORT ",\"key\":\"line 1\"}}");
    assert_int_equal(answer.code, TCN_OK);
    assert_true(answer.is_repeat);
    assert_int_equal(answer.sequence, 1);
    assert_true(tcn_id_equals(&answer.matter, &matter));
    assert_true(tcn_slice_is_text(answer.slip, slip));
    answer = office_ask(&bench->office, REPORT ",\"channel\":\"phone\",\"key\":\"line 1\"}}");
    assert_int_equal(answer.code, TCN_CONFLICT);
    assert_true(tcn_slice_is_text(answer.field, "key"));
    start_again(bench);
    answer = office_ask(&bench->office, REPORT ",\"key\":\"line 1\"}}");
    assert_true(answer.is_repeat);
    assert_true(tcn_id_equals(&answer.matter, &matter));
    answer = office_ask(&bench->office, REPORT ",\"key\":\"line 2\"}}");
    assert_false(answer.is_repeat);
    assert_int_equal(answer.sequence, 2);
}

static void a_retry_key_is_good_within_one_group(void **state) {
    struct bench *bench = *state;
    (void)office_ask(&bench->office, "{\"op\":\"outbox\"}");
    for (uint64_t i = 0; i < 200; i++) { /* so many that some meet in one group */
        office_say(&bench->office,
                   i % 4 == 3 ? REPORT ",\"channel\":\"phone\",\"key\":\"k\"}}"
                              : REPORT ",\"key\":\"k\"}}",
                   i);
    }
    for (uint64_t i = 0; i < 200; i++) {
        struct tcn_local_answer answer = office_hear(&bench->office, i);
        assert_int_equal(answer.code, i % 4 == 3 ? TCN_CONFLICT : TCN_OK);
        if (i % 4 != 3) {
            assert_int_equal(answer.sequence, 1);
            assert_int_equal(answer.is_repeat, i > 0);
        }
    }
}

static void a_full_outbox_says_so_and_urgent_still_has_room(void **state) {
    struct bench *bench = *state;
    office_stop(&bench->office);
    bench->district->config.outbox_mb = 1;
    start_again(bench);
    size_t size = 60 * 1024;
    char *text = malloc(size);
    assert_non_null(text);
    char *ask = malloc(size + 512);
    assert_non_null(ask);
    memset(text, 'w', 40 * 1024);
    text[40 * 1024] = '\0';
    (void)snprintf(ask, size + 512, "%s,\"texts\":{\"narrative\":\"%s\"}}}", REPORT, text);
    uint32_t accepted = 0;
    struct tcn_local_answer answer = office_ask(&bench->office, ask);
    while (answer.code == TCN_OK && accepted < 100) {
        accepted++;
        answer = office_ask(&bench->office, ask);
    }
    assert_int_equal(answer.code, TCN_FULL);
    assert_true(answer.sentence.size > 0);
    assert_true(accepted > 10);
    answer = office_ask(&bench->office, "{\"op\":\"report\",\"draft\":{\"domain\":\"rural_water\","
                                        "\"division\":\"" DIVISION "\",\"concerns\":\"nobody\","
                                        "\"severity\":\"danger\"}}");
    assert_int_equal(answer.code, TCN_OK);
    assert_int_equal(answer.lane, TCN_LANE_URGENT);
    answer = office_ask(&bench->office, "{\"op\":\"outbox\"}");
    assert_int_equal(answer.outbox.lanes[1].count, accepted);
    assert_true(answer.outbox.lanes[1].bytes > (uint64_t)accepted * 40 * 1024);
    assert_true(answer.outbox.last_error.size == 0);
    free(ask);
    free(text);
}

/** Reads the whole database file of a stopped agent. */
static struct tcn_slice read_database(struct bench *bench, uint8_t **out_data) {
    char path[2 * PATH_BYTES];
    (void)snprintf(path, sizeof(path), "%s/data.mdb", bench->district->outbox);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t size = 64 * 1024 * 1024;
    *out_data = malloc(size);
    assert_non_null(*out_data);
    size = fread(*out_data, 1, size, file);
    assert_int_equal(fclose(file), 0);
    return tcn_slice_of(*out_data, size);
}

static void a_complaint_leaves_no_trace_in_clear(void **state) {
    struct bench *bench = *state;
    struct tcn_local_answer answer = office_ask(
        &bench->office,
        "{\"op\":\"report\",\"draft\":{\"domain\":\"rural_water\",\"division\":\"" DIVISION
        "\",\"concerns\":\"unit\",\"severity\":\"serious\",\"category\":\"31.6\",\"key\":\"k9\","
        "\"texts\":{\"narrative\":\"the-narrative-marker\",\"accused\":\"the-accused-marker\","
        "\"contact\":\"the-contact-marker\"}}}");
    assert_int_equal(answer.code, TCN_OK);
    answer = office_ask(&bench->office, "{\"op\":\"outbox\"}");
    office_stop(&bench->office);
    uint8_t *data = NULL;
    struct tcn_slice bytes = read_database(bench, &data);
    static const char *const markers[] = {
        "rural_water",
        DIVISION,
        "the-narrative-marker",
        "the-accused-marker",
        "the-contact-marker",
        "water_bureau",
        "31.6",
    };
    for (size_t i = 0; i < COUNT_OF(markers); i++) {
        assert_false(holds(bytes, markers[i]));
    }
    assert_true(holds(bytes, "k9")); /* the test can find what is there */
    free(data);
}

/** Whether any text of an event in the outbox has a wrap for an organ. */
static bool is_read_by(struct tcn_outbox *outbox, const struct tcn_local_answer *where,
                       uint16_t organ) {
    struct tcn_slice events[TCN_CHUNK_EVENTS_MAX];
    struct tcn_outbox_chunk chunk;
    struct tcn_arena arena;
    struct tcn_slice open;
    struct tcn_slice sealed_bytes;
    struct tcn_sealed sealed;
    uint32_t count = 0;
    bool is_read = false;
    const struct tcn_lane_key key = {.source = 9, .epoch = where->epoch, .lane = where->lane};
    assert_int_equal(tcn_outbox_chunk_find(outbox, &key, where->sequence, &chunk), TCN_OK);
    assert_int_equal(tcn_arena_init(&arena, (size_t)256 * 1024), TCN_OK);
    assert_int_equal(tcn_wire_chunk_body_split(chunk.chunk.body, events, &count), TCN_OK);
    const uint64_t index = where->sequence - chunk.first_sequence;
    assert_true(index < count);
    assert_int_equal(tcn_wire_event_split(events[index], &open, &sealed_bytes), TCN_OK);
    assert_int_equal(tcn_wire_sealed_decode(sealed_bytes, &arena, &sealed), TCN_OK);
    assert_true(sealed.compartment_count > 0);
    for (uint32_t i = 0; i < sealed.compartment_count; i++) {
        const struct tcn_compartment *text = &sealed.compartments[i];
        for (uint32_t k = 0; k < text->wrap_count; k++) {
            is_read = is_read || text->wraps[k].organ == organ;
        }
    }
    tcn_arena_fini(&arena);
    return is_read;
}

/* The program may be of before the complaint, or never have known it. */
static void no_program_says_of_an_own_complaint_that_it_has_no_list(void **state) {
    struct bench *bench = *state;
    static const struct {
        const char *concerns; /* of the report; NULL: another office's matter */
        bool is_owners;       /* whether the domain's owner reads what is said of it */
    } rows[] = {{"unit", false}, {"unknown", false}, {"nobody", true}, {NULL, true}};
    static const struct {
        const char *front;
        const char *behind; /* the matter */
    } ways[] = {{"{\"op\":\"act\",\"draft\":{\"act\":\"followed_up\",\"matter\":\"",
                 "\",\"domain\":\"rural_water\",\"list\":[],"
                 "\"texts\":{\"narrative\":\"behind the mill\"}}}"},
                {"{\"op\":\"report\",\"draft\":{\"matter\":\"",
                 "\",\"domain\":\"rural_water\",\"division\":\"" DIVISION "\","
                 "\"concerns\":\"nobody\",\"texts\":{\"narrative\":\"behind the mill\"}}}"}};
    struct tcn_local_answer said[COUNT_OF(rows)][COUNT_OF(ways)];
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char ask[512];
        char matter[TCN_UUID_TEXT_BYTES] = "01890a5d-ac96-774b-bcce-b302099a8057";
        if (rows[i].concerns != NULL) {
            (void)snprintf(ask, sizeof(ask),
                           "{\"op\":\"report\",\"draft\":{\"domain\":\"rural_water\",\"division\":"
                           "\"" DIVISION "\",\"concerns\":\"%s\"}}",
                           rows[i].concerns);
            const struct tcn_local_answer answer = office_ask(&bench->office, ask);
            assert_int_equal(answer.code, TCN_OK);
            tcn_uuid_to_text(answer.matter.bytes, matter);
        }
        for (size_t k = 0; k < COUNT_OF(ways); k++) {
            (void)snprintf(ask, sizeof(ask), "%s%s%s", ways[k].front, matter, ways[k].behind);
            said[i][k] = office_ask(&bench->office, ask);
            assert_int_equal(said[i][k].code, TCN_OK);
        }
    }
    struct tcn_outbox *outbox = look_inside(bench);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        for (size_t k = 0; k < COUNT_OF(ways); k++) {
            assert_int_equal(is_read_by(outbox, &said[i][k], WATER), rows[i].is_owners);
        }
        assert_true(is_read_by(outbox, &said[i][0], OFFICE));
    }
    tcn_outbox_close(&outbox);
}

static void who_waits_in_vain_hears_how_it_stands(void **state) {
    struct bench *bench = *state;
    (void)office_ask(&bench->office, REPORT "}}");
    struct tcn_local_answer answer =
        office_ask(&bench->office, "{\"op\":\"wait\",\"receipts\":[{\"lane\":\"routine\","
                                   "\"sequence\":1},{\"lane\":\"urgent\",\"sequence\":4}],"
                                   "\"timeout_ms\":1}");
    assert_int_equal(answer.code, TCN_TIMEOUT);
    assert_int_equal(answer.outcome_count, 2);
    assert_int_equal(answer.outcomes[0].code, TCN_AGAIN);
    assert_int_equal(answer.outcomes[1].code, TCN_ABSENT);
    for (uint64_t i = 0; i < 65; i++) { /* one more than may wait */
        office_say(&bench->office,
                   "{\"op\":\"wait\",\"receipts\":[{\"lane\":\"routine\",\"sequence\":1}],"
                   "\"timeout_ms\":60000}",
                   i);
    }
    answer = office_hear(&bench->office, 64);
    assert_int_equal(answer.code, TCN_BUSY);
    /* A stopping agent tells all of them. */
    assert_int_equal(write(bench->office.stop_pipe[1], "x", 1), 1);
    assert_int_equal(pthread_join(bench->office.thread, NULL), 0);
    bench->office.is_running = false;
    assert_int_equal(bench->office.result, TCN_OK);
}

static void what_cannot_be_used_is_refused_at_the_opening(void **state) {
    struct bench *bench = *state;
    struct district *district = bench->district;
    (void)office_ask(&bench->office, "{\"op\":\"outbox\"}");
    office_stop(&bench->office);
    struct tcn_config_agent good = district->config;
    district->config.organ = "nobody_known";
    start_again(bench);
    office_stop(&bench->office);
    assert_int_equal(bench->office.opened, TCN_CONFIG);
    district->config = good;
    district->config.organ = TCN_AGENT_FEED_ORGAN; /* in an actual log */
    start_again(bench);
    office_stop(&bench->office);
    assert_int_equal(bench->office.opened, TCN_CONFIG);
    district->config = good;
    district->config.source = 10;
    start_again(bench);
    office_stop(&bench->office);
    assert_int_equal(bench->office.opened, TCN_FOREIGN_SOURCE);
    district->config = good;
    district->config.key_file = "absent.key";
    start_again(bench);
    office_stop(&bench->office);
    assert_int_equal(bench->office.opened, TCN_CONFIG);
    district->config = good;
    district->bundle.log_id.bytes[0] = 99;
    write_file(district->bundle_file, bundle_bytes(district, &district->collector.signing));
    start_again(bench);
    office_stop(&bench->office);
    assert_int_equal(bench->office.opened, TCN_FOREIGN_LOG);
}

static void a_feed_uses_one_lane_and_speaks_for_others(void **state) {
    (void)state;
    struct bench bench;
    memset(&bench, 0, sizeof(bench));
    bench.district = district_create(TCN_MODE_EXERCISE, TCN_AGENT_FEED_ORGAN);
    assert_int_equal(tcn_link_open(1, 64, &bench.link), TCN_OK);
    office_open(&bench.office, bench.district);
    struct tcn_local_answer answer = office_ask(
        &bench.office,
        "{\"op\":\"report\",\"draft\":{\"domain\":\"rural_water\",\"division\":\"" DIVISION
        "\",\"concerns\":\"nobody\",\"severity\":\"danger\","
        "\"office\":\"office_chahe\",\"recorded\":\"2026-01-03T00:00:00Z\"}}");
    assert_int_equal(answer.code, TCN_OK);
    assert_int_equal(answer.lane, TCN_LANE_ROUTINE);
    answer = office_ask(&bench.office, "{\"op\":\"outbox\"}");
    assert_int_equal(answer.outbox.lanes[1].oldest_ns, INT64_C(1767398400000000000));
    office_close(&bench.office);
    tcn_link_close(&bench.link);
    district_destroy(bench.district);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_offline, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(malformed_requests_are_answered_and_survived),
        TEST(too_many_frames_before_a_request_cost_only_that_request),
        TEST(what_cannot_be_used_is_refused_at_the_opening),
        TEST(an_accepted_report_is_on_disk_without_any_broker),
        TEST(a_preview_tells_who_would_know_and_enters_nothing),
        TEST(a_slip_tells_its_case),
        TEST(the_same_retry_key_enters_once),
        TEST(a_retry_key_is_good_within_one_group),
        TEST(a_full_outbox_says_so_and_urgent_still_has_room),
        TEST(a_complaint_leaves_no_trace_in_clear),
        TEST(no_program_says_of_an_own_complaint_that_it_has_no_list),
        TEST(who_waits_in_vain_hears_how_it_stands),
        cmocka_unit_test(a_feed_uses_one_lane_and_speaks_for_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
