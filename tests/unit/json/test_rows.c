/* SPDX-License-Identifier: Apache-2.0 */
#include "model/registry.h"
#include "json/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define TIME_NS INT64_C(1795442750123000000)
#define TIME "\"2026-11-23T14:05:50.123Z\""
#define UUID "\"01000000-0000-0000-0000-000000000000\""
#define HASH "\"0200000000000000000000000000000000000000000000000000000000000000\""

static const struct tcn_organ organs[] = {
    {.number = 3, .id = "office.a"},
    {.number = 7, .id = "bureau.b"},
};
static const struct tcn_policy policy = {.organs = organs, .organ_count = COUNT_OF(organs)};
static const struct tcn_lane_key lane = {
    .source = 5, .epoch = UINT64_C(0xFEDCBA9876543210), .lane = TCN_LANE_URGENT};

static struct tcn_arena arena;
static struct tcn_json_writer writer;

/** Starts a row before each test. */
static int set_up(void **state) {
    (void)state;
    tcn_arena_reset(&arena);
    tcn_json_writer_init(&writer);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    tcn_json_writer_fini(&writer);
    return 0;
}

/** Fails unless the row is this text. */
static void assert_row(const char *expected) {
    struct tcn_slice text;
    assert_int_equal(tcn_json_write_arena(&writer, &arena, &text), TCN_OK);
    char *copy = tcn_arena_alloc(&arena, text.size + 1);
    assert_non_null(copy);
    memcpy(copy, text.data, text.size);
    assert_string_equal(copy, expected);
}

static void an_event_full_of_garbage_is_still_a_row(void **state) {
    (void)state;
    const struct tcn_attribute attributes[] = {
        {.name = tcn_slice_text("not a word"), .kind = TCN_ATTRIBUTE_NUMBER},
        {.name = tcn_slice_of(NULL, 0), .kind = TCN_ATTRIBUTE_TEXT},
        {.name = tcn_slice_text("good"), .kind = (enum tcn_attribute_kind)99, .number = 1},
    };
    const struct tcn_event event = {
        .act = (enum tcn_act)9999,
        .mode = (enum tcn_mode)9,
        .severity = (enum tcn_severity)9,
        .concerns = (enum tcn_concerns)9,
        .learned_ns = INT64_MIN,
        .counts = {.deaths = {.kind = (enum tcn_count_kind)9, .value = UINT64_MAX}},
        .attributes = attributes,
        .attribute_count = COUNT_OF(attributes),
    };
    tcn_json_event_fields(&writer, &event);
    assert_row("{\"act\":\"none\",\"mode\":\"none\",\"learned\":\"1677-09-21T00:12:43.145224192Z\","
               "\"severity\":\"unknown\",\"concerns\":null,\"attributes\":{\"good\":1}}");
}

static void an_empty_matter_has_all_its_keys(void **state) {
    (void)state;
    const struct tcn_matter matter = {0};
    tcn_json_matter_fields(&writer, &matter, NULL);
    assert_row("{\"matter\":null,\"birth_position\":0,\"mode\":\"none\",\"kind\":null,"
               "\"stage\":null,\"marks\":[],\"level\":null,\"level_sure\":null,\"domain\":null,"
               "\"division\":null,\"office\":null,"
               "\"office_id\":null,"
               "\"holder\":null,\"holder_id\":null,\"severity\":\"unknown\",\"flags\":[],"
               "\"bounce_count\":0,\"second_act\":null,\"second_domain\":null,"
               "\"second_organ\":null,\"event_count\":0,\"learned\":null,"
               "\"opened\":null,\"last_position\":0,"
               "\"last_act\":\"none\",\"last_time\":null}");
}

