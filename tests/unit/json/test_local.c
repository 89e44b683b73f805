/* SPDX-License-Identifier: Apache-2.0 */
#include "json/draft.h"
#include "json/local.h"

#include <jansson.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define REPORT "{\"domain\":\"petition\",\"division\":\"520502122000\",\"concerns\":\"nobody\"}"
#define WAIT "{\"op\":\"wait\",\"receipts\":"
#define EPOCH UINT64_C(0xFEDCBA9876543210)
#define TIME_NS INT64_C(1795442750123000000)

/** Bytes that are refused, why, and where. */
struct refusal {
    const char *text;
    enum tcn_status status;
    const char *field;
};

static struct tcn_arena arena;
static size_t calls_left; /* allocations that still succeed */

/** malloc until calls_left is 0. */
static void *scarce_malloc(size_t size) {
    if (calls_left == 0) {
        return NULL;
    }
    calls_left--;
    return malloc(size);
}

static void requests_that_say_no_operation_or_another_ones_keys_are_refused(void **state) {
    (void)state;
    static const struct refusal rows[] = {
        {"", TCN_MALFORMED, ""},
        {"[]", TCN_MALFORMED, ""},
        {"{}", TCN_BAD_VALUE, "op"},
        {"{\"op\":null}", TCN_BAD_VALUE, "op"},
        {"{\"op\":\"none\"}", TCN_BAD_VALUE, "op"},
        {"{\"op\":\"outbox\",\"op\":\"outbox\"}", TCN_MALFORMED, "op"},
        {"{\"op\":\"outbox\",\"number\":1}", TCN_UNKNOWN_FIELD, "number"},
        {"{\"op\":\"outbox\",\"draft\":{}}", TCN_UNKNOWN_FIELD, "draft"},
        {"{\"op\":\"report\"}", TCN_BAD_VALUE, "draft"},
        {"{\"op\":\"report\",\"draft\":[]}", TCN_BAD_VALUE, "draft"},
        {"{\"op\":\"report\",\"draft\":{}}", TCN_BAD_VALUE, "draft.concerns"},
        {"{\"op\":\"report\",\"draft\":{\"domian\":\"x\"}}", TCN_UNKNOWN_FIELD, "draft.domian"},
        {"{\"op\":\"report\",\"draft\":{\"counts\":{\"deaths\":1}}}", TCN_BAD_VALUE,
         "draft.counts.deaths"},
        {"{\"op\":\"report\",\"draft\":{\"act\":\"replied\"}}", TCN_BAD_VALUE, "draft.act"},
        {"{\"op\":\"act\",\"draft\":" REPORT "}", TCN_BAD_VALUE, "draft.act"},
        {"{\"op\":\"act\",\"draft\":{\"act\":\"tick\"}}", TCN_BAD_VALUE, "draft.act"},
        {"{\"op\":\"dead\",\"do\":\"eat\"}", TCN_BAD_VALUE, "do"},
        {"{\"op\":\"dead\",\"do\":\"show\"}", TCN_BAD_VALUE, "number"},
        {"{\"op\":\"dead\",\"do\":\"drop\",\"number\":0}", TCN_BAD_VALUE, "number"},
        {"{\"op\":\"dead\",\"number\":-1}", TCN_BAD_VALUE, "number"},
        {"{\"op\":\"wait\"}", TCN_BAD_VALUE, "receipts"},
        {WAIT "{}}", TCN_BAD_VALUE, "receipts"},
        {WAIT "[]}", TCN_BAD_VALUE, "receipts"},
        {WAIT "[7]}", TCN_BAD_VALUE, "receipts"},
        {WAIT "[{}]}", TCN_BAD_VALUE, "receipts"},
        {WAIT "[{\"lane\":\"urgent\"}]}", TCN_BAD_VALUE, "receipts"},
        {WAIT "[{\"lane\":\"urgent\",\"sequence\":0}]}", TCN_BAD_VALUE, "receipts"},
        {WAIT "[{\"sequence\":7}]}", TCN_BAD_VALUE, "receipts"},
        {WAIT "[{\"lane\":\"slow\",\"sequence\":7}]}", TCN_BAD_VALUE, "receipts.lane"},
        {WAIT "[{\"lane\":\"urgent\",\"sequence\":7,\"epoch\":\"7\"}]}", TCN_BAD_VALUE,
         "receipts.epoch"},
        {WAIT "[{\"lane\":\"urgent\",\"sequenc\":7}]}", TCN_UNKNOWN_FIELD, "receipts.sequenc"},
        {WAIT "[{\"lane\":\"urgent\",\"sequence\":7}],\"timeout_ms\":600001}", TCN_BAD_VALUE,
         "timeout_ms"},
        {"{\"op\":\"receipt\"}", TCN_BAD_VALUE, "receipts"},
        {"{\"op\":\"receipt\",\"receipts\":[],\"timeout_ms\":0}", TCN_UNKNOWN_FIELD, "timeout_ms"},
        {"{\"op\":\"receipt\",\"receipts\":[{},{}]}", TCN_TOOBIG, "receipts"},
        {"{\"op\":\"preview\"}", TCN_BAD_VALUE, "draft"},
        {"{\"op\":\"preview\",\"draft\":{\"act\":\"replied\"}}", TCN_BAD_VALUE, "draft.act"},
        {"{\"op\":\"rotate\",\"days\":31}", TCN_BAD_VALUE, "days"},
        {"{\"op\":\"rotate\",\"days\":-1}", TCN_BAD_VALUE, "days"},
        {"{\"op\":\"rotate\",\"number\":1}", TCN_UNKNOWN_FIELD, "number"},
        {"{\"op\":\"status\"}", TCN_BAD_VALUE, "code"},
        {"{\"op\":\"status\",\"code\":\"\"}", TCN_BAD_VALUE, "code"},
        {"{\"op\":\"status\",\"code\":\"12345678901234567890123456789012\"}", TCN_TOOBIG, "code"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_json_error error = {.field = "none"};
        struct tcn_local_request request = {.timeout_ms = 77};
        tcn_arena_reset(&arena);
        enum tcn_status status =
            tcn_json_decode_request(tcn_slice_text(rows[i].text), &arena, &error, &request);
        if (status != rows[i].status || strcmp(error.field, rows[i].field) != 0) {
            fail_msg("%s: %s, field \"%s\"", rows[i].text, tcn_status_name(status), error.field);
        }
        assert_int_equal(request.timeout_ms, 77);
    }
}

static void answers_out_of_bounds_are_refused(void **state) {
    (void)state;
    static const struct refusal rows[] = {
        {"", TCN_MALFORMED, ""},
        {"{}", TCN_BAD_VALUE, "code"},
        {"{\"code\":-1}", TCN_BAD_VALUE, "code"},
        {"{\"code\":4294967296}", TCN_BAD_VALUE, "code"},
        {"{\"code\":0,\"lane\":\"none\"}", TCN_BAD_VALUE, "lane"},
        {"{\"code\":0,\"slip\":\"12345678901234567890123456789012\"}", TCN_TOOBIG, "slip"},
        {"{\"code\":0,\"is_repeat\":1}", TCN_BAD_VALUE, "is_repeat"},
        {"{\"code\":0,\"outbox\":[]}", TCN_BAD_VALUE, "outbox"},
        {"{\"code\":0,\"outbox\":{\"epoch\":1}}", TCN_BAD_VALUE, "outbox.epoch"},
        {"{\"code\":0,\"outbox\":{\"lanes\":[{},{},{}]}}", TCN_TOOBIG, "outbox.lanes"},
        {"{\"code\":0,\"outbox\":{\"lanes\":[7]}}", TCN_BAD_VALUE, "outbox.lanes"},
        {"{\"code\":0,\"outbox\":{\"lanes\":[{\"count\":-1}]}}", TCN_BAD_VALUE,
         "outbox.lanes.count"},
        {"{\"code\":0,\"dead\":[7]}", TCN_BAD_VALUE, "dead"},
        {"{\"code\":0,\"dead\":[{\"act\":\"x\"}]}", TCN_BAD_VALUE, "dead.act"},
        {"{\"code\":0,\"outcomes\":[{\"position\":1.0}]}", TCN_BAD_VALUE, "outcomes.position"},
        {"{\"code\":0,\"progress\":{\"due\":\"soon\"}}", TCN_BAD_VALUE, "progress.due"},
        {"{\"code\":0,\"progress\":{\"limits\":[{\"state\":\"soon\"}]}}", TCN_BAD_VALUE,
         "progress.limits.state"},
        {"{\"code\":0,\"progress\":{\"limits\":[{\"confidence\":\"sure\"}]}}", TCN_BAD_VALUE,
         "progress.limits.confidence"},
        {"{\"code\":0,\"progress\":{\"limits\":[{},{},{},{},{},{},{},{},{}]}}", TCN_TOOBIG,
         "progress.limits"},
        {"{\"code\":0,\"rotation\":{\"state\":\"settled\"}}", TCN_BAD_VALUE, "rotation.state"},
        {"{\"code\":0,\"rotation\":7}", TCN_BAD_VALUE, "rotation"},
        {"{\"code\":0,\"preview\":7}", TCN_BAD_VALUE, "preview"},
        {"{\"code\":0,\"preview\":{\"is_held\":1}}", TCN_BAD_VALUE, "preview.is_held"},
        {"{\"code\":0,\"preview\":{\"told\":[7]}}", TCN_BAD_VALUE, "preview.told"},
        {"{\"code\":0,\"preview\":{\"told\":[{\"reason\":\"x\"}]}}", TCN_BAD_VALUE,
         "preview.told.reason"},
        {"{\"code\":0,\"preview\":{\"told\":[{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}]}}",
         TCN_TOOBIG, "preview.told"},
        {"{\"code\":0,\"preview\":{\"kept\":7}}", TCN_BAD_VALUE, "preview.kept"},
        {"{\"code\":0,\"preview\":{\"kept\":[7]}}", TCN_BAD_VALUE, "preview.kept"},
        {"{\"code\":0,\"preview\":{\"kept_total\":513}}", TCN_BAD_VALUE, "preview.kept_total"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct tcn_json_error error = {.field = "none"};
        struct tcn_local_answer answer = {.code = 77};
        tcn_arena_reset(&arena);
        enum tcn_status status =
            tcn_json_decode_answer(tcn_slice_text(rows[i].text), &arena, &error, &answer);
        if (status != rows[i].status || strcmp(error.field, rows[i].field) != 0) {
            fail_msg("%s: %s, field \"%s\"", rows[i].text, tcn_status_name(status), error.field);
        }
        assert_int_equal(answer.code, 77);
    }
}

static void a_wait_is_bounded_in_receipts(void **state) {
    (void)state;
    for (uint32_t count = TCN_LOCAL_RECEIPTS_MAX; count <= TCN_LOCAL_RECEIPTS_MAX + 1; count++) {
        struct tcn_json_writer writer;
        struct tcn_slice text;
        tcn_arena_reset(&arena);
        tcn_json_writer_init(&writer);
        tcn_json_add_word(&writer, "op", "wait");
        tcn_json_array_begin(&writer, "receipts");
        for (uint32_t i = 0; i < count; i++) {
            tcn_json_object_begin(&writer, NULL);
            tcn_json_add_word(&writer, "lane", "routine");
            tcn_json_add_u64(&writer, "sequence", i + 1);
            tcn_json_object_end(&writer);
        }
        tcn_json_array_end(&writer);
        assert_int_equal(tcn_json_write_arena(&writer, &arena, &text), TCN_OK);
        tcn_json_writer_fini(&writer);
        static struct tcn_local_request request;
        struct tcn_json_error error;
        assert_int_equal(tcn_json_decode_request(text, &arena, &error, &request),
                         count == TCN_LOCAL_RECEIPTS_MAX ? TCN_OK : TCN_TOOBIG);
    }
}

static void what_cannot_be_encoded_is_refused(void **state) {
    (void)state;
    struct tcn_slice text = {.size = 77};
    static struct tcn_local_request request;
    request = (struct tcn_local_request){.op = TCN_LOCAL_STATUS, .code = tcn_slice_text("\xFF")};
    assert_int_equal(tcn_json_encode_request(&request, &arena, &text), TCN_BAD_TEXT);
    struct tcn_local_answer answer = {.sentence = tcn_slice_text("\xFF")};
    assert_int_equal(tcn_json_encode_answer(&answer, &arena, &text), TCN_BAD_TEXT);
    /* Control characters take six bytes each in JSON. */
    static uint8_t controls[TCN_JSON_BYTES_MAX / 6 + 1];
    memset(controls, 1, sizeof controls);
    request.code = tcn_slice_of(controls, sizeof controls);
    tcn_arena_reset(&arena);
    assert_int_equal(tcn_json_encode_request(&request, &arena, &text), TCN_TOOBIG);
    answer.sentence = request.code;
    tcn_arena_reset(&arena);
    assert_int_equal(tcn_json_encode_answer(&answer, &arena, &text), TCN_TOOBIG);
    assert_int_equal(text.size, 77);
}

/** Encodes, decodes and encodes again: both texts are the same. Gives what was decoded. */
static struct tcn_local_request there_and_back(const struct tcn_local_request *request,
                                               struct tcn_slice *out_text) {
    static struct tcn_local_request decoded;
    struct tcn_json_error error = {{0}, {0}, 0};
    struct tcn_slice again;
    tcn_arena_reset(&arena);
    assert_int_equal(tcn_json_encode_request(request, &arena, out_text), TCN_OK);
    enum tcn_status status = tcn_json_decode_request(*out_text, &arena, &error, &decoded);
    if (status != TCN_OK) {
        fail_msg("%s: %s, expected %s", tcn_status_name(status), error.field, error.expected);
    }
    assert_int_equal(tcn_json_encode_request(&decoded, &arena, &again), TCN_OK);
    assert_true(tcn_slice_equals(*out_text, again));
    return decoded;
}

static void every_request_goes_there_and_comes_back(void **state) {
    (void)state;
    struct tcn_slice text;
    static struct tcn_local_request request;
    static struct tcn_local_request decoded;

    request = (struct tcn_local_request){.op = TCN_LOCAL_OUTBOX};
    decoded = there_and_back(&request, &text);
    assert_true(tcn_slice_is_text(text, "{\"op\":\"outbox\"}"));
    assert_int_equal(decoded.op, TCN_LOCAL_OUTBOX);

    request = (struct tcn_local_request){.op = TCN_LOCAL_DEAD};
    decoded = there_and_back(&request, &text);
    assert_true(tcn_slice_is_text(text, "{\"op\":\"dead\",\"do\":\"list\"}"));

    request = (struct tcn_local_request){
        .op = TCN_LOCAL_DEAD, .dead_do = TCN_DEAD_RESEND, .dead_number = 3};
    decoded = there_and_back(&request, &text);
    assert_true(tcn_slice_is_text(text, "{\"op\":\"dead\",\"do\":\"resend\",\"number\":3}"));
    assert_int_equal(decoded.dead_do, TCN_DEAD_RESEND);
    assert_int_equal(decoded.dead_number, 3);

    request = (struct tcn_local_request){.op = TCN_LOCAL_ROTATE};
    decoded = there_and_back(&request, &text);
    assert_true(tcn_slice_is_text(text, "{\"op\":\"rotate\"}"));
    request.days = TCN_ROTATE_DAYS_MAX;
    decoded = there_and_back(&request, &text);
    assert_int_equal(decoded.op, TCN_LOCAL_ROTATE);
    assert_int_equal(decoded.days, TCN_ROTATE_DAYS_MAX);

    request = (struct tcn_local_request){.op = TCN_LOCAL_STATUS, .code = tcn_slice_text("A-7")};
    decoded = there_and_back(&request, &text);
    assert_true(tcn_slice_is_text(decoded.code, "A-7"));

    request = (struct tcn_local_request){
        .op = TCN_LOCAL_RECEIPT, .receipts = {{TCN_LANE_URGENT, EPOCH, 7}}, .receipt_count = 1};
    decoded = there_and_back(&request, &text);
    assert_int_equal(decoded.op, TCN_LOCAL_RECEIPT);
    assert_int_equal(decoded.receipts[0].sequence, 7);

    request = (struct tcn_local_request){
        .op = TCN_LOCAL_WAIT,
        .receipts = {{TCN_LANE_URGENT, EPOCH, 7}, {TCN_LANE_ROUTINE, 0, 8}},
        .receipt_count = 2,
        .timeout_ms = TCN_LOCAL_TIMEOUT_MS_MAX};
    decoded = there_and_back(&request, &text);
    assert_int_equal(decoded.receipt_count, 2);
    assert_true(decoded.receipts[0].epoch == EPOCH);
    assert_int_equal(decoded.receipts[1].lane, TCN_LANE_ROUTINE);
    assert_int_equal(decoded.timeout_ms, TCN_LOCAL_TIMEOUT_MS_MAX);
}

static void drafts_go_there_and_come_back(void **state) {
    (void)state;
    struct tcn_slice text;
    static struct tcn_local_request request;
    static struct tcn_local_request decoded;
    request = (struct tcn_local_request){
        .op = TCN_LOCAL_REPORT,
        .draft = {.event = {.domain = tcn_slice_text("petition"),
                            .division = tcn_slice_text("520502122000"),
                            .learned_ns = TIME_NS + 1,
                            .concerns = TCN_CONCERNS_UNKNOWN,
                            .body_kind = TCN_BODY_REPORT},
                  .plains = {{TCN_COMPARTMENT_INFORMANT, tcn_slice_text("who told")}},
                  .plain_count = 1,
                  .retry_key = tcn_slice_text("k")}};
    decoded = there_and_back(&request, &text);
    assert_int_equal(decoded.draft.event.act, TCN_ACT_REPORTED);
    assert_int_equal(decoded.draft.event.learned_ns, TIME_NS + 1);
    assert_int_equal(decoded.draft.plains[0].kind, TCN_COMPARTMENT_INFORMANT);
    request = (struct tcn_local_request){
        .op = TCN_LOCAL_ACT,
        .draft = {.is_act = true,
                  .event = {.act = TCN_ACT_TRANSFERRED,
                            .matter = {{1}},
                            .body_kind = TCN_BODY_ACT,
                            .act_body = {.to_organ = tcn_slice_text("bureau.b")}}}};
    decoded = there_and_back(&request, &text);
    assert_true(decoded.draft.is_act);
    assert_true(tcn_slice_is_text(decoded.draft.event.act_body.to_organ, "bureau.b"));
    assert_string_equal(tcn_json_local_op_name(TCN_LOCAL_ACT), "act");
    assert_string_equal(tcn_json_local_op_name(TCN_LOCAL_NONE), "none");
}

/* One that runs and one that was not kept. Owns: lent for good. */
static const struct tcn_local_limit *two_limits(void) {
    static struct tcn_local_limit limits[2];
    limits[0] =
        (struct tcn_local_limit){TCN_LIMIT_RUNS,          tcn_slice_text("答复"),
                                 tcn_slice_text("Reply"), tcn_slice_text("信访工作条例 Art. 34"),
                                 TCN_CLOCK_READ,          TIME_NS};
    limits[1] = (struct tcn_local_limit){.state = TCN_LIMIT_LATE, .due_ns = TIME_NS};
    return limits;
}

/** A preview with everything in it. */
static struct tcn_local_preview full_preview(void) {
    static struct tcn_slice kept[2];      /* lent by the answer */
    static struct tcn_local_told told[3]; /* likewise */
    told[0] = (struct tcn_local_told){tcn_slice_text("bureau.b"), TCN_REASON_OWNER, true};
    told[1] = (struct tcn_local_told){tcn_slice_text("desk"), TCN_REASON_NONE, true};
    told[2] = (struct tcn_local_told){tcn_slice_text("c"), TCN_REASON_CO_RECIPIENT, false};
    kept[0] = tcn_slice_text("police");
    kept[1] = tcn_slice_text("traffic_police");
    return (struct tcn_local_preview){.is_guarded = true,
                                      .is_held = true,
                                      .told = told,
                                      .told_count = COUNT_OF(told),
                                      .kept = kept,
                                      .kept_count = COUNT_OF(kept),
                                      .kept_total = 3};
}

/** An answer with everything in it. */
static struct tcn_local_answer full_answer(void) {
    static const struct tcn_dead_row deads[] = {
        {.number = 1,
         .lane = TCN_LANE_URGENT,
         .epoch = EPOCH,
         .sequence = 4,
         .code = TCN_TOOBIG,
         .act = TCN_ACT_REPORTED,
         .matter = {{1}},
         .recorded_ns = TIME_NS,
         .bytes = 512},
        {.number = 2, .lane = TCN_LANE_ROUTINE, .epoch = EPOCH, .sequence = 5, .code = TCN_DENIED},
    };
    static const struct tcn_local_outcome outcomes[] = {
        {.lane = TCN_LANE_URGENT, .epoch = EPOCH, .sequence = 7, .position = 99},
        {.lane = TCN_LANE_ROUTINE, .epoch = EPOCH, .sequence = 8, .code = TCN_AGAIN},
    };
    return (struct tcn_local_answer){
        .code = TCN_BAD_VALUE,
        .sentence = tcn_slice_text("a value is outside its stated range"),
        .field = tcn_slice_text("concerns"),
        .lane = TCN_LANE_URGENT,
        .epoch = EPOCH,
        .sequence = 7,
        .position = 99,
        .matter = {{1}},
        .slip = tcn_slice_text("A-7"),
        .is_repeat = true,
        .has_outbox = true,
        .outbox = {.epoch = EPOCH,
                   .lanes = {{TCN_LANE_URGENT, 1, 2, TIME_NS, 3, 4},
                             {TCN_LANE_ROUTINE, 0, 0, 0, 0, 0}},
                   .dead_count = 2,
                   .used_bytes = 10,
                   .size_bytes = 20,
                   .is_connected = true,
                   .connected_ns = TIME_NS,
                   .last_error = tcn_slice_text("no answer came in time"),
                   .last_error_ns = TIME_NS},
        .deads = deads,
        .dead_count = COUNT_OF(deads),
        .outcomes = outcomes,
        .outcome_count = COUNT_OF(outcomes),
        .has_progress = true,
        .progress = {.matter = {{1}},
                     .stage = TCN_STAGE_ACCEPTED,
                     .last_act = TCN_ACT_ACCEPTED,
                     .last_ns = TIME_NS,
                     .holder = tcn_slice_text("bureau.b"),
                     .expected = tcn_slice_text("replied"),
                     .due_ns = TIME_NS,
                     .learned_ns = TIME_NS,
                     .known_ns = TIME_NS},
        .has_rotation = true,
        .rotation = {.state = TCN_KEY_CHANGE_DONE,
                     .key = tcn_slice_text("00ff"),
                     .until_ns = TIME_NS,
                     .not_after_ns = TIME_NS},
        .has_preview = true,
        .preview = full_preview(),
    };
}

static void every_answer_goes_there_and_comes_back(void **state) {
    (void)state;
    const struct tcn_local_answer answers[] = {
        full_answer(),
        {.code = TCN_OK},
        {.code = TCN_OK, .lane = TCN_LANE_ROUTINE, .epoch = EPOCH, .sequence = 1},
        {.code = TCN_OK, .has_outbox = true},
        {.code = TCN_ABSENT, .has_progress = true},
        {.has_progress = true, .progress = {.limits = two_limits(), .limit_count = 2}},
        {.code = TCN_OK, .receipt = tcn_slice_text("00ff")},
    };
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        struct tcn_json_error error;
        struct tcn_local_answer decoded;
        struct tcn_slice text;
        struct tcn_slice again;
        tcn_arena_reset(&arena);
        assert_int_equal(tcn_json_encode_answer(&answers[i], &arena, &text), TCN_OK);
        assert_int_equal(tcn_json_decode_answer(text, &arena, &error, &decoded), TCN_OK);
        assert_int_equal(tcn_json_encode_answer(&decoded, &arena, &again), TCN_OK);
        assert_true(tcn_slice_equals(text, again));
        assert_int_equal(decoded.code, answers[i].code);
        assert_int_equal(decoded.dead_count, answers[i].dead_count);
        assert_int_equal(decoded.outcome_count, answers[i].outcome_count);
        assert_int_equal(decoded.has_outbox, answers[i].has_outbox);
        assert_int_equal(decoded.has_progress, answers[i].has_progress);
        assert_int_equal(decoded.progress.limit_count, answers[i].progress.limit_count);
        for (uint32_t k = 0; k < decoded.progress.limit_count; k++) {
            const struct tcn_local_limit *limit = &decoded.progress.limits[k];
            const struct tcn_local_limit *same = &answers[i].progress.limits[k];
            assert_int_equal(limit->state, same->state);
            assert_int_equal(limit->confidence, same->confidence);
            assert_true(limit->due_ns == same->due_ns);
            assert_true(tcn_slice_equals(limit->title_zh, same->title_zh));
            assert_true(tcn_slice_equals(limit->title_en, same->title_en));
            assert_true(tcn_slice_equals(limit->article, same->article));
        }
        assert_int_equal(decoded.has_rotation, answers[i].has_rotation);
        assert_int_equal(decoded.rotation.state, answers[i].rotation.state);
        assert_true(decoded.rotation.until_ns == answers[i].rotation.until_ns);
        assert_true(tcn_slice_equals(decoded.receipt, answers[i].receipt));
        assert_int_equal(decoded.has_preview, answers[i].has_preview);
        assert_int_equal(decoded.preview.told_count, answers[i].preview.told_count);
        assert_int_equal(decoded.preview.kept_count, answers[i].preview.kept_count);
        assert_int_equal(decoded.preview.kept_total, answers[i].preview.kept_total);
    }
}

static void an_older_program_passes_over_what_it_does_not_know(void **state) {
    (void)state;
    struct tcn_json_error error;
    struct tcn_local_answer answer;
    static const char text[] = "{\"code\":0,\"later\":{\"a\":[1]},\"sequence\":7,"
                               "\"outbox\":{\"later\":1,\"lanes\":[{\"later\":2,\"count\":3}]}}";
    assert_int_equal(tcn_json_decode_answer(tcn_slice_text(text), &arena, &error, &answer), TCN_OK);
    assert_int_equal(answer.sequence, 7);
    assert_int_equal(answer.outbox.lanes[0].count, 3);
}

static void without_memory_nothing_is_decoded_until_it_is_enough(void **state) {
    (void)state;
    struct tcn_local_answer answer = full_answer();
    struct tcn_slice text;
    tcn_arena_reset(&arena);
    assert_int_equal(tcn_json_encode_answer(&answer, &arena, &text), TCN_OK);
    json_malloc_t malloc_before;
    json_free_t free_before;
    json_get_alloc_funcs(&malloc_before, &free_before);
    json_set_alloc_funcs(scarce_malloc, free);
    enum tcn_status status = TCN_NOMEM;
    size_t allowed = 0;
    for (; allowed < 2000 && status != TCN_OK; allowed++) {
        struct tcn_json_error error;
        calls_left = allowed;
        status = tcn_json_decode_answer(text, &arena, &error, &answer);
        /* jansson tells some failed allocations from bad syntax, and some not. */
        assert_true(status == TCN_OK || status == TCN_NOMEM || status == TCN_MALFORMED);
    }
    json_set_alloc_funcs(malloc_before, free_before);
    assert_int_equal(status, TCN_OK);
    assert_in_range(allowed, 100, 1999);

    for (size_t size = 0; size < 64; size += 16) {
        struct tcn_arena small;
        struct tcn_json_error error;
        assert_int_equal(tcn_arena_init(&small, size), TCN_OK);
        assert_int_equal(tcn_json_decode_answer(text, &small, &error, &answer), TCN_NOMEM);
        tcn_arena_fini(&small);
    }
}

int main(void) {
    if (tcn_arena_init(&arena, 2 * 1024 * 1024) != TCN_OK) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_that_say_no_operation_or_another_ones_keys_are_refused),
        cmocka_unit_test(answers_out_of_bounds_are_refused),
        cmocka_unit_test(a_wait_is_bounded_in_receipts),
        cmocka_unit_test(what_cannot_be_encoded_is_refused),
        cmocka_unit_test(without_memory_nothing_is_decoded_until_it_is_enough),
        cmocka_unit_test(every_request_goes_there_and_comes_back),
        cmocka_unit_test(drafts_go_there_and_come_back),
        cmocka_unit_test(every_answer_goes_there_and_comes_back),
        cmocka_unit_test(an_older_program_passes_over_what_it_does_not_know),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    tcn_arena_fini(&arena);
    return failed;
}
