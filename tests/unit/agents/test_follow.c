/* SPDX-License-Identifier: Apache-2.0 */
/* The agent and its organ's stream: what comes back becomes the office's own copy of a case. */
#include "bench.h"

#include "base/uuid.h"
#include "seal/told.h"
#include "wire/feed.h"
#include "wire/item.h"
#include "wire/session.h"

#define ITEM_BYTES_MAX 4096

/** What the sessions say of the bundle in force. One test at a time. */
static uint64_t named_bundle;

/** The follower's connection, as the ear met it, and what it asked for. */
struct follower {
    uint8_t routing[32];
    size_t routing_size;
    struct tcn_header header;
    struct tcn_open open;
    struct tcn_fetch fetch;
    struct tcn_hash session; /**< hash of the SESSION that it was given last */
    uint64_t number;         /**< of what it was told last */
};

/** What another organ did, for an item. */
struct news {
    const char *matter; /**< NULL: the case's own */
    enum tcn_act act;
    enum tcn_reason reason;
    uint32_t flags;
    const char *office;
    const char *to;
    enum tcn_stage stage; /**< as the alert has it */
    uint16_t holder;
    const struct tcn_signing_key *key; /**< NULL: the collector's */
};

/** Waits for a message of a kind and passes over the rest: following needs no lane, and the HELLO
 * of an agent that was started again may come after its connection has gone. */
static void await_kind(struct bench *bench, enum tcn_kind wanted) {
    enum tcn_kind kind = TCN_KIND_NONE;
    while (kind != wanted) {
        kind = ear_next(&bench->ear, PATIENCE_NS);
        assert_int_not_equal(kind, TCN_KIND_NONE);
    }
}