static void a_report_is_written_by_the_keys_of_its_draft(void **state) {
    (void)state;
    const struct tcn_event event = {
        .act = TCN_ACT_REPORTED,
        .mode = TCN_MODE_ACTUAL,
        .matter = {{1}},
        .domain = tcn_slice_text("petition"),
        .division = tcn_slice_text("520502122000"),
        .office = tcn_slice_text("office.a"),
        .occurred_ns = TIME_NS,
        .learned_ns = TIME_NS,
        .recorded_ns = TIME_NS + 1,
        .seen_position = 9,
        .severity = TCN_SEVERITY_URGENT,
        .concerns = TCN_CONCERNS_NOBODY,
        .counts = {.missing = {TCN_COUNT_ESTIMATE, 2}, .at_risk = {TCN_COUNT_EXACT, 0}},
        .body_kind = TCN_BODY_REPORT,
        .report = {tcn_slice_text("31.6"), tcn_slice_text("phone")},
    };
    tcn_json_event_fields(&writer, &event);
    assert_row("{\"act\":\"reported\",\"mode\":\"actual\",\"matter\":" UUID
               ",\"domain\":\"petition\",\"division\":\"520502122000\",\"office\":\"office.a\","
               "\"occurred\":" TIME ",\"learned\":" TIME
               ",\"recorded\":\"2026-11-23T14:05:50.123000001Z\",\"severity\":\"urgent\","
               "\"concerns\":\"nobody\",\"counts\":{\"missing\":{\"estimate\":2},"
               "\"at_risk\":{\"exact\":0}},\"seen_position\":9,\"category\":\"31.6\","
               "\"channel\":\"phone\"}");
}