static void send_to(struct bench *bench, const struct follower *follower, enum tcn_kind kind,
                    struct tcn_slice body, struct tcn_slice signature) {
    uint8_t data[TCN_HEADER_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    const struct tcn_header header = {.version = TCN_WIRE_VERSION,
                                      .kind = kind,
                                      .session = 77,
                                      .request = follower->header.request};
    struct tcn_slice frames[4] = {
        tcn_slice_of(follower->routing, follower->routing_size), {0}, body, signature};
    assert_int_equal(tcn_wire_header_encode(&header, &writer, &frames[1]), TCN_OK);
    assert_int_equal(tcn_sock_send(bench->ear.sock, frames, signature.size > 0 ? 4 : 3), TCN_OK);
}

/** Keeps who said the message in hand. */
static void keep_sender(struct bench *bench, struct follower *follower) {
    struct tcn_slice id = tcn_parts_frame(&bench->ear.parts, 0);
    memcpy(follower->routing, id.data, id.size);
    follower->routing_size = id.size;
    assert_int_equal(
        tcn_wire_header_decode(tcn_parts_frame(&bench->ear.parts, 1), &follower->header), TCN_OK);
}

/** Gives a session of a generation to who asked for one just now, signed by a key. */
static void say_session(struct bench *bench, struct follower *follower, uint64_t generation,
                        const struct tcn_signing_key *key) {
    struct tcn_session_ask ask;
    struct tcn_signature signature;
    uint8_t data[256];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice body;
    keep_sender(bench, follower);
    assert_int_equal(
        tcn_wire_session_ask_decode(tcn_parts_frame(&bench->ear.parts, 2), &bench->ear.arena, &ask),
        TCN_OK);
    const struct tcn_session_given given = {.session = 42,
                                            .log_id = bench->district->bundle.log_id,
                                            .generation = generation,
                                            .principal = 3,
                                            .nonce = ask.nonce,
                                            .bundle_version = named_bundle};
    assert_int_equal(tcn_wire_session_given_encode(&given, &writer, &body), TCN_OK);
    follower->session = tcn_hash_in_context(TCN_CONTEXT_SESSION, body);
    assert_int_equal(tcn_sign(key, TCN_CONTEXT_SESSION, body, &signature), TCN_OK);
    send_to(bench, follower, TCN_KIND_SESSION, body,
            tcn_slice_of(signature.bytes, sizeof(signature.bytes)));
}

/** Tells the follower something, numbered, in its session. */
static void tell(struct bench *bench, struct follower *follower, enum tcn_kind kind,
                 struct tcn_slice body, const struct tcn_signing_key *key) {
    uint8_t data[TCN_HEADER_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    bool is_true = key == NULL;
    const struct tcn_header header = {.version = TCN_WIRE_VERSION,
                                      .kind = kind,
                                      .session = 77,
                                      .request = follower->header.request,
                                      .number = follower->number + 1};
    struct tcn_told told = {.session = &follower->session, .body = body};
    struct tcn_signature signature;
    follower->number += is_true;
    assert_int_equal(tcn_wire_header_encode(&header, &writer, &told.header), TCN_OK);
    assert_int_equal(tcn_told_sign(is_true ? &bench->district->collector.signing : key,
                                   TCN_CONTEXT_TOLD, &told, &signature),
                     TCN_OK);
    struct tcn_slice frames[4] = {tcn_slice_of(follower->routing, follower->routing_size),
                                  told.header, body,
                                  tcn_slice_of(signature.bytes, sizeof(signature.bytes))};
    assert_int_equal(tcn_sock_send(bench->ear.sock, frames, 4), TCN_OK);
}

/** Waits for an OPEN and keeps who said it; a session is given on the way. */
static void await_open(struct bench *bench, struct follower *follower) {
    enum tcn_kind kind = TCN_KIND_NONE;
    while (kind != TCN_KIND_OPEN) {
        kind = ear_next(&bench->ear, PATIENCE_NS);
        assert_int_not_equal(kind, TCN_KIND_NONE);
        if (kind == TCN_KIND_SESSION_ASK) {
            say_session(bench, follower, 1, &bench->district->collector.signing);
        }
    }
    keep_sender(bench, follower);
    const struct tcn_told asked = {.session = &follower->session,
                                   .header = tcn_parts_frame(&bench->ear.parts, 1),
                                   .body = tcn_parts_frame(&bench->ear.parts, 2)};
    assert_int_equal(tcn_told_verify(&bench->district->office.signing.public_key, TCN_CONTEXT_ASKED,
                                     &asked, tcn_parts_frame(&bench->ear.parts, 3)),
                     TCN_OK);
    follower->number = 0;
    assert_int_equal(tcn_wire_open_decode(tcn_parts_frame(&bench->ear.parts, 2), &bench->ear.arena,
                                          &follower->open),
                     TCN_OK);
}

static void say_head(struct bench *bench, struct follower *follower, uint64_t number, uint64_t next,
                     uint32_t standstill) {
    uint8_t data[256];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice body;
    const struct tcn_head head = {.stream = follower->open.streams[0].stream,
                                  .generation = 1,
                                  .number = number,
                                  .next = next,
                                  .log_time_ns = 5,
                                  .standstill = standstill};
    assert_int_equal(tcn_wire_head_encode(&head, &writer, &body), TCN_OK);
    tell(bench, follower, TCN_KIND_HEAD, body, NULL);
}

static void say_opened(struct bench *bench, struct follower *follower, uint64_t number) {
    uint8_t data[256];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice body;
    const struct tcn_open_stream *wanted = &follower->open.streams[0];
    const struct tcn_head head = {.stream = wanted->stream,
                                  .generation = 1,
                                  .number = number,
                                  .next = wanted->number,
                                  .log_time_ns = 5};
    assert_int_equal(tcn_wire_opened_encode(&head, 1, &writer, &body), TCN_OK);
    tell(bench, follower, TCN_KIND_OPENED, body, NULL);
}

/** Sends one item, signed. */
static void say_item(struct bench *bench, struct follower *follower, uint64_t number,
                     const struct tcn_id *matter, const struct news *news) {
    uint8_t open_data[1024];
    uint8_t data[ITEM_BYTES_MAX];
    struct tcn_writer open_writer = tcn_writer_init(open_data, sizeof(open_data));
    struct tcn_event event = {.format = TCN_EVENT_FORMAT,
                              .act = news->act,
                              .mode = TCN_MODE_ACTUAL,
                              .matter = *matter,
                              .office = text_of(news->office),
                              .learned_ns = 1,
                              .recorded_ns = 1};
    if (news->to != NULL) {
        event.body_kind = TCN_BODY_ACT;
        event.act_body.to_organ = text_of(news->to);
    }
    struct tcn_item item = {.position = 100 + number, .log_time_ns = 1000 + (int64_t)number};
    item.alert = (struct tcn_alert){.stream = follower->open.streams[0].stream,
                                    .number = number,
                                    .generation = 1,
                                    .position = 100 + number,
                                    .birth_position = 7,
                                    .act = news->act,
                                    .reason = news->reason,
                                    .flags = news->flags,
                                    .policy_version = 1,
                                    .log_time_ns = 1000 + (int64_t)number,
                                    .kind = TCN_PROCEDURE_GENERAL,
                                    .stage = news->stage,
                                    .holder = news->holder};
    item.matter = *matter;
    item.lane = (struct tcn_lane_key){.source = 4, .epoch = 6, .lane = TCN_LANE_ROUTINE};
    item.sequence = number;
    item.chunk_hash.bytes[0] = 1;
    assert_int_equal(tcn_wire_open_part_encode(&event, &open_writer, &item.open), TCN_OK);
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_wire_items items = tcn_wire_items_begin(&writer);
    assert_int_equal(tcn_wire_items_add(&items, &item), TCN_OK);
    struct tcn_slice body = tcn_wire_items_finish(&items);
    tell(bench, follower, TCN_KIND_ITEMS, body, news->key);
}

/** Waits until the follower has fetched beyond a number: what came before is in the outbox. */
static void await_fetch_beyond(struct bench *bench, uint64_t number) {
    struct tcn_fetch fetch = {.number = 0};
    while (fetch.number <= number) {
        await_kind(bench, TCN_KIND_FETCH);
        assert_int_equal(
            tcn_wire_fetch_decode(tcn_parts_frame(&bench->ear.parts, 2), &bench->ear.arena, &fetch),
            TCN_OK);
    }
}

static struct tcn_local_answer ask_status(struct bench *bench, const char *slip) {
    char ask[128];
    (void)snprintf(ask, sizeof(ask), "{\"op\":\"status\",\"code\":\"%s\"}", slip);
    return office_ask(&bench->office, ask);
}

/** Asks until the last act is the one, for an item is not acknowledged to who sent it. */
static struct tcn_local_answer await_act(struct bench *bench, const char *slip, enum tcn_act act) {
    int64_t end_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    struct tcn_local_answer answer = ask_status(bench, slip);
    while (answer.progress.last_act != act && tcn_clock_monotonic_ns() < end_ns) {
        answer = ask_status(bench, slip);
    }
    assert_int_equal(answer.progress.last_act, act);
    return answer;
}

/** Enters a report and gives its slip and matter. */
static struct tcn_id enter(struct bench *bench, const char *text, char slip[16]) {
    struct tcn_local_answer answer = office_ask(&bench->office, text);
    assert_int_equal(answer.code, TCN_OK);
    memset(slip, 0, 16);
    memcpy(slip, answer.slip.data, answer.slip.size);
    return answer.matter;
}

static void what_is_no_news_of_the_case_changes_nothing(void **state) {
    struct bench *bench = *state;
    char slip[16];
    struct follower follower;
    struct tcn_id matter = enter(bench, REPORT "}}", slip);
    struct tcn_id other = {{9, 9}};
    const struct news rows[] = {
        {.act = TCN_ACT_CLOSED, .reason = TCN_REASON_OUTCOME, .office = "water_bureau"},
        {.act = TCN_ACT_CLOSED,
         .reason = TCN_REASON_ANSWER,
         .flags = TCN_FLAG_GUARDED,
         .office = "water_bureau"},
        {.act = TCN_ACT_REPORTED, .reason = TCN_REASON_HOLDER, .office = "water_bureau"},
        {.act = TCN_ACT_CLOSED,
         .reason = TCN_REASON_ANSWER,
         .office = "water_bureau",
         .matter = "other"},
    };
    await_open(bench, &follower);
    say_opened(bench, &follower, COUNT_OF(rows));
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        say_item(bench, &follower, i + 1, rows[i].matter == NULL ? &matter : &other, &rows[i]);
    }
    const struct news last = {
        .act = TCN_ACT_FOLLOWED_UP, .reason = TCN_REASON_ANSWER, .office = "water_bureau"};
    say_item(bench, &follower, COUNT_OF(rows) + 1, &matter, &last);
    struct tcn_local_answer answer = await_act(bench, slip, TCN_ACT_FOLLOWED_UP);
    assert_int_equal(answer.progress.stage, TCN_STAGE_OPEN);
    assert_true(tcn_slice_is_text(answer.progress.holder, "water_bureau"));
}

static void an_item_that_the_collector_did_not_sign_is_not_believed(void **state) {
    struct bench *bench = *state;
    char slip[16];
    struct follower follower;
    struct tcn_id matter = enter(bench, REPORT "}}", slip);
    const struct news forged = {.act = TCN_ACT_CLOSED,
                                .reason = TCN_REASON_ANSWER,
                                .office = "water_bureau",
                                .key = &bench->district->broker.signing};
    const struct news good = {.act = TCN_ACT_ACCEPTED,
                              .reason = TCN_REASON_ANSWER,
                              .stage = TCN_STAGE_ACCEPTED,
                              .office = "water_bureau"};
    await_open(bench, &follower);
    say_opened(bench, &follower, 1);
    say_item(bench, &follower, 1, &matter, &forged);
    say_item(bench, &follower, 1, &matter, &good);
    struct tcn_local_answer answer = await_act(bench, slip, TCN_ACT_ACCEPTED);
    assert_int_equal(answer.progress.stage, TCN_STAGE_ACCEPTED);
}

static void a_complaint_stays_opaque_whatever_comes(void **state) {
    struct bench *bench = *state;
    char slip[16];
    char plain_slip[16];
    struct follower follower;
    struct tcn_id guarded =
        enter(bench,
              "{\"op\":\"report\",\"draft\":{\"domain\":\"rural_water\",\"division\":\"" DIVISION
              "\",\"concerns\":\"unit\",\"texts\":{\"narrative\":\"n\",\"accused\":\"a\"}}}",
              slip);
    struct tcn_id plain = enter(bench, REPORT "}}", plain_slip);
    const struct news closed = {
        .act = TCN_ACT_CLOSED, .reason = TCN_REASON_ANSWER, .office = "discipline"};
    await_open(bench, &follower);
    say_opened(bench, &follower, 2);
    say_item(bench, &follower, 1, &guarded, &closed);
    say_item(bench, &follower, 2, &plain, &closed);
    (void)await_act(bench, plain_slip, TCN_ACT_CLOSED);
    struct tcn_local_answer answer = ask_status(bench, slip);
    assert_int_equal(answer.code, TCN_OK);
    assert_true(answer.progress.is_opaque);
    assert_int_equal(answer.progress.stage, 0);
    assert_int_equal(answer.progress.last_act, TCN_ACT_NONE);
    assert_int_equal(answer.progress.last_ns, 0);
    assert_int_equal(answer.progress.holder.size, 0);
}

/* Not guarded: its bureau is named to this office, and not by the slip. */
static void a_slip_about_a_child_tells_nothing(void **state) {
    struct bench *bench = *state;
    char slip[16];
    char plain_slip[16];
    struct follower follower;
    struct tcn_id child =
        enter(bench,
              "{\"op\":\"report\",\"draft\":{\"domain\":\"child\",\"division\":\"" DIVISION
              "\",\"concerns\":\"nobody\",\"texts\":{\"narrative\":\"n\"}}}",
              slip);
    struct tcn_id plain = enter(bench, REPORT "}}", plain_slip);
    struct tcn_local_answer answer = ask_status(bench, slip);
    assert_true(answer.progress.is_opaque);
    assert_int_equal(answer.progress.holder.size, 0);
    assert_int_equal(answer.progress.stage, 0);
    const struct news closed = {
        .act = TCN_ACT_CLOSED, .reason = TCN_REASON_ANSWER, .office = "labour_bureau"};
    await_open(bench, &follower);
    say_opened(bench, &follower, 2);
    say_item(bench, &follower, 1, &child, &closed);
    say_item(bench, &follower, 2, &plain, &closed);
    (void)await_act(bench, plain_slip, TCN_ACT_CLOSED);
    answer = ask_status(bench, slip);
    assert_true(answer.progress.is_opaque);
    assert_int_equal(answer.progress.stage, 0);
    assert_int_equal(answer.progress.last_act, TCN_ACT_NONE);
    assert_int_equal(answer.progress.holder.size, 0);
    assert_int_equal(answer.progress.limit_count, 0);
}

/* What is known of the matter is one, and each slip has its own start. */
static void a_slip_tells_when_its_own_report_was_learned_of(void **state) {
    struct bench *bench = *state;
    char text[512];
    char slips[2][16];
    char id[TCN_UUID_TEXT_BYTES];
    const struct tcn_id matter =
        enter(bench, REPORT ",\"learned\":\"2026-11-20T08:00:00+08:00\"}}", slips[0]);
    const int64_t first_ns = ask_status(bench, slips[0]).progress.learned_ns;
    tcn_uuid_to_text(matter.bytes, id);
    (void)snprintf(text, sizeof(text), "%s,\"matter\":\"%s\"}}", REPORT, id);
    const struct tcn_id again = enter(bench, text, slips[1]);
    assert_memory_equal(again.bytes, matter.bytes, sizeof(matter.bytes));
    assert_string_not_equal(slips[0], slips[1]);
    assert_true(ask_status(bench, slips[1]).progress.learned_ns > first_ns);
    assert_true(ask_status(bench, slips[0]).progress.learned_ns == first_ns);
}

static void a_collector_that_stands_still_makes_no_copy_younger(void **state) {
    struct bench *bench = *state;
    char slip[16];
    char quiet_slip[16];
    struct follower follower;
    struct tcn_id matter = enter(bench, REPORT "}}", slip);
    (void)enter(bench, REPORT "}}", quiet_slip);
    await_open(bench, &follower);
    int64_t known_ns = ask_status(bench, quiet_slip).progress.known_ns;
    const struct news accepted = {
        .act = TCN_ACT_ACCEPTED, .reason = TCN_REASON_ANSWER, .office = "water_bureau"};
    say_opened(bench, &follower, 1);
    say_head(bench, &follower, 1, 1, TCN_FULL);
    say_item(bench, &follower, 1, &matter, &accepted);
    (void)await_act(bench, slip, TCN_ACT_ACCEPTED);
    assert_true(ask_status(bench, quiet_slip).progress.known_ns == known_ns);
    say_head(bench, &follower, 1, 2, 0);
    int64_t end_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    int64_t later_ns = known_ns;
    while (later_ns == known_ns && tcn_clock_monotonic_ns() < end_ns) {
        later_ns = ask_status(bench, quiet_slip).progress.known_ns;
    }
    assert_true(later_ns > known_ns);
}

static void who_is_denied_asks_no_more_and_says_so(void **state) {
    struct bench *bench = *state;
    struct follower follower;
    await_open(bench, &follower);
    const struct tcn_refuse refuse = {.code = TCN_DENIED};
    uint8_t data[256];
    struct tcn_writer writer = tcn_writer_init(data, sizeof(data));
    struct tcn_slice body;
    assert_int_equal(tcn_wire_refuse_encode(&refuse, &writer, &body), TCN_OK);
    send_to(bench, &follower, TCN_KIND_ERROR, body, (struct tcn_slice){0});
    struct tcn_local_answer answer = office_ask(&bench->office, "{\"op\":\"outbox\"}");
    int64_t end_ns = tcn_clock_monotonic_ns() + PATIENCE_NS;
    while (answer.outbox.last_error.size == 0 && tcn_clock_monotonic_ns() < end_ns) {
        answer = office_ask(&bench->office, "{\"op\":\"outbox\"}");
    }
    assert_true(holds(answer.outbox.last_error, "not followed"));
}

static void a_bureau_follows_from_its_first_slip_on(void **state) {
    (void)state;
    struct bench bench;
    memset(&bench, 0, sizeof(bench));
    bench.district = district_create(TCN_MODE_ACTUAL, "water_bureau");
    assert_int_equal(tcn_link_open(1, 64, &bench.link), TCN_OK);
    ear_open(&bench.ear, bench.district, bench.link);
    bench.has_ear = true;
    office_open(&bench.office, bench.district);
    uint32_t hello_count = 0;
    while (hello_count < TCN_LANE_ROUTINE) { /* both lanes: a follower would have spoken too */
        enum tcn_kind kind = ear_next(&bench.ear, PATIENCE_NS);
        assert_int_equal(kind, TCN_KIND_HELLO);
        hello_count++;
        struct tcn_welcome welcome = ear_welcome_of(&bench.ear);
        ear_send_welcome(&bench.ear, bench.ear.hello.lane.lane, &welcome);
    }
    assert_int_equal(ear_next(&bench.ear, TCN_SECOND_NS / 4), TCN_KIND_NONE);
    char slip[16];
    struct follower follower;
    (void)enter(&bench, REPORT "}}", slip);
    await_open(&bench, &follower);
    assert_int_equal(follower.open.streams[0].stream.organ, WATER);
    assert_int_equal(follower.open.streams[0].number, 1);
    office_close(&bench.office);
    office_open(&bench.office, bench.district);
    await_open(&bench, &follower); /* and again after a start, with no new report */
    office_close(&bench.office);
    ear_close(&bench.ear);
    tcn_link_close(&bench.link);
    district_destroy(bench.district);
}

static void the_answer_is_known_offline_and_after_a_start(void **state) {
    struct bench *bench = *state;
    char slip[16];
    struct follower follower;
    struct tcn_id matter = enter(bench, REPORT "}}", slip);
    await_open(bench, &follower);
    assert_int_equal(follower.open.name.size, 0); /* no cursor, nothing in the log */
    assert_int_equal(follower.open.stream_count, 1);
    assert_int_equal(follower.open.streams[0].from, TCN_FROM_NUMBER);
    assert_int_equal(follower.open.streams[0].number, 1);
    assert_int_equal(follower.open.streams[0].stream.organ, OFFICE);
    say_opened(bench, &follower, 2);
    await_fetch_beyond(bench, 2);
    const struct news accepted = {
        .act = TCN_ACT_ACCEPTED, .reason = TCN_REASON_ANSWER, .office = "water_bureau"};
    const struct news passed_on = {.act = TCN_ACT_TRANSFERRED,
                                   .reason = TCN_REASON_ANSWER,
                                   .office = "water_bureau",
                                   .stage = TCN_STAGE_OPEN,
                                   .holder = LABOUR,
                                   .to = "labour_bureau"};
    say_item(bench, &follower, 1, &matter, &accepted);
    say_item(bench, &follower, 2, &matter, &passed_on);
    struct tcn_local_answer answer = await_act(bench, slip, TCN_ACT_TRANSFERRED);
    assert_int_equal(answer.progress.stage, TCN_STAGE_OPEN);
    assert_int_equal(answer.progress.last_ns, 1002);
    assert_true(tcn_slice_is_text(answer.progress.holder, "labour_bureau"));
    assert_true(tcn_clock_wall_ns() - answer.progress.known_ns < 60 * TCN_SECOND_NS);
    start_again(bench); /* nobody speaks to it any more */
    answer = ask_status(bench, slip);
    assert_int_equal(answer.progress.last_act, TCN_ACT_TRANSFERRED);
    assert_true(tcn_slice_is_text(answer.progress.holder, "labour_bureau"));
    await_open(bench, &follower);
    assert_int_equal(follower.open.streams[0].number, 3); /* and nothing is fetched twice */
    assert_int_equal(follower.open.streams[0].generation, 1);
}

/** Says a bundle that somebody signed. */
static void say_bundle(struct bench *bench, const struct follower *follower,
                       const struct tcn_signing_key *key) {
    const struct tcn_slice bytes = bundle_bytes(bench->district, key);
    send_to(bench, follower, TCN_KIND_BUNDLE, tcn_slice_of(bytes.data + 4, bytes.size - 68),
            tcn_slice_of(bytes.data + bytes.size - 64, 64));
}

/* No lane is welcomed here, so the follower alone hears of it. */
static void a_newer_bundle_that_a_session_names_is_fetched_at_once(void **state) {
    struct bench *bench = *state;
    char slip[16];
    struct follower follower;
    struct tcn_id matter = enter(bench, REPORT "}}", slip);
    const struct news accepted = {
        .act = TCN_ACT_ACCEPTED, .reason = TCN_REASON_ANSWER, .office = "water_bureau"};
    named_bundle = 1; /* that it has */
    await_open(bench, &follower);
    say_opened(bench, &follower, 1);
    say_item(bench, &follower, 1, &matter, &accepted);
    (void)await_act(bench, slip, TCN_ACT_ACCEPTED);
    assert_int_equal(bench->ear.bundle_ask_count, 0);
    start_again(bench);
    named_bundle = 2;
    await_open(bench, &follower);
    assert_int_equal(bench->ear.bundle_ask_count, 1); /* before it opens anything */
    bench->district->bundle.version = 2;
    say_bundle(bench, &follower, &bench->district->office.signing);
    say_bundle(bench, &follower, &bench->district->collector.signing);
    follower.header.request = 0; /* and the session is over before OPENED came */
    send_to(bench, &follower, TCN_KIND_AGAIN, (struct tcn_slice){0}, (struct tcn_slice){0});
    await_open(bench, &follower);
    assert_int_equal(bench->ear.bundle_ask_count, 1); /* it has it */
    assert_int_equal(follower.open.streams[0].number, 2);
    named_bundle = 0;
    struct tcn_outbox *outbox = look_inside(bench);
    struct tcn_outbox_facts facts;
    struct tcn_outbox_place place;
    assert_int_equal(tcn_outbox_facts_get(outbox, &facts), TCN_OK);
    assert_int_equal(facts.bundle_version, 2);
    assert_int_equal(tcn_outbox_place_get(outbox, &place), TCN_OK);
    assert_int_equal(place.number, 1);
    assert_int_equal(place.generation, 1);
    tcn_outbox_close(&outbox);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_is_no_news_of_the_case_changes_nothing),
        TEST(an_item_that_the_collector_did_not_sign_is_not_believed),
        TEST(a_complaint_stays_opaque_whatever_comes),
        TEST(a_slip_about_a_child_tells_nothing),
        TEST(a_slip_tells_when_its_own_report_was_learned_of),
        TEST(a_collector_that_stands_still_makes_no_copy_younger),
        TEST(who_is_denied_asks_no_more_and_says_so),
        cmocka_unit_test(a_bureau_follows_from_its_first_slip_on),
        TEST(the_answer_is_known_offline_and_after_a_start),
        TEST(a_newer_bundle_that_a_session_names_is_fetched_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