static void bodies_of_other_kinds_are_objects_of_their_own(void **state) {
    (void)state;
    const struct tcn_registry_change change = {
        .kind = TCN_CHANGE_INVITED,
        .row = {.name = "new pc", .role = TCN_ROLE_OFFICE, .organ = 9},
        .until_ns = TIME_NS,
        .reason = tcn_slice_text("moved"),
    };
    const struct {
        struct tcn_event event;
        const char *text;
    } rows[] = {
        {{.act = TCN_ACT_VOID,
          .body_kind = TCN_BODY_VOID,
          .void_body = {.code = TCN_TOOBIG, .event_hash = {{2}}, .count = 1}},
         "{\"act\":\"void\",\"mode\":\"none\",\"void\":{\"status\":\"toobig\",\"count\":1,"
         "\"event_hash\":" HASH "}}"},
        {{.act = TCN_ACT_DELIVERED,
          .body_kind = TCN_BODY_DELIVERED,
          .delivered = {.name = tcn_slice_text("desk"),
                        .stream = {TCN_MODE_ACTUAL, 7},
                        .number = 12,
                        .generation = 1}},
         "{\"act\":\"delivered\",\"mode\":\"none\",\"delivered\":{\"name\":\"desk\","
         "\"mode\":\"actual\",\"organ\":7,\"number\":12,\"generation\":1}}"},
        {{.act = TCN_ACT_EPOCH_OPENED, .body_kind = TCN_BODY_EPOCH, .epoch = {.lane = lane}},
         "{\"act\":\"epoch_opened\",\"mode\":\"none\",\"epoch\":{\"source\":5,"
         "\"epoch\":\"fedcba9876543210\",\"lane\":\"urgent\",\"predecessor\":null}}"},
        {{.act = TCN_ACT_REGISTRY_CHANGED, .body_kind = TCN_BODY_REGISTRY, .registry = &change},
         "{\"act\":\"registry_changed\",\"mode\":\"none\",\"registry\":{\"kind\":\"invited\","
         "\"name\":\"new pc\",\"role\":\"office\",\"organ\":9,\"until\":" TIME
         ",\"reason\":\"moved\"}}"},
        {{.act = TCN_ACT_LINKED,
          .body_kind = TCN_BODY_ACT,
          .guard_organs = {3, 7},
          .guard_organ_count = 2,
          .act_body = {.linked = {{1}}, .act_hash = {{2}}, .position = 4, .until_ns = TIME_NS}},
         "{\"act\":\"linked\",\"mode\":\"none\",\"guard_organs\":[3,7],\"until\":" TIME
         ",\"position\":4,\"act_hash\":" HASH ",\"linked\":" UUID "}"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        tcn_json_writer_fini(&writer);
        tcn_json_writer_init(&writer);
        tcn_json_event_fields(&writer, &rows[i].event);
        assert_row(rows[i].text);
    }
}

static void a_row_of_the_registry_tells_all_but_its_token(void **state) {
    (void)state;
    const struct tcn_principal row = {.id = 9,
                                      .name = "office.a",
                                      .role = TCN_ROLE_OFFICE,
                                      .status = TCN_PRINCIPAL_INVITED,
                                      .source = 4,
                                      .organ = 3,
                                      .signing_key = {{2}},
                                      .divisions = {UINT64_C(20502122000)},
                                      .division_count = 1,
                                      .streams = {3, 7},
                                      .stream_count = 2,
                                      .not_after_ns = TIME_NS,
                                      .token_hash = {{2}},
                                      .token_until_ns = TIME_NS,
                                      .message_rate = 5,
                                      .acts = {TCN_ACT_REPORTED},
                                      .act_count = 1};
    tcn_json_principal_fields(&writer, &row, &policy);
    assert_row("{\"principal\":9,\"name\":\"office.a\",\"role\":\"office\",\"status\":\"invited\","
               "\"source\":4,\"organ\":3,\"organ_id\":\"office.a\",\"not_before\":null,"
               "\"not_after\":" TIME ",\"old_until\":null,\"token_until\":" TIME
               ",\"divisions\":[\"020502122000\"],\"all_divisions\":false,\"streams\":[3,7],"
               "\"all_streams\":false,\"acts\":[\"reported\"],\"message_rate\":5,"
               "\"byte_rate\":0,\"transport\":null,\"signing\":" HASH "}");
}

static void an_item_carries_its_alert_and_its_event(void **state) {
    (void)state;
    const struct tcn_item item = {
        .alert = {.stream = {TCN_MODE_ACTUAL, 7},
                  .number = 12,
                  .generation = 1,
                  .birth_position = 8,
                  .act = TCN_ACT_REPORTED,
                  .reason = TCN_REASON_OWNER,
                  .severity = TCN_SEVERITY_DANGER,
                  .flags = TCN_FLAG_STUB | TCN_FLAG_CLOCK_AHEAD | TCN_FLAG_LACKING,
                  .policy_version = 2,
                  .kind = TCN_PROCEDURE_HAZARD,
                  .stage = TCN_STAGE_RECTIFYING,
                  .holder = 7,
                  .degree = {.rank = 9, .sure = TCN_COUNT_AT_LEAST},
                  .facts = TCN_FACT_FIVE},
        .matter = {{1}},
        .position = 9,
        .log_time_ns = TIME_NS,
        .lane = lane,
        .sequence = 4,
        .chunk_hash = {{2}},
        .sealed = tcn_slice_text("s"),
    };
    const struct tcn_event event = {.act = TCN_ACT_REPORTED, .mode = TCN_MODE_ACTUAL};
    tcn_json_item_fields(&writer, &item, &event, &policy);
    assert_row("{\"position\":9,\"log_time\":" TIME ",\"matter\":" UUID
               ",\"source\":5,\"epoch\":\"fedcba9876543210\",\"lane\":\"urgent\",\"sequence\":4,"
               "\"chunk_hash\":" HASH
               ",\"has_sealed\":true,\"has_share\":false,\"is_erased\":false,"
               "\"alert\":{\"mode\":\"actual\",\"organ\":7,\"organ_id\":\"bureau.b\","
               "\"number\":12,\"generation\":1,\"birth_position\":8,\"act\":\"reported\","
               "\"reason\":\"owner\",\"severity\":\"danger\",\"flags\":[\"clock_ahead\",\"stub\","
               "\"lacking\"],\"outcome\":\"ok\",\"allowed_acts\":[],\"missing\":[\"five\"],"
               "\"kind\":\"hazard\",\"stage\":\"rectifying\",\"holder\":7,"
               "\"holder_id\":\"bureau.b\",\"level\":\"9\",\"level_sure\":\"at_least\","
               "\"policy_version\":2},\"fired\":null,"
               "\"event\":{\"act\":\"reported\",\"mode\":\"actual\"}}");
}

static void an_item_of_a_clock_has_what_fired_and_no_event(void **state) {
    (void)state;
    const struct tcn_item item = {
        .alert = {.stream = {TCN_MODE_ACTUAL, 7},
                  .number = 12,
                  .generation = 1,
                  .act = TCN_ACT_TICK,
                  .reason = TCN_REASON_CLOCK,
                  .severity = TCN_SEVERITY_URGENT,
                  .policy_version = 2,
                  .fired = {TCN_DUE_KEY_ENDS, 4, 21, 0, TIME_NS, TIME_NS}},
        .position = 9,
        .log_time_ns = TIME_NS,
        .subject = tcn_slice_text("watch.bureau.b"),
    };
    const struct tcn_event event = {.act = TCN_ACT_TICK, .mode = TCN_MODE_ACTUAL};
    tcn_json_item_fields(&writer, &item, &event, &policy);
    assert_row(
        "{\"position\":9,\"log_time\":" TIME
        ",\"matter\":null,\"source\":0,\"epoch\":null,\"lane\":\"none\","
        "\"sequence\":0,\"chunk_hash\":null,\"has_sealed\":false,\"has_share\":false,"
        "\"is_erased\":false,"
        "\"alert\":{\"mode\":\"actual\",\"organ\":7,\"organ_id\":\"bureau.b\","
        "\"number\":12,\"generation\":1,\"birth_position\":null,\"act\":\"tick\","
        "\"reason\":\"clock\",\"severity\":\"urgent\",\"flags\":[],"
        "\"outcome\":\"ok\",\"allowed_acts\":[],\"missing\":[],\"kind\":null,"
        "\"stage\":null,\"holder\":null,\"holder_id\":null,\"level\":null,\"level_sure\":null,"
        "\"policy_version\":2},"
        "\"fired\":{\"kind\":\"key_ends\",\"stage\":4,\"subject\":21,"
        "\"rule\":0,\"name\":\"watch.bureau.b\",\"title_zh\":null,\"title_en\":null,"
        "\"due\":" TIME ",\"until\":" TIME "},"
        "\"event\":null}");
}

static void a_clock_has_all_its_keys_and_null_for_what_is_not(void **state) {
    (void)state;
    struct tcn_clock_row row = {
        .clock = {.id = "xf.resolve",
                  .terms = {.unit = TCN_CLOCK_CALENDAR_DAYS,
                            .amount = 60,
                            .bound = TCN_CLOCK_AT_MOST,
                            .owes = TCN_CLOCK_HOLDER},
                  .policy_version = 2,
                  .clock = {.start_ns = TIME_NS},
                  .times = {.due_ns = TCN_CLOCK_NEVER,
                            .limit_ns = TCN_CLOCK_NEVER,
                            .is_paused = true},
                  .run_count = 1},
        .title_zh = tcn_slice_text("办结"),
        .title_en = tcn_slice_text("Resolve"),
    };
    tcn_json_clock_fields(&writer, &row);
    assert_row("{\"clock\":\"xf.resolve\",\"title_zh\":\"办结\",\"title_en\":\"Resolve\","
               "\"state\":\"paused\",\"verdict\":null,\"unit\":\"calendar_days\",\"amount\":60,"
               "\"bound\":\"at_most\",\"owes\":\"holder\",\"policy_version\":2,\"start\":" TIME
               ",\"extended_until\":null,\"due\":null,\"limit\":null,\"missing_year\":null,"
               "\"stopped\":null,\"run_count\":1,\"late_count\":0}");
}

static void a_clock_that_ended_has_its_verdict(void **state) {
    (void)state;
    struct tcn_clock_row row = {
        .clock = {.id = "xf.resolve",
                  .terms = {.unit = TCN_CLOCK_WORKING_DAYS,
                            .amount = 5,
                            .bound = TCN_CLOCK_WINDOW,
                            .owes = TCN_CLOCK_OUTSIDE},
                  .clock = {.start_ns = TIME_NS, .extended_until_ns = TIME_NS},
                  .times = {.due_ns = TIME_NS, .limit_ns = TIME_NS, .missing_year = 2027},
                  .end = TCN_CLOCK_STOPPED,
                  .verdict = TCN_VERDICT_UNKNOWN,
                  .stop_ns = TIME_NS,
                  .run_count = 3,
                  .late_count = 1},
    };
    tcn_json_clock_fields(&writer, &row);
    assert_row("{\"clock\":\"xf.resolve\",\"title_zh\":null,\"title_en\":null,"
               "\"state\":\"stopped\",\"verdict\":\"unknown\",\"unit\":\"working_days\","
               "\"amount\":5,\"bound\":\"window\",\"owes\":\"outside\",\"policy_version\":0,"
               "\"start\":" TIME ",\"extended_until\":" TIME ",\"due\":" TIME ",\"limit\":" TIME
               ",\"missing_year\":2027,\"stopped\":" TIME ",\"run_count\":3,\"late_count\":1}");
}

static void a_tally_of_rules_that_are_gone_names_none(void **state) {
    (void)state;
    const struct tcn_tally_row row = {.tally = {.missed = 1}};
    tcn_json_tally_fields(&writer, &row);
    assert_row("{\"rule\":null,\"title_zh\":null,\"title_en\":null,\"bound\":null,"
               "\"owes\":null,\"started\":1,\"met\":0,\"missed\":1,\"running\":0,"
               "\"paused\":0,\"over\":0,\"cancelled\":0,\"unmeasured\":0,\"unknown\":0,"
               "\"earlier\":0}");
}

static void a_tally_has_the_sum_of_its_counts(void **state) {
    (void)state;
    static const struct tcn_clock_rule rule = {.id = "xf.resolve",
                                               .title_zh = "办结",
                                               .title_en = "Resolve",
                                               .bound = TCN_CLOCK_AT_MOST,
                                               .owes = TCN_CLOCK_HOLDER};
    const struct tcn_tally_row row = {.rule = &rule,
                                      .tally = {.met = 1,
                                                .missed = 2,
                                                .running = 4,
                                                .paused = 8,
                                                .over = 16,
                                                .cancelled = 32,
                                                .unmeasured = 64,
                                                .unknown = 128,
                                                .earlier = 256}};
    tcn_json_tally_fields(&writer, &row);
    assert_row("{\"rule\":\"xf.resolve\",\"title_zh\":\"办结\",\"title_en\":\"Resolve\","
               "\"bound\":\"at_most\",\"owes\":\"holder\",\"started\":511,\"met\":1,"
               "\"missed\":2,\"running\":4,\"paused\":8,\"over\":16,\"cancelled\":32,"
               "\"unmeasured\":64,\"unknown\":128,\"earlier\":256}");
}

static void an_item_of_a_replay_has_no_alert(void **state) {
    (void)state;
    const struct tcn_item item = {.position = 9, .lane = lane, .sequence = 4};
    tcn_json_item_fields(&writer, &item, NULL, NULL);
    assert_row("{\"position\":9,\"log_time\":null,\"matter\":null,\"source\":5,"
               "\"epoch\":\"fedcba9876543210\",\"lane\":\"urgent\",\"sequence\":4,"
               "\"chunk_hash\":null,\"has_sealed\":false,\"has_share\":false,\"is_erased\":false,"
               "\"alert\":null,"
               "\"fired\":null,"
               "\"event\":null}");
}

static void a_matter_names_its_organs_by_the_policy(void **state) {
    (void)state;
    const struct tcn_matter matter = {
        .birth_position = 8,
        .id = {{1}},
        .mode = TCN_MODE_EXERCISE,
        .kind = TCN_PROCEDURE_PETITION,
        .stage = TCN_STAGE_HELD,
        .marks = TCN_MARK_TOLD | TCN_MARK_MAJOR,
        .bounce_count = 2,
        .second = {.act = TCN_ACT_RELEASED, .domain = "expropriation", .organ = "bureau"},
        .domain = "petition",
        .division = UINT64_C(20502122000),
        .office = 3,
        .holder = 9,
        .severity = TCN_SEVERITY_ROUTINE,
        .event_count = 2,
        .learned_ns = TIME_NS,
        .opened_ns = TIME_NS,
        .last_position = 9,
        .last_act = TCN_ACT_CLOSED,
        .last_ns = TIME_NS};
    tcn_json_matter_fields(&writer, &matter, &policy);
    assert_row("{\"matter\":" UUID ",\"birth_position\":8,\"mode\":\"exercise\","
               "\"kind\":\"petition\",\"stage\":\"held\",\"marks\":[\"major\",\"told\"],"
               "\"level\":null,\"level_sure\":null,"
               "\"domain\":\"petition\",\"division\":\"020502122000\","
               "\"office\":3,\"office_id\":\"office.a\",\"holder\":9,\"holder_id\":null,"
               "\"severity\":\"routine\",\"flags\":[],\"bounce_count\":2,"
               "\"second_act\":\"released\",\"second_domain\":\"expropriation\","
               "\"second_organ\":\"bureau\",\"event_count\":2,\"learned\":" TIME ",\"opened\":" TIME
               ",\"last_position\":9,\"last_act\":\"closed\","
               "\"last_time\":" TIME "}");
}

static void an_event_row_says_what_would_be_allowed(void **state) {
    (void)state;
    const struct tcn_event_row row = {.position = 9,
                                      .log_time_ns = TIME_NS,
                                      .lane = lane,
                                      .sequence = 4,
                                      .code = TCN_NOT_ALLOWED,
                                      .allowed_acts = UINT64_C(1) << TCN_ACT_ACCEPTED |
                                                      UINT64_C(1) << TCN_ACT_UNSEALED,
                                      .missing = TCN_FACT_HOW | TCN_FACT_NEXT_STEP};
    tcn_json_event_row_fields(&writer, &row, NULL);
    assert_row("{\"position\":9,\"log_time\":" TIME ",\"source\":5,"
               "\"epoch\":\"fedcba9876543210\",\"lane\":\"urgent\",\"sequence\":4,"
               "\"outcome\":\"not_allowed\",\"allowed_acts\":[\"accepted\",\"unsealed\"],"
               "\"missing\":[\"how\",\"next_step\"],\"event\":null}");
}

static void what_comes_next_and_what_would_do_are_words(void **state) {
    (void)state;
    const struct tcn_answer answer = {
        .allowed_acts = UINT64_C(1) << TCN_ACT_CLOSED, .owed_act = TCN_ACT_CLOSED, .owed_organ = 7};
    tcn_json_next_fields(&writer, &answer, &policy);
    assert_row("{\"allowed_acts\":[\"closed\"],\"owed_act\":\"closed\",\"owed\":7,"
               "\"owed_id\":\"bureau.b\"}");
    tcn_json_writer_fini(&writer);
    tcn_json_writer_init(&writer);
    const struct tcn_alert alert = {.code = TCN_BAD_VALUE,
                                    .kind = TCN_PROCEDURE_WAGES,
                                    .stage = TCN_STAGE_ORDERED,
                                    .facts = TCN_FACT_AMOUNT};
    tcn_json_void_fields(&writer, &alert);
    assert_row("{\"cause\":\"bad_value\",\"missing\":[\"amount\"],\"allowed_acts\":[],"
               "\"kind\":\"wages\",\"stage\":\"ordered\"}");
}

static void a_source_and_a_stream_are_rows(void **state) {
    (void)state;
    const struct tcn_source_state source = {
        .lane = lane, .sequence = 4, .log_time_ns = TIME_NS, .event_count = 3, .void_count = 1};
    tcn_json_source_fields(&writer, &source);
    assert_row("{\"source\":5,\"epoch\":\"fedcba9876543210\",\"lane\":\"urgent\",\"sequence\":4,"
               "\"position\":null,\"log_time\":" TIME ",\"event_count\":3,\"void_count\":1}");
    tcn_json_writer_fini(&writer);
    tcn_json_writer_init(&writer);
    const struct tcn_stream_row stream = {{TCN_MODE_ACTUAL, 7}, 12, 1};
    tcn_json_stream_fields(&writer, &stream, &policy);
    assert_row("{\"mode\":\"actual\",\"organ\":7,\"organ_id\":\"bureau.b\",\"number\":12,"
               "\"generation\":1}");
}

static void the_log_in_numbers_is_a_row(void **state) {
    (void)state;
    const struct tcn_stats_row row = {
        .log_id = {{1}},
        .generation = 1,
        .last_position = 2,
        .record_count = 3,
        .log_bytes = 4,
        .applied = {5, TIME_NS, 6, 7, 8, 9, 10, 11},
        .stream_count = 12,
        .refused_count = 13,
        .duplicate_count = 14,
        .group_count = 15,
    };
    tcn_json_stats_fields(&writer, &row);
    assert_row("{\"log_id\":" UUID ",\"generation\":1,\"last_position\":2,\"record_count\":3,"
               "\"log_bytes\":4,\"group_count\":15,\"refused_count\":13,\"duplicate_count\":14,"
               "\"stream_count\":12,\"applied\":{\"position\":5,\"log_time\":" TIME
               ",\"generation\":6,\"event_count\":7,\"matter_count\":8,\"alert_count\":9,"
               "\"fold_version\":10,\"policy_version\":11}}");
}

static void a_receipt_is_a_row(void **state) {
    (void)state;
    const struct tcn_receipt_body receipt = {.format = 1,
                                             .log_id = {{1}},
                                             .generation = 1,
                                             .lane = lane,
                                             .first_sequence = 4,
                                             .count = 2,
                                             .first_position = 9,
                                             .log_time_ns = TIME_NS,
                                             .chunk_hash = {{2}}};
    tcn_json_receipt_fields(&writer, &receipt);
    assert_row("{\"log_id\":" UUID ",\"generation\":1,\"source\":5,"
               "\"epoch\":\"fedcba9876543210\",\"lane\":\"urgent\",\"first_sequence\":4,"
               "\"count\":2,\"first_position\":9,\"log_time\":" TIME ",\"chunk_hash\":" HASH "}");
}

static void opened_texts_are_keyed_by_their_compartment(void **state) {
    (void)state;
    const struct tcn_plain plains[] = {{TCN_COMPARTMENT_CONTACT, tcn_slice_text("c")},
                                       {TCN_COMPARTMENT_NARRATIVE, tcn_slice_text("n")}};
    tcn_json_texts(&writer, NULL, 0);
    tcn_json_texts(&writer, plains, 2);
    assert_row("{\"texts\":{\"contact\":\"c\",\"narrative\":\"n\"}}");
}

static void texts_that_stay_closed_are_named(void **state) {
    (void)state;
    const enum tcn_compartment_kind kinds[] = {TCN_COMPARTMENT_CONTACT, TCN_COMPARTMENT_ACCUSED};
    tcn_json_closed(&writer, NULL, 0);
    tcn_json_closed(&writer, kinds, 2);
    assert_row("{\"closed\":[\"contact\",\"accused\"]}");
}

int main(void) {
    if (tcn_arena_init(&arena, 64 * 1024) != TCN_OK) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_event_full_of_garbage_is_still_a_row, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_empty_matter_has_all_its_keys, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_report_is_written_by_the_keys_of_its_draft, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(bodies_of_other_kinds_are_objects_of_their_own, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_row_of_the_registry_tells_all_but_its_token, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_item_carries_its_alert_and_its_event, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_clock_has_all_its_keys_and_null_for_what_is_not, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_clock_that_ended_has_its_verdict, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_tally_of_rules_that_are_gone_names_none, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_tally_has_the_sum_of_its_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_item_of_a_clock_has_what_fired_and_no_event, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_item_of_a_replay_has_no_alert, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_matter_names_its_organs_by_the_policy, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_event_row_says_what_would_be_allowed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_comes_next_and_what_would_do_are_words, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_source_and_a_stream_are_rows, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_log_in_numbers_is_a_row, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_receipt_is_a_row, set_up, tear_down),
        cmocka_unit_test_setup_teardown(texts_that_stay_closed_are_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(opened_texts_are_keyed_by_their_compartment, set_up,
                                        tear_down),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    tcn_arena_fini(&arena);
    return failed;
}
